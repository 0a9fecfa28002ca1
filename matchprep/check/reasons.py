"""Requirements as expressions: where they hold, and in plain words why not.

A row that fails `any_of` is blamed only for what is nearest: the alternative with the fewest missing
fields. A row with all but the ZIP code reads "no ZIP code" and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from matchprep.check.presence import Presence
from matchprep.fields import Field
from matchprep.rulebook import Requirement, series, words
from matchprep.rulebook.requirement import listed

#: More alternatives than this are not listed one by one.
_MANY = 6


@dataclass(frozen=True)
class Blame:
    """How far rows are from satisfying a requirement.

    Args:
        missing: How many further fields a row needs, at least; 0 where it holds.
        reasons: A clause, and the rows it is true of.
    """

    missing: pl.Expr
    reasons: tuple[tuple[pl.Expr, str], ...]


def holds_in_row(node: Requirement, presence: Presence) -> pl.Expr:
    """Say where a resolved requirement holds.

    Args:
        node: The requirement, without groups.
        presence: The fields of the table.

    Returns:
        A boolean expression, never null.
    """
    if node.field is not None:
        return presence.filled(node.field)
    if node.all_of is not None:
        return _all([holds_in_row(member, presence) for member in listed(node.all_of)])
    if node.any_of is not None:
        return _any([holds_in_row(member, presence) for member in listed(node.any_of)])
    if node.none_of is not None:
        return ~_any([holds_in_row(member, presence) for member in listed(node.none_of)])
    counted = node.at_least or node.at_most
    assert counted is not None  # noqa: S101 - exactly one part is set
    met = [holds_in_row(member, presence).cast(pl.Int32) for member in listed(counted.of)]
    count = pl.sum_horizontal(*met) if met else pl.lit(0)
    return count >= counted.n if node.at_least else count <= counted.n


def _all(parts: list[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(*parts) if parts else pl.lit(value=True)


def _any(parts: list[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(*parts) if parts else pl.lit(value=False)


def blame(node: Requirement, presence: Presence) -> Blame:
    """Say how far rows are from a resolved requirement, and what they lack.

    Args:
        node: The requirement, without groups.
        presence: The fields of the table.

    Returns:
        The distance, and the reasons.
    """
    if node.field is not None:
        missing = (~presence.filled(node.field)).cast(pl.Int32)
        return Blame(missing, tuple(presence.faults(node.field)))
    if node.all_of is not None:
        return _blame_all([blame(member, presence) for member in listed(node.all_of)])
    if node.any_of is not None:
        return _blame_any(listed(node.any_of), presence)
    if node.at_least is not None and node.at_least.n == 1:
        return _blame_any(listed(node.at_least.of), presence)
    broken = (~holds_in_row(node, presence)).cast(pl.Int32)
    return Blame(broken, ((broken > 0, "the fields of the row do not go together"),))


def _blame_all(parts: list[Blame]) -> Blame:
    missing = pl.sum_horizontal(*(part.missing for part in parts)) if parts else pl.lit(0)
    return Blame(missing, tuple(reason for part in parts for reason in part.reasons))


def _blame_any(members: tuple[Requirement, ...], presence: Presence) -> Blame:
    known = presence.all_available()
    within_reach = tuple(member for member in members if set(member.fields()) <= known) or members
    fields = [member.field for member in within_reach if member.field is not None]
    if len(fields) == len(within_reach) > 1:
        return _blame_fields(fields, presence)
    parts = [blame(member, presence) for member in within_reach]
    nearest = pl.min_horizontal(*(part.missing for part in parts))
    reasons = [
        (condition & (part.missing == nearest) & (nearest > 0), clause)
        for part in parts
        for condition, clause in part.reasons
    ]
    return Blame(nearest, tuple(reasons))


def _blame_fields(fields: list[Field], presence: Presence) -> Blame:
    lacking = ~_any([presence.filled(field) for field in fields])
    reasons: list[tuple[pl.Expr, str]] = []
    blank = lacking
    for field in fields:
        for condition, clause in presence.faults(field)[:-1]:
            reasons.append((lacking & condition, clause))
            blank &= ~condition
    names = [words(field) for field in fields]
    text = (
        f"no {series(names, 'or')}"
        if len(names) <= _MANY
        else "nothing filled in that the provider matches on"
    )
    return Blame(lacking.cast(pl.Int32), (*reasons, (blank, text)))


def merged(reasons: tuple[tuple[pl.Expr, str], ...]) -> dict[str, pl.Expr]:
    """Join reasons of the same words.

    Args:
        reasons: Conditions and clauses; a clause may come several times.

    Returns:
        Each clause once, and the rows that any of its conditions holds for.
    """
    together: dict[str, list[pl.Expr]] = {}
    for condition, clause in reasons:
        together.setdefault(clause, []).append(condition)
    return {clause: _any(conditions) for clause, conditions in together.items()}


def reason_list(reasons: dict[str, pl.Expr]) -> pl.Expr:
    """Write the reasons of each row as a list of clauses.

    Args:
        reasons: Each clause and the rows it is true of.

    Returns:
        A column of lists of text.
    """
    if not reasons:
        return pl.lit([], dtype=pl.List(pl.String))
    said = [pl.when(condition).then(pl.lit(clause)) for clause, condition in reasons.items()]
    return pl.concat_list(said).list.drop_nulls()
