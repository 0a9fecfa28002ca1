"""Faults on order, and the log, in front of every server: plain ASGI, so that a connection can be cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from matchprep.sandbox.world import Fault, Logged, World

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
    """

    def __init__(self, app: App, world: World, provider: str) -> None:
        self._app = app
        self._world = world
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith("/__sandbox__"):
            await self._app(scope, receive, send)
            return
        fault = self._world.due(f"{scope['method']} {scope['path']}")
        if fault is None:
            await self._app(scope, receive, self._logged(scope, send))
        elif fault.when == "before":
            await _drain(receive)
            await self._fall(fault, scope, self._logged(scope, send), b"")
        else:
            answer = _Kept()
            await self._app(scope, receive, answer)
            await self._fall(fault, scope, self._logged(scope, send), answer.body)

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

    async def _fall(self, fault: Fault, scope: Scope, send: Send, body: bytes) -> None:
        match fault.does:
            case "status":
                headers = {} if fault.seconds is None else {"retry-after": f"{fault.seconds:g}"}
                await _answer(send, fault.status, b"", headers)
            case "slow":
                await asyncio.sleep(fault.seconds or 0.0)
                await _answer(send, 200, body)
            case "cut":
                await _cut(send)
            case "malformed":
                await _answer(send, 200, b'{"data": [')
            case "error in 200":
                await _answer(send, 200, _error_in_200(self._provider))
            case "unknown status":
                await _answer(send, 200, _with_unknown_status(body))
            case _:
                scope["state"] = {**scope.get("state", {}), "fault": fault.does}


class _Kept:
    """Keeps an answer instead of sending it."""

    def __init__(self) -> None:
        self.body = b""

    async def __call__(self, message: Message) -> None:
        self.body += message.get("body", b"")


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


#: How each provider says no inside HTTP 200, by its document.
_NO = {
    "iqm": {"success": False, "errorObjects": [{"error": "Scripted refusal."}]},
    "matchbook": {"error": "Scripted refusal.", "errorType": "scripted"},
    "targetsmart": {"error": "Validation Error: scripted refusal.", "input": {}, "url": ""},
    "statsocial": {"error": "Scripted refusal."},
    "digitalaudience": {
        "data": None, "success": False, "status": {"statusCode": 1, "message": "Scripted refusal."}
    },
}  # fmt: skip


def _error_in_200(provider: str) -> bytes:
    return json.dumps(_NO[provider]).encode()


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
