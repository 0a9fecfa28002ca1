"""The sandbox over real HTTP, and a file that passed each provider's rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from matchprep.pipeline import Request, walk
from matchprep.pipeline.submitting import Sending
from matchprep.sandbox import serve

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data"


@pytest.fixture(scope="session")
def world():
    """All servers of the sandbox, for the whole session."""
    with serve(SAMPLE / "reference.csv") as running:
        yield running


@pytest.fixture
def sandbox(world, tmp_path, monkeypatch):
    """The sandbox as it begins, and a ledger of this test's own."""
    world.webhooks.settle()
    world.reset()
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return world


@pytest.fixture
def running(sandbox, tmp_path):
    """The sandbox, where the commands look for one that runs."""
    state = tmp_path / "xdg_state_home" / "matchprep" / "sandbox.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps(sandbox.urls), encoding="utf-8")
    return sandbox


@pytest.fixture(scope="session")
def sealed(tmp_path_factory):
    """Folders that `run` wrote for a provider, made once each; 300 people keep it quick."""
    made: dict[str, Path] = {}

    def folder(provider: str) -> Path:
        if provider not in made:
            base = tmp_path_factory.mktemp(f"sealed-{provider}")
            lines = (SAMPLE / "list.csv").read_text(encoding="utf-8").splitlines()[:301]
            people = base / "list.csv"
            people.write_text("\n".join(lines) + "\n", encoding="utf-8")
            walk(Request(people=people, provider=provider, out=base / "out"))
            made[provider] = base / "out"
        return made[provider]

    return folder


@pytest.fixture
def sending(sealed, sandbox, tmp_path):
    """What `submit` takes, on a copy of the sealed folder."""

    def make(provider: str, **more) -> Sending:
        folder = tmp_path / provider
        if not folder.exists():
            shutil.copytree(sealed(provider), folder)
        return Sending(folder=folder, sandbox=sandbox.urls[provider], **more)

    return make


@pytest.fixture
def order(sandbox):
    """Put a fault on order, over HTTP as a user would."""

    def put(provider: str, **fault) -> tuple[int, str]:
        url = sandbox.urls[provider] + "/__sandbox__/faults"
        request = urllib.request.Request(url, json.dumps(fault).encode(), method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return put


@pytest.fixture
def receiver(sandbox):
    """Somebody who is called back: the address, and what was told once all calls were made."""
    told: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        # As a server that keeps its connections and says nothing on how long its answer is.
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments) -> None:
            """Say nothing."""

    def heard() -> list[dict]:
        sandbox.webhooks.settle()
        return told

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def in_a_process():
    """Run a Python program as a process of its own, and give it when it has ended."""

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment,
        )

    return run
