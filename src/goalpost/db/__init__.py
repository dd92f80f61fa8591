"""Relational memory: who owns what, which goals there are. Rows become frozen core dataclasses only here."""
