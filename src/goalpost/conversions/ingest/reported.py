"""Events that other doors are told of: each goes through the hot door, as if from the client of the request."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic_core import to_json
from starlette.types import ASGIApp, Message, Scope

Send = Callable[[Scope, Mapping[str, Any], str], Awaitable[tuple[int, Mapping[str, str]]]]
_LEFT = (b"user-agent", b"content-length", b"content-type", b"authorization")


def sender(collector: ASGIApp, path: str) -> Send:
    """Makes a function that sends an event with a user agent; status and `retry-after` of what it was answered."""

    async def send_event(scope: Scope, event: Mapping[str, Any], user_agent: str) -> tuple[int, Mapping[str, str]]:
        body, answered = to_json(event), list[Message]()
        headers = [(name, value) for name, value in scope["headers"] if name not in _LEFT]
        headers += [(b"user-agent", user_agent.encode()), (b"content-length", str(len(body)).encode())]

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            answered.append(message)

        request = {**scope, "method": "POST", "path": path, "query_string": b"", "headers": headers}
        await collector(request, receive, send)
        told = {name.decode(): value.decode() for name, value in answered[0]["headers"] if name == b"retry-after"}
        return answered[0]["status"], told

    return send_event
