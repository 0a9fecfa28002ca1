"""TargetSmart beyond the flow: every parameter, what storage refuses, what comes back."""

from __future__ import annotations

import csv
import gzip
import http.client
import itertools
import json
import re
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from matchprep.errors import PermanentProviderError, UsageError
from matchprep.pipeline import submitting
from matchprep.providers import Consent, Jobs, Pace, SandboxClock, WallClock, exchange, ledger_path
from matchprep.providers.targetsmart import Client, TargetsmartSettings
from matchprep.providers.targetsmart_calls import filename_for, price
from matchprep.providers.targetsmart_results import unpack


@pytest.fixture
def client(sandbox, tmp_path):
    clock = SandboxClock(sandbox.urls["targetsmart"], exchange)
    settings = TargetsmartSettings(base_url=sandbox.urls["targetsmart"], api_key="sandbox-key")
    made = Client(settings, clock=clock, pace=Pace(tmp_path / "pace.sqlite", clock))
    yield made
    made.close()


def sent(url, *, method="PUT", body=b"first_name\r\nAda\r\n", **headers):
    """Send a request that the client would never send."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, names, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


# --- Request parameters ---


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"filename": ""}, "filename"),
        ({"filename": "a-b"}, "filename"),
        ({"filename": "a.csv"}, "filename"),
        ({"filename": "a" * 51}, "filename"),
        ({"filename": "a", "webhook": "ftp://example.com"}, "webhook"),
        ({"filename": "a", "include_email": "maybe"}, "include_email"),
        ({"filename": "a", "include_landline": "2"}, "include_landline"),
        ({"filename": "a", "include_wireless": "x"}, "include_wireless"),
        ({"filename": "a", "include_voip": "x"}, "include_voip"),
        ({"filename": "a", "max_matches": "0"}, "max_matches"),
        ({"filename": "a", "max_matches": "11"}, "max_matches"),
        ({"filename": "a", "format": "rar"}, "format"),
    ],
)
def test_what_the_document_forbids_is_refused_inside_http_200(client, params, says):
    with pytest.raises(PermanentProviderError, match=f"Validation Error: .*{says}"):
        client.register(**params)


@pytest.mark.parametrize(
    "params",
    [
        {"filename": "a" * 50},
        {"filename": "A_1", "webhook": "https://example.com/hook"},
        {"filename": "a", "include_email": True, "include_landline": False},
        {"filename": "a", "include_wireless": "true", "include_voip": "False"},
        {"filename": "a", "max_matches": 10, "format": "gzip"},
    ],
)
def test_what_the_document_permits_is_registered(client, params):
    assert "/smartmatch-input/" in client.register(**params)


def test_a_wrong_key_is_refused(sandbox):
    clock = SandboxClock(sandbox.urls["targetsmart"], exchange)
    settings = TargetsmartSettings(base_url=sandbox.urls["targetsmart"], api_key="another")
    wrong = Client(settings, clock=clock, pace=None)
    with pytest.raises(PermanentProviderError, match="403"):
        wrong.register(filename="a")
    wrong.close()


@pytest.mark.parametrize(
    "name",
    [
        "Spring donors, 2026 targetsmart-1a2b3c4d",
        "Spender Köln targetsmart-1a2b3c4d",
        "x" * 90 + " targetsmart-1",
    ],
)
def test_a_name_becomes_one_that_the_document_permits(name):
    made = filename_for(name)
    assert re.fullmatch(r"[A-Za-z0-9_]{1,45}", made)
    assert made.endswith(re.sub("[^a-z0-9]", "_", name.rpartition(" ")[2]))


def test_a_filename_of_ones_own_must_be_permitted(sending):
    with pytest.raises(UsageError, match="1 to 50 letters"):
        submitting.submit(sending("targetsmart", params={"filename": "spring-donors.csv"}))


# --- PUT to upload file: what storage refuses ---


def test_storage_takes_a_file_with_an_empty_type_only(client):
    url = client.register(filename="a")
    status, body = sent(url, Content_Type="text/csv")
    assert (status, "SignatureDoesNotMatch" in body) == (403, True)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Transfer-Encoding": "chunked"}, 501, "NotImplemented"),
        ({}, 411, "MissingContentLength"),
    ],
)
def test_storage_wants_a_length(client, headers, status, code):
    address = urlsplit(client.register(filename="a"))
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    connection.putrequest("PUT", f"{address.path}?{address.query}")
    for name, value in {"Content-Type": "", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, code in answer.read().decode()) == (status, True)
    connection.close()


def test_storage_refuses_an_address_that_has_ended_or_was_changed(client, sandbox):
    url = client.register(filename="a")
    assert sent(url.replace("input/a.csv", "input/b.csv"), Content_Type="")[0] == 403
    sandbox.turn(3601)
    status, body = sent(url, Content_Type="")
    assert (status, "expired" in body) == (403, True)


def test_the_key_that_reaches_storage_is_a_failure(client, sandbox):
    url = client.register(filename="a")
    status, _body = sent(url, Content_Type="", x_api_key="sandbox-key")
    assert status == 400
    assert sandbox.state["targetsmart"].leaks == 1


def test_the_key_never_reaches_storage(sending, sandbox):
    submitting.submit(sending("targetsmart"))
    storage = [one for one in sandbox.log if one.path.startswith("/smartmatch-")]
    assert {one.method for one in storage} == {"PUT", "GET"}
    assert not any("x-api-key" in one.headers for one in storage)
    assert sandbox.state["targetsmart"].leaks == 0


# --- Obtaining results ---


@pytest.mark.parametrize("form", ["csv", "zip", "gzip"])
def test_the_list_comes_back_with_whom_each_row_is(form, sending):
    done = submitting.submit(sending("targetsmart", params={"format": form}))
    with (done.job.folder / "results.csv").open(encoding="utf-8", newline="") as file:
        results = list(csv.DictReader(file))
    manifest = json.loads((done.job.folder / "manifest.json").read_text(encoding="utf-8"))
    with Path(manifest["options"]["people"]).open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert len(results) == len(people) == 300
    for given, result in zip(people, results, strict=True):
        # NOTE: a spreadsheet would run what starts like a formula; an apostrophe goes before it.
        assert {name: result[name].removeprefix("'") for name in given} == given
    matched = [one for one in results if one["tsmart_match_code"] == "Y"]
    assert len(matched) == done.outcome.matched_rows
    assert all(re.fullmatch(r"[A-Z]{2}-\d+", one["vb.voterbase_id"]) for one in matched)
    assert len({one["vb.voterbase_id"] for one in matched}) == done.outcome.unique_matches
    assert "first_name" not in results[0]


def test_further_matches_come_in_a_file_of_their_own(sending):
    what = sending("targetsmart", params={"max_matches": "3", "include_wireless": "true"})
    with pytest.raises(UsageError, match="does not say beforehand"):
        submitting.submit(what)
    job = Jobs(ledger_path(), WallClock()).jobs()[0].job
    done = submitting.resume(job, consent=Consent(max_cost=float("inf")))
    with (done.job.folder / "additional_matches.csv").open(encoding="utf-8-sig", newline="") as file:
        further = list(csv.DictReader(file))
    with (done.job.folder / "results.csv").open(encoding="utf-8", newline="") as file:
        best = {one["Contact ID"]: one["vb.voterbase_id"] for one in csv.DictReader(file)}
    assert further
    assert done.outcome.told["additional_rows"] == len(further)
    assert all(best[one["matchback_id"]] not in {"", one["vb.voterbase_id"]} for one in further)
    counts = [sum(1 for two in further if two["matchback_id"] == one["matchback_id"]) for one in further]
    assert max(counts) <= 2


def test_what_may_cost_is_named():
    assert price({"include_email": "true", "max_matches": "2"}).what == "include_email, max_matches"
    assert price({"include_email": "False", "max_matches": "1", "format": "zip"}).amount == 0


def test_a_poll_that_comes_too_soon_is_refused(sandbox):
    url = f"{sandbox.urls['targetsmart']}/service/smartmatch/poll?filename=a"
    assert sent(url, method="GET", body=None, x_api_key="sandbox-key")[0] == 200
    assert sent(url, method="GET", body=None, x_api_key="sandbox-key")[0] == 429
    sandbox.turn(61)
    assert sent(url, method="GET", body=None, x_api_key="sandbox-key")[0] == 200


def test_polls_of_one_client_are_thirty_seconds_apart(client, sandbox):
    client.register(filename="a")
    for _ in range(4):
        assert client.poll("a") == ""
    polls = sandbox.state["targetsmart"].polls
    assert all(later - sooner >= 30 for sooner, later in itertools.pairwise(polls))


BEST = "matchback_id,tsmart_match_code,vb.voterbase_id\n1,Y,NY-1\n2,N,\n3,Y,NY-2\n"
FURTHER = "matchback_id,tsmart_match_code,vb.voterbase_id\n1,Y,NY-7\n1,Y,NY-8\n3,Y,NY-9\n3,Y,NY-5\n1,Y,NY-4\n"


@pytest.mark.parametrize(
    "names", [("a.csv", "b.csv"), ("z_multiple.csv", "a.csv"), ("../../evil.csv", "/b.csv")]
)
def test_the_best_matches_are_known_whatever_the_files_are_called(tmp_path, names):
    packed, folder = tmp_path / "packed", tmp_path / "out"
    folder.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(names[1], FURTHER)
        archive.writestr("summary.csv", "what,rows\nmatched,2\n")
        archive.writestr(names[0], BEST)
    facts = unpack(packed, folder, rows=3)
    assert (facts["matched_rows"], facts["returned_rows"], facts["additional_rows"]) == (2, 3, 5)
    assert sorted(one.name for one in folder.iterdir()) == ["additional_matches.csv", "returned.csv"]
    assert (folder / "returned.csv").read_text() == BEST


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 not an archive",
        b"\x1f\x8b not gzip",
        gzip.compress(BEST.encode(), mtime=0)[:30],
        b"<html></html>",
    ],
)
def test_a_damaged_result_is_told(tmp_path, content):
    packed = tmp_path / "packed"
    packed.write_bytes(content)
    with pytest.raises(PermanentProviderError, match=r"cannot be read|not of the list"):
        unpack(packed, tmp_path, rows=3)


def test_the_result_of_a_longer_list_is_not_taken(tmp_path):
    packed = tmp_path / "packed"
    packed.write_text(BEST)
    with pytest.raises(PermanentProviderError, match="not of the list"):
        unpack(packed, tmp_path, rows=2)
