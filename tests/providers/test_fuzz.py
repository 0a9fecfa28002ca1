"""Whatever is sent to the sandbox, it answers, and never with a 500 that nobody ordered.

Requests are drawn from the routes and names of `documents/<provider>.yaml`, with the odd words of
`fuzz/odd.yaml` and with anything else in their places: ids, queries, headers, encodings, JSON of every shape,
broken JSON, broken forms; with a session and without; one after the other, at a server that holds something.
"""

from __future__ import annotations

import copy
import json
import re
import socket
from importlib import import_module
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from matchprep.sandbox import serve
from matchprep.sandbox.faults import Faults

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "sample_data"
ODD = yaml.safe_load((HERE / "fuzz/odd.yaml").read_text(encoding="utf-8"))
DOCUMENTS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["endpoints"]
    for path in sorted(HERE.glob("documents/*.yaml"))
}
SESSIONS = {
    "iqm": {"Authorization": "Bearer fuzz", "X-IAA-OW-ID": "200001"},
    "matchbook": {"Authorization": "Bearer sandbox-token"},
    "targetsmart": {"x-api-key": "sandbox-key"},
    "statsocial": {"Authorization": "Bearer sandbox-token"},
    "digitalaudience": {"Cookie": "digitalAudience=fuzz"},
}
PEOPLE = b"First Name,Surname,Zip,State\nAda,Lovelace,14213,NY\n"


# --- servers that hold something ---


class Watching(Faults):
    """The server's outermost part, that writes down what was raised; after the answer, too."""

    raised: list[str] = []  # noqa: RUF012 - of all servers together

    async def __call__(self, scope, receive, send):
        try:
            await super().__call__(scope, receive, send)
        except ClientDisconnect:
            raise
        except Exception as error:
            self.raised.append(f"{scope['method']} {scope['path'][:80]}: {error!r}")
            raise


@pytest.fixture(scope="module")
def servers():
    """The servers, and what each remembers to begin with."""
    with pytest.MonkeyPatch.context() as patch:
        # NOTE: the package's `serve` is the function of this module.
        patch.setattr(import_module("matchprep.sandbox.serve"), "Faults", Watching)
        with serve(SAMPLE / "reference.csv") as world:
            for fill in (fill_iqm, fill_matchbook, fill_targetsmart, fill_statsocial, fill_digitalaudience):
                fill(world)
            assert Watching.raised == []
            yield Held(world)


class Held:
    """The servers as they were to begin with."""

    def __init__(self, world):
        self.world, self.turned, self._state = world, world.turned, copied(world, world.state)

    def restore(self):
        self.world.reset()
        self.world.state.update(copied(self.world, self._state))
        self.world.turned = self.turned
        Watching.raised.clear()
        return self.world


def copied(world, state):
    """Copy what servers remember, but for locks and for what came of matching, which never changes."""
    same = [*world.matched.values(), state["targetsmart"].matching]
    return copy.deepcopy(state, {id(one): one for one in same})


def ask(method, url, **more):
    answer = httpx.request(method, url, timeout=60, trust_env=False, **more)
    assert answer.status_code == 200, answer.text
    return answer.json() if answer.headers.get("content-type", "").startswith("application/json") else None


def fill_iqm(world):
    kind = import_module("matchprep.sandbox.iqm").Tenant
    world.state["iqm"] = kind(tokens={"fuzz": float("inf")}, refresh={"fuzz"})
    url, files = f"{world.urls['iqm']}/api/v2/audience/matched/add", {"file": ("a.csv", PEOPLE)}
    ask("POST", url, headers=SESSIONS["iqm"], data=ODD["form"], files=files)


