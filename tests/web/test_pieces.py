"""Large answers go in pieces, and a client that does not take one is left."""

import asyncio

import pytest
from starlette.types import Message

from goalpost.web import pieces
from goalpost.web.pieces import PIECE, Unread, send_in_pieces


async def sent(*bodies: bytes, more: bool = False) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    for body in bodies:
        await send_in_pieces(
            send, {"type": "http.response.body", "body": body, **({"more_body": True} if more else {})}
        )
    return messages


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_the_pieces_are_the_body(size: int) -> None:
    body = bytes(index % 251 for index in range(size))
    messages = asyncio.run(sent(body))
    assert b"".join(message["body"] for message in messages) == body
    assert [message.get("more_body", False) for message in messages] == [True] * (len(messages) - 1) + [False]
    assert max(len(message["body"]) for message in messages) <= PIECE


def test_what_is_a_part_of_more_stays_one() -> None:
    assert all(message["more_body"] for message in asyncio.run(sent(b"x" * (2 * PIECE), more=True)))


def test_a_client_that_does_not_read_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "SECONDS", 0.05)

    async def never(message: Message) -> None:
        await asyncio.Event().wait()

    with pytest.raises(Unread):
        asyncio.run(send_in_pieces(never, {"type": "http.response.body", "body": b"x" * (2 * PIECE)}))
