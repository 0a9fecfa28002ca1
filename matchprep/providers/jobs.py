"""The ledger of submissions: every step written down before it is made, and after.

One SQLite file of this user. It holds ids, statuses, counts, costs, digests of files and the folders that a
submission works in; never a secret, a signed address or anything of a person.

A step is *begun* before its request is sent and *done* with what came of it after. A process that dies in
between leaves it begun: whoever resumes the job knows that the request may have been sent.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import platformdirs

from matchprep.errors import UsageError, did_you_mean
from matchprep.providers.clock import Clock

StepState = Literal["begun", "done"]
JobState = Literal["under way", "waiting for you", "done", "failed", "cancelled"]
Facts = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
    job TEXT PRIMARY KEY, provider TEXT NOT NULL, folder TEXT NOT NULL, file_sha256 TEXT NOT NULL,
    options TEXT NOT NULL, state TEXT NOT NULL, why TEXT, made REAL NOT NULL, changed REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS steps (
    job TEXT NOT NULL REFERENCES jobs, step TEXT NOT NULL, state TEXT NOT NULL, facts TEXT NOT NULL,
    begun REAL NOT NULL, ended REAL, PRIMARY KEY (job, step)
);
CREATE TABLE IF NOT EXISTS events (job TEXT NOT NULL, at REAL NOT NULL, what TEXT NOT NULL);
"""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A submission as the ledger knows it.

    Args:
        job: Its id.
        provider: The provider's id.
        folder: Where its file lies and its results go.
        file_sha256: Digest of the file that is sent.
        options: What was asked for; no secret, no person.
        state: How it stands.
        why: Why it stands so, where that needs words.
        made: When it was begun.
        changed: When it last went on.
        steps: The steps made so far.

    Units: seconds since 1970-01-01 UTC.
    """

    job: str
    provider: str
    folder: Path
    file_sha256: str
    options: Mapping[str, Any]
    state: JobState
    why: str | None
    made: float
    changed: float
    steps: Mapping[str, StepRecord] = field(default_factory=dict)

    def fact(self, name: str) -> Any:
        """Look up what a step found out; the latest counts.

        Args:
            name: Of the fact.

        Returns:
            The fact; null when no step told it.
        """
        for step in reversed(list(self.steps.values())):
            if name in step.facts:
                return step.facts[name]
        return None

    @property
    def paid(self) -> tuple[str, ...]:
        """What was paid for, and how much; in words, one for each step that is done and cost something."""
        done = [step for step in self.steps.values() if step.state == "done"]
        return tuple(step.facts["price"] for step in done if "price" in step.facts)


@dataclass(frozen=True)
class StepRecord:
    """One step of a submission."""

    step: str
    state: StepState
    facts: Facts


class Jobs:
    """The ledger.

    Args:
        path: The SQLite file; made when it is not there.
        clock: What time it is.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def open_job(self, provider: str, folder: Path, file_sha256: str, options: Mapping[str, Any]) -> Job:
        """Write a new submission down.

        Args:
            provider: The provider's id.
            folder: Where its file lies and its results go.
            file_sha256: Digest of the file that is sent.
            options: What was asked for; no secret, no person.

        Returns:
            The job.
        """
        job, now = f"{provider}-{secrets.token_hex(4)}", self._clock.now()
        with closing(self._connect()) as ledger, ledger:
            ledger.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?, ?, 'under way', NULL, ?, ?)",
                (job, provider, str(folder), file_sha256, json.dumps(dict(options)), now, now),
            )
        return self.job(job)

    def job(self, job: str) -> Job:
        """Look a submission up.

        Args:
            job: Its id.

        Returns:
            All that is known of it.

        Raises:
            UsageError: There is none of this id.
        """
        with closing(self._connect()) as ledger:
            row = ledger.execute("SELECT * FROM jobs WHERE job = ?", (job,)).fetchone()
            if row is None:
                known = [one["job"] for one in ledger.execute("SELECT job FROM jobs")]
                hint = did_you_mean(job, known) if known else "Nothing was submitted from here so far."
                raise UsageError("there is no such submission", where=job, hint=hint)
            return _job(ledger, row)

    def jobs(self) -> list[Job]:
        """List the submissions, the newest first.

        Returns:
            All of them.
        """
        with closing(self._connect()) as ledger:
            rows = ledger.execute("SELECT * FROM jobs ORDER BY made DESC, job").fetchall()
            return [_job(ledger, row) for row in rows]

    def same_file(self, provider: str, file_sha256: str, *, sandbox: str | None = None) -> list[Job]:
        """Find the submissions of the same file to the same provider that did not fail.

        Args:
            provider: The provider's id.
            file_sha256: Digest of the file.
            sandbox: The address of the sandbox that plays the provider; null for the provider itself.

        Returns:
            The submissions, the newest first.
        """
        return [
            one
            for one in self.jobs()
            if (one.provider, one.file_sha256, one.options.get("sandbox")) == (provider, file_sha256, sandbox)
            and one.state not in {"failed", "cancelled"}
        ]

    def begin(self, job: str, step: str) -> None:
        """Write down that a step is about to be made.

        Args:
            job: The job's id.
            step: The step's name.
        """
        now = self._clock.now()
        with closing(self._connect()) as ledger, ledger:
            ledger.execute(
                "INSERT INTO steps VALUES (?, ?, 'begun', '{}', ?, NULL) ON CONFLICT DO NOTHING",
                (job, step, now),
            )
            self._touch(ledger, job, f"{step}: begun")

    def note(self, job: str, step: str, facts: Facts) -> None:
        """Write down what a step has found out before it is done.

        Args:
            job: The job's id.
            step: The step's name.
            facts: Ids, statuses, counts.
        """
        with closing(self._connect()) as ledger, ledger:
            known = ledger.execute(
                "SELECT facts FROM steps WHERE job = ? AND step = ?", (job, step)
            ).fetchone()
            merged = json.loads(known["facts"]) | facts
            ledger.execute(
                "UPDATE steps SET facts = ? WHERE job = ? AND step = ?", (json.dumps(merged), job, step)
            )
            self._touch(
                ledger, job, f"{step}: {', '.join(f'{name} {value}' for name, value in facts.items())}"
            )

    def finish(self, job: str, step: str, facts: Facts) -> None:
        """Write down that a step is done.

        Args:
            job: The job's id.
            step: The step's name.
            facts: What came of it: ids, statuses, counts, costs.
        """
        self.note(job, step, facts)
        with closing(self._connect()) as ledger, ledger:
            ledger.execute(
                "UPDATE steps SET state = 'done', ended = ? WHERE job = ? AND step = ?",
                (self._clock.now(), job, step),
            )
            self._touch(ledger, job, f"{step}: done")

    def forget_step(self, job: str, step: str) -> None:
        """Take back that a step was begun; for one that certainly did not happen.

        Args:
            job: The job's id.
            step: The step's name.
        """
        with closing(self._connect()) as ledger, ledger:
            ledger.execute("DELETE FROM steps WHERE job = ? AND step = ? AND state = 'begun'", (job, step))
            self._touch(ledger, job, f"{step}: did not happen")

    def close_job(self, job: str, state: JobState, why: str | None = None) -> None:
        """Write down how a submission stands.

        Args:
            job: The job's id.
            state: How it stands.
            why: In words, without a person's value.
        """
        with closing(self._connect()) as ledger, ledger:
            ledger.execute("UPDATE jobs SET state = ?, why = ? WHERE job = ?", (state, why, job))
            self._touch(ledger, job, state)

    def copied(self, path: Path) -> Jobs:
        """Copy the ledger, for what shall not be on record.

        Args:
            path: Where to.

        Returns:
            The copy.
        """
        with closing(self._connect()) as ledger, closing(sqlite3.connect(path)) as copy:
            ledger.backup(copy)
        return Jobs(path, self._clock)

    def _touch(self, ledger: sqlite3.Connection, job: str, what: str) -> None:
        now = self._clock.now()
        ledger.execute("UPDATE jobs SET changed = ? WHERE job = ?", (now, job))
        ledger.execute("INSERT INTO events VALUES (?, ?, ?)", (job, now, what))

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        ledger = sqlite3.connect(self._path, timeout=30.0)
        ledger.row_factory = sqlite3.Row
        # NOTE: FULL: what was written before a request must be there after a crash of the machine, too.
        ledger.execute("PRAGMA synchronous = FULL")
        ledger.executescript(_TABLES)
        return ledger


def ledger_path() -> Path:
    """Say where this user's ledger of submissions lies.

    Returns:
        Its path; it need not exist.
    """
    return platformdirs.user_data_path("matchprep") / "submissions.sqlite"


def _job(ledger: sqlite3.Connection, row: sqlite3.Row) -> Job:
    steps = ledger.execute("SELECT * FROM steps WHERE job = ? ORDER BY rowid", (row["job"],)).fetchall()
    return Job(
        job=row["job"],
        provider=row["provider"],
        folder=Path(row["folder"]),
        file_sha256=row["file_sha256"],
        options=json.loads(row["options"]),
        state=row["state"],
        why=row["why"],
        made=row["made"],
        changed=row["changed"],
        steps={one["step"]: StepRecord(one["step"], one["state"], json.loads(one["facts"])) for one in steps},
    )
