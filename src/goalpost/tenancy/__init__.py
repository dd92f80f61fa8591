"""Workspaces, API keys, OAuth and quotas: who is asking, and how much."""
