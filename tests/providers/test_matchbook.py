"""Matchbook besides its flow: lookalikes with every filter, exports that take a while, what is refused."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import polars as pl
import pytest
import yaml

from matchprep.errors import InputError, PermanentProviderError, UsageError
from matchprep.pipeline import submitting
from matchprep.providers import Consent, Pace, WallClock, load_settings
from matchprep.providers import matchbook_calls as calls
from matchprep.providers.matchbook import Client
from matchprep.providers.matchbook_calls import Paths
from matchprep.sandbox.matchbook import ACCOUNT

LIST = Path(__file__).resolve().parents[2] / "sample_data" / "list.csv"
SELECTIONS = {
    "id": {"column_name": "Contact ID", "is_required": True},
    "first_name": {"column_name": "First Name", "is_required": True},
    "last_name": {"column_name": "Surname", "is_required": True},
    "dob": {"column_name": "D.O.B.", "is_required": False},
    "address": {"column_name": "Street Address", "is_required": False},
    "zip": {"column_name": "Zip Code", "is_required": False},
    "phone": {"column_name": "Mobile", "is_required": False},
}
PATHS = Paths()
VOTER = "TargetSmart voterbase ID"
ALL_FILTERS = {
    "ageStart": 24, "ageEnd": 70, "ageIncludeUnknown": True, "contactInfo": "cell",
    "genders": ["none", "m", "f"],
    "hasDonorHistory": True, "races": ["black", "latino", "native american", "white", "none", "aapi"],
    "registrationDateStart": "1900-01-01", "registrationDateEnd": "2025-12-31",
    "congressionalDistricts": None,
    "stateLegLowerDistricts": None, "stateLegUpperDistricts": None, "counties": None, "states": ["NY"],
    "zip": "14213", "distanceFromZip": 3,
}  # fmt: skip


@pytest.fixture
def client(sandbox, tmp_path):
    settings = load_settings(Client.Settings, base_url=sandbox.urls["matchbook"], **ACCOUNT)
    made = Client(settings, clock=WallClock(), pace=Pace(tmp_path / "pace", WallClock()))
    yield made
    made.close()


@pytest.fixture
def url(sandbox):
    """The sample list, where the sandbox can fetch it."""
    address = sandbox.urls["matchbook-storage"] + "/matchbook-test/list.csv"
    request = urllib.request.Request(address, LIST.read_bytes(), method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        return address


@pytest.fixture
def matched(client, sandbox, url):
    """An audience of the whole sample list."""
    made = client.act(calls.upload_csv(PATHS, customer="c1", url=url))
    sandbox.turn(60)
    client.act(
        calls.match_uploaded_csv(PATHS, audience=made["id"], customer="c1", name="all", selections=SELECTIONS)
    )
    sandbox.turn(60)
    return made["id"]


def test_an_audience_tells_figures_that_agree(client, matched):
    told = client.audience(matched, "c1")
    match = told["uploadedAudienceCsvMatchMetadata"]
    assert told["status"] == "ACTIVE"
    assert told["canCreateLookalikeFrom"] is True
    assert match["numUniqueMatches"] == told["metadata"]["size"] <= match["numMatches"] <= 2000
    counts = told["metadata"]
    assert counts["gender_f"] + counts["gender_m"] + counts["gender_none"] == counts["size"]
    assert counts["party_dem"] + counts["party_ind"] + counts["party_rep"] == counts["size"]
    for one in match["columnMatchResults"]:
        assert 0 <= one["percentOfMatches"] <= 1


def test_a_lookalike_takes_every_filter_and_every_parameter(client, sandbox, matched):
    made = client.act(
        calls.create_lookalike_audience(
            PATHS, base=matched, customer="c1", size=5, name="like", include_original=False,
            filters=ALL_FILTERS,
        )
    )  # fmt: skip
    assert made["status"] == "PENDING"
    assert made["audienceLookalikeCreatedFrom"] == {"id": matched}
    assert made["numLookalikesRequested"] == 5
    sandbox.turn(60)
    told = client.audience(made["id"], "c1")
    assert told["status"] == "ACTIVE"
    assert {name: told["filters"][name] for name in ALL_FILTERS} == ALL_FILTERS
    with pytest.raises(PermanentProviderError, match="unique by customerId"):
        client.act(calls.create_lookalike_audience(PATHS, base=matched, customer="c1", size=5, name="like"))


def test_an_export_that_takes_a_while_is_followed_and_bought_once(sending, sandbox):
    params = {"customerId": "polled-1", "export": "phone, address"}
    done = submitting.submit(sending("matchbook", params=params), consent=Consent(max_cost=1000))
    assert "wait for the price" in done.job.steps
    assert done.job.fact("export_status") == "ACTIVE"
    (export,) = [one for one in done.outcome.files if one.name == "matchbook-export.csv"]
    header, *rows = export.read_text(encoding="utf-8").splitlines()
    bought = {"Cell phone number", "Registration address", "Registration ZIP code"}
    assert {"TargetSmart voterbase ID", "id", *bought} <= set(header.split(","))
    assert len(rows) == done.outcome.matched_rows
    assert agreeing(export) > 0.9
    assert sandbox.state["matchbook"].done["POST /purchase-csv-export"] == 1
    assert done.job.fact("cents") > 0


def agreeing(export: Path, ids: str = "id") -> float:
    """The share of an export's rows that name the voter that the list's row really is."""
    truth = pl.read_csv(LIST.with_name("truth.csv"), infer_schema=False)
    found = pl.read_csv(export, infer_schema=False).drop_nulls(VOTER)
    rows = found.join(truth, left_on=ids, right_on="list_id")
    return float((rows[VOTER] == rows["reference_id"]).mean())


def test_the_export_is_joined_to_the_list_by_the_ids_that_were_sent(sending):
    done = submitting.submit(sending("matchbook", params={"export": "phone"}), consent=Consent(max_cost=1000))
    results = pl.read_csv(done.job.folder / "results.csv", infer_schema=False)
    assert results.height == 300
    assert results["row_number"].cast(int).is_sorted()
    assert (done.joined.by, done.joined.rows) == (("id",), done.outcome.matched_rows)
    assert results[VOTER].count() == done.joined.rows
    assert agreeing(done.job.folder / "results.csv", "Contact ID") > 0.9
    assert "first_name" not in results.columns  # what was sent is not repeated


def test_an_export_without_ids_is_joined_by_what_must_agree_and_nothing_is_guessed(sending):
    """The vendor's page on exports names no column of ids; names must agree, for they are required."""
    params = {"customerId": "without-ids", "export": "phone"}
    done = submitting.submit(sending("matchbook", params=params), consent=Consent(max_cost=1000))
    export = pl.read_csv(done.job.folder / "matchbook-export.csv", infer_schema=False)
    joined, results = done.joined, pl.read_csv(done.job.folder / "results.csv", infer_schema=False)
    assert "id" not in export.columns
    assert joined.by == ("first_name", "last_name")
    assert results[VOTER].count() == joined.rows > 100
    assert export.height == results[VOTER].drop_nulls().n_unique() + joined.open_lines + joined.strange_lines
    assert agreeing(done.job.folder / "results.csv", "Contact ID") > 0.97
    kept = json.loads((done.job.folder / "outcome.json").read_text(encoding="utf-8"))
    assert kept["joined"]["strange_lines"] == joined.strange_lines


