"""From a forecast to its outcome to a better forecast, as people and pipelines call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def matchprep(*arguments, ledger):
    return subprocess.run(
        [sys.executable, "-m", "matchprep", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "COLUMNS": "110", "NO_COLOR": "1", "MATCHPREP_LEDGER": str(ledger)},
    )


def run(out, ledger, *more):
    done = matchprep(
        "run", SAMPLE / "list.csv", "-p", "iqm", "-r", SAMPLE / "reference.csv", "-o", out, "--json", *more,
        ledger=ledger,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return tmp_path_factory.mktemp("learning") / "ledger.sqlite"


@pytest.fixture(scope="module")
def first(ledger):
    out = ledger.parent / "first"
    return run(out, ledger), out


def test_an_outcome_corrects_the_next_forecast(first, ledger):
    report, out = first
    assert report["forecast"]["corrected_by"] == 0
    recorded = matchprep("record", out, "--matched", "1108", "--json", ledger=ledger)
    assert recorded.returncode == 0, recorded.stderr
    told = json.loads(recorded.stdout)
    rate = 1108 / report["rows"]["kept"]
    assert (told["provider"], told["within"]) == ("iqm", False)
    assert told["actual"] == pytest.approx(rate)
    second = run(ledger.parent / "second", ledger)["forecast"]
    before = report["forecast"]["match_rate"]
    assert (second["corrected_by"], second["uncorrected"]) == (1, before)
    assert rate < second["match_rate"] < before
    assert "corrected by 1 recorded outcome" in second["method"]
    page = (ledger.parent / "second" / "report.html").read_text()
    assert "corrected by 1 recorded outcome" in page
    bare = run(ledger.parent / "bare", ledger, "--no-ledger")["forecast"]
    assert (bare["corrected_by"], bare["match_rate"]) == (0, before)


def test_the_calibration_is_a_table_a_document_and_a_picture(first, ledger, tmp_path):
    _, out = first
    assert matchprep("record", out, "--actual", "0.56", ledger=ledger).returncode == 0
    for name, begins in (("c.html", "<!doctype html>"), ("c.svg", "<svg")):
        drawn = matchprep("calibration", "-o", tmp_path / name, ledger=ledger)
        assert drawn.returncode == 0, drawn.stderr
        assert "IQM" in drawn.stdout
        text = (tmp_path / name).read_text().strip()
        assert text.startswith(begins)
        assert ("var(--" in text) == (name == "c.html")
    (one,) = json.loads(matchprep("calibration", "--json", ledger=ledger).stdout)["providers"]
    assert (one["provider"], one["outcomes"]) == ("iqm", 1)
    assert one["points"][0]["actual"] == 0.56
    assert one["mean_error"] > 0.1


def test_a_run_is_named_by_its_id_too(first, ledger):
    _, out = first
    manifest = json.loads((out / "manifest.json").read_text())
    told = matchprep("record", manifest["run"][:8], "--actual", "0.56", ledger=ledger)
    assert told.returncode == 0, told.stderr
    assert "56.0% matched" in told.stdout


def test_a_folder_remembers_what_another_ledger_never_heard(first, tmp_path):
    report, out = first
    told = matchprep("record", out, "--actual", "0.56", "--json", ledger=tmp_path / "other.sqlite")
    assert json.loads(told.stdout)["rows"] == report["rows"]["kept"]


@pytest.mark.parametrize(
    "figures",
    [[], ["--actual", "58"], ["--actual", "0.5", "--matched", "5"], ["--matched", "9", "--of", "5"]],
)
def test_figures_of_no_match_rate_are_refused(first, ledger, figures):
    _, out = first
    told = matchprep("record", out, *figures, ledger=ledger)
    assert told.returncode == 2
    assert "error:" in told.stderr


def test_no_forecast_no_outcome(tmp_path, ledger):
    told = matchprep("record", tmp_path, "--actual", "0.5", ledger=ledger)
    assert told.returncode == 2
    assert "no forecast" in told.stderr


def test_an_empty_ledger_says_so(tmp_path):
    told = matchprep("calibration", ledger=tmp_path / "new.sqlite")
    assert told.returncode == 0
    assert "no forecast yet" in told.stdout


def test_a_ledger_that_was_named_must_work(tmp_path):
    (tmp_path / "notes.txt").write_text("not a ledger, " * 100)
    told = matchprep("calibration", "--ledger", tmp_path / "notes.txt", ledger=tmp_path / "unused")
    assert told.returncode == 2
    assert "cannot be used" in told.stderr
