"""`matchprep check` and `matchprep rules lint` as a pipeline calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from matchprep.cli import app

ROOT = Path(__file__).resolve().parents[2]
READY = "Email\na@example.com\nb@example.com\n"
WARNED = "Email\na@example.com\nnone@\n"
NOT_READY = "First Name\nAnn\nBob\n"
AUDIENCE = {
    "audience": {"name": "Soccer"},
    "parameters": [
        {"operation": "OR", "affinities": {"affinities": [{"id": "a38802"}]}},
        {"operation": "OR", "youtube_channels": {"accounts": [{"id": "1"}], "cut_off": 2}},
    ],
}


LATE_ETHNICITY = """\
audience: {name: a}
parameters:
  - operation: OR
    tweet_search: {phrases: [a]}
  - operation: OR
    ethnicity: {ethnicities: [asian]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "ready.csv").write_text(READY)
    (tmp_path / "warned.csv").write_text(WARNED)
    (tmp_path / "poor.csv").write_text(NOT_READY)
    (tmp_path / "audience.yaml").write_text(yaml.safe_dump(AUDIENCE))
    (tmp_path / "audience.json").write_text(json.dumps(AUDIENCE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def matchprep(folder):
    def call(*arguments):
        return CliRunner().invoke(app, [*map(str, arguments)])

    return call


@pytest.mark.parametrize(
    ("list_", "fail_on", "verdict", "code"),
    [
        ("ready.csv", "error", "ready", 0),
        ("ready.csv", "warning", "ready", 0),
        ("warned.csv", "error", "ready with warnings", 0),
        ("warned.csv", "warning", "ready with warnings", 1),
        ("warned.csv", "never", "ready with warnings", 0),
        ("poor.csv", "error", "not ready", 1),
        ("poor.csv", "warning", "not ready", 1),
        ("poor.csv", "never", "not ready", 0),
    ],
)
def test_verdict_first_and_exit_code_by_severity(matchprep, list_, fail_on, verdict, code):
    done = matchprep("check", list_, "-p", "digitalaudience", "--fail-on", fail_on)
    assert done.stdout.splitlines()[0].startswith(f"{verdict}: {list_} for ")
    assert done.exit_code == code


def test_all_providers_at_once(matchprep):
    done = matchprep("check", "ready.csv", "-p", "all")
    assert done.exit_code == 0
    assert "ready for 4 of 5 providers" in done.stdout.splitlines()[0]
    documents = json.loads(matchprep("check", "ready.csv", "-p", "all", "--json").stdout)["reports"]
    assert {one["provider"]["id"]: one["provider"]["ready"] for one in documents} == {
        "digitalaudience": True,
        "iqm": True,
        "matchbook": False,
        "statsocial": True,
        "targetsmart": True,
    }


def test_a_list_that_fits_nobody_fails(matchprep, folder):
    (folder / "none.csv").write_text("Gender\nF\nM\n")
    assert matchprep("check", "none.csv", "-p", "all", "--fail-on", "warning").exit_code == 1


def test_a_missing_column_that_would_help_is_counted(matchprep, folder):
    rows = "".join(f"Ann,Fox,NY,{'12207' if n % 4 else ''}\n" for n in range(8))
    (folder / "zip.csv").write_text(f"First Name,Last Name,State,ZIP\n{rows}")
    assert "add ZIP code: 33 % more rows qualify" in matchprep("check", "zip.csv", "-p", "iqm").stdout
    (folder / "nozip.csv").write_text("First Name,Last Name,State\nAnn,Fox,NY\n")
    assert "add ZIP code: 1 row qualifies" in matchprep("check", "nozip.csv", "-p", "iqm").stdout


def test_json_is_the_report_either_way(matchprep):
    documents = [
        json.loads(matchprep("check", "ready.csv", "-p", "iqm", *form).stdout)
        for form in (["--json"], ["--format", "json"])
    ]
    for one in documents:
        one.pop("started"), one.pop("seconds")
    assert documents[0] == documents[1]
    assert documents[0]["command"] == "check"


@pytest.mark.parametrize("form", ["text", "junit", "sarif", "github", "markdown", "json"])
def test_every_format_can_go_to_a_file(matchprep, folder, form):
    done = matchprep("check", "poor.csv", "-p", "iqm", "--format", form, "--output", "found")
    assert done.exit_code == 1
    assert done.stdout == ("" if form == "json" else "not ready: poor.csv for IQM Matched Audience\n")
    assert (folder / "found").stat().st_mode & 0o777 == 0o600
    assert (folder / "found").read_text() == matchprep(
        "check", "poor.csv", "-p", "iqm", "--format", form
    ).stdout or (
        form in {"json", "junit", "sarif"}  # these hold the time
    )


def test_several_lists_give_the_worst_exit_code(matchprep):
    done = matchprep("check", "ready.csv", "poor.csv", "-p", "iqm")
    assert done.exit_code == 1
    assert done.stdout.count(" for IQM Matched Audience") == 2


@pytest.mark.parametrize(
    ("params", "code", "told"),
    [
        (["max_matches=3"], 0, "TS-P-MATCHES"),
        (["max_matches=30"], 1, "TS-P-MATCHES"),
        (["filename=donors-may.csv"], 1, "TS-P-FILENAME"),
        (["file_name=a"], 2, "Did you mean filename?"),
        (["filename"], 2, "name=value"),
    ],
)
def test_parameters_are_checked_with_the_list(matchprep, params, code, told):
    given = [part for one in params for part in ("--param", one)]
    done = matchprep("check", "ready.csv", "-p", "targetsmart", *given)
    assert done.exit_code == code
    assert told in done.output


def test_the_value_of_a_parameter_is_not_reported(matchprep):
    done = matchprep("check", "ready.csv", "-p", "iqm", "--param", "password=hush-hush", "--json")
    assert "hush" not in done.output
    assert json.loads(done.stdout)["options"]["params"] == ["password"]


def test_a_profile_belongs_to_one_provider(matchprep):
    assert matchprep("check", "ready.csv", "-p", "all", "--profile", "email").exit_code == 2


@pytest.mark.parametrize("name", ["audience.yaml", "audience.json"])
def test_an_audience_is_checked_and_compiled(matchprep, name):
    done = matchprep("check", name, "-p", "statsocial")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, f"ready: {name} for StatSocial Silhouette")
    body = json.loads(matchprep("check", name, "-p", "statsocial", "--json").stdout)["body"]
    assert body["parameters"][1]["youtube_channels"] == {"accounts": [{"id": "1"}], "cutoff": 2}


def test_a_fault_of_an_audience_has_its_line(matchprep, folder):
    (folder / "audience.yaml").write_text(LATE_ETHNICITY)
    done = matchprep("check", "audience.yaml", "-p", "statsocial")
    assert done.exit_code == 1
    assert "SS-ETHNICITY-POSITION" in done.stdout
    assert "(parameter 2)" in done.stdout
    done = matchprep("check", "audience.yaml", "-p", "statsocial", "--format", "github")
    assert "::error file=audience.yaml,line=5,title=SS-ETHNICITY-POSITION" in done.stdout


def test_a_permission_makes_a_warning_go_away(matchprep, folder):
    document = {"audience": {"name": "a"}, "parameters": [{"operation": "OR", "age": {"ranges": ["18-24"]}}]}
    (folder / "age.yaml").write_text(yaml.safe_dump(document))
    assert matchprep("check", "age.yaml", "-p", "statsocial", "--fail-on", "warning").exit_code == 1
    assert (
        matchprep("check", "age.yaml", "-p", "statsocial", "--fail-on", "warning", "--permitted").exit_code
        == 0
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &x 1\nb: *x\n", "audience.yaml:1:4: anchors"),
        ("a: !!python/object/apply:os.system ['touch trap']\n", "audience.yaml:1:4: the tag"),
        ("- 1\n", "is a mapping"),
        ("[" * 2_000_000, "bytes"),
    ],
)
def test_a_document_is_only_read(matchprep, folder, text, told):
    (folder / "audience.yaml").write_text(text)
    done = matchprep("check", "audience.yaml", "-p", "statsocial")
    assert done.exit_code == 1
    assert told in done.output
    assert not (folder / "trap").exists()


