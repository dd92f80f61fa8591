"""Large answers in pieces: each is sent when the client has room for it, which it must make within some seconds."""

import asyncio

from starlette.types import Message, Send

PIECE = 32 * 1024
"""Bytes of a piece."""
SECONDS = 20.0
"""Seconds that a client has to make room for a piece."""


class Unread(Exception):
    """The client does not read its answer: the connection is to be closed."""


async def send_in_pieces(send: Send, message: Message) -> None:
    """Send a message of an answer, a large body in pieces; raises Unread when the client does not read it."""
    body = message.get("body", b"")
    if len(body) <= PIECE:
        await send(message)
        return
    for start in range(0, len(body), PIECE):
        is_last = start + PIECE >= len(body)
        piece = {**message, "body": body[start : start + PIECE], "more_body": message.get("more_body") or not is_last}
        try:
            async with asyncio.timeout(SECONDS):
                await send(piece)
        except TimeoutError:
            raise Unread from None