def test_nothing_is_bought_without_a_yes(sending, sandbox):
    with pytest.raises(UsageError, match="not agreed to") as caught:
        submitting.submit(sending("matchbook", params={"export": "phone"}), consent=Consent(max_cost=0.5))
    assert "--max-cost" in str(caught.value)
    assert sandbox.state["matchbook"].done["POST /purchase-csv-export"] == 0


def test_without_the_wish_nothing_is_priced_or_bought(sending, sandbox):
    done = submitting.submit(sending("matchbook"))
    assert done.job.state == "done"
    assert not [one for one in sandbox.log if one.path.endswith("-csv-export")]
    assert [one.path for one in sandbox.log if one.method == "DELETE"]


def test_the_key_never_reaches_the_storage(sending, sandbox):
    submitting.submit(sending("matchbook", params={"export": "free"}), consent=Consent(max_cost=0))
    storage = [one for one in sandbox.log if one.path.startswith(("/matchbook-", "/exports/"))]
    assert {one.method for one in storage} == {"PUT", "GET", "DELETE"}
    assert not [one for one in storage if "authorization" in one.headers]


def test_a_list_that_lies_elsewhere_is_not_published(sending, sandbox, url):
    with pytest.raises(PermanentProviderError, match="400"):  # its columns are others
        submitting.submit(sending("matchbook", params={"url": url}))
    assert not [one for one in sandbox.log if one.method == "PUT"][1:]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"exprot": "phone"}, "Did you mean"),
        ({"export": "fone"}, "MB-P-PREVIEW-FIELDS"),
        ({"lookalike": "many"}, "whole number"),
        ({"lookalike": "10", "includeOriginalAudience": "perhaps"}, "true or false"),
        ({"url": "list.csv"}, "MB-P-UPLOAD-URL"),
    ],
)
def test_a_wrong_parameter_is_told_before_anything_is_sent(sending, sandbox, params, says):
    with pytest.raises(UsageError) as caught:
        submitting.submit(sending("matchbook", params=params))
    assert says.casefold() in str(caught.value).casefold()
    assert sandbox.log == []


