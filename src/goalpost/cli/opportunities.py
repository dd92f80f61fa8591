"""`goalpost opportunity`: what may be sold to a company."""

from goalpost.cli.records import company_part_commands
from goalpost.customers.model.records import RecordKind

cli = company_part_commands(RecordKind.OPPORTUNITY, "opportunities")
