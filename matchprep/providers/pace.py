"""No more requests than a provider takes, counted over all processes of this user.

Every request reserves its turn in one small SQLite file before it is sent. A turn lies where the rule is
kept even if all reserved requests are sent at the last moment, so that processes that know nothing of one
another never exceed it together.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from matchprep.providers.clock import Clock

#: Seconds that a process waits for another one that is reserving its turn.
_PATIENCE_S = 30.0


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
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def wait_turn(self, key: str, rate: Rate) -> float:
        """Reserve a turn and wait for it.

        Args:
            key: What the rate is of: a provider and an account, or one call of it. Never a secret.
            rate: The provider's rule.

        Returns:
            The time of the turn.

        Units: seconds since 1970-01-01 UTC.
        """
        turn = self._reserve(key, rate)
        while (left := turn - self._clock.now()) > 0:
            self._clock.sleep(left)
        return turn

    def hold_off(self, key: str, until: float) -> None:
        """Let nobody have a turn before a time, as the provider asked.

        Args:
            key: As for `wait_turn`.
            until: The time, in seconds since 1970-01-01 UTC.
        """
        with closing(self._connect()) as turns, turns:
            turns.execute("INSERT INTO holds VALUES (?, ?)", (key, until))

    def _reserve(self, key: str, rate: Rate) -> float:
        with closing(self._connect()) as turns:
            turns.execute("BEGIN IMMEDIATE")
            now = self._clock.now()
            taken = turns.execute(
                "SELECT at FROM turns WHERE key = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                (key, rate.at_most - 1),
            ).fetchone()
            held = turns.execute("SELECT max(until) FROM holds WHERE key = ?", (key,)).fetchone()[0]
            turn = max(now, taken[0] + rate.per_s if taken else now, held or now)
            turns.execute("INSERT INTO turns VALUES (?, ?)", (key, turn))
            turns.execute("DELETE FROM turns WHERE key = ? AND at < ?", (key, now - 2 * rate.per_s))
            turns.execute("DELETE FROM holds WHERE until < ?", (now,))
            turns.execute("COMMIT")
        return float(turn)

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        turns = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)
        self._path.chmod(0o600)
        turns.executescript(
            "CREATE TABLE IF NOT EXISTS turns (key TEXT NOT NULL, at REAL NOT NULL);"
            "CREATE INDEX IF NOT EXISTS turns_by_key ON turns (key, at);"
            "CREATE TABLE IF NOT EXISTS holds (key TEXT NOT NULL, until REAL NOT NULL);"
        )
        return turns
