"""Serves scripts to pages anywhere."""

from functools import lru_cache

from starlette.responses import Response

from goalpost.web.documents import Document

_HEADERS = {
    # A page may ask with CORS (integrity, modules), or embed under a policy that asks for consent.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}


class Script(Document):
    """A script in the encodings that browsers accept."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content, "text/javascript", {**_HEADERS, "cache-control": "public, max-age=3600"})


@lru_cache(maxsize=1000)
def script_of(content: bytes) -> Script:
    """Return the script of that content; the ones asked for last stay compressed."""
    return Script(content)


def missing_script() -> Response:
    """Return an empty script that nobody keeps: what it would be for may be created in the next minute."""
    headers = {**_HEADERS, "vary": "accept-encoding", "cache-control": "no-store"}
    return Response(b"", 404, headers, media_type="text/javascript")
