"""The steps of a matching before anything is decided: load, block, compare, look at the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from matchprep.errors import InputError, ReferenceIndexError
from matchprep.match import plan
from matchprep.match.blocking import RULES
from matchprep.match.comparisons import COMPARISONS, Comparison, active
from matchprep.match.engine import Engine, Step
from matchprep.match.evidence import Evidence, Floats, Ints, evidence_of, levels_of
from matchprep.match.features import FEATURES
from matchprep.match.keys import keyed
from matchprep.match.learn import with_reference
from matchprep.match.matches import BlockingCount
from matchprep.match.model import Model
from matchprep.match.promise import is_choosy
from matchprep.match.weights import shipped

#: Where a reference seems to hold no relatives at all, there may still be some.
LEAST_RELATIVES = 1e-3
#: Decimals of a weighted count of pairs.
DIGITS_OF_COUNTS = 6


@dataclass(frozen=True)
class Sides:
    """What is known of the list and the reference before any pair is made."""

    list_rows: int
    reference_rows: int
    #: Reference rows that have each feature.
    filled: dict[str, int]
    #: Features that both have.
    shared: frozenset[str]
    comparisons: tuple[Comparison, ...]

    @property
    def has_families(self) -> bool:
        """Whether people of one surname and address can be found."""
        return {"surname", "house", "street"} <= self.shared


def load(engine: Engine, folder: Path, people: pl.LazyFrame, reference: pl.LazyFrame) -> Sides:
    """Compute the features of both sides into files that the engine scans."""
    keys = {plan.key_column(n): rule.key for n, rule in enumerate(RULES)}
    counts = []
    for name, frame in (("list", people), ("reference", reference)):
        keyed(frame, keys, row=f"{name}_row").sink_parquet(
            folder / f"{name}.parquet", compression="lz4", statistics=False
        )
        engine.scan(name, folder / f"{name}.parquet")
        filled = ", ".join(f"count({feature})" for feature in FEATURES)
        counts.append([int(n or 0) for n in engine.row(f"SELECT count(*), {filled} FROM {name}")])
    (list_rows, *list_filled), (reference_rows, *reference_filled) = counts
    by_list, by_reference = (dict(zip(FEATURES, one, strict=True)) for one in (list_filled, reference_filled))
    return sides_of(list_rows, reference_rows, by_list, by_reference)


def sides_of(
    list_rows: int, reference_rows: int, list_filled: dict[str, int], reference_filled: dict[str, int]
) -> Sides:
    """See what two sides have in common.

    Args:
        list_rows: Rows of the list.
        reference_rows: Rows of the reference.
        list_filled: List rows that have each feature.
        reference_filled: Reference rows that have each feature.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
    """
    _check(list_rows, reference_rows, reference_filled)
    shared = frozenset(name for name, n in list_filled.items() if n and reference_filled[name])
    if not any(rule.needs <= shared for rule in RULES):
        raise InputError(
            "the list and the reference share no fields that could tell who is who",
            where="list",
            hint="Both need first and last names, a phone, an email, an address or a voter id.",
        )
    return Sides(list_rows, reference_rows, reference_filled, shared, active(COMPARISONS, shared))


def _check(list_rows: int, reference_rows: int, filled: dict[str, int]) -> None:
    if not list_rows:
        raise InputError("the list has no rows to match", hint="Check that people stand below its header.")
    if not any(filled.values()):
        raise ReferenceIndexError(
            "the reference has no field to match by" if reference_rows else "the reference has no rows",
            where="reference",
            hint="It needs names and an address, a birth date, a phone or an email.",
        )


def block(engine: Engine, sides: Sides, *, one_list: bool = False) -> tuple[BlockingCount, ...]:
    """Find the candidates, rule by rule; of one list held against itself each pair once."""
    counts, used = [], []
    for number, rule in enumerate(RULES):
        if rule.unfit(sides.shared, sides.reference_rows) is None:
            engine.run(plan.hits_step(number, rule))
            pairs = engine.run(plan.rule_step(number, rule, one_list=one_list))
            keys, common = engine.row(plan.block_sizes_sql(number, rule))
            engine.drop(f"hits_{number}")
            counts.append(BlockingCount(rule.name, pairs, int(keys or 0), int(common or 0)))
            used.append(number)
    engine.run(plan.found_step(used))
    engine.run(plan.candidates_step(choosy=is_choosy(sides.reference_rows)))
    return tuple(counts)


def compare(engine: Engine, sides: Sides) -> Evidence:
    """Compare each candidate pair once, and pairs of strangers and families to learn from."""
    for step in plan.chance_steps(sides.list_rows, sides.reference_rows):
        engine.run(step)
    if sides.has_families:
        engine.run(plan.family_step())
    engine.run(plan.known_step(families=sides.has_families))
    for step in plan.sharers_steps(sides.shared):
        engine.run(step)
    engine.run(plan.compared_step(sides.comparisons))
    rows = engine.arrays("SELECT * FROM compared ORDER BY list_row, reference_row")
    return evidence_of(rows, sides.comparisons, sides.list_rows)


def reference_model(engine: Engine, sides: Sides) -> Model:
    """Start from the shipped probabilities; read off the reference what strangers and families share."""
    tables = tuple(shipped()[comparison.name].table for comparison in sides.comparisons)
    chance = _patterns(engine, "chance", "chance_pairs", sides.comparisons)
    families = (np.zeros((0, len(sides.comparisons)), dtype=np.int64), np.zeros(0))
    family = kin = 0.0
    if sides.has_families:
        families = _patterns(engine, "families", "family_pairs", sides.comparisons)
        family = float(families[1].sum()) / max(min(plan.FAMILY_ROWS, sides.filled["street"]), 1)
    if {"surname", "zip"} <= sides.shared:
        together, by_chance, people = (float(n or 0) for n in engine.row(plan.KIN_SQL))
        kin = max(0.0, (together - by_chance) / max(people, 1.0) - family)
    model = Model(
        sides.comparisons, tables, sides.filled, sides.list_rows, sides.reference_rows,
        family=max(family, LEAST_RELATIVES), family_of_absent=max(family, LEAST_RELATIVES),
        kin=max(kin, LEAST_RELATIVES),
    )  # fmt: skip
    return with_reference(model, chance=chance, families=families)


def _patterns(
    engine: Engine, name: str, pairs: str, comparisons: Sequence[Comparison]
) -> tuple[Ints, Floats]:
    """Count the agreement patterns of a table of pairs."""
    left, key = ("list", "list_row") if pairs == "chance_pairs" else ("known", "reference_row")
    engine.run(plan.counted_step(name, pairs, comparisons, left, key))
    counts = engine.arrays(f"SELECT code, pairs FROM {name} ORDER BY code")
    # NOTE: threads add fractions in any order, and learning would make much of the last digit.
    seen = counts["pairs"].astype(np.float64).round(DIGITS_OF_COUNTS)
    return levels_of(counts["code"].astype(np.int64), comparisons), seen


def general_plan(sides: Sides) -> list[Step]:
    """Name the steps by which any database comes to the same pairs and levels.

    Args:
        sides: What both sides have.

    Returns:
        The steps in order, over the tables `list` and `reference`: FEATURES and keys.
    """
    steps, numbers = [], []
    for number, rule in enumerate(RULES):
        if rule.needs <= sides.shared and sides.reference_rows <= (rule.most_rows or sides.reference_rows):
            steps += [plan.hits_step(number, rule), plan.rule_step(number, rule)]
            numbers.append(number)
    steps += [plan.found_step(numbers), plan.candidates_step(choosy=is_choosy(sides.reference_rows))]
    steps += plan.chance_steps(sides.list_rows, sides.reference_rows)
    steps += [plan.family_step()] if sides.has_families else []
    steps += [plan.known_step(families=sides.has_families), *plan.sharers_steps(sides.shared)]
    return [*steps, plan.compared_step(sides.comparisons)]
