"""Frozen dataclasses of workspaces and credentials."""
