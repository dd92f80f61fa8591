"""Zoho PageSense: goals of a project, custom events."""
