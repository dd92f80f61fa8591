"""goalpost with the toy dialect in its list."""

from goalpost import vendors
from tests.support.toy.routes import TOY

vendors.DIALECTS += (TOY,)

if __name__ == "__main__":
    from goalpost.cli import main

    main()
