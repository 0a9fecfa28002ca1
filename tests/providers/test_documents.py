"""Every endpoint and every parameter of the providers' documents: read there, sent, taken, tested.

The tables are `documents/<provider>.yaml`: each sentence of a document that names an endpoint or a parameter,
with the function of the client that sends it, the route of the sandbox that takes it, and the test that shows
what it does. Here each function is called with every parameter, and what arrives is held against the table.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from email import message_from_bytes
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
import yaml

from matchprep.errors import PermanentProviderError
from matchprep.providers import (
    Call,
    Pace,
    SandboxClock,
    Submission,
    Watch,
    client_of,
    exchange,
    load_settings,
)
from matchprep.rulebook import list_providers, load_rules
from matchprep.sandbox import serve
from matchprep.sandbox.faults import Faults

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "sample_data"
TABLES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(HERE.glob("documents/*.yaml"))
}
ENTRIES = [
    pytest.param(provider, one, id=f"{provider}: {one['says'][:60]}")
    for provider, table in TABLES.items()
    for one in (*table["endpoints"], *table.get("comes", ()))
]


def found(dotted):
    """Find a function of the clients by its dotted name: itself, and the class it is of."""
    module, *names = dotted.split(".")
    owner, one = None, import_module(f"matchprep.providers.{module}")
    for name in names:
        owner, one = one, getattr(one, name)
    return one, owner


def routes_of(provider):
    module, world = import_module(f"matchprep.sandbox.{provider}"), SimpleNamespace()
    more = module.storage_routes(world) if hasattr(module, "storage_routes") else []
    return {
        f"{method} {route.path}"
        for route in [*module.routes(world), *more]
        for method in route.methods - {"HEAD"}
    }


def test_every_provider_has_its_table():
    assert list(TABLES) == sorted(list_providers())


@pytest.mark.parametrize(("provider", "entry"), ENTRIES)
def test_function_route_and_test_are_there(provider, entry):
    assert callable(found(entry["function"])[0])
    assert entry.get("route") in {None, *routes_of(provider)}
    file, _colons, name = entry["test"].partition("::")
    tests = ast.parse((HERE / file).read_text(encoding="utf-8")).body
    assert name in {one.name for one in tests if isinstance(one, ast.FunctionDef)}


@pytest.mark.parametrize("provider", TABLES)
def test_no_route_of_the_sandbox_is_forgotten(provider):
    assert {one["route"] for one in TABLES[provider]["endpoints"]} == routes_of(provider)


@dataclass
class Arrived:
    """One request as it arrived, its parameters by place and name."""

    route: str
    parameters: set[str]


class Hearing(Faults):
    """The server's outermost part, that writes down what passes."""

    heard: list[Arrived] = []  # noqa: RUF012 - of all servers together

    async def __call__(self, scope, receive, send):
        pieces = []

        async def hear():
            message = await receive()
            pieces.append(message.get("body", b""))
            return message

        async def tell(message):
            # Before the answer goes out: whoever gets it may look at once.
            own = scope["path"].startswith("/__sandbox__")
            if message["type"] == "http.response.start" and "route" in scope and not own:
                parameters = set(parameters_of(scope, b"".join(pieces)))
                self.heard.append(Arrived(f"{scope['method']} {scope['route'].path}", parameters))
            await send(message)

        await super().__call__(scope, hear, tell)


def parameters_of(scope, body):
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    yield from (f"header {name}" for name in headers)
    yield from (f"path {name}" for name in scope["path_params"])
    yield from (f"query {name}" for name, _value in parse_qsl(scope["query_string"].decode(), True))
    kind = headers.get("content-type", "")
    if kind.startswith("application/json") and body:
        yield from (f"body {name}" for name in names_in(json.loads(body)))
    elif kind.startswith("multipart/form-data"):
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        yield from (
            f"form {part.get_param('name', header='content-disposition')}" for part in form.get_payload()
        )
    elif body:
        yield "content"


def names_in(document, prefix=""):
    """Give the names in a document: `audience.name`, `outputs[]`, `parameters[].operation`."""
    if isinstance(document, dict) and document:
        for name, value in document.items():
            yield from names_in(value, f"{prefix}.{name}" if prefix else name)
    elif isinstance(document, list) and document:
        for value in document:
            yield from names_in(value, f"{prefix}[]")
    else:
        yield prefix


