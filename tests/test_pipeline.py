"""The whole walk on the sample data, for every provider."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from pathlib import Path

import pytest

from matchprep.errors import InputError
from matchprep.pipeline import Request, walk
from matchprep.rulebook import list_providers

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=list_providers())
def run(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / request.param
    report = walk(
        Request(
            people=SAMPLE / "list.csv", reference=SAMPLE / "reference.csv", provider=request.param, out=out
        )
    )
    return report, out


@pytest.fixture(scope="module")
def truth():
    return {row["list_id"]: row["reference_id"] for row in rows_of(SAMPLE / "truth.csv")}


def test_every_file_is_there_and_private(run):
    report, out = run
    names = {"rejects.csv", "matches.csv", "report.html", "report.json", "manifest.json"}
    assert {path.name for path in out.iterdir()} == names | {f"{report.provider.id}.csv"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def test_every_row_is_kept_or_rejected(run):
    report, out = run
    with (SAMPLE / "list.csv").open(encoding="utf-8", newline="") as file:
        records = sum(1 for _ in csv.reader(file)) - 1
    written = json.loads((out / "report.json").read_text())["rows"]
    assert written["read"] == records == written["kept"] + written["rejected"]
    rejects = rows_of(out / "rejects.csv")
    assert len(rejects) == written["rejected"]
    assert all(row["reasons"] for row in rejects)
    assert len(rows_of(out / f"{report.provider.id}.csv")) == written["kept"] == report.sealed.rows


def test_the_sealed_file_is_the_one_in_the_report(run):
    report, out = run
    sealed = (out / report.sealed.file).read_bytes()
    assert hashlib.sha256(sealed).hexdigest() == report.sealed.sha256


def test_matches_name_rows_of_both_files_once(run, truth):
    _, out = run
    matches = rows_of(out / "matches.csv")
    assert list(matches[0])[:4] == ["row_id", "reference_id", "probability", "match_weight"]
    assert len({row["row_id"] for row in matches}) == len(matches)
    assert {row["row_id"] for row in matches} <= set(truth)
    known = {row["voter_id"] for row in rows_of(SAMPLE / "reference.csv")}
    assert {row["reference_id"] for row in matches} <= known
    assert all(0.5 <= float(row["probability"]) <= 1 for row in matches)


def test_matches_are_right(run, truth):
    _, out = run
    matches = rows_of(out / "matches.csv")
    right = sum(truth[row["row_id"]] == row["reference_id"] for row in matches)
    assert right / len(matches) >= 0.95


def test_the_forecast_holds_the_truth(run, truth):
    report, out = run
    if report.forecast is None:  # the reference has none of the fields that the provider asks for
        assert report.provider.id == "statsocial"
        assert "email" in report.no_forecast.reason
        return
    rejected = {row["Contact ID"] for row in rows_of(out / "rejects.csv")}
    kept = [reference for person, reference in truth.items() if person not in rejected]
    rate = sum(bool(reference) for reference in kept) / len(kept)
    people = report.at_provider.expected_people / report.rows.kept
    # Namesakes and relatives of voters were put into this list on purpose: harder than what is drawn at
    # random, where `benchmarks/agree_forecast.py` sees errors of 0.6 points.
    assert people == pytest.approx(rate, abs=max(report.forecast.high - report.forecast.match_rate, 0.015))
    expected = report.at_provider.expected_matches / report.rows.kept
    assert report.forecast.match_rate == pytest.approx(expected)
    if report.at_provider.matches == "the person":
        assert expected <= people


def test_the_manifest_proves_the_input(run):
    _, out = run
    manifest = json.loads((out / "manifest.json").read_text())
    digest = hashlib.sha256((SAMPLE / "list.csv").read_bytes()).hexdigest()
    assert manifest["inputs"]["list"]["sha256"] == digest
    assert manifest["counts"]["read"] == manifest["counts"]["kept"] + manifest["counts"]["rejected"]


def test_the_same_run_gives_the_same_files(run, tmp_path):
    report, out = run
    again = Request(
        people=SAMPLE / "list.csv",
        reference=SAMPLE / "reference.csv",
        provider=report.provider.id,
        out=tmp_path,
    )
    walk(again)
    for name in ("matches.csv", "rejects.csv", f"{report.provider.id}.csv"):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes()


def test_a_dry_run_writes_nothing(tmp_path):
    request = Request(
        people=SAMPLE / "list.csv",
        reference=SAMPLE / "reference.csv",
        provider="iqm",
        out=tmp_path / "out",
        dry_run=True,
    )
    assert walk(request).forecast is not None
    assert list(tmp_path.iterdir()) == []


def test_matching_alone_takes_every_row(tmp_path, truth):
    report = walk(Request(people=SAMPLE / "list.csv", reference=SAMPLE / "reference.csv", out=tmp_path))
    assert report.provider is None
    assert report.rows.rejected == report.rows.unread
    assert {path.name for path in tmp_path.iterdir()} == {
        "matches.csv", "rejects.csv", "report.html", "report.json", "manifest.json"
    }  # fmt: skip


def test_a_file_that_is_not_ready_leaves_no_sealed_file(tmp_path):
    (tmp_path / "list.csv").write_text("First Name,Last Name\nJane,Doe\nJohn,Roe\n")
    out = tmp_path / "out"
    out.mkdir()
    (out / "iqm.csv").write_text("an older run's file")
    report = walk(
        Request(people=tmp_path / "list.csv", reference=SAMPLE / "reference.csv", provider="iqm", out=out)
    )
    assert not report.provider.ready
    assert not (out / "iqm.csv").exists()
    assert len(rows_of(out / "rejects.csv")) == 2


def test_a_list_is_not_its_own_reference(tmp_path):
    with pytest.raises(InputError, match="same file"):
        walk(Request(people=SAMPLE / "list.csv", reference=SAMPLE / "list.csv", out=tmp_path))


def test_a_list_alone_is_judged_where_that_is_asked_for(tmp_path):
    asked = Request(people=SAMPLE / "list.csv", provider="matchbook", out=tmp_path, only_forecast=True)
    report = walk(asked)
    assert report.forecast is None
    assert report.matchability.low < 0.7 < report.matchability.high
    page = (tmp_path / "report.html").read_text()
    assert "much weaker than a forecast" in page
    assert walk(Request(people=SAMPLE / "list.csv", provider="matchbook")).matchability is None


def test_who_must_not_be_contacted_and_who_repeats_is_counted_and_set_aside(tmp_path):
    people = (SAMPLE / "list.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "stop.csv").write_text("".join([people[0], *people[100:120]]), encoding="utf-8")
    asked = Request(
        people=SAMPLE / "list.csv", provider="targetsmart", reference=SAMPLE / "reference.csv",
        exclude=tmp_path / "stop.csv", merge_duplicates=True, out=tmp_path / "out",
    )  # fmt: skip
    report = walk(asked)
    rows = report.rows
    assert rows.suppressed >= 20
    assert rows.repeats > 0
    assert rows.read == rows.kept + rows.rejected
    rejects = rows_of(tmp_path / "out" / "rejects.csv")
    assert len(rejects) == rows.rejected
    stopped = [row for row in rejects if row["reasons"].startswith("on the exclusion list")]
    assert len(stopped) == rows.suppressed
    assert {row["row_number"] for row in stopped} >= {str(number) for number in range(100, 120)}
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Rows of nobody on the exclusion list" in page
    assert "Rows of different people" in page
