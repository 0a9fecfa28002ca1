"""What a check says: findings, never values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from matchprep.fields import Field
from matchprep.rulebook import Requirement
from matchprep.rulebook.part import Severity

Scope = Literal["file", "rows", "values", "params"]
_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a rule says about a list.

    Args:
        rule: The rule's id.
        severity: error: the file is not ready; warning: it is, at a cost; info: good to know.
        scope: What it is about: the file as a whole, rows that are set aside, values, or parameters.
        says: What holds, in one sentence.
        do: What to do about it.
        source: The document and section that say so.
        confidence: Whether they state it, or we infer it.
        count: How many rows, where rows are meant.
        share: The same as a part of all rows, 0 to 1.
        rows: The first row numbers.
        reasons: For rows: each reason in words, and how many rows it is true of.
    """

    rule: str
    severity: Severity
    scope: Scope
    says: str
    do: str
    source: str
    confidence: str = "stated"
    count: int | None = None
    share: float | None = None
    rows: tuple[int, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What filling in one field would bring.

    Args:
        field: The field.
        rows: So many more rows would be usable if every row had it.
        share: The same as a part of all rows, 0 to 1.
    """

    field: Field
    rows: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A list held against the rules of a provider.

    Args:
        kept: The rows of CLEAN that the provider can use.
        rejected: `row_id`, `reasons` (a list of clauses), and the source's columns.
        findings: Everything found, the worst first.
        ready: Whether the kept rows may be sent.
        provider: The provider's id.
        profile: The profile that was asked for or chosen.
        hash_algorithm: The hash to seal with, where it is not the rule file's own.
        required: The fields that the provider is told to insist on.
        optional: The other matching fields that go along.
        requirement: What the provider requires of each row, all rules together, groups written out.
        rows: All rows.
        usable: The rows kept.
        reasons: Each reason for which rows were set aside, and how many rows it is true of.
        gains: What filling in one field would bring, the most first.
    """

    kept: pl.LazyFrame
    rejected: pl.LazyFrame
    findings: tuple[Finding, ...]
    ready: bool
    provider: str
    profile: str
    hash_algorithm: str | None
    required: tuple[Field, ...]
    optional: tuple[Field, ...]
    requirement: Requirement
    rows: int
    usable: int
    reasons: Mapping[str, int]
    gains: tuple[Gain, ...]

    @property
    def usable_share(self) -> float:
        """Give the rows kept as a part of all rows, 0 to 1."""
        return self.usable / self.rows if self.rows else 0.0

    @property
    def verdict(self) -> str:
        """Say it in a word or three: ready, ready with warnings, not ready."""
        if not self.ready:
            return "not ready"
        return "ready with warnings" if any(one.severity == "warning" for one in self.findings) else "ready"


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Order findings: errors, warnings, the rest; among equals, what concerns most rows first.

    Args:
        findings: In any order.

    Returns:
        All of them.
    """
    return tuple(
        sorted(findings, key=lambda one: (_ORDER[one.severity], one.scope != "file", -(one.count or 0)))
    )
