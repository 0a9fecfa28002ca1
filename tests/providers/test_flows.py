"""Each provider's whole flow against its sandbox: to the end, through faults, over the death of the process.

The tables are `flows/<provider>.yaml`: what a reader of the provider's document expects.
"""

from __future__ import annotations

import csv
import itertools
import json
import logging
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
import yaml

from matchprep.errors import MatchprepError, ProviderError
from matchprep.pipeline import submitting
from matchprep.pipeline.masking import masked
from matchprep.providers import Consent, Jobs, WallClock, Watch, ledger_path
from matchprep.sandbox.world import Does

HERE = Path(__file__).parent
FLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("flows/*.yaml"))
}
YES = Consent(max_cost=1_000_000.0)
#: Values of the people who are sent: emails, phones, streets.
with (Path(__file__).parents[2] / "sample_data/list.csv").open(encoding="utf-8", newline="") as people:
    PEOPLE = frozenset(
        row[column]
        for row in itertools.islice(csv.DictReader(people), 300)
        for column in ("Mobile", "E-mail", "Street Address")
        if len(row[column] or "") > 8
    )


def cases(name):
    return [
        pytest.param(provider, one, id=f"{provider}-{place}")
        for provider, flow in FLOWS.items()
        for place, one in enumerate(flow[name])
    ]


@pytest.mark.parametrize("provider", FLOWS)
def test_a_submission_runs_to_its_end(provider, sending, sandbox):
    done = submitting.submit(sending(provider, params=FLOWS[provider].get("params", {})), consent=YES)
    assert done.job.state == "done"
    assert all(step.state == "done" for step in done.job.steps.values())
    assert list(done.job.steps) == FLOWS[provider]["steps"]
    seen = [f"{one.method} {one.path}" for one in sandbox.log]
    for expected, times in FLOWS[provider]["requests"].items():
        assert len([one for one in seen if one == expected or one.startswith(expected + "/")]) >= times, (
            expected
        )
    written = json.loads((done.job.folder / "outcome.json").read_text(encoding="utf-8"))
    assert written["job"] == done.job.job
    if FLOWS[provider].get("match_rate"):
        assert 0.4 < done.outcome.match_rate < 0.95


@pytest.mark.parametrize("provider", FLOWS)
def test_a_rehearsal_sends_nothing_and_shows_no_secret(provider, sending, sandbox):
    what = sending(provider, params=FLOWS[provider].get("params", {}))
    calls = [masked(one) for one in submitting.rehearse(what)]
    assert sandbox.log == []
    named = {f"{one['method']} {one['path']}" for one in calls}
    assert set(FLOWS[provider]["rehearsed"]) <= named
    shows_nobody(provider, json.dumps(calls, ensure_ascii=False), what.folder)


@pytest.mark.parametrize(("provider", "case"), cases("faults"))
def test_a_fault_is_told_and_can_be_taken_up_again(
    provider, case, *, sending, order, sandbox, receiver, monkeypatch, words
):
    if "patience" in case:
        monkeypatch.setenv(f"MATCHPREP_{provider.upper()}_TIMEOUT_S", str(case["patience"]))
    for fault in filter(None, (case["fault"], case.get("also"))):
        assert order(provider, **fault)[0] == 200
    address, heard = receiver
    more = {name: value.format(receiver=address) for name, value in case.get("params", {}).items()}
    what = sending(provider, params={**FLOWS[provider].get("params", {}), **more})
    if case["then"] == "done":
        done = submitting.submit(what, consent=YES, watch=words.watch)
        assert done.job.state == "done"
        created(provider, sandbox)
        shows_nobody(provider, words.told() + repr(done) + repr(sandbox.log), what.folder)
        assert len(heard()) == case.get("called", 0)
        assert sum(one.status == 401 for one in sandbox.log) >= case.get("refused", 0)
        return
    with pytest.raises(MatchprepError) as caught:
        submitting.submit(what, consent=YES, watch=words.watch)
    assert isinstance(caught.value, ProviderError)
    assert type(caught.value).__name__ == case["then"]
    assert case["says"] in str(caught.value)
    job = Jobs(ledger_path(), WallClock()).jobs()[0]
    assert job.job in str(caught.value)
    shows_nobody(provider, words.told(caught.value) + repr(sandbox.log), what.folder)
    if case.get("resumes", True):
        assume = known(provider, sandbox, job) if case.get("assume") == "done" else case.get("assume")
        done = submitting.resume(job.job, consent=YES, assume=assume, watch=words.watch)
        assert done.job.state == "done"
        created(provider, sandbox)
        shows_nobody(provider, words.told() + repr(done), what.folder)


@pytest.mark.parametrize("provider", FLOWS)
def test_a_fault_that_cannot_befall_a_provider_is_refused_in_words(provider, order, sandbox):
    for does, words in FLOWS[provider].get("cannot", {}).items():
        status, said = order(provider, does=does)
        assert (status, words in said) == (400, True), said
    assert order(provider, does="catch fire")[0] == 400
    assert sandbox.orders == []


