"""goalpost: one goals server behind the goal APIs of several vendors."""

__version__ = "0.1.0"
