"""Workspaces and credentials as rows."""
