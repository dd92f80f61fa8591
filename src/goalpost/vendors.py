"""The vendors whose APIs are served: a line each."""

from goalpost.dialects.gainsight.routes import GAINSIGHT
from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.dialects.msportal.routes import MSPORTAL
from goalpost.dialects.pagesense.routes import PAGESENSE
from goalpost.web.declared import Dialect

DIALECTS: tuple[Dialect, ...] = (KRAFTER, PAGESENSE, MSPORTAL, GAINSIGHT)
