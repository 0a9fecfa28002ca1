"""The ledger keeps what it is given, for its owner only, whoever else writes."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace

import pytest

from matchprep.errors import UsageError
from matchprep.estimate import Entry, Ledger, Outcome, correction_at, default_ledger

ENTRY = Entry(
    run="3f9a0c11d2e4", made="2026-01-02T03:04:05+00:00", provider="iqm", profile="default",
    list_sha256="0" * 64, rows=1000, rate=0.7, doubt=0.01, corrected_by=0, told=0.7, low=0.68, high=0.72,
    level=0.9, coverage="whole", version="0.1.0",
)  # fmt: skip
OUTCOME = Outcome(run=ENTRY.run, recorded="2026-01-09T00:00:00+00:00", actual=0.58)

WRITER = """
import sys
from pathlib import Path
from matchprep.estimate import Entry, Ledger
for n in range(20):
    with Ledger(Path(sys.argv[1])) as ledger:
        ledger.forecast(Entry(run=f"{sys.argv[2]}-{n}", made="", provider="iqm", profile=None, list_sha256="",
            rows=1, rate=0.5, doubt=0, corrected_by=0, told=0.5, low=0.5, high=0.5, level=0.9, coverage="",
            version=""))
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "ledger.sqlite"


def test_what_is_kept_comes_back(path):
    with Ledger(path) as ledger:
        ledger.forecast(ENTRY)
        assert ledger.waiting() == {"iqm": 1}
        ledger.record(OUTCOME)
    with Ledger(path) as ledger:
        (known,) = ledger.known()
        assert (known.entry, known.outcome) == (ENTRY, OUTCOME)
        assert ledger.waiting() == {}
        assert ledger.entry("3f9a") == ENTRY


def test_the_second_word_counts(path):
    with Ledger(path) as ledger:
        ledger.forecast(ENTRY)
        ledger.record(OUTCOME)
        ledger.record(replace(OUTCOME, actual=0.6, matched=600, of_rows=1000))
        ledger.forecast(replace(ENTRY, told=0.65))
        (known,) = ledger.known()
    assert (known.outcome.actual, known.entry.told) == (0.6, 0.65)


def test_it_is_its_owners_alone(path):
    with Ledger(path) as ledger:
        ledger.forecast(ENTRY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("run", ["", "f00", "the whole folder"])
def test_an_unknown_run_is_said_to_be_unknown(path, run):
    with Ledger(path) as ledger:
        ledger.forecast(ENTRY)
        ledger.forecast(replace(ENTRY, run="f0a"))
        ledger.forecast(replace(ENTRY, run="f0b"))
        with pytest.raises(UsageError):
            ledger.entry(run)
        with pytest.raises(UsageError, match="several"):
            ledger.entry("f0")
        with pytest.raises(UsageError):
            ledger.record(replace(OUTCOME, run="nobody"))
        assert ledger.known() == ()


@pytest.mark.parametrize("actual", [-0.1, 1.1, 58.0])
def test_an_outcome_is_a_rate(path, actual):
    with Ledger(path) as ledger:
        ledger.forecast(ENTRY)
        with pytest.raises(UsageError):
            ledger.record(replace(OUTCOME, actual=actual))


def test_a_file_of_another_kind_is_refused(path):
    path.parent.mkdir()
    path.write_text("name,phone\n" * 200)
    with pytest.raises(UsageError, match="cannot be used"):
        Ledger(path)
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UsageError, match="newer"):
        Ledger(path)


def test_several_processes_write_at_once(path):
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(n)], stderr=subprocess.PIPE)
        for n in range(3)
    ]
    assert [(one.communicate()[1], one.returncode) for one in writers] == [(b"", 0)] * 3
    with Ledger(path) as ledger:
        assert ledger.waiting() == {"iqm": 60}


def test_outcomes_at_one_provider_correct_no_other(path):
    with Ledger(path) as ledger:
        ledger.forecast(ENTRY)
        ledger.record(OUTCOME)
        assert correction_at("iqm", ledger.known()).outcomes == 1
        assert correction_at("matchbook", ledger.known()) is None


def test_the_environment_names_the_ledger(monkeypatch, path):
    monkeypatch.setenv("MATCHPREP_LEDGER", str(path))
    assert default_ledger() == path
    monkeypatch.delenv("MATCHPREP_LEDGER")
    assert default_ledger().name == "ledger.sqlite"
