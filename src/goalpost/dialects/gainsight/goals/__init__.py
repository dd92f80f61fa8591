"""The goal service: goals, templates, metrics, picklists. Facts are read, it is decided, one service acts."""
