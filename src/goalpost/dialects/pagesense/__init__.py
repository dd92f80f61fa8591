"""The PageSense dialect."""
