"""Pure: ids of other systems, and the rows of their files."""
