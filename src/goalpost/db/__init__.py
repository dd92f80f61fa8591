"""Relational memory: who owns what and which goals there are. Rows become frozen core dataclasses here and nowhere else."""
