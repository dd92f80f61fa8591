"""Serves scripts to pages anywhere: compressed once, and not sent again to browsers that have them."""

import gzip
from functools import lru_cache
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

_HEADERS = {
    # A page may ask with CORS (integrity, modules), or embed under a policy that asks for consent.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "vary": "accept-encoding",
}


class Script:
    """A script in the encodings that browsers accept."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._zipped = gzip.compress(content, compresslevel=9, mtime=0)
        self._digest = blake2b(content, digest_size=12).hexdigest()

    def answer(self, request: Request) -> Response:
        """Return the script in the encoding that the request accepts, or 304 when the browser has it."""
        zipped = _accepts_gzip(request.headers.get("accept-encoding", ""))
        # A proxy that compresses marks the tag, so that the digest is looked for inside of it.
        known = self._digest in request.headers.get("if-none-match", "")
        headers = _HEADERS | {
            "cache-control": "public, max-age=3600",
            "etag": f'"{self._digest}-gzip"' if zipped else f'"{self._digest}"',
        }
        if known:
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["content-encoding"] = "gzip"
        return Response(self._zipped if zipped else self.content, media_type="text/javascript", headers=headers)


@lru_cache(maxsize=1000)
def script_of(content: bytes) -> Script:
    """Return the script of that content; the ones asked for last stay compressed."""
    return Script(content)


def missing_script() -> Response:
    """Return an empty script that nobody keeps: what it would be for may be created in the next minute."""
    return Response(b"", 404, _HEADERS | {"cache-control": "no-store"}, media_type="text/javascript")


def _accepts_gzip(accepted: str) -> bool:
    weights = dict(_weight(part) for part in accepted.lower().split(","))
    return weights.get("gzip", weights.get("*", False))


def _weight(part: str) -> tuple[str, bool]:
    """The name of an accepted encoding, and whether its weight is above 0."""
    name, _, weight = part.partition(";")
    return name.strip(), weight.strip().removeprefix("q=").strip("0.") != "" or not weight
