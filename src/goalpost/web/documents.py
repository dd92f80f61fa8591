"""Answers that are the same for everybody: made and compressed once, and not sent again to browsers that have them."""

import gzip
from collections.abc import Mapping
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

FRESH = {"cache-control": "public, max-age=300"}
"""Cache rule of what changes with an upgrade of the server."""


class Document:
    """A document, compressed for browsers that accept it where `compressed` says so; `headers` are of every answer."""

    def __init__(self, content: bytes, media_type: str, headers: Mapping[str, str], *, compressed: bool = True) -> None:
        self.content = content
        self._media_type = media_type
        varies = [text for text in (headers.get("vary"), "accept-encoding" if compressed else "") if text]
        self._headers = {**headers, "vary": ", ".join(varies)} if varies else dict(headers)
        self._zipped = gzip.compress(content, compresslevel=9, mtime=0) if compressed else None
        self._digest = blake2b(content, digest_size=12).hexdigest()

    def answer(self, request: Request) -> Response:
        """Return the document in the encoding that the request accepts, or 304 when the browser has it."""
        zipped = self._zipped if _accepts_gzip(request.headers.get("accept-encoding", "")) else None
        # A proxy that compresses marks the tag, so that the digest is looked for inside of it.
        known = self._digest in request.headers.get("if-none-match", "")
        headers = {**self._headers, "etag": f'"{self._digest}-gzip"' if zipped else f'"{self._digest}"'}
        if known:
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["content-encoding"] = "gzip"
        return Response(zipped or self.content, media_type=self._media_type, headers=headers)


def _accepts_gzip(accepted: str) -> bool:
    weights = dict(_weight(part) for part in accepted.lower().split(","))
    return weights.get("gzip", weights.get("*", False))


def _weight(part: str) -> tuple[str, bool]:
    """The name of an accepted encoding, and whether its weight is above 0."""
    name, _, weight = part.partition(";")
    return name.strip(), weight.strip().removeprefix("q=").strip("0.") != "" or not weight
