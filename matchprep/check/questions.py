"""What has to be counted for each way of sending a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from matchprep.check.candidates import Candidate
from matchprep.check.reasons import blame, holds_in_row, merged
from matchprep.check.tally import Tally
from matchprep.fields import Field
from matchprep.rulebook import Rule
from matchprep.tables import INVALID

#: Columns that tell two rows apart; rows that agree in all of them are the same person twice.
_IDENTITY = (
    *(
        "first_name",
        "middle_name",
        "last_name",
        "name_suffix",
        "address",
        "city",
        "state",
        "zip",
        "postal_code",
    ),
    *("dob", "phone", "email", "phone_hash", "email_hash", "voter_id", "voterbase_id", "lal_voter_id", "npi"),
)


def ask(tally: Tally, candidate: Candidate, prefix: str) -> None:
    """Ask for every count that the findings of one candidate need.

    Args:
        tally: Where to ask.
        candidate: One way to send the list.
        prefix: What its questions begin with, to tell candidates apart.
    """
    candidate = replace(candidate, presence=replace(candidate.presence, facts=tally.facts))
    tally.rows(f"{prefix}usable", candidate.usable())
    for clause, condition in reasons_of(candidate).items():
        tally.rows(f"{prefix}reason {clause}", condition)
    for rule, requirement in candidate.requirements():
        tally.rows(f"{prefix}{rule.id}", ~holds_in_row(requirement, candidate.presence))
    for field in gainable(candidate):
        supposing = replace(candidate, presence=replace(candidate.presence, supposed=field))
        tally.rows(f"{prefix}gain {field}", supposing.usable())
    for rule in candidate.rules:
        _ask_rule(tally, candidate, rule, f"{prefix}{rule.id}")
    for field in readable(candidate):
        tally.rows(f"{prefix}invalid {field}", candidate.presence.invalid(field))


def _ask_rule(tally: Tally, candidate: Candidate, rule: Rule, name: str) -> None:
    presence = candidate.presence
    if rule.advise is not None and candidate.applies(rule):
        tally.rows(name, _unadvised(rule, candidate))
    if rule.value is not None and judged(candidate, rule):
        tally.rows(name, ~presence.passes(rule))
    if rule.unique is not None and rule.unique in presence.columns:
        expr = pl.col(rule.unique)
        tally.number(name, expr.count() - expr.drop_nulls().hash().n_unique())


def _unadvised(rule: Rule, candidate: Candidate) -> pl.Expr:
    assert rule.advise is not None  # noqa: S101 - the caller asked
    lacking = ~holds_in_row(candidate.resolved(rule.advise), candidate.presence)
    concerned = candidate.usable()
    if rule.when is not None:
        concerned &= holds_in_row(candidate.resolved(rule.when), candidate.presence)
    return concerned & lacking


def ask_duplicates(tally: Tally, columns: frozenset[str]) -> None:
    """Ask how many rows hold someone, and how many different ones.

    Args:
        tally: Where to ask.
        columns: The columns of CLEAN.
    """
    identity = [name for name in _IDENTITY if name in columns]
    if identity:
        filled = pl.any_horizontal(pl.col(name).is_not_null() for name in identity)
        tally.number("identified", filled.sum())
        tally.number("different", pl.struct(identity).hash().filter(filled).n_unique())


def reasons_of(candidate: Candidate) -> dict[str, pl.Expr]:
    """Say in words why rows cannot be used.

    Args:
        candidate: One way to send the list.

    Returns:
        Each clause, and the rows it is true of.
    """
    parts = [blame(requirement, candidate.presence) for _, requirement in candidate.requirements()]
    reasons = merged(tuple(reason for part in parts for reason in part.reasons))
    if not candidate.viable:
        # The columns are at fault, and that for every row; where nothing else is said, that is.
        alone = ~pl.any_horizontal(*reasons.values()) if reasons else pl.lit(value=True)
        reasons[f"the list has no columns that {candidate.presence.rules.name} can use"] = alone
    return reasons


def gainable(candidate: Candidate) -> tuple[Field, ...]:
    """List the fields that a row may need, the parts of made-up fields for the whole."""
    fields = candidate.presence.rules.fields
    named = {field for _, requirement in candidate.requirements() for field in requirement.fields()}
    parts = {part for field in named for part in fields[field].made_of or (field,)}
    return tuple(field for field in Field if field in parts)


def judged(candidate: Candidate, rule: Rule) -> bool:
    """Say whether a rule on values concerns a column that is there and goes out."""
    if rule.value is None:
        return False
    field, presence = rule.value.field, candidate.presence
    return presence.column(field) in presence.columns and field in set(_written(candidate))


def readable(candidate: Candidate) -> Iterator[Field]:
    """List the fields that go out and can be unreadable."""
    for field in _written(candidate):
        if f"{field}{INVALID}" in candidate.presence.columns:
            yield field


def _written(candidate: Candidate) -> Iterator[Field]:
    rules = candidate.presence.rules
    for field in rules.profiles[candidate.profile].columns:
        yield from rules.fields[field].made_of or (field,)
