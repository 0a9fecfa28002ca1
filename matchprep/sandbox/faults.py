"""Faults on order, and the log, in front of every server: plain ASGI, so that a connection can be cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from matchprep.sandbox.world import Fault, Logged, Plays, World

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Faults:
    """An ASGI app that lets a fault fall on a request now and then.

    Args:
        app: The server behind it.
        world: Where faults are on order.
        provider: Whose server it is.
        plays: What that server can play itself.
    """

    def __init__(self, app: App, world: World, provider: str, plays: Plays) -> None:
        self._app = app
        self._world = world
        self._provider = provider
        self._plays = plays

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith("/__sandbox__"):
            await self._app(scope, receive, send)
            return
        fault = self._world.due(self._provider, f"{scope['method']} {scope['path']}")
        logged = self._logged(scope, send)
        if fault is None:
            await self._app(scope, receive, logged)
        elif act := self._plays.acts.get(fault.does):
            await self._play(act, fault, scope, receive, logged)
        elif fault.does == "slow" and fault.when == "before":
            await asyncio.sleep(fault.seconds or 0.0)
            await self._app(scope, receive, logged)
        elif fault.when == "before" and fault.does != "unknown status":  # a status is in an answer only
            await _drain(receive)
            await self._fall(fault, _Kept(), logged)
        else:
            answer = _Kept()
            await self._app(scope, receive, answer)
            await self._fall(fault, answer, logged)

    def _logged(self, scope: Scope, send: Send) -> Send:
        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = tuple(sorted({name.decode("latin-1") for name, _value in scope["headers"]}))
                entry = Logged(
                    self._world.now(),
                    self._provider,
                    scope["method"],
                    scope["path"],
                    message["status"],
                    names,
                )
                self._world.log.append(entry)
            await send(message)

        return keep

    async def _play(
        self, act: Callable[[World], None], fault: Fault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let the server itself play a fault: what follows from it is its own answer."""
        if fault.when == "before":
            act(self._world)
        await self._app(scope, receive, send)
        if fault.when == "after":
            act(self._world)

    async def _fall(self, fault: Fault, answer: _Kept, send: Send) -> None:
        match fault.does:
            case "status":
                headers = {} if fault.seconds is None else {"retry-after": f"{fault.seconds:g}"}
                await _answer(send, fault.status, b"", headers)
            case "slow":
                await asyncio.sleep(fault.seconds or 0.0)
                await answer.give(send, answer.body)
            case "cut":
                await _cut(send)
            case "malformed":
                await _answer(send, 200, b'{"data": [')
            case "error in 200":
                await _answer(send, 200, json.dumps(self._plays.refusal).encode())
            case "unknown status":
                await answer.give(send, _with_unknown_status(answer.body))
            case "duplicate webhook" | "expire token":  # the control takes them only where the server acts
                raise AssertionError


class _Kept:
    """Keeps an answer instead of sending it."""

    def __init__(self) -> None:
        self.start: Message = {"type": "http.response.start", "status": 200, "headers": []}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        self.body += message.get("body", b"")

    async def give(self, send: Send, body: bytes) -> None:
        """Send it after all, with this body."""
        others = [(name, value) for name, value in self.start["headers"] if name != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await send({**self.start, "headers": [*others, length]})
        await send({"type": "http.response.body", "body": body})


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _answer(send: Send, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    fields = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    named = [(name.encode(), value.encode()) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})


async def _cut(send: Send) -> None:
    """Promise more than is sent, and end."""
    headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _with_unknown_status(body: bytes) -> bytes:
    """Change every status in an answer to a word that no document knows."""
    try:
        document = json.loads(body)
    except ValueError:
        return body

    def changed(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: changed(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [changed(one) for one in value]
        is_status = isinstance(value, str) and name.casefold().endswith(("status", "state"))
        return "RECALIBRATING" if is_status else value

    return json.dumps(changed(document)).encode()
