"""Limits under pressure: rates kept by processes that know nothing of one another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.providers import Pace, Rate
from matchprep.sandbox.targetsmart import Desk, Registered

ROOT = Path(__file__).resolve().parents[2]

#: Each process says that it is ready, waits until all are, and says when it began and ended.
READY, ENDED = (
    "import json, time; print('ready', flush=True); sys.stdin.readline(); began = time.monotonic()",
    "print(json.dumps([began, time.monotonic()]))",
)

ASKING = f"""
import sys
from importlib import import_module
from pathlib import Path
from matchprep.providers import Pace, SandboxClock, client_of, exchange, load_settings

provider, url, pace = sys.argv[1:]
kind, clock = client_of(provider), SandboxClock(url, exchange)
account = import_module(f"matchprep.sandbox.{{provider}}").ACCOUNT
known = load_settings(kind.Settings, base_url=url, **account)
client = kind(known, clock=clock, pace=Pace(Path(pace), clock))
{READY}
for _ in range(8 if provider == "iqm" else 3):
    client.columns() if provider == "iqm" else client.poll("shared_list")
{ENDED}
"""

SUBMITTING = f"""
import sys
from pathlib import Path
from matchprep.pipeline import submitting
from matchprep.providers import Consent

folder, url = sys.argv[1:]
{READY}
what = submitting.Sending(folder=Path(folder), sandbox=url, force="four at once")
submitting.submit(what, consent=Consent(max_cost=1e6))
{ENDED}
"""


def begun(program, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-c", program, *arguments], text=True, env=environment, **pipes)


def together(program, arguments):
    """Let four processes work at once: each was at work before any had ended."""
    processes = [begun(program, *some) for some in arguments]
    for one in processes:
        assert one.stdout.readline() == "ready\n", one.communicate(timeout=60)[1]
    for one in processes:
        one.stdin.write("go\n")
        one.stdin.flush()
    ends = [one.communicate(timeout=400) for one in processes]
    assert [one.returncode for one in processes] == [0] * 4, [err[-2000:] for _out, err in ends]
    spans = [json.loads(out) for out, _err in ends]
    assert max(began for began, _ended in spans) < min(ended for _began, ended in spans)


def within(times, seconds):
    """The most that fell into any span of so many seconds, its end not included."""
    times = sorted(times)
    return max(sum(first <= one < first + seconds for one in times) for first in times)


def asked_of(sandbox, provider):
    asked = [one for one in sandbox.log if one.provider == provider]
    assert 429 not in {one.status for one in asked}
    return asked


@pytest.mark.slow
def test_four_processes_never_exceed_twenty_requests_a_minute(sandbox, tmp_path):
    together(ASKING, [("iqm", sandbox.urls["iqm"], str(tmp_path / "pace.sqlite"))] * 4)
    asked = asked_of(sandbox, "iqm")
    assert len(asked) == 4 * (8 + 1)  # each logs in
    assert within([one.at for one in asked], 60) == 20


@pytest.mark.slow
def test_four_processes_poll_once_in_thirty_seconds(sandbox, tmp_path):
    account = sandbox.remembered("targetsmart", Desk).files
    account["shared_list"] = Registered({"filename": "shared_list"})
    together(ASKING, [("targetsmart", sandbox.urls["targetsmart"], str(tmp_path / "pace.sqlite"))] * 4)
    assert len(asked_of(sandbox, "targetsmart")) == 4 * 3
    polls = sandbox.state["targetsmart"].polls
    assert len(polls) == 4 * 3
    assert within(polls, 30) == 1


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["iqm", "targetsmart"])
def test_four_submissions_at_once_keep_the_rates(provider, sending, sandbox, tmp_path):
    what = sending(provider)
    folders = [shutil.copytree(what.folder, tmp_path / f"list-{number}") for number in range(4)]
    together(SUBMITTING, [(str(folder), what.sandbox) for folder in folders])
    asked = asked_of(sandbox, provider)
    assert all((folder / "outcome.json").is_file() for folder in folders)
    if provider == "iqm":
        assert len(asked) > 20
        assert within([one.at for one in asked], 60) <= 20
    else:
        polls = sandbox.state["targetsmart"].polls
        assert len(polls) > 4
        assert within(polls, 30) == 1


class Turned:
    """A clock that each sleep turns forward, as if nobody else slept meanwhile."""

    def __init__(self):
        self.time = 1_000.0
        self._lock = threading.Lock()

    def now(self):
        return self.time

    def sleep(self, seconds):
        with self._lock:
            self.time += seconds


@settings(max_examples=25, deadline=None)
@given(
    rate=st.builds(Rate, st.integers(1, 4), st.floats(0.5, 60)),
    slow=st.lists(st.floats(0, 20), min_size=1, max_size=12),
)
def test_a_turn_counts_until_its_answer_came(rate, slow, tmp_path_factory):
    """The provider counts a request somewhere between its start and its answer: no choice breaks the rate."""
    clock = Turned()
    pace = Pace(tmp_path_factory.mktemp("pace") / "pace.sqlite", clock)
    began, ended = [], []
    for seconds in slow:
        with pace.turn("a", rate):
            began.append(clock.now())
            clock.sleep(seconds)
            ended.append(clock.now())
    # Counted as late as can be, and the one that comes `at_most` later as early as can be.
    assert all(
        later - sooner >= rate.per_s - 1e-6
        for sooner, later in zip(ended, began[rate.at_most :], strict=False)
    )


def test_the_turn_of_a_dead_process_ends(tmp_path, in_a_process):
    taking = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from matchprep.providers import Pace, Rate

lost = Pace(Path(sys.argv[1]), SimpleNamespace(now=lambda: 1_000.0)).turn("a", Rate(1, 30))
lost.__enter__()
os._exit(9)
"""
    assert in_a_process(taking, str(tmp_path / "pace.sqlite")).returncode == 9
    clock = Turned()
    with Pace(tmp_path / "pace.sqlite", clock).turn("a", Rate(1, 30)):
        assert 1_030 <= clock.now() <= 1_031


def test_a_turn_that_takes_long_does_not_end(tmp_path):
    clock = Turned()
    pace, other = (Pace(tmp_path / "pace.sqlite", clock, lease_s=600) for _ in range(2))
    with pace.turn("a", Rate(1, 30)):
        clock.sleep(500)  # the upload of a large file
        assert isinstance(other._take("a", Rate(1, 30)), float)
    with other.turn("a", Rate(1, 30)):
        assert 1_530 <= clock.now() <= 1_531


def test_a_turn_that_never_came_back_ends(tmp_path):
    clock = Turned()
    pace = Pace(tmp_path / "pace.sqlite", clock, lease_s=60)
    lost = pace.turn("a", Rate(1, 30))
    lost.__enter__()
    before = clock.now()
    with pace.turn("a", Rate(1, 30)):
        assert 90 <= clock.now() - before <= 91


def test_what_one_provider_asks_for_holds_nobody_else_off(tmp_path):
    clock = Turned()
    pace = Pace(tmp_path / "pace.sqlite", clock)
    pace.hold_off("a", clock.now() + 50)
    with pace.turn("b", Rate(1, 30)):
        assert clock.now() == 1_000.0
    with pace.turn("a", Rate(1, 30)):
        assert clock.now() == 1_050.0
