"""Proposed mapping documents: they pass the provider's rules, use most rows, and show nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matchprep.check import check_audience, check_request
from matchprep.cli import app
from matchprep.errors import InputError
from matchprep.intake import Reading
from matchprep.pipeline import Request, propose
from matchprep.rulebook import list_providers, load_rules

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "list.csv"
HEADER = "Nr,First Name,Surname,Street,City,ST,Zip Code,Born,Cell,Mail"
ROW = "7,Zyxanthe,Quorblix,73519 Vexmoor Ln,Ypsiquark,VT,05487,1931-02-03,(802) 555-0187,zq7@example.com"
TRACES = ("zyxanthe", "quorblix", "73519", "vexmoor", "ypsiquark", "05487", "0187", "zq7", "1931")


@pytest.fixture
def proposed(tmp_path):
    def propose_for(provider, text, **options):
        file = tmp_path / "members.csv"
        file.write_text(text)
        return propose(Request(people=file, provider=provider, **options))

    return propose_for


def rows(header, *lines):
    return "\n".join([header, *lines]) + "\n"


@pytest.mark.parametrize("provider", list_providers())
def test_the_sample_list_can_be_mapped_for_everyone(provider):
    proposal = propose(Request(people=SAMPLE, provider=provider))
    assert 0 < proposal.way.usable <= proposal.rows
    assert proposal.explanation
    json.dumps(proposal.document)


def test_matchbook_requires_the_names_and_no_more(proposed):
    proposal = proposed("matchbook", rows(HEADER, ROW))
    selections = proposal.document["columnSelections"]
    required = {name for name, one in selections.items() if one["is_required"]}
    assert required == {"first_name", "last_name"}
    assert selections["address"] == {"column_name": "Street", "is_required": False}
    body = {"audienceId": "1", "customerId": "1", "audienceName": "a", **proposal.document}
    headers = frozenset(HEADER.split(","))
    assert check_request(load_rules("matchbook"), "match_uploaded_csv", body, headers=headers) == ()


def test_matchbook_takes_the_full_name_where_it_stands_alone(proposed):
    proposal = proposed("matchbook", rows("Full Name,Zip Code", "Ann Fox,12207", "Bob Gray,12208"))
    assert set(proposal.document["columnSelections"]) == {"full_name", "zip"}
    assert proposal.document["columnSelections"]["full_name"]["is_required"]


def test_matchbook_gets_the_identifier_only_where_it_tells_rows_apart(proposed):
    header = "ID,First Name,Last Name,Zip Code"
    once = proposed("matchbook", rows(header, "1,Ann,Fox,12207", "2,Bob,Gray,12208"))
    assert once.document["columnSelections"]["id"] == {"column_name": "ID", "is_required": True}
    text = rows(header, "1,Ann,Fox,12207", "1,Bob,Gray,12208")
    twice = proposed("matchbook", text, reading=Reading(choices=("ID=id",)))
    assert "id" not in twice.document["columnSelections"]
    assert any("repeats" in one for one in twice.explanation)


def test_the_web_application_requires_the_field_that_most_rows_have(proposed):
    text = rows("First Name,Last Name,City,Zip Code", "Ann,Fox,Albany,", "Bob,Gray,Troy,", "Cy,Hill,,12207")
    proposal = proposed("matchbook", text, profile="webapp")
    required = {name for name, one in proposal.document["columnSelections"].items() if one["is_required"]}
    assert required == {"first_name", "last_name", "city"}
    assert proposal.way.usable == 2


def test_iqm_gets_the_mapping_under_which_most_rows_are_usable(proposed):
    text = rows(
        "First Name,Surname,ST,Zip Code,Mail", "Ann,Fox,NY,,a@example.com", "Bob,Gray,NY,12207,b@example.com"
    )
    proposal = proposed("iqm", text)
    assert proposal.document["columns"] == {"Mail": "Email"}
    assert proposal.document["columnSettings"] == {"Email": "Raw"}
    assert proposal.document["isSingleColumnEnabled"] is True
    assert any("1 rows" in one or "1 row" in one for one in proposal.explanation), "the others are weighed"


def test_iqm_gets_the_documents_example(proposed):
    header = "first-name,last-name,zip,state,street-address"
    lines = ["Ann,Fox,10001,NY,11 Main St", "Bob,Gray,10010,NY,22 Main St"]
    proposal = proposed("iqm", rows(header, *lines))
    assert proposal.document["columns"] == {
        "first-name": "Voters_FirstName",
        "last-name": "Voters_LastName",
        "zip": "Residence_Addresses_Zip",
        "state": "Residence_Addresses_State",
        "street-address": "Residence_Addresses_AddressLine",
    }
    assert "columnSettings" not in proposal.document
    assert proposal.document["isSingleColumnEnabled"] is False
    assert proposal.document["fileTotalCount"] == proposal.document["metadata"]["rows"] == 2
    assert proposal.document["metadata"]["columnValues"]["zip"] == ["10001", "10010"]
    assert check_request(load_rules("iqm"), "matched_add", proposal.document) == ()


@pytest.mark.parametrize(
    ("header", "value", "key", "setting"),
    [
        ("LALVOTERID", "LALNY987654", "Voters_ID", "LalVoterID"),
        ("voterbase_id", "NY-000020745", "Voters_ID", "voterbase_id"),
        ("npi", "1144317652", "NPI_ID", "hl_npi_id"),
        (
            "email_sha256",
            "43f5f8fabe82fc8dce2452267f5550bb036d0ddf33368682a9cd5da8286d63a0",
            "Email",
            "SHA256",
        ),
        ("email_md5", "3ad10af313a5ed70fb345196046f1acc", "Email", "MD5"),
        ("phone", "(518) 555-0143", "Phone", "Raw"),
    ],
)
def test_iqm_settings_say_what_a_single_column_holds(proposed, header, value, key, setting):
    proposal = proposed("iqm", rows(header, value), reading=_as(header))
    assert proposal.document["columns"] == {header: key}
    assert proposal.document["columnSettings"] == {key: setting}


def _as(header):
    fields = {"LALVOTERID": "lal_voter_id", "email_sha256": "email_hash", "email_md5": "email_hash"}
    return Reading(choices=(f"{header}={fields.get(header, header)}",))


def test_targetsmart_gets_the_identifiers_of_its_header(proposed):
    proposal = proposed("targetsmart", rows(HEADER, ROW))
    headers = proposal.document["headers"]
    assert headers["Street"] == "address1"
    assert headers["Born"] == "dob"
    assert len(set(headers.values())) == len(headers)


def test_digitalaudience_gets_its_headers(proposed):
    proposal = proposed("digitalaudience", rows(HEADER, ROW))
    assert proposal.document == {"headers": {"Mail": "Email", "Cell": "Phone"}}


def test_statsocial_gets_the_type_of_the_upload(proposed):
    proposal = proposed("statsocial", rows(HEADER, ROW))
    assert proposal.document["parameters"][0]["upload"]["type"] == "md5"
    assert check_audience(load_rules("statsocial"), proposal.document) == ()


@pytest.mark.parametrize("provider", ["iqm", "statsocial", "digitalaudience", "matchbook"])
def test_what_cannot_be_mapped_is_refused_with_what_to_do(proposed, provider):
    with pytest.raises(InputError, match="no columns of the list can be mapped") as caught:
        proposed(provider, rows("Gender,Age", "F,44"))
    assert caught.value.hint


def test_values_stand_only_in_the_file_that_is_asked_for(tmp_path):
    (tmp_path / "members.csv").write_text(rows(HEADER, ROW, ROW, ROW, ROW))
    file = tmp_path / "upload.json"
    command = ["map", str(tmp_path / "members.csv"), "-p", "iqm", "-o", str(file)]
    for form in ([], ["--json"]):
        done = CliRunner().invoke(app, [*command, *form])
        assert done.exit_code == 0, done.output
        assert [trace for trace in TRACES if trace in done.output.lower()] == []
        assert "***" in done.stdout
    document = json.loads(file.read_text())
    assert document["metadata"]["columnValues"]["Surname"] == ["Quorblix"] * 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_proposal_shows_nobody_in_its_repr(proposed):
    assert "zyxanthe" not in repr(proposed("iqm", rows(HEADER, ROW))).lower()
