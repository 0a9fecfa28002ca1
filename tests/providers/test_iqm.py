"""IQM besides its flow: the session, what is listed, what is deleted."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import PermanentProviderError
from matchprep.pipeline import submitting
from matchprep.providers import Pace, SandboxClock, exchange, load_settings
from matchprep.providers.iqm import Client, IqmSettings
from matchprep.sandbox.iqm import ACCOUNT, EXPIRES_IN_S


@pytest.fixture
def client(sandbox, tmp_path):
    url = sandbox.urls["iqm"]
    clock = SandboxClock(url, exchange)
    made = Client(
        load_settings(IqmSettings, base_url=url, **ACCOUNT), clock=clock, pace=Pace(tmp_path / "pace", clock)
    )
    yield made
    made.close()


def asked(sandbox):
    return [f"{one.method} {one.path}" for one in sandbox.log]


def test_a_token_is_renewed_before_it_ends(client, sandbox):
    """Source: "Generate a refresh token for uninterrupted access to data."."""
    client.columns()
    sandbox.turn(EXPIRES_IN_S - 30)
    client.columns()
    assert asked(sandbox).count("POST /api/v3/ua/login") == 1
    assert asked(sandbox).count("POST /api/v3/ua/oauth/token") == 1
    assert {one.status for one in sandbox.log} == {200}


def test_a_token_that_cannot_be_renewed_is_asked_for_anew(client, sandbox):
    client.columns()
    sandbox.state["iqm"].refresh.clear()
    sandbox.turn(EXPIRES_IN_S)
    client.columns()
    assert asked(sandbox).count("POST /api/v3/ua/login") == 2


def test_partners_and_formats_are_listed(client):
    """Expected: the words of the guide's samples."""
    assert {"voterbase_id", "hl_npi_id"} <= {one["keyName"] for one in client.data_partners()}
    assert {"SHA1", "SHA256"} <= {one["name"] for one in client.data_formats()}


def test_columns_are_the_same_however_they_are_listed(client, order):
    """Source: Step 2, and the OpenAPI description of the same list."""
    path = "/api/v3/audience/static/matched/column-list"
    keys = [sorted(one["key"] for one in client.columns())]
    order("iqm", at=f"POST {path}", does="status", status=405, times=2)
    keys.append(sorted(one["key"] for one in client.columns()))
    order("iqm", at=f"GET {path}", does="status", status=404)
    keys.append(sorted(one["key"] for one in client.columns()))
    assert "Voters_FirstName" in keys[0]
    assert keys[0] == keys[1] == keys[2]


def test_another_refusal_of_the_list_is_no_reason_to_ask_elsewhere(client, sandbox, order):
    order("iqm", at="POST /api/v3/audience/static/matched/column-list", does="status", status=403)
    with pytest.raises(PermanentProviderError, match="403"):
        client.columns()
    assert not [one for one in asked(sandbox) if one.startswith("GET")]


def test_what_was_sent_is_deleted_on_request(sending, sandbox):
    done = submitting.submit(sending("iqm"))
    assert list(sandbox.state["iqm"].audiences) == [done.job.fact("audience")]
    agreed = CliRunner().invoke(app, ["cancel", done.job.job, "--yes"])
    assert agreed.exit_code == 0, agreed.output
    assert sandbox.state["iqm"].audiences == {}
