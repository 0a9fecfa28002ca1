"""Each request is, to the letter, what the provider's document says.

The tables are `golden/<provider>.yaml`, written by hand from the documents. `call` names a function of the
provider's client; `$settings`, `$paths` and `$submission` stand for the account, its paths and what is sent.
"""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from matchprep.providers import Call, Pace, Submission, WallClock, client_of, load_settings
from matchprep.rulebook import load_rules

HERE = Path(__file__).parent
TABLES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("golden/*.yaml"))
}
CASES = [
    pytest.param(provider, case, id=f"{provider}-{case['call']}-{place}")
    for provider, table in TABLES.items()
    for place, case in enumerate(table["requests"])
]


@pytest.fixture
def client(tmp_path):
    """A client that sends nothing, with the account of the table."""
    made = []

    def make(provider):
        kind = client_of(provider)
        settings = load_settings(kind.Settings, **TABLES[provider]["account"])
        made.append(kind(settings, clock=WallClock(), pace=Pace(tmp_path / "pace", WallClock())))
        return made[-1], settings

    yield make
    for one in made:
        one.close()


def function_of(provider, name):
    for module in (f"matchprep.providers.{provider}_calls", f"matchprep.providers.{provider}"):
        try:
            found = getattr(importlib.import_module(module), name, None)
        except ModuleNotFoundError:
            continue
        if found:
            return found
    raise AssertionError(name)


def called(provider, case, settings, tmp_path) -> Call:
    file = tmp_path / "people.csv"
    file.write_bytes(b"md5\n3ad10af313a5ed70fb345196046f1acc\n")
    sent = TABLES[provider].get("submission", {})
    stands = {
        "$settings": settings,
        "$paths": getattr(settings, "paths", None),
        "$file": file,
        "$submission": Submission(
            rules=load_rules(provider), profile="", file=file, name=sent.get("name", ""), rows=1,
            document=sent.get("document", {}), params={},
        ),
    }  # fmt: skip

    def meant(value):
        return stands[value] if isinstance(value, str) and value.startswith("$") else value

    arguments = [meant(one) for one in case.get("with", [])]
    named = {name: meant(one) for name, one in case.get("named", {}).items()}
    return function_of(provider, case["call"])(*arguments, **named)


@pytest.mark.parametrize(("provider", "case"), CASES)
def test_a_request_is_what_the_document_says(provider, case, client, tmp_path):
    sender, settings = client(provider)
    request = sender._http._build(called(provider, case, settings, tmp_path), None)
    expected = case["request"]
    assert request.method == expected["method"]
    assert str(request.url.copy_with(query=None)) == expected["url"]
    assert dict(request.url.params) == expected.get("query", {})
    for name, value in expected.get("headers", {}).items():
        assert request.headers.get(name, "").startswith(value), name
    body = request.read()
    if "body" in expected:
        assert json.loads(body) == expected["body"]
        assert request.headers["content-type"] == "application/json"
    elif "form" in expected:
        text = body.decode()
        for name, value in expected["form"].items():
            assert f'name="{name}"\r\n\r\n{value}\r\n' in text
        assert not [name for name in expected.get("lacks", ()) if f'name="{name}"' in text]
        for name, file in expected["files"].items():
            assert f'name="{name}"; filename="{file}"\r\n' in text
    else:
        assert body == b""


@pytest.mark.parametrize("provider", TABLES)
def test_every_documented_call_is_in_the_table(provider):
    host = SimpleNamespace(at=TABLES[provider]["host"])
    sent = {
        f"{one['request']['method']} {one['request']['url'].removeprefix(host.at)}"
        for one in TABLES[provider]["requests"]
    }
    base = TABLES[provider].get("base", "")
    for one in load_rules(provider).requests.values():
        method, path = one.call.split()
        # What stands in braces there is an id here.
        wanted = re.compile(f"{method} {base}{re.sub('{.*?}', '[^/]+', path)}")
        assert any(wanted.fullmatch(each) for each in sent), one.call
