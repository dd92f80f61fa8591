"""The object services: companies and what else goals point at, people, calls to action, descriptions of objects."""
