"""Access: a key in the header `accesskey`, or as a Bearer token, with the same scopes as at other doors."""

from goalpost.web.declared import Access

HEADER = "accesskey"
READ, WRITE = Access(("goals.read",), reads=True), Access(("goals.write",))
READ_OBJECTS, WRITE_OBJECTS = Access(("companies.read",), reads=True), Access(("companies.write",))
