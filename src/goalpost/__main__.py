"""`python -m goalpost` is `goalpost`."""

from goalpost.cli import main

main()
