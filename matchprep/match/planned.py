"""What blocking will bring, before any pair is made: how many pairs each rule finds, and what it skips."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from matchprep.match.blocking import RULES, Rule
from matchprep.match.coded import coded
from matchprep.match.digests import is_hashed, opened
from matchprep.match.features import FEATURES
from matchprep.match.keys import keyed
from matchprep.match.plan import key_column


@dataclass(frozen=True)
class PlannedRule:
    """What one blocking rule will do."""

    rule: str
    #: What must agree.
    shares: tuple[str, ...]
    #: What must agree, too, where the key alone is too common.
    refine: tuple[str, ...]
    #: Most reference people that one key may bring.
    cap: int
    #: Why the rule is not asked; null when it is.
    left_out: str | None
    #: Keys that the list asks for and the reference has.
    keys: int = 0
    #: Keys of these that too many reference people share.
    too_common: int = 0
    #: Pairs that the rule brings by its key alone.
    pairs: int = 0
    #: Pairs that it brings by its key and what refines it.
    refined: int = 0
    #: Pairs that it would have brought, and that are not made.
    skipped: int = 0


def explain_blocking(
    clean: pl.LazyFrame | pl.DataFrame, reference: pl.LazyFrame | pl.DataFrame
) -> tuple[PlannedRule, ...]:
    """Count the pairs of each blocking rule without making any.

    Args:
        clean: CLEAN of the list.
        reference: CLEAN of the reference.

    Returns:
        Every rule in order. A pair that several rules find is counted by each of them.
    """
    keys = {key_column(n): rule.key for n, rule in enumerate(RULES)}
    if is_hashed(clean.lazy()):
        clean = opened(clean.lazy(), coded(reference.lazy()))
    sides = [
        keyed(frame.lazy(), keys, row="row").select(*FEATURES, *keys).collect()
        for frame in (clean, reference)
    ]
    people, known = sides
    shared = frozenset(name for name in FEATURES if people[name].count() and known[name].count())
    return tuple(_planned(n, rule, people, known, shared) for n, rule in enumerate(RULES))


def _planned(
    number: int, rule: Rule, people: pl.DataFrame, known: pl.DataFrame, shared: frozenset[str]
) -> PlannedRule:
    about = (rule.name, rule.key, rule.refine, rule.cap)
    if not rule.needs <= shared:
        lacking = ", ".join(sorted(rule.needs - shared))
        return PlannedRule(*about, left_out=f"one side lacks {lacking}")
    if rule.most_rows is not None and known.height > rule.most_rows:
        return PlannedRule(*about, left_out=f"the reference has more than {rule.most_rows:,} rows")
    key = key_column(number)
    found = _sizes(people, known, [key])
    rare = pl.col("known") <= rule.cap
    pairs = pl.col("people") * pl.col("known")
    counts = found.select(
        keys=pl.len(),
        too_common=(~rare).sum(),
        pairs=pairs.filter(rare).sum(),
        beyond=pairs.filter(~rare).sum(),
    ).row(0, named=True)
    refined = 0
    if rule.refine and counts["too_common"]:
        common = found.filter(~rare).select(key)
        asked, there = (side.join(common, on=key, how="semi") for side in (people, known))
        refined = _sizes(asked, there, [key, *rule.refine]).filter(rare).select(pairs.sum()).item()
    return PlannedRule(
        *about,
        left_out=None,
        keys=counts["keys"],
        too_common=counts["too_common"],
        pairs=counts["pairs"],
        refined=refined,
        skipped=counts["beyond"] - refined,
    )


def _sizes(people: pl.DataFrame, known: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Count the rows of both sides that share values; values that only one side has are left out."""
    sizes = [
        side.select(columns).drop_nulls().group_by(columns).len(name).cast({name: pl.Int64})
        for name, side in (("people", people), ("known", known))
    ]
    return sizes[0].join(sizes[1], on=columns)
