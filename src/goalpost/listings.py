"""The vendors whose lists can be imported."""

from collections.abc import Mapping

from goalpost.dialects.gainsight import listing as gainsight_listing
from goalpost.dialects.krafter import listing as krafter_listing
from goalpost.dialects.msportal import listing as msportal_listing
from goalpost.dialects.pagesense import listing as pagesense_listing
from goalpost.imports.listing import Listing

LISTINGS: Mapping[str, Listing] = {
    "krafter": krafter_listing.read,
    "pagesense": pagesense_listing.read,
    "gainsight": gainsight_listing.read,
    "msportal": msportal_listing.read,
}
"""Name → what reads an answer of the vendor's API."""
