"""Rows that are brought along from other systems, of either wing, under ids of their own."""
