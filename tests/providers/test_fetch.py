"""The result of a submission, fetched again: nothing is created, nothing costs, nothing is waited for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import (
    AmbiguousProviderError,
    InputError,
    PermanentProviderError,
    TransientProviderError,
    UsageError,
)
from matchprep.pipeline import submitting
from matchprep.pipeline.fetching import fetch
from matchprep.providers import Consent, Jobs, WallClock, Watch, ledger_path

FLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "flows").glob("*.yaml"))
}
YES = Consent(max_cost=1_000_000.0)
#: Longer than any provider of the sandbox takes.
LONG_S = 3600.0


@pytest.fixture
def submit(sending):
    """Submit with what the provider's table says; to its end, or until somebody stops waiting at a step."""

    def run(provider, stop_at=None):
        steps: list[str] = []

        def stop(status):
            steps.append(status)
            if stop_at is not None and stop_at in steps[:-1]:
                raise KeyboardInterrupt

        what = sending(provider, params=FLOWS[provider].get("params", {}))
        if stop_at is None:
            return submitting.submit(what, consent=YES).job
        with pytest.raises(KeyboardInterrupt):
            submitting.submit(what, consent=YES, watch=Watch(on_status=stop))
        return the_job()

    return run


def the_job():
    (job,) = Jobs(ledger_path(), WallClock()).jobs()
    return job


@pytest.mark.parametrize("provider", FLOWS)
def test_a_result_is_brought_down_again_to_another_place(provider, submit, sandbox, tmp_path):
    job, place = submit(provider), tmp_path / "again" / "result"
    effects, before = sandbox.state[provider].done.copy(), len(sandbox.log)
    done = fetch(job.job, out=place)
    assert (done.left, done.folder) == (None, place)
    assert {one.name: one.read_bytes() for one in place.iterdir()} == {
        one.name: (job.folder / one.name).read_bytes() for one in done.files
    }
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in place.iterdir())
    assert sandbox.state[provider].done == effects
    acts = {"PUT", "DELETE", "PATCH", "POST"}
    looks = ("/api/v3/ua/", "/account/login")
    later = [one for one in sandbox.log[before:] if one.method in acts and not one.path.startswith(looks)]
    assert later == []
    assert the_job() == job  # the ledger tells of the job's own folder


@pytest.mark.parametrize(
    ("provider", "step", "left"),
    [
        pytest.param(provider, step, left, id=f"{provider}-{step}")
        for provider, table in FLOWS.items()
        for step, left in table["stopped"].items()
    ],
)
def test_nobody_needs_to_have_waited(provider, step, left, submit, sandbox):
    job = submit(provider, stop_at=step)
    with pytest.raises(TransientProviderError, match="is not done") as refused:
        fetch(job.job)
    assert f"matchprep submit --resume {job.job}" in str(refused.value)
    effects = sandbox.state[provider].done.copy()
    sandbox.turn(LONG_S)
    done = fetch(job.job)
    assert done.left == left
    assert the_job().state == ("done" if left is None else "under way")
    assert done.job.steps[step].state == "done"
    assert all(one.is_file() for one in done.files)
    assert sandbox.state[provider].done == effects
    told = submitting.resume(job.job, consent=YES).outcome.told
    assert {name: told[name] for name in done.outcome.told} == done.outcome.told


def test_what_has_not_come_so_far_is_told(sending, sandbox):
    with pytest.raises(UsageError, match="not agreed to"):
        submitting.submit(sending("statsocial"))
    with pytest.raises(UsageError, match="next would be: build the audience"):
        fetch(the_job().job)
    assert sandbox.state["statsocial"].done["POST /audiences"] == 0


def test_where_nothing_can_be_fetched_it_is_told(submit, order, sandbox):
    """Of a build that only a person has seen nobody knows the id."""
    order("statsocial", at="POST /audiences", does="cut", when="after")
    with pytest.raises(AmbiguousProviderError):
        submit("statsocial")
    submitting.resume(the_job().job, consent=YES, assume="done")
    with pytest.raises(UsageError, match="nothing of it can be fetched"):
        fetch(the_job().job)


def test_an_unknown_job_is_told_with_the_closest_one(submit):
    job = submit("iqm").job
    with pytest.raises(UsageError, match=f"no such submission(.|\n)*Did you mean {job}"):
        fetch(job[:-1] + ("0" if job[-1] != "0" else "1"))


def test_a_list_that_changed_meanwhile_is_not_joined_blindly(submit):
    job = submit("iqm")
    sent = job.folder / "iqm.csv"
    sent.write_text(sent.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="has changed"):
        fetch(job.job)


def test_what_the_provider_has_deleted_is_told_in_its_words(submit):
    job = submit("iqm")
    submitting.cancel(job.job)
    with pytest.raises(PermanentProviderError, match="404"):
        fetch(job.job)
    assert the_job().state == "cancelled"


@pytest.mark.parametrize(("provider", "words"), [("targetsmart", "results.csv"), ("iqm", "no rows")])
def test_the_command_says_where_the_result_lies(provider, words, submit, tmp_path):
    job, place = submit(provider), tmp_path / "there"
    ended = CliRunner().invoke(app, ["fetch", job.job, "-o", str(place)])
    assert ended.exit_code == 0, ended.output
    assert "Fetched from" in ended.stdout
    assert "outcome.json" in ended.stdout
    assert words in ended.stdout
    told = json.loads(CliRunner().invoke(app, ["fetch", job.job, "--json"]).stdout)
    assert (told["state"], told["next"]) == ("done", None)
    assert all(Path(one).parent == job.folder for one in told["files"])


def test_the_command_says_what_is_wrong_and_with_which_code(submit):
    job = submit("statsocial", stop_at="wait for the build")
    ended = CliRunner().invoke(app, ["fetch", job.job, "--json"])
    assert (ended.exit_code, "not done: running" in ended.stdout) == (3, True)
    ended = CliRunner().invoke(app, ["fetch", "statsocial-none", "--json"])
    assert (ended.exit_code, "no such submission" in ended.stdout) == (2, True)
