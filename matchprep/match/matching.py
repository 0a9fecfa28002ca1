"""Matching a list of people against a reference: the stage itself."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from matchprep.errors import InputError, ReferenceIndexError
from matchprep.match import plan
from matchprep.match.blocking import RULES
from matchprep.match.comparisons import COMPARISONS, Comparison, active
from matchprep.match.decide import Wish, decide
from matchprep.match.engine import Engine
from matchprep.match.evidence import Evidence, Floats, Ints, evidence_of, levels_of
from matchprep.match.features import FEATURES, indexed
from matchprep.match.learn import fit, unseen, with_reference
from matchprep.match.model import Model, weigh
from matchprep.match.matches import BlockingCount, Matches, summarized
from matchprep.match.weights import shipped
from matchprep.tables import ROW_ID

#: Pairs that the weights are learned on, roughly; more would hardly change them.
LEARNING_PAIRS = 400_000
#: Digits kept, so that the order of a sum cannot be seen in the answer.
DIGITS = 9


def match_people(
    clean: pl.LazyFrame | pl.DataFrame,
    reference: pl.LazyFrame | pl.DataFrame,
    *,
    threshold: float | None = None,
    precision: float | None = None,
    max_matches: int = 1,
    one_to_one: bool = False,
    refit: bool = True,
    threads: int | None = None,
) -> Matches:
    """Find each list person in the reference, with the probability that it is the same person.

    Args:
        clean: CLEAN of the list; every row takes part.
        reference: CLEAN of the reference, each person once.
        threshold: Probability from which a candidate is taken; 0.5 unless `precision` is given.
        precision: Wished share of right ones among the matches; sets the threshold.
        max_matches: Candidates given for each row at most, best first; only the first can be a match.
        one_to_one: Let each reference person be the match of one list row at most.
        refit: Learn the weights of this list; otherwise the shipped probabilities are used as they are.
        threads: Processor threads; by default as many as there are cores. The answer is the same.

    Returns:
        The pairs and what a report says of them.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
        UsageError: An option is out of its range.

    Rows: list rows that have a candidate, in the order of the list.
    """
    wish = Wish(threshold, precision, max_matches, one_to_one)
    wish.check()
    with (
        tempfile.TemporaryDirectory(prefix="matchprep-") as folder,
        Engine(Path(folder), threads=threads) as engine,
    ):
        sides = _load(engine, Path(folder), clean.lazy(), reference.lazy())
        blocking = _block(engine, sides)
        evidence = _compare(engine, sides)
        model = _reference_model(engine, sides)
        model = fit(model, *evidence.sample(LEARNING_PAIRS)) if refit else model
        weighed = weigh(model, evidence)
        probability = weighed.probability.round(DIGITS)
        candidates = _best(engine, sides, evidence, probability, weighed.factor, wish.max_matches)
        presence = _presence(engine, evidence, probability)
        pairs, threshold_used = decide(candidates, wish)
        beyond = unseen(weighed.probability, evidence.found_by)
        return summarized(
            pairs, presence, beyond, sides.comparisons, blocking, evidence, model, threshold_used, engine.steps
        )


@dataclass(frozen=True)
class _Sides:
    """What is known of the list and the reference before any pair is made."""

    list_rows: int
    reference_rows: int
    #: Reference rows that have each feature.
    filled: dict[str, int]
    #: Features that both have.
    shared: frozenset[str]
    comparisons: tuple[Comparison, ...]


def _load(engine: Engine, folder: Path, people: pl.LazyFrame, reference: pl.LazyFrame) -> _Sides:
    """Compute the features of both sides into files that the engine scans."""
    keys = {plan.key_column(n): rule.key for n, rule in enumerate(RULES)}
    counts = []
    for name, frame in (("list", people), ("reference", reference)):
        indexed(frame, keys, row=f"{name}_row").sink_parquet(folder / f"{name}.parquet", compression="lz4")
        engine.scan(name, folder / f"{name}.parquet")
        filled = ", ".join(f"count({feature})" for feature in FEATURES)
        counts.append([int(n or 0) for n in engine.row(f"SELECT count(*), {filled} FROM {name}")])
    (list_rows, *list_filled), (reference_rows, *reference_filled) = counts
    filled_by = dict(zip(FEATURES, reference_filled, strict=True))
    _check(list_rows, reference_rows, filled_by)
    shared = frozenset(name for name, n in zip(FEATURES, list_filled, strict=True) if n and filled_by[name])
    if not any(rule.needs <= shared for rule in RULES):
        raise InputError(
            "the list and the reference share no fields that could tell who is who",
            where="list",
            hint="Both need first and last names, a phone, an email, an address or a voter id.",
        )
    return _Sides(list_rows, reference_rows, filled_by, shared, active(COMPARISONS, shared))


def _check(list_rows: int, reference_rows: int, filled: dict[str, int]) -> None:
    if not list_rows:
        raise InputError("the list has no rows to match", hint="Check that people stand below its header.")
    if not any(filled.values()):
        raise ReferenceIndexError(
            "the reference has no field to match by" if reference_rows else "the reference has no rows",
            where="reference",
            hint="It needs names and an address, a birth date, a phone or an email.",
        )


def _block(engine: Engine, sides: _Sides) -> tuple[BlockingCount, ...]:
    """Find the candidates, rule by rule."""
    counts, used = [], []
    for number, rule in enumerate(RULES):
        if rule.needs <= sides.shared:
            pairs = engine.run(plan.rule_step(number, rule))
            keys, common = engine.row(plan.block_sizes_sql(number, rule))
            counts.append(BlockingCount(rule.name, pairs, int(keys or 0), int(common or 0)))
            used.append(number)
    engine.run(plan.candidates_step(used))
    return tuple(counts)


def _compare(engine: Engine, sides: _Sides) -> Evidence:
    """Compare each candidate pair once."""
    for step in plan.sharers_steps(sides.shared):
        engine.run(step)
    engine.run(plan.compared_step(sides.comparisons))
    return evidence_of(
        engine.arrays("SELECT * FROM compared ORDER BY list_row, reference_row"),
        sides.comparisons,
        sides.list_rows,
    )


def _reference_model(engine: Engine, sides: _Sides) -> Model:
    """Start from the shipped probabilities; read off the reference what strangers and families share."""
    tables = tuple(shipped()[comparison.name].table for comparison in sides.comparisons)
    model = Model(sides.comparisons, tables, sides.filled, sides.list_rows, sides.reference_rows)
    for step in plan.chance_steps(sides.list_rows, sides.reference_rows):
        engine.run(step)
    engine.run(plan.counted_step("chance", "chance_pairs", sides.comparisons, "list", "list_row"))
    chance = _patterns(engine, "chance", sides.comparisons)
    families = (np.zeros((0, len(sides.comparisons)), dtype=np.int64), np.zeros(0))
    family = kin = 0.0
    if {"surname", "house", "street"} <= sides.shared:
        found = engine.run(plan.family_step())
        engine.run(
            plan.counted_step("families", "family_pairs", sides.comparisons, "reference", "reference_row")
        )
        families = _patterns(engine, "families", sides.comparisons)
        family = found / max(min(plan.FAMILY_ROWS, sides.filled["street"]), 1)
    if {"surname", "zip"} <= sides.shared:
        together, by_chance, people = (float(n or 0) for n in engine.row(plan.KIN_SQL))
        kin = max(0.0, (together - by_chance) / max(people, 1.0) - family)
    model = replace(model, family=max(family, 1e-3), family_of_absent=max(family, 1e-3), kin=max(kin, 1e-3))
    return with_reference(model, chance=chance, families=families)


def _patterns(engine: Engine, table: str, comparisons: Sequence[Comparison]) -> tuple[Ints, Floats]:
    counts = engine.arrays(f"SELECT code, pairs FROM {table} ORDER BY code")
    return levels_of(counts["code"].astype(np.int64), comparisons), counts["pairs"].astype(np.float64)


def _best(
    engine: Engine, sides: _Sides, evidence: Evidence, probability: Floats, factor: Floats, most: int
) -> pl.DataFrame:
    """Give the best candidates of each row, ties included, with their names and levels."""
    chosen = evidence.best(probability, most)
    levels = evidence.patterns[evidence.pattern[chosen]]
    agree = {
        f"agree_{comparison.name}": pl.Series(comparison.words).gather(levels[:, n])
        for n, comparison in enumerate(sides.comparisons)
    }
    table = pl.DataFrame(
        {
            "list_row": evidence.list_row[chosen],
            "reference_row": evidence.reference_row[chosen],
            "probability": probability[chosen],
            "match_weight": np.log2(factor[chosen]).round(DIGITS),
            **agree,
        }
    )
    names = engine.named(table.select("list_row", "reference_row"))
    return table.join(names, on=["list_row", "reference_row"], how="left").drop("list_row", "reference_row")


def _presence(engine: Engine, evidence: Evidence, probability: Floats) -> pl.DataFrame:
    """Give the probability of each list row that its person is in the reference at all."""
    total = np.bincount(evidence.list_row, weights=probability, minlength=evidence.list_rows)
    rows = engine.arrays("SELECT row_id FROM list ORDER BY list_row")
    return pl.DataFrame({ROW_ID: rows["row_id"], "probability": np.minimum(total, 1.0)})