def fill_matchbook(world):
    url, drop = world.urls["matchbook"], f"{world.urls['matchbook-storage']}/matchbook-1/a.csv"
    ask("PUT", drop, content=(SAMPLE / "list.csv").read_bytes())
    headers = {"first_name": "First Name", "last_name": "Surname", "zip": "Zip Code"}
    select = {name: {"column_name": header, "is_required": True} for name, header in headers.items()}
    for path, body in (
        ("upload-csv", {"url": drop}),
        ("match-uploaded-csv", {"audienceId": "1", "audienceName": "a", "columnSelections": select}),
        ("create-preview-csv-export", {"audienceId": "1"}),
        ("upload-csv", {"url": drop}),
    ):
        ask("POST", f"{url}/{path}", headers=SESSIONS["matchbook"], json={"customerId": "1", **body})
        world.turn(60)


def fill_targetsmart(world):
    url = f"{world.urls['targetsmart']}/service/smartmatch"
    address = ask("GET", url, headers=SESSIONS["targetsmart"], params={"filename": "a"})["url"]
    ask("PUT", address, headers={"Content-Type": ""}, content=b"first_name\nAda\n")
    world.turn(120)


def fill_statsocial(world):
    url, headers = world.urls["statsocial"], SESSIONS["statsocial"]
    ask("POST", f"{url}/uploads", headers=headers, data={"type": "md5"}, files={"file": ("a", b"md5\n1\n")})
    body = {
        "audience": {"name": "a"},
        "parameters": [{"operation": "OR", "tweet_search": {"phrases": ["a"]}}],
    }
    ask("POST", f"{url}/audiences", headers=headers, json=body)
    key = ODD["stands"]["$key"]
    world.state["statsocial"].uploads[key] = 1


def fill_digitalaudience(world):
    kind = import_module("matchprep.sandbox.digitalaudience").Organisation
    world.state["digitalaudience"] = kind(sessions={"fuzz": float("inf")})
    url, headers = world.urls["digitalaudience"], SESSIONS["digitalaudience"]
    ask("POST", f"{url}/campaign/create", headers=headers, json={"name": "a"})
    body = {"name": "a", "campaignId": ODD["stands"]["$campaign"]}
    ask("POST", f"{url}/audience/createcrmaudience", headers=headers, json=body)
    upload = f"{url}/invented/upload/{ODD['stands']['$audience']}"
    ask("PUT", upload, content=b"Email\r\na@example.com\r\n")


# --- what is sent ---


def mostly(often, now_and_then):
    return st.integers(0, 5).flatmap(lambda die: now_and_then if die == 5 else often)


def names_of(endpoint, place):
    """The outermost names of what a call sends in its body, query or form."""
    inside = [name.partition(" ")[2] for name in endpoint["sends"] if name.startswith(f"{place} ")]
    return sorted({name.partition(".")[0].removesuffix("[]") for name in inside})


NAMES = {
    name
    for endpoints in DOCUMENTS.values()
    for one in endpoints
    for place in ("body", "query", "form")
    for name in names_of(one, place)
}
texts = st.sampled_from(ODD["texts"]) | st.text(st.characters(exclude_categories=()), max_size=12)
numbers = st.sampled_from(ODD["numbers"]) | st.integers() | st.floats()
names = st.sampled_from(sorted(NAMES | {"turn", "at", "does", "times", "seconds"})) | texts
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
ids = st.sampled_from([*ODD["ids"], "very long"]).map(lambda one: "9" * 5000 if one == "very long" else one)
kinds = st.sampled_from(ODD["types"])
some_names = mostly(st.just({}), st.dictionaries(names, texts, max_size=2))
odd_header = st.binary(max_size=10).filter(lambda one: not set(one) & set(b"\r\n\0") and one == one.strip())
odd_headers = st.dictionaries(st.from_regex("[A-Za-z-]{1,20}", fullmatch=True), odd_header, max_size=2)


def right_body(endpoint):
    """The body that the table has for a call, or the names of one with values that fit."""
    has = endpoint.get("with", {})
    body = {**has, **(has["body"] if isinstance(has.get("body"), dict) else {})}
    right = {name: body.get(name, ODD["right"].get(name)) for name in names_of(endpoint, "body")}
    return stood_for(right)