def test_documents_are_for_those_who_have_them(matchprep):
    assert matchprep("check", "audience.yaml", "-p", "iqm").exit_code == 2
    assert matchprep("check", "audience.yaml", "-p", "all").exit_code == 2


LEVELS = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
IQM = (ROOT / "rules" / "iqm.yaml").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: !!python/object/apply:os.system ['touch trap']\n", "1:4: the tag tag:yaml.org,2002:python"),
        ("l0: &l0 [x]\n" + LEVELS, "1:5: anchors and aliases"),
        ("[" * 10_000_000, "10,000,000 bytes"),
        ("a: " + "[" * 5_000, "1:35: nested more than 32 deep"),
        (IQM.replace("at_most: 20", "at_most: many", 1), "at_most: input should be a valid integer"),
        (IQM.replace("    reason: NPI", "    exec: import os\n    reason: NPI", 1), "unknown key exec"),
        (
            IQM.replace("    require: email\n", "    require: emial\n", 1),
            "unknown field emial. Did you mean email?",
        ),
        (IQM.replace("    source: help, NPI lists\n", "", 1), "source is missing"),
        (
            IQM.replace(
                "    profiles: npi\n    limit: {rows_min: 25}", "    limit: {rows_min: 25, rows_max: 1}", 1
            ),
            "IQ-NPI-MIN can never be met",
        ),
        (
            IQM.replace(
                "    value: {field: npi, is: NPI}", "    profiles: email\n    value: {field: npi, is: NPI}", 1
            ),
            "IQ-NPI-DIGITS can never speak: no profile it holds in writes npi",
        ),
        (
            IQM.replace("    require: full_address\n", "    require: {all_of: [zip, {none_of: [zip]}]}\n", 1),
            "IQ-FULL-ADDRESS can never be met: no fields satisfy its require",
        ),
        (IQM.replace("provider: iqm", "provider: iqn", 1), "speaks of the provider iqn"),
    ],
    ids=lambda one: one[:24] if len(one) < 200 else "text",
)
def test_lint_names_each_fault_with_its_place_and_runs_nothing(matchprep, folder, text, told):
    assert text != IQM
    (folder / "iqm.yaml").write_text(text)
    done = matchprep("rules", "lint", "iqm.yaml")
    assert done.exit_code == 2
    assert told in done.stdout
    assert all(line.startswith("iqm.yaml:") for line in done.stdout.splitlines())
    assert not (folder / "trap").exists()
    faults = json.loads(matchprep("rules", "lint", "iqm.yaml", "--json").stdout)
    assert all(fault["line"] >= 1 and fault["column"] >= 1 and fault["what"] for fault in faults)


def test_our_own_rule_files_have_no_fault(matchprep):
    done = matchprep("rules", "lint", *sorted((ROOT / "rules").glob("*.yaml")))
    assert (done.exit_code, done.stdout) == (0, "")


def test_a_rule_file_that_is_not_there(matchprep):
    done = matchprep("rules", "lint", "none.yaml")
    assert done.exit_code == 2
    assert "none.yaml" in done.output
