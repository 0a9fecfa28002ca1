"""Requests as the providers' documents have them, against what really arrives at a server.

The tables are `arriving/<provider>.yaml`: written by hand from the documents. Adding a provider or a request
takes no change here.
"""

from __future__ import annotations

import json
import threading
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from matchprep.providers import Pace, Submission, WallClock, Watch, client_of, load_settings
from matchprep.rulebook import load_rules

HERE = Path(__file__).parent
TABLES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(HERE.glob("arriving/*.yaml"))
}


@pytest.fixture
def server():
    """A server that writes down what arrives, and gives the answers that were laid out, in order."""
    heard, answers = [], []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            length = int(self.headers.get("content-length") or 0)
            heard.append(
                {
                    "method": self.command,
                    "target": urlsplit(self.path),
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": self.rfile.read(length).decode(),
                }
            )
            answer, cookie = answers.pop(0)
            body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(200)
            if cookie:
                self.send_header("Set-Cookie", f"{cookie}; path=/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names are theirs

        def log_message(self, *_arguments):
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listening.server_address[1]}"
    yield SimpleNamespace(url=url, heard=heard, answers=answers)
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def work(tmp_path):
    """As much of the work of a submission as an upload needs."""
    file = tmp_path / "list.csv"
    file.write_text("first_name\nAda\nGrace", encoding="utf-8")
    return SimpleNamespace(file=file, watch=Watch(), note=lambda **_facts: None)


@pytest.fixture
def places(server, work):
    """What stands for something in a provider's table."""

    def known(provider):
        sent = TABLES[provider].get("submission", {"name": "", "document": {}})
        submission = Submission(rules=load_rules(provider), profile="", file=work.file, rows=2, **sent)
        return {"{server}": server.url, "{work}": work, "{submission}": submission}

    return known


def parts_of(heard):
    """Take a form apart: its fields, and its files."""
    form = message_from_string(f"Content-Type: {heard['headers']['content-type']}\n\n{heard['body']}")
    fields, files = {}, {}
    for part in form.get_payload():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload()
        if part.get_filename() is None:
            fields[name] = content
        else:
            files[name] = {"name": part.get_filename(), "type": part.get_content_type(), "content": content}
    return fields, files


def put_in(value, places):
    if isinstance(value, dict):
        return {name: put_in(one, places) for name, one in value.items()}
    if isinstance(value, str) and value in places:
        return places[value]
    return value.replace("{server}", places["{server}"]) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("provider", "case"),
    [
        pytest.param(provider, case, id=f"{provider}: {case['about']}")
        for provider, table in TABLES.items()
        for case in table["requests"]
    ],
)
def test_what_arrives_is_what_the_document_has(provider, case, server, places, tmp_path):
    table = TABLES[provider]
    expected = list(case["arrives"])
    if "login" in table:
        server.answers.append((table["login"], table.get("cookie")))
        expected.insert(0, table["first"])
    server.answers.extend((answer, None) for answer in case["answers"])
    kind, clock = client_of(provider), WallClock()
    settings = load_settings(kind.Settings, base_url=server.url, **table["settings"])
    client = kind(settings, clock=clock, pace=Pace(tmp_path / "pace.sqlite", clock))
    if "before" in case:
        getattr(client, case["before"])()
    arguments = put_in(case["with"], places(provider))
    getattr(client, case["call"])(**arguments)
    client.close()
    assert len(server.heard) == len(expected)
    for heard, wanted in zip(server.heard, expected, strict=True):
        assert (heard["method"], heard["target"].path) == (wanted["method"], wanted["path"])
        assert dict(parse_qsl(heard["target"].query, keep_blank_values=True)) == wanted.get("query", {})
        for name, value in wanted.get("headers", {}).items():
            assert heard["headers"].get(name) == value, name
        assert not set(wanted.get("lacks", ())) & set(heard["headers"])
        if "json" in wanted:
            assert json.loads(heard["body"]) == wanted["json"]
        elif "form" in wanted:
            assert parts_of(heard) == (wanted["form"], wanted["files"])
        else:
            assert heard["body"] == wanted.get("body", "")
