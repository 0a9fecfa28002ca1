"""The ledger: what was forecast at each provider, and what came back. No person is in it.

One SQLite file that any tool opens, with two tables:

    forecasts   one a run: run, made, provider, profile, list_sha256, rows, rate, doubt, corrected_by,
                told, low, high, level, coverage, version
    outcomes    one a run at most: run, recorded, actual, matched, of_rows

`rate` is the forecast before any correction, which is what corrections are learned from; `told` is what
the user was told. A forecast belongs to a file by its digest only. The file is its owner's alone (0600),
and several processes may write to it at once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import Self

import platformdirs

from matchprep.errors import UsageError
from matchprep.estimate.outcomes import Entry, Known, Outcome

#: Names another ledger than the default one.
VARIABLE = "MATCHPREP_LEDGER"
#: The version of the tables below, kept in the file.
VERSION = 1
#: Another process may keep the file for this long.
WAIT_S = 30.0

_TABLES = (
    """
    CREATE TABLE forecasts (
        run TEXT PRIMARY KEY, made TEXT NOT NULL, provider TEXT NOT NULL, profile TEXT,
        list_sha256 TEXT NOT NULL, rows INTEGER NOT NULL, rate REAL NOT NULL, doubt REAL NOT NULL,
        corrected_by INTEGER NOT NULL, told REAL NOT NULL, low REAL NOT NULL, high REAL NOT NULL,
        level REAL NOT NULL, coverage TEXT NOT NULL, version TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE outcomes (
        run TEXT PRIMARY KEY REFERENCES forecasts (run), recorded TEXT NOT NULL,
        actual REAL NOT NULL CHECK (actual BETWEEN 0 AND 1), matched INTEGER, of_rows INTEGER
    ) STRICT
    """,
    "CREATE INDEX forecasts_by_provider ON forecasts (provider, made)",
)


def default_ledger() -> Path:
    """Tell where the ledger is: where the environment says, else in the user's folder for data.

    Returns:
        Its path; the file need not exist.
    """
    named = os.environ.get(VARIABLE)
    return (
        Path(named)
        if named
        else Path(platformdirs.user_data_dir("matchprep", appauthor=False)) / "ledger.sqlite"
    )


class Ledger:
    """An open ledger.

    Args:
        path: The file; made, with its folder, if missing.

    Raises:
        UsageError: It cannot be opened, or is no ledger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._faults_in_words():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
            try:
                self._connection.execute("PRAGMA foreign_keys = ON")
                self._set_up()
            except (sqlite3.Error, UsageError):
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def forecast(self, entry: Entry) -> None:
        """Keep a forecast; one of the same run takes the place of an older one.

        Args:
            entry: The forecast.

        Raises:
            UsageError: The file cannot be written.
        """
        names = [field.name for field in fields(Entry)]
        news = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        with self._writing():
            self._connection.execute(
                f"INSERT INTO forecasts ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our own names
                f" ON CONFLICT (run) DO UPDATE SET {news}",
                astuple(entry),
            )

    def record(self, outcome: Outcome) -> Known:
        """Keep what came back; a second outcome of a run takes the place of the first.

        Args:
            outcome: What the provider found.

        Returns:
            The outcome beside its forecast.

        Raises:
            UsageError: The ledger has no forecast of that run, or the file cannot be written.
        """
        with self._writing():
            self._connection.execute(
                "INSERT OR REPLACE INTO outcomes (run, recorded, actual, matched, of_rows)"
                " VALUES (?, ?, ?, ?, ?)",
                astuple(outcome),
            )
        return Known(self.entry(outcome.run), outcome)

    def entry(self, run: str) -> Entry:
        """Look up a forecast by the id of its run.

        Args:
            run: The id, or the beginning of it where no other begins so.

        Returns:
            The forecast.

        Raises:
            UsageError: There is none, or there are several.
        """
        found = self._entries("WHERE substr(run, 1, ?) = ? ORDER BY made LIMIT 2", len(run), run)
        if len(found) != 1 or not run:
            raise UsageError(
                "several runs begin so" if len(found) > 1 else "the ledger has no forecast of this run",
                where=run or "the run",
                hint="Name the output folder of the run, or its id as manifest.json gives it.",
            )
        return found[0]

    def known(self) -> tuple[Known, ...]:
        """Give every forecast that has an outcome.

        Returns:
            Them, by provider and then by time.

        Raises:
            UsageError: The file cannot be read.
        """
        with self._faults_in_words():
            rows = self._connection.execute(
                "SELECT run, recorded, actual, matched, of_rows FROM outcomes"
            ).fetchall()
        names = [field.name for field in fields(Outcome)]
        outcomes = {row[0]: Outcome(**dict(zip(names, row, strict=True))) for row in rows}
        entries = self._entries("WHERE run IN (SELECT run FROM outcomes) ORDER BY provider, made, run")
        return tuple(Known(one, outcomes[one.run]) for one in entries)

    def waiting(self) -> dict[str, int]:
        """Count the forecasts without an outcome.

        Returns:
            Provider -> how many.

        Raises:
            UsageError: The file cannot be read.
        """
        with self._faults_in_words():
            found = self._connection.execute(
                "SELECT provider, count(*) FROM forecasts WHERE run NOT IN (SELECT run FROM outcomes)"
                " GROUP BY provider ORDER BY provider"
            )
            return dict(found.fetchall())

    def _entries(self, which: str, *values: object) -> list[Entry]:
        names = [field.name for field in fields(Entry)]
        with self._faults_in_words():
            query = f"SELECT {', '.join(names)} FROM forecasts {which}"  # noqa: S608 - our own names
            rows = self._connection.execute(query, values).fetchall()
        return [Entry(**dict(zip(names, row, strict=True))) for row in rows]

    def _set_up(self) -> None:
        with self._writing():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise UsageError(
                    "a newer matchprep made this ledger",
                    where=str(self.path),
                    hint="Update matchprep, or name another file with --ledger FILE.",
                )
            if version == 0:
                for table in _TABLES:
                    self._connection.execute(table)
                self._connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Do all or nothing, while others wait."""
        with self._faults_in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _faults_in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise UsageError(
                "the ledger has no forecast of this run, or the outcome is no rate",
                where=str(self.path),
                hint="A rate lies between 0 and 1; runs are named by their output folder or their id.",
            ) from error
        except (sqlite3.Error, OSError) as error:
            raise UsageError(
                f"the ledger of forecasts cannot be used ({type(error).__name__})",
                where=str(self.path),
                hint="Name another file with --ledger FILE, or leave it out with --no-ledger.",
            ) from error
