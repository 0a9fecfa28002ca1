"""DigitalAudience beyond the flow: every call, the three signs of failure, the session, the portal."""

from __future__ import annotations

import urllib.request

import pytest
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import PermanentProviderError, UsageError
from matchprep.pipeline import submitting
from matchprep.providers import SandboxClock, Watch, exchange, load_settings
from matchprep.providers.digitalaudience import Client, DigitalaudienceSettings
from matchprep.sandbox.digitalaudience import ACCOUNT

DATES = {"startDate": "2024-01-01T00:00:00Z", "endDate": "2024-12-31T23:59:59Z"}


@pytest.fixture
def client(sandbox):
    url = sandbox.urls["digitalaudience"]
    settings = load_settings(DigitalaudienceSettings, base_url=url, **ACCOUNT)
    made = Client(settings, clock=SandboxClock(url, exchange), pace=None)
    yield made
    made.close()


@pytest.fixture
def audience(client):
    return client.create("Donors", client.create_campaign("Spring"), "audience description")


def test_a_new_audience_is_as_the_document_shows_it(client, audience):
    told = client.load(audience)
    assert told["name"] == "Donors"
    assert told["description"] == "audience description"
    assert told["campaignName"] == "Spring"
    assert (told["activationStatus"], told["activationStatusId"]) == ("New", 0)
    assert (told["audienceState"], told["audienceStateId"]) == ("NODATA", 5)
    assert (told["type"], told["typeId"]) == ("ONBOARDING", 0)
    assert (told["crmData"], told["canCreateLookalike"], told["hasSegments"]) == (None, False, False)


def test_an_audience_is_updated(client, audience):
    client.update(audience, "Members")
    assert (client.load(audience)["name"], client.load(audience)["description"]) == (
        "Members",
        "audience description",
    )
    client.update(audience, "Members", "of spring")
    assert client.load(audience)["description"] == "of spring"


def test_an_audience_is_activated_with_a_platform_account(client, audience):
    account = client.platform_accounts()[0]["id"]
    body = {"audienceId": audience, "accountId": account, "name": "Donors", "description": "d", **DATES}
    made = client.activate(body)
    assert set(made) == {"flowId", "segmentId"}
    assert client.load(audience)["activationStatus"] == "Active"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"accountId": 9}, "valid existing"),
        ({"audienceId": 9}, "valid existing"),
        ({"name": ""}, "name"),
        ({"description": None}, "description"),
        ({"startDate": "2024-01-01"}, "ISO 8601"),
        ({"endDate": ""}, "endDate"),
    ],
)
def test_an_activation_needs_every_field(client, audience, change, says):
    body = {"audienceId": audience, "accountId": 71, "name": "a", "description": "d", **DATES, **change}
    with pytest.raises(PermanentProviderError, match=says):
        client.activate(body)


def test_an_audience_is_deleted_for_good(client, audience):
    client.delete(audience)
    with pytest.raises(PermanentProviderError, match="no such audience"):
        client.load(audience)
    with pytest.raises(PermanentProviderError, match="no such audience"):
        client.delete(audience)


def test_a_session_that_ended_is_begun_again(client, audience, sandbox):
    sandbox.turn(3600)
    assert client.load(audience)["id"] == audience
    assert [one.path for one in sandbox.log].count("/account/login") == 2


