"""The wing of customer goals: companies, their goals, metrics, templates, tasks and updates."""
