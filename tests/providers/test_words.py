"""What a person reads of a submission: what was sent, what it cost, what matched, where the result lies."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import UsageError
from matchprep.pipeline import submitting
from matchprep.providers import Consent, Jobs, WallClock, ledger_path


@pytest.fixture
def submit(running, sending):
    def run(provider, *options):
        folder = sending(provider).folder
        return CliRunner().invoke(app, ["submit", str(folder), "--sandbox", *options])

    return run


def test_the_end_of_a_submission_says_what_matters(submit):
    ended = submit("iqm")
    assert ended.exit_code == 0, ended.output
    rows = {line[2:14].strip(): line[16:].strip() for line in ended.stdout.splitlines()}
    assert re.fullmatch(r"[0-9,]+ rows, as job iqm-[0-9a-f]{8}", rows["Sent"])
    assert re.fullmatch(r"[0-9.]+%, [0-9,]+ of [0-9,]+ rows", rows["Matched"])
    assert rows["Paid"] == "nothing beyond your contract"
    assert "IQM Matched Audience is done   played by the sandbox" in ended.stdout
    assert "  ✓ create the audience" in ended.stderr


def test_what_was_paid_is_told_and_kept(submit, sending):
    ended = submit("statsocial", "--max-cost", "1")
    assert ended.exit_code == 0, ended.output
    assert "1 credit for the build of the audience" in ended.stdout
    kept = json.loads((sending("statsocial").folder / "outcome.json").read_text(encoding="utf-8"))
    assert kept["paid"] == ["1 credit for the build of the audience"]
    told = json.loads(CliRunner().invoke(app, ["jobs", "--json"]).stdout)
    assert [one["paid"] for one in told] == [kept["paid"]]


def test_where_no_rate_of_rows_is_told_the_kinds_are(submit):
    ended = submit("digitalaudience")
    assert re.search(r"EMAIL [0-9.]+%, PHONE [0-9.]+% of the different values", ended.stdout)


def test_json_is_one_document_with_the_forecast_beside(submit):
    ended = submit("iqm", "--json")
    told = json.loads(ended.stdout)
    assert told["state"] == "done"
    assert told["sandbox"] is True
    assert {"match_rate", "rows_sent", "forecast", "forecast_range", "paid"} <= set(told)


def test_the_jobs_stand_one_a_line(submit):
    submit("iqm")
    head, line = CliRunner().invoke(app, ["jobs"]).stdout.splitlines()
    assert head.split() == ["Job", "State", "Begun", "Folder"]
    assert re.match(r"iqm-[0-9a-f]{8}  done \(sandbox\)  \d{4}-\d{2}-\d{2} \d{2}:\d{2}  /", line)


def test_a_trial_in_the_sandbox_does_not_stand_in_the_way_of_the_real_thing(sending):
    done = submitting.submit(sending("iqm"))
    jobs = Jobs(ledger_path(), WallClock())
    address = done.job.options["sandbox"]
    assert jobs.same_file("iqm", done.job.file_sha256) == []
    assert [one.job for one in jobs.same_file("iqm", done.job.file_sha256, sandbox=address)] == [done.job.job]
    with pytest.raises(UsageError, match="submitted before"):
        submitting.submit(sending("iqm"))


def test_a_job_of_a_sandbox_that_has_ended_cannot_be_taken_up(sending):
    with pytest.raises(UsageError) as refused:
        submitting.submit(sending("statsocial"))
    job = Jobs(ledger_path(), WallClock()).jobs()[0]
    assert "not agreed to" in str(refused.value)
    moved = json.dumps({**job.options, "sandbox": "http://127.0.0.1:9"})
    with closing(sqlite3.connect(ledger_path())) as ledger, ledger:
        ledger.execute("UPDATE jobs SET options = ?", (moved,))
    for again in (
        lambda: submitting.resume(job.job, consent=Consent(max_cost=1)),
        lambda: submitting.cancel(job.job),
    ):
        with pytest.raises(UsageError, match="has ended"):
            again()