def stood_for(value):
    if isinstance(value, dict):
        return {name: stood_for(one) for name, one in value.items()}
    if isinstance(value, list):
        return [stood_for(one) for one in value]
    return ODD["stands"].get(value, value) if isinstance(value, str) else value


def anything_like(value):
    """Something else in a value's place, or inside of it."""

    def inside(name):
        return anything_like(value[name]).map(lambda odd: {**value, name: odd})

    def at(place):
        return anything_like(value[place]).map(lambda odd: [*value[:place], odd, *value[place + 1 :]])

    if isinstance(value, dict) and value:
        return values | st.sampled_from(sorted(value)).flatmap(inside)
    if isinstance(value, list) and value:
        return values | st.integers(0, len(value) - 1).flatmap(at)
    return values


def in_bytes(text, coding="utf-8"):
    return text.encode(coding, "surrogatepass")


#: How a document may be broken.
BREAKS = {
    "not": lambda text: text,
    "cut": lambda text: text[:-1],
    "too long": "{}]".format,
    "marked": "\ufeff{}".format,
    "deep list": lambda _text: "[" * 50_000,
    "deep object": lambda _text: '{"name":' * 900 + "1" + "}" * 900,
}


@st.composite
def jsons(draw, endpoint):
    right = right_body(endpoint)
    document = draw(
        mostly(st.just(right) | anything_like(right), st.fixed_dictionaries(dict.fromkeys(right, values)))
    )
    text = json.dumps(document, ensure_ascii=draw(st.booleans()))
    coding = draw(mostly(st.just("utf-8"), st.sampled_from(["utf-16", "utf-32"])))
    return draw(kinds), in_bytes(
        BREAKS[draw(mostly(st.just("not"), st.sampled_from(sorted(BREAKS))))](text), coding
    )


@st.composite
def forms(draw, endpoint):
    """A form: its fields right or odd, its frame whole or broken."""
    odd = texts | values.map(json.dumps)
    right = {name: ODD["form"].get(name, "") for name in names_of(endpoint, "form") if name != "file"}
    fields = {name: draw(mostly(st.just(value), odd)) for name, value in right.items()} | draw(some_names)
    pieces = [(f'name="{name}"', in_bytes(value)) for name, value in fields.items()]
    file = draw(st.sampled_from([b"", PEOPLE]))  # others would be matched, each: see below
    pieces.append((f'name="file"; filename="{draw(st.sampled_from(ODD["files"]))}"', file))
    body = b"".join(
        in_bytes(f"--fuzz\r\nContent-Disposition: form-data; {about}\r\n\r\n") + content + b"\r\n"
        for about, content in pieces
    )
    end = draw(mostly(st.just("--fuzz--\r\n"), st.sampled_from(["--fuzz", "", "--fuzz\r\n"])))
    charset = draw(mostly(st.just(""), st.sampled_from(ODD["charsets"]).map("; charset={}".format)))
    return f"multipart/form-data; boundary=fuzz{charset}", body + end.encode()


def bodies(endpoint):
    """A body as the call wants one, or another."""
    nothing = st.just(("", b""))
    other = jsons(endpoint) | forms(endpoint) | st.tuples(kinds, st.binary(max_size=60)) | nothing
    wanted = forms(endpoint) if names_of(endpoint, "form") else nothing
    return mostly(jsons(endpoint) if names_of(endpoint, "body") else wanted, other)


@st.composite
def targets(draw, endpoint):
    path = endpoint["route"].partition(" ")[2]
    path = re.sub("{.*?}", lambda _name: draw(ids), path)
    path = quote(draw(mostly(st.just(path), st.sampled_from(ODD["paths"]))), safe="/%.:-_?*")
    query = {name: draw(texts) for name in names_of(endpoint, "query")} | draw(some_names)
    return path + (
        "?" + urlencode({in_bytes(name): in_bytes(value) for name, value in query.items()}) if query else ""
    )


