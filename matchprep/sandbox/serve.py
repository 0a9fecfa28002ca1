"""One process on loopback, one small server a provider."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import uvicorn
from starlette.applications import Starlette

from matchprep.errors import UsageError, did_you_mean
from matchprep.rulebook import list_providers
from matchprep.sandbox.control import control_routes
from matchprep.sandbox.faults import Faults
from matchprep.sandbox.world import Plays, World

_HOST = "127.0.0.1"
#: Seconds that a server may take to begin or end.
_PATIENCE_S = 20.0


@contextmanager
def serve(reference: Path, providers: Sequence[str] = (), *, first_port: int = 0) -> Iterator[World]:
    """Run servers until the block ends.

    Args:
        reference: The people that every provider knows: a CSV of voters.
        providers: Whose servers; all that there are when left out.
        first_port: The first server's port, the others' follow; any free ports when 0.

    Yields:
        The sandbox's state, with the servers' addresses.

    Raises:
        UsageError: A provider has no server, or a port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="matchprep-sandbox-") as folder, ExitStack() as running:
        world = World(reference=reference, folder=Path(folder))
        running.callback(world.webhooks.close)
        port = first_port
        for provider in providers or _with_server():
            module = _module(provider)
            plays: Plays = getattr(module, "PLAYS", Plays())
            parts = {provider: module.routes(world)}
            if hasattr(module, "storage_routes"):
                parts[f"{provider}-storage"] = module.storage_routes(world)
            for name, routes in parts.items():
                control = control_routes(world, provider, plays)
                app = Faults(Starlette(routes=[*control, *routes]), world, provider, plays)
                world.urls[name] = running.enter_context(_running(app, port))
                port += bool(port)
        yield world


def _with_server() -> list[str]:
    here = {path.stem for path in Path(__file__).parent.glob("*.py")}
    return [provider for provider in list_providers() if provider in here]


def _module(provider: str) -> ModuleType:
    if provider not in _with_server():
        hint = did_you_mean(provider, _with_server())
        raise UsageError("the sandbox has no such provider", where=provider, hint=hint)
    return import_module(f"matchprep.sandbox.{provider}")


@contextmanager
def _running(app: Faults, port: int) -> Iterator[str]:
    """Run one server in a thread of its own."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_HOST, port))
    except OSError as error:
        hint = "Choose another with --port, or leave it out."
        raise UsageError(f"port {port} is taken", where="sandbox", hint=hint) from error
    config = uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    patience = time.monotonic() + _PATIENCE_S
    while not server.started and time.monotonic() < patience:
        time.sleep(0.01)
    try:
        yield f"http://{_HOST}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_PATIENCE_S)
        listening.close()
