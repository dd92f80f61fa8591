"""What is brought along from other systems: rows under ids of their own, of either wing."""