@st.composite
def requests(draw, provider):
    """One request: to which of a provider's servers, method, target, headers, body."""
    endpoint = draw(st.sampled_from(DOCUMENTS[provider]))
    method, _space, path = endpoint["route"].partition(" ")
    method = draw(
        mostly(st.just(method), st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "A"]))
    )
    kind, body = draw(bodies(endpoint))
    session = draw(mostly(st.just(SESSIONS[provider]), st.just({})))
    headers = {name: value.encode() for name, value in {**session, "Content-Type": kind}.items()}
    headers |= draw(mostly(st.just({}), odd_headers))
    headers |= draw(mostly(st.just({"Content-Length": str(len(body)).encode()}), st.just({})))
    storage = "-storage" * path.startswith(("/matchbook-", "/exports", "/smartmatch"))
    return provider + storage, method, draw(targets(endpoint)), headers, body


def sent(url, method, target, headers, body):
    """Send a request as it is, and give the status of the answer; null where the server hung up."""
    address = urlsplit(url)
    lines = [f"{method} {target} HTTP/1.1".encode(), b"Host: 127.0.0.1", b"Connection: close"]
    lines += [name.encode() + b": " + value for name, value in headers.items()]
    with socket.create_connection((address.hostname, address.port), timeout=30) as line:
        try:
            line.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        except ConnectionError:
            return None
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def hold(servers, sequence):
    world = servers.restore()
    for name, *request in sequence:
        status = sent(world.urls[name], *request)
        assert status is None or status < 500 or status == 501, Watching.raised  # 501: as S3 answers
    assert Watching.raised == []
    assert sent(world.urls[sequence[0][0]], "GET", "/__sandbox__", {}, b"") == 200


sequences = st.sampled_from(sorted(DOCUMENTS)).flatmap(
    lambda provider: st.lists(requests(provider), min_size=1, max_size=5)
)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(sequences)
def test_whatever_is_sent_it_answers(servers, sequence):
    hold(servers, sequence)


@pytest.mark.slow
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(sequences)
def test_whatever_is_sent_for_long_it_answers(servers, sequence):
    hold(servers, sequence)


@pytest.mark.slow
@pytest.mark.parametrize("content", ODD["contents"])
def test_an_odd_file_is_taken_or_refused(servers, content):
    """Each provider gets it in its own way, and is asked what came of it."""
    world, content = servers.restore(), in_bytes(content)
    drop = f"{world.urls['matchbook-storage']}/matchbook-1/odd.csv"
    select = {"first_name": {"column_name": "First Name", "is_required": True}}
    file, name = {"file": ("a.csv", content)}, {"filename": "odd"}
    registered = send(world, "targetsmart", "GET", "/service/smartmatch", params=name).json()["url"]
    upload = f"/invented/upload/{ODD['stands']['$audience']}"
    send(world, "iqm", "POST", "/api/v2/audience/matched/add", data=ODD["form"], files=file)
    send(world, "statsocial", "POST", "/uploads", data={"type": "md5"}, files=file)
    send(world, "digitalaudience", "PUT", upload, content=content)
    httpx.put(registered, content=content, headers={"Content-Type": ""}, trust_env=False, timeout=60)
    httpx.put(drop, content=content, trust_env=False)
    send(world, "matchbook", "POST", "/upload-csv", json={"customerId": "1", "url": drop})
    world.turn(120)
    body = {"customerId": "1", "audienceId": "4", "audienceName": "odd", "columnSelections": select}
    send(world, "matchbook", "POST", "/match-uploaded-csv", json=body)
    world.turn(120)
    for provider, path in ODD["asked"]:
        send(world, provider, "GET", path)
    assert Watching.raised == []


def send(world, provider, method, path, **more):
    url, headers = world.urls[provider] + path, SESSIONS[provider]
    answer = httpx.request(method, url, headers=headers, timeout=60, trust_env=False, **more)
    assert answer.status_code < 500, (path, Watching.raised)
    return answer
