"""No more requests than a provider takes, counted over all processes of this user.

Every request takes its turn in one small SQLite file before it is sent, and gives it back when the answer
is there. The provider counts a request somewhere between the two, so a turn that is out counts as now, and
one that came back counts from then: processes that know nothing of one another never exceed a rate
together, however slow the line is. A turn whose process has died counts from when that is noticed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from matchprep.providers.clock import Clock

#: Seconds that a process waits for another one that is taking its turn.
_PATIENCE_S = 30.0
#: Seconds until a turn that never came back counts as over, where nobody can tell whether its process lives.
_LEASE_S = 3600.0
#: Seconds to wait for a turn that is out.
_MOMENT_S = 0.2


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds.

    Units: seconds.
    """

    at_most: int
    per_s: float


class Pace:
    """The turns of one provider's requests.

    Args:
        path: The SQLite file that the turns are kept in; made when it is not there.
        clock: What time it is.
        lease_s: Seconds until a turn counts as over that never came back, although its process lives.
    """

    def __init__(self, path: Path, clock: Clock, *, lease_s: float = _LEASE_S) -> None:
        self._path = path
        self._clock = clock
        self._lease_s = lease_s

    @contextmanager
    def turn(self, key: str, rate: Rate) -> Iterator[None]:
        """Wait for a turn, and hold it while the request is under way.

        Args:
            key: What the rate is of: a provider and an account, or one call of it. Never a secret.
            rate: The provider's rule.

        Yields:
            Nothing; now is the turn.
        """
        while isinstance(ticket := self._take(key, rate), float):
            self._clock.sleep(ticket)
        try:
            yield
        finally:
            with closing(self._connect()) as turns:
                turns.execute("UPDATE turns SET at = ?, out = 0 WHERE rowid = ?", (self._clock.now(), ticket))

    def hold_off(self, key: str, until: float) -> None:
        """Let nobody have a turn before a time, as the provider asked.

        Args:
            key: As for `turn`.
            until: The time, in seconds since 1970-01-01 UTC.
        """
        with closing(self._connect()) as turns:
            turns.execute("INSERT INTO holds VALUES (?, ?)", (key, until))

    def _take(self, key: str, rate: Rate) -> int | float:
        """Take a turn and give its number; or, as a float, the seconds to wait before asking again."""
        with closing(self._connect()) as turns:
            turns.execute("BEGIN IMMEDIATE")
            now = self._clock.now()
            turns.execute("DELETE FROM holds WHERE until <= ?", (now,))
            self._end_lost(turns, now)
            turns.execute("DELETE FROM turns WHERE key = ? AND NOT out AND at <= ?", (key, now - rate.per_s))
            wait_s, mine = self._wait(turns, key, rate, now), (key, now, os.getpid())
            taken = None if wait_s else turns.execute("INSERT INTO turns VALUES (?, ?, 1, ?)", mine).lastrowid
            turns.execute("COMMIT")
        return wait_s if taken is None else taken

    def _end_lost(self, turns: sqlite3.Connection, now: float) -> None:
        """Let turns end that nobody will give back."""
        out = turns.execute("SELECT rowid, pid FROM turns WHERE out").fetchall()
        lost = [(now, row) for row, process in out if _is_gone(process)]
        turns.executemany("UPDATE turns SET at = ?, out = 0 WHERE rowid = ?", lost)
        late = (self._lease_s, now - self._lease_s)
        turns.execute("UPDATE turns SET at = at + ?, out = 0 WHERE out AND at <= ?", late)

    @staticmethod
    def _wait(turns: sqlite3.Connection, key: str, rate: Rate, now: float) -> float:
        held = turns.execute("SELECT max(until) FROM holds WHERE key = ?", (key,)).fetchone()[0]
        if held is not None:
            return float(held - now)
        out, back = turns.execute("SELECT sum(out), sum(NOT out) FROM turns WHERE key = ?", (key,)).fetchone()
        free = rate.at_most - (out or 0)
        if free > (back or 0):
            return 0.0
        if free <= 0:
            return _MOMENT_S
        # The earliest time at which no more than `free` - 1 of those that came back still count.
        query = "SELECT at FROM turns WHERE key = ? AND NOT out ORDER BY at DESC LIMIT 1 OFFSET ?"
        last = turns.execute(query, (key, free - 1)).fetchone()[0]
        return max(float(last + rate.per_s - now), _MOMENT_S)

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        turns = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)
        self._path.chmod(0o600)
        turns.executescript(
            "CREATE TABLE IF NOT EXISTS turns"
            " (key TEXT NOT NULL, at REAL NOT NULL, out INTEGER NOT NULL, pid INTEGER NOT NULL);"
            "CREATE INDEX IF NOT EXISTS turns_by_key ON turns (key, at);"
            "CREATE TABLE IF NOT EXISTS holds (key TEXT NOT NULL, until REAL NOT NULL);"
        )
        return turns


def _is_gone(process: int) -> bool:
    """Say whether a process of this machine has surely ended."""
    if os.name != "posix":
        return False  # NOTE: elsewhere, what asks about a process may end it
    try:
        os.kill(process, 0)
    except OSError as error:  # one that may not be asked lives: it is somebody else's
        return isinstance(error, ProcessLookupError)
    return False
