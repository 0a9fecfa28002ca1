"""What a provider says again of what it was sent: no value of a person and no secret comes through."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module

import pytest

from matchprep.errors import AmbiguousProviderError, PermanentProviderError, ProviderError
from matchprep.providers import Pace, WallClock, client_of, load_settings

#: Provider -> a look at it.
LOOKS = {
    "iqm": lambda client: client.columns(),
    "matchbook": lambda client: client.audiences("c1"),
    "targetsmart": lambda client: client.register(filename="a"),
    "statsocial": lambda client: client.audience("1"),
    "digitalaudience": lambda client: client.load(1),
}
PERSON = ("ada.lovelace@example.com", "(716) 555-0101", "+1 716 555 0102", "7165550103", "0f" * 32)


@pytest.fixture
def parrot():
    """A server that says no, and says again what it heard."""
    answers = []

    class Handler(BaseHTTPRequestHandler):
        def _refuse(self):
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, body = answers[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _refuse  # noqa: N815 - the names are theirs

        def log_message(self, *_arguments):
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}", answers
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("provider", LOOKS)
def test_a_refusal_that_repeats_what_was_sent_is_masked(provider, status, parrot, tmp_path):
    url, answers = parrot
    sandbox, kind = import_module(f"matchprep.sandbox.{provider}"), client_of(provider)
    settings = load_settings(kind.Settings, **{**sandbox.ACCOUNT, "base_url": url})
    secrets = [
        value.get_secret_value()
        for name in kind.Settings.model_fields
        if hasattr(value := getattr(settings, name), "get_secret_value")
    ]
    refusal = json.dumps(sandbox.PLAYS.refusal)
    says = f"Refused: {', '.join((*PERSON, *secrets))}; see https://example.com/a?signature=abc."
    for scripted in ("Scripted refusal.", "scripted refusal."):
        refusal = refusal.replace(scripted, says)
    assert says in refusal
    answers.append((status, refusal.encode()))
    client = kind(settings, clock=WallClock(), pace=Pace(tmp_path / "pace", WallClock()))
    with pytest.raises(PermanentProviderError, match="Refused: ") as caught:
        LOOKS[provider](client)
    client.close()
    told = str(caught.value)
    assert [one for one in (*PERSON, *secrets, "abc") if one in told] == []


@pytest.mark.parametrize("kind", [PermanentProviderError, AmbiguousProviderError])
def test_every_error_of_a_provider_masks_values(kind):
    error = kind(f"{PERSON[0]} is not {PERSON[1]}; job iqm-1a2b3c4d, audience 15332, 2026-01-15")
    assert error.what == "*** is not ***; job iqm-1a2b3c4d, audience 15332, 2026-01-15"
    assert isinstance(error, ProviderError)
