"""Requests as the API page shows them, where the fields' own examples together make a request that nobody sends."""

from goalpost.web.openapi import Example

EXAMPLES: dict[str, Example] = {
    "update_goal": Example(body={"name": "Order", "currency": "EUR"}),
    "update_site": Example(body={"name": "Example shop", "public_stats": True}),
}
"""Examples by the operations' names."""
