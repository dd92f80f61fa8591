"""The steps, oldest first by number. A step that has been released is never edited."""
