"""The wing of conversion goals: sites, events, goals that events reach, and their statistics."""