@pytest.mark.parametrize("provider", FLOWS)
def test_every_fault_is_in_the_table_of_a_provider(provider):
    table = FLOWS[provider]
    played = {case["fault"]["does"] for case in table["faults"]}
    assert sorted([*played, *table.get("cannot", {})]) == sorted(get_args(Does))


def created(provider, sandbox):
    """Nothing that creates or costs happened more than once at the server."""
    for expected in FLOWS[provider]["once"]:
        done = [one for one in sandbox.log if f"{one.method} {one.path}" == expected and one.status < 300]
        lost = sandbox.state[provider].done.get(expected, 0)
        assert lost == 1, (expected, len(done))


def shows_nobody(provider, told, folder):
    """No value of a person and no secret in what is told, in the ledgers, or in what lies beside the file."""
    kept = [*ledger_path().parent.glob("*"), *(one for kind in WRITTEN for one in folder.glob(kind))]
    texts = [told.encode(), *(path.read_bytes() for path in kept if path.is_file())]
    values = [value.encode() for value in (*PEOPLE, *sealed_values(folder), *FLOWS[provider]["secrets"])]
    for text in texts:
        assert [value for value in values if value in text] == []


#: What a run and a submission write beside the lists themselves.
WRITTEN = ("*.json", "*.html", "*.md", "*.txt", "*.sqlite")


def sealed_values(folder):
    """The same people as the provider gets them: emails, phones, streets, digests."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with (folder / manifest["sealed"]["file"]).open(encoding="utf-8-sig", newline="") as file:
        cells = {cell for row in csv.reader(file) for cell in row if len(cell) > 8}
    return {
        one for one in cells
        if "@" in one or sum(map(str.isdigit, one)) > 8 or (" " in one and any(map(str.isdigit, one)))
    }  # fmt: skip


@pytest.fixture
def words(caplog):
    """All that is told while a submission runs: to the person, and in any log."""
    caplog.set_level(logging.DEBUG)
    told = []
    names = ("on_begin", "on_status", "on_price", "on_done", "on_word")
    watch = Watch(**{name: lambda word: told.append(str(word)) for name in names})

    def everything(error=None):
        raised = traceback.format_exception(error) if error else []
        return "\n".join([*told, *raised, str(error), caplog.text])

    return SimpleNamespace(watch=watch, told=everything)


KILLED = """
import sys, os, signal
from pathlib import Path
from matchprep.pipeline import submitting
from matchprep.pipeline.submitting import Sending
from matchprep.providers import Consent, http, jobs

folder, address, point, params = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), eval(sys.argv[4])
count = notes = 0

def dying(original):
    def call(self, *arguments, **named):
        global count, notes
        result = original(self, *arguments, **named)
        notes += original.__name__ == "note"
        # Polls are alike: the first two notes stand for all, and of the requests only acts matter.
        if (original.__name__ == "note" and notes > 2) or getattr(arguments[0], "kind", "act") == "look":
            return result
        count += 1
        if count == point:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return call

for name in ("begin", "note", "finish"):
    setattr(jobs.Jobs, name, dying(getattr(jobs.Jobs, name)))
for name in ("ask", "put_file", "download"):
    setattr(http.Http, name, dying(getattr(http.Http, name)))
submitting.submit(Sending(folder=folder, sandbox=address, params=params), consent=Consent(max_cost=1e6))
print("to the end", count)
"""


@pytest.mark.slow
@pytest.mark.parametrize("provider", FLOWS)
def test_a_killed_process_is_taken_up_and_nothing_happens_twice(provider, sending, sandbox, in_a_process):
    points = 0
    for point in range(1, 60):
        sandbox.reset()
        what = sending(provider, params=FLOWS[provider].get("params", {}))
        ledger_path().unlink(missing_ok=True)
        ended = in_a_process(KILLED, str(what.folder), what.sandbox, str(point), repr(dict(what.params)))
        if ended.returncode == 0:
            break
        assert ended.returncode == -9, ended.stderr
        points += 1
        job = Jobs(ledger_path(), WallClock()).jobs()[0]
        try:
            done = submitting.resume(job.job, consent=YES)
        except ProviderError:
            assume = known(provider, sandbox, job)
            done = submitting.resume(job.job, consent=YES, assume=assume)
        assert done.job.state == "done"
        created(provider, sandbox)
    assert points >= 8


def known(provider, sandbox, job):
    """What a person would find on the provider's own pages: whether the step in doubt happened, its id."""
    step = next(one.step for one in job.steps.values() if one.state == "begun")
    call = FLOWS[provider]["in_doubt"].get(step, "")
    state = sandbox.state.get(provider)
    if state is None or not state.done.get(call, 0):
        return "not-done"
    made = getattr(state, "made", {}).get(call)
    return "done" if made is None else f"done={made}"
