"""What blocking will bring, before any pair is made: how many pairs each rule finds, and what it skips."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass

import polars as pl

from matchprep.match.blocking import RULES
from matchprep.match.coded import coded
from matchprep.match.digests import opened
from matchprep.match.hits import Planned
from matchprep.match.lookup import Lookup
from matchprep.match.matching import Known, reference_of


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
    #: What it would bring; nothing when it is not asked.
    brings: Planned


@dataclass(frozen=True)
class BlockingPlan:
    """What blocking will do."""

    rows: int
    reference_rows: int
    rules: tuple[PlannedRule, ...]

    def document(self) -> dict[str, object]:
        """Give the plan as JSON has it."""
        rules = [asdict(rule) for rule in self.rules]
        return {
            "rows": self.rows,
            "reference_rows": self.reference_rows,
            "blocking": [rule | rule.pop("brings") for rule in rules],
        }


def explain_blocking(
    clean: pl.LazyFrame | pl.DataFrame, reference: Known, *, threads: int | None = None
) -> BlockingPlan:
    """Count the pairs of each blocking rule without making any.

    Args:
        clean: CLEAN of the list.
        reference: CLEAN of the reference, or an index of it.
        threads: Processor threads; by default as many as there are cores.

    Returns:
        Every rule in order. A pair that several rules find is counted by each of them.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
    """
    threads = threads or os.cpu_count() or 1
    known = reference_of(reference, threads=threads)
    people = coded(opened(clean.lazy(), known.people), threads=threads)
    lookup = Lookup(people, known, threads=threads)
    sides, found = lookup.sides, lookup.planned()
    rules = tuple(
        PlannedRule(
            rule.name, rule.key, rule.refine, rule.cap,
            rule.unfit(sides.shared, sides.reference_rows), found.get(rule, Planned()),
        )
        for rule in RULES
    )  # fmt: skip
    return BlockingPlan(sides.list_rows, sides.reference_rows, rules)
