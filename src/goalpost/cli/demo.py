"""`goalpost demo`: a server with something to look at."""


def demo() -> None:
    """Run the server with demo data."""
