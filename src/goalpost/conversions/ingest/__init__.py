"""Door one, events in: collect → pipeline → spool → drain."""
