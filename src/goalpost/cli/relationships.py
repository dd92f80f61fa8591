"""`goalpost relationship`: a company's ties with one's own, such as a product it uses."""

from goalpost.cli.records import company_part_commands
from goalpost.customers.model.records import RecordKind

cli = company_part_commands(RecordKind.RELATIONSHIP, "relationships")
