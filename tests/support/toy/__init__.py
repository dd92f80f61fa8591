"""A vendor that there is not, to see that a dialect is a folder and a line."""
