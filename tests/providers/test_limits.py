"""Limits under pressure: rates kept by processes that know nothing of one another."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.providers import Pace, Rate

ROOT = Path(__file__).resolve().parents[2]

ASKING = """
import sys
from importlib import import_module
from pathlib import Path
from matchprep.providers import Pace, SandboxClock, client_of, exchange, load_settings

provider, url, pace, times = sys.argv[1:]
kind, clock = client_of(provider), SandboxClock(url, exchange)
account = import_module(f"matchprep.sandbox.{provider}").ACCOUNT
known = load_settings(kind.Settings, base_url=url, **account)
client = kind(known, clock=clock, pace=Pace(Path(pace), clock))
for _ in range(int(times)):
    client.columns() if provider == "iqm" else client.poll("shared_list")
"""


def run(program, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def together(provider, sandbox, pace, *, times):
    """Let four processes ask at once."""
    running = [run(ASKING, provider, sandbox.urls[provider], str(pace), str(times)) for _ in range(4)]
    for one in running:
        _out, err = one.communicate(timeout=240)
        assert one.returncode == 0, err
    return [one for one in sandbox.log if one.provider == provider]


@pytest.mark.slow
def test_four_processes_never_exceed_twenty_requests_a_minute(sandbox, tmp_path):
    asked = together("iqm", sandbox, tmp_path / "pace.sqlite", times=8)
    assert len(asked) == 4 * (8 + 1)  # each logs in
    assert {one.status for one in asked} == {200}
    times = sorted(one.at for one in asked)
    assert all(later - sooner >= 60 for sooner, later in zip(times, times[20:], strict=False))


@pytest.mark.slow
def test_four_processes_poll_once_in_thirty_seconds(sandbox, tmp_path):
    program = ASKING.replace('client.poll("shared_list")', 'client.register(filename="shared_list")')
    first = run(program, "targetsmart", sandbox.urls["targetsmart"], str(tmp_path / "pace.sqlite"), "1")
    _out, err = first.communicate(timeout=60)
    assert first.returncode == 0, err
    asked = together("targetsmart", sandbox, tmp_path / "pace.sqlite", times=3)
    polls = sandbox.state["targetsmart"].polls
    assert len(polls) == 12
    assert all(later - sooner >= 30 for sooner, later in pairwise(polls))
    assert 429 not in {one.status for one in asked}


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


def test_a_turn_that_never_came_back_ends(tmp_path):
    clock = Turned()
    pace = Pace(tmp_path / "pace.sqlite", clock)
    lost = pace.turn("a", Rate(1, 30))
    lost.__enter__()  # a process that dies leaves it so
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