@pytest.fixture(scope="module")
def hearing():
    """A sandbox of its own, and what arrives at it."""
    with pytest.MonkeyPatch.context() as patch:
        # NOTE: the package's `serve` is the function of this module.
        patch.setattr(import_module("matchprep.sandbox.serve"), "Faults", Hearing)
        with serve(SAMPLE / "reference.csv") as world:
            yield world, Hearing.heard


@pytest.fixture
def calling(hearing, tmp_path):
    """A client of the sandbox's account, and what its functions may be given."""
    world, _heard = hearing
    clients = []

    def make(provider):
        url, kind = world.urls[provider], client_of(provider)
        storage = world.urls.get(f"{provider}-storage", url)
        account = import_module(f"matchprep.sandbox.{provider}").ACCOUNT
        settings = load_settings(kind.Settings, base_url=url, storage_url=storage, **account)
        clock = SandboxClock(url, exchange)
        client = kind(settings, clock=clock, pace=Pace(tmp_path / "pace", clock))
        clients.append(client)
        stands = {"$settings": settings, "$paths": getattr(settings, "paths", None)}
        places = {"{server}": url, "{storage}": storage}
        return client, stands | places | given(TABLES[provider]["submission"], provider, tmp_path)

    yield make
    for one in clients:
        one.close()


def given(sent, provider, folder):
    file = SAMPLE / sent["sample"] if "sample" in sent else folder / "people.csv"
    if "file" in sent:
        file.write_bytes(sent["file"].encode())
    submission = Submission(
        rules=load_rules(provider), profile="", name=sent["name"], file=file, rows=2,
        document=sent["document"],
    )  # fmt: skip
    work = SimpleNamespace(file=file, watch=Watch(), note=lambda **_facts: None)
    return {"$submission": submission, "$file": file, "$work": work, "$out": folder / "fetched"}


def filled(value, known):
    """Put in what stands for something: `$audience` whole, `{server}` inside a text."""
    if isinstance(value, dict):
        return {name: filled(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, known) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$"):
        return known[value]
    for name, one in known.items():
        value = value.replace("{" + name[1:] + "}" if name[0] == "$" else name, str(one))
    return value


def call(endpoint, client, known):
    """Call a function of the client; one that only makes a request has it sent."""
    function, owner = found(endpoint["function"])
    arguments = filled(endpoint.get("with", {}), known)
    if isinstance(owner, type):
        http = client._http
        bound = {type(client): client, type(http): http}.get(owner) or client.storage
        result = function(bound, **arguments)
    else:
        result = function(**arguments)
    if isinstance(result, Call):
        result = client._http.ask(result).document
    return list(result) if hasattr(result, "__next__") else result


def kept(endpoint, result):
    """Name what later calls need of an answer."""
    keep = endpoint.get("keep", {})
    if isinstance(keep, str):
        return {f"${keep}": result}
    found = {}
    for name, path in keep.items():
        value = result
        for part in path.split("."):
            value = value[part]
        found[f"${name}"] = value
    return found


@pytest.mark.parametrize("provider", TABLES)
def test_every_endpoint_and_every_parameter_arrives(provider, hearing, calling):
    world, heard = hearing
    client, known = calling(provider)
    wrong = []
    for endpoint in TABLES[provider]["endpoints"]:
        world.turn(endpoint.get("wait", 0))
        heard.clear()
        try:
            known |= kept(endpoint, call(endpoint, client, known))
        except PermanentProviderError as error:
            assert endpoint.get("refused", "never") in str(error)  # noqa: PT017 - most are not refused
        arrived = [one.parameters for one in heard if one.route == endpoint["route"]]
        names = set().union(*arrived)
        wrong += [(endpoint["route"], "never arrived")] * (not arrived)
        wrong += [(endpoint["route"], name) for name in endpoint["sends"] if _lower(name) not in names]
        known_names = {_outer(name) for one in of_route(provider, endpoint["route"]) for name in one["sends"]}
        sent = {_outer(name) for name in names if not name.startswith("header ")}
        wrong += [(endpoint["route"], f"not documented: {name}") for name in sorted(sent - known_names)]
        lacks = [f"header {name}" for name in endpoint.get("lacks", ())]
        wrong += [(endpoint["route"], f"not {name}") for name in lacks if name in names]
    assert wrong == []


def of_route(provider, route):
    return [one for one in TABLES[provider]["endpoints"] if one["route"] == route]


def _outer(name):
    """Give the outermost name: `body filters` of `body filters.states[]`."""
    return name.partition(".")[0].removesuffix("[]")


def _lower(name):
    """Headers arrive in lower case."""
    return name.lower() if name.startswith("header ") else name
