"""Gainsight's Customer Goals APIs: goals, templates, metrics, picklists, and the objects they refer to."""