def test_filters_are_held_against_the_rules(sending, sandbox, tmp_path):
    path = tmp_path / "filters.yaml"
    path.write_text(yaml.safe_dump({"zip": "11215"}))
    with pytest.raises(UsageError, match="MB-F-ZIP"):
        submitting.submit(sending("matchbook", params={"lookalike": "10", "filters": str(path)}))
    path.write_text("[1, 2]")
    with pytest.raises(InputError, match="no mapping"):
        submitting.submit(sending("matchbook", params={"lookalike": "10", "filters": str(path)}))


def test_the_paths_can_be_set(monkeypatch):
    monkeypatch.setenv("MATCHPREP_MATCHBOOK_PATHS", '{"upload_csv": "/upload_csv"}')
    settings = load_settings(Client.Settings, **ACCOUNT)
    call = calls.upload_csv(settings.paths, customer="1", url="https://example.com/a.csv")
    assert call.path == "/upload_csv"
    assert settings.paths.audience == "/audience"


def ask(sandbox, method, path, body=None, bearer=ACCOUNT["token"]):
    request = urllib.request.Request(  # noqa: S310
        sandbox.urls["matchbook"] + path,
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {bearer}"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_server_refuses_what_the_page_refuses(sandbox, client, matched, url):
    """Expected from the page: Customer ID, Errors, More details about column selections."""
    assert ask(sandbox, "GET", "/audiences", bearer="wrong")[0] == 401
    assert ask(sandbox, "GET", f"/audience?audienceId={matched}&customerId=c2")[0] == 400
    assert ask(sandbox, "GET", f"/audience?audienceId={matched}")[0] == 400
    assert len(ask(sandbox, "GET", "/audiences")[1]) == 1
    assert ask(sandbox, "GET", "/audiences?customerId=c2")[1] == []
    upload = ask(sandbox, "POST", "/upload-csv", {"customerId": "c1", "url": url})[1]
    assert (upload["status"], upload["name"]) == ("PENDING", None)
    assert upload["uploadedAudienceCsv"]["status"] == "READY_FOR_PARSING"
    body = {"audienceId": upload["id"], "customerId": "c1", "audienceName": "x"}
    early = ask(sandbox, "POST", "/match-uploaded-csv", {**body, "columnSelections": SELECTIONS})
    assert early[0] == 400
    sandbox.turn(60)
    first = {"column_name": "First Name", "is_required": True}
    for selections in (
        {},
        {"id": {"column_name": "Contact ID", "is_required": True}},
        {"first_name": first, "id": {"column_name": "Contact ID", "is_required": False}},
        {"first_name": first, "address": {"column_name": "Street Address", "is_required": True}},
        {"first_name": first, "full_name": {"column_name": "Surname", "is_required": False}},
        {"first_name": {"column_name": "Elsewhere", "is_required": True}},
        {"nickname": first},
        "none",
    ):
        answer = ask(sandbox, "POST", "/match-uploaded-csv", {**body, "columnSelections": selections})
        assert answer[0] == 400, selections
        assert {"error", "errorType"} <= set(answer[1])
    taken = {**body, "audienceName": "all", "columnSelections": SELECTIONS}
    assert ask(sandbox, "POST", "/match-uploaded-csv", taken)[0] == 400


def test_a_second_purchase_is_refused_in_the_words_of_the_page(sandbox, client, matched):
    export = client.act(
        calls.create_preview_csv_export(PATHS, audience=matched, customer="c1", optional=["phone"])
    )
    phones = export["purchaseCostBreakdown"]["phone"]
    assert export["totalCost"] == 6 * phones["count_requiring_payment"]
    assert phones["count_total_available"] == export["audience"]["metadata"]["num_phones"]
    bought = client.act(calls.purchase_csv_export(PATHS, export=export["id"], customer="c1"))
    assert bought["status"] == "ACTIVE"
    assert bought["downloadUrl"]
    again = ask(sandbox, "POST", "/purchase-csv-export", {"exportId": export["id"], "customerId": "c1"})
    assert again == (400, {
        "error": "You've already made this purchase.", "errorType": "purchasableEntityAlreadyPurchased"
    })  # fmt: skip
    sandbox.turn(7200)
    with pytest.raises(urllib.error.HTTPError) as late:
        urllib.request.urlopen(bought["downloadUrl"], timeout=10)  # noqa: S310
    assert late.value.code == 403
    late.value.close()


def test_a_url_that_cannot_be_fetched_is_told(client, sandbox):
    for url in ("http://127.0.0.1:9/list.csv", "https://example.com/list.csv", "nowhere"):
        made = client.act(calls.upload_csv(PATHS, customer="c1", url=url))
        sandbox.turn(60)
        assert client.audience(made["id"], "c1")["errorInfoUserFacing"]