def test_paths_are_taken_in_any_case_and_both_spellings(client, audience, sandbox):
    url = sandbox.urls["digitalaudience"]
    cookie = next(iter(sandbox.state["digitalaudience"].sessions))
    for path in (f"audience/loadAudienceById/{audience}", "organistion/loadplatformaccounts"):
        request = urllib.request.Request(f"{url}/{path}", headers={"Cookie": f"digitalAudience={cookie}"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            assert answer.status == 200


@pytest.mark.parametrize(
    "path", ["/audience/create/api/audience/createcrmaudience", "/Audience/CreateCrmAudience"]
)
def test_the_other_spellings_can_be_set(sandbox, path):
    url = sandbox.urls["digitalaudience"]
    paths = {"campaign_path": "/campaign/create", "audience_path": path,
             "accounts_path": "/organistion/loadplatformaccounts"}  # fmt: skip
    settings = load_settings(DigitalaudienceSettings, base_url=url, **ACCOUNT, **paths)
    client = Client(settings, clock=SandboxClock(url, exchange), pace=None)
    made = client.create("Donors", client.create_campaign("Spring"))
    assert client.load(made)["campaignName"] == "Spring"
    assert client.platform_accounts()[0]["id"] == 71
    client.close()


def test_a_wrong_password_is_told(sandbox):
    url = sandbox.urls["digitalaudience"]
    settings = load_settings(DigitalaudienceSettings, base_url=url, user_name="a", password="b")  # noqa: S106
    wrong = Client(settings, clock=SandboxClock(url, exchange), pace=None)
    with pytest.raises(PermanentProviderError, match="user name or the password"):
        wrong.load(1)
    wrong.close()


def test_the_address_must_be_given(monkeypatch, tmp_path):
    monkeypatch.setenv("MATCHPREP_CREDENTIALS", str(tmp_path / "none.toml"))
    monkeypatch.delenv("MATCHPREP_DIGITALAUDIENCE_BASE_URL", raising=False)
    with pytest.raises(UsageError, match="base_url"):
        load_settings(DigitalaudienceSettings, user_name="a", password="b")  # noqa: S106


def test_without_a_door_the_person_is_told_where_to_upload(sending, sandbox, monkeypatch):
    monkeypatch.setitem(ACCOUNT, "upload_url", None)
    told = []

    def upload_as_a_person_would(word):
        told.append(word)
        state = sandbox.state["digitalaudience"]
        audience = state.made["POST /audience/createcrmaudience"]
        url = f"{sandbox.urls['digitalaudience']}/invented/upload/{audience}"
        body = (what.folder / "digitalaudience.csv").read_bytes()
        request = urllib.request.Request(url, body, method="PUT")  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            assert b'"invented":true' in answer.read()

    what = sending("digitalaudience")
    done = submitting.submit(what, watch=Watch(on_word=upload_as_a_person_would))
    audience = done.outcome.told["audience"]
    assert told == [
        f"Upload {what.folder / 'digitalaudience.csv'} to audience {audience} in DigitalAudience's portal."
    ]


def test_the_counts_of_the_result_agree_with_each_other(sending):
    told = submitting.submit(sending("digitalaudience")).outcome.told
    assert told["dataSet"]["PHONE"]["MATCH"] > 0
    for kind, one in told["dataSet"].items():
        assert one["UNIQUE"] <= one["TOTAL"]
        assert one["MATCH"] + one["NOMATCH"] == one["UNIQUE"]
        assert one["UMATCH"] <= one["MATCH"]
        assert told["matchRates"][kind] == pytest.approx(one["MATCH"] / one["UNIQUE"], abs=1e-4)


def test_an_activation_is_part_of_the_submission_where_an_account_is_named(sending, sandbox):
    done = submitting.submit(sending("digitalaudience", params={"accountId": "71", **DATES}))
    assert done.outcome.told["segmentId"] == sandbox.state["digitalaudience"].made["POST /audience/activate"]
    assert sandbox.state["digitalaudience"].done["POST /audience/activate"] == 1


def test_an_activation_lacks_its_dates(sending):
    with pytest.raises(UsageError, match="ISO 8601"):
        submitting.submit(sending("digitalaudience", params={"accountId": "71"}))


def test_to_cancel_deletes_only_after_a_yes(sending, sandbox):
    done = submitting.submit(sending("digitalaudience"))
    state = sandbox.state["digitalaudience"]
    refused = CliRunner().invoke(app, ["cancel", done.job.job])
    assert refused.exit_code == 2
    assert len(state.audiences) == 1
    agreed = CliRunner().invoke(app, ["cancel", done.job.job, "--yes"])
    assert agreed.exit_code == 0, agreed.output
    assert state.audiences == {}
