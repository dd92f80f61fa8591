"""The object services: companies and what else goals point at, people, calls to action, what can be described."""
