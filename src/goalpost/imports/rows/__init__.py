"""Ids of other systems as rows."""
