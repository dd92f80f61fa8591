"""Door two: one folder for each vendor's API, all with the same file names inside."""
