"""Access: a key in the header `accesskey`, or as a Bearer token, with the same scopes as at other doors."""

from typing import Annotated

from goalpost.web.base import Call
from goalpost.web.gate import gate

HEADER = "accesskey"
READ, WRITE = "goals.read", "goals.write"
READ_OBJECTS, WRITE_OBJECTS = "companies.read", "companies.write"
SCOPES = (READ, WRITE, READ_OBJECTS, WRITE_OBJECTS)

ReadGoals = Annotated[Call, gate(READ, header=HEADER, daily=True, reads=True)]
WriteGoals = Annotated[Call, gate(WRITE, header=HEADER, daily=True)]
ReadObjects = Annotated[Call, gate(READ_OBJECTS, header=HEADER, daily=True, reads=True)]
WriteObjects = Annotated[Call, gate(WRITE_OBJECTS, header=HEADER, daily=True)]
