"""Duplicates: the rows of one list grouped by person, with the engine that matches lists.

The list is its own reference, and each two rows are looked at once. Unlike a reference, a list may hold a
person any number of times, so a pair is weighed by itself, not against other candidates. What a household
shares speaks for `family` as it does in a matching; but pairs of one surname and address are mostly one
person here, so how families look is learned together with how one person's rows do.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from matchprep.errors import InputError, ReferenceIndexError, UsageError
from matchprep.match import plan
from matchprep.match.comparisons import SHARERS, Comparison
from matchprep.match.decide import EVEN_ODDS
from matchprep.match.engine import Engine, Step
from matchprep.match.evidence import Evidence, Floats, Ints, evidence_of
from matchprep.match.groups import connected
from matchprep.match.keys import text_hash
from matchprep.match.matches import BlockingCount
from matchprep.match.model import Model
from matchprep.match.persons import (
    USUAL_COPIES,
    USUAL_FAMILY,
    bunched,
    learned,
    links_sql,
    persons,
    probabilities,
    rate_of,
)
from matchprep.match.steps import Sides, block, load, reference_model
from matchprep.tables import CLEAN, ROW_ID

#: Pairs that the weights are learned on, roughly; more would hardly change them.
LEARNING_PAIRS = 200_000
#: Probability from which two rows are surely one person, where values are counted by persons.
SURE = 0.9

#: First and last name in each other's place, one of them with a typing error at most.
SWAPPED = (
    "l.given <> r.given AND (l.given = r.surname AND jaro_winkler_similarity(l.surname, r.given) >= 0.85"
    " OR l.surname = r.given AND jaro_winkler_similarity(l.given, r.surname) >= 0.85)"
)


@dataclass(frozen=True)
class Groups:
    """The rows of a list, grouped by person. No value of a person is in it."""

    #: `row_id` and `person`, a number from 1 in the order of each person's first row; every row.
    people: pl.DataFrame = field(repr=False)
    #: `row_id`, `other_row_id`, `probability`, `same_person`: the pairs that speak for one person.
    pairs: pl.DataFrame = field(repr=False)
    rows: int
    persons: int
    #: Rows beyond the first of their person.
    duplicates: int
    #: Rows of a person -> how many persons have so many.
    sizes: dict[int, int]
    #: Pairs compared.
    candidates: int
    #: Pairs of rows of one person to be expected, by the sum of the probabilities.
    expected_pairs: float
    #: Pairs that looked like one person by themselves, but not in their company.
    parted: int
    threshold: float
    blocking: tuple[BlockingCount, ...]
    #: The learned model, for explanations.
    model: Model = field(repr=False)


@dataclass(frozen=True)
class Judged:
    """Pairs of rows and their probabilities."""

    evidence: Evidence
    probability: Floats
    blocking: tuple[BlockingCount, ...]
    model: Model


def dedupe_people(
    clean: pl.LazyFrame | pl.DataFrame, *, threshold: float | None = None, threads: int | None = None
) -> Groups:
    """Group the rows of a list by person.

    Args:
        clean: CLEAN; every row takes part.
        threshold: Probability from which two rows speak for one person; 0.5 by default.
        threads: Processor threads; by default as many as there are cores. The answer is the same.

    Returns:
        The person of each row, and counts.

    Raises:
        InputError: The list has no rows, or no field that could tell who is who.
        UsageError: The threshold is out of its range.

    Rows: kept, in the order of the list.
    """
    if threshold is not None and not 0 < threshold < 1:
        raise UsageError("threshold must lie between 0 and 1", hint="Try threshold=0.9.")
    threshold = threshold or EVEN_ODDS
    people = _by_content(clean.lazy()).collect()
    with (
        tempfile.TemporaryDirectory(prefix="matchprep-") as folder,
        Engine(Path(folder), threads=threads) as engine,
    ):
        inputs = Inputs(engine, Path(folder))
        sides = _loaded(engine, Path(folder), people)
        sides = replace(sides, comparisons=tuple(map(_misspelled, sides.comparisons)))
        blocking = block(engine, sides, one_list=True)
        _draw_chance_pairs(engine, sides)
        model, evidence = _learned_twice(inputs, sides)
        probability = probabilities(model, evidence)
        bunches = inputs.give(bunched(sides.list_rows, evidence, probability))
        compared = engine.arrays(links_sql(sides.comparisons, bunches))
        rows = engine.arrays("SELECT row_id FROM list ORDER BY list_row")[ROW_ID].astype(np.int64)
    group, model = persons(compared, model, float(np.log2(threshold / (1 - threshold))))
    return _counted(rows, group, Judged(evidence, probability, blocking, model), threshold)


def _loaded(engine: Engine, folder: Path, people: pl.DataFrame) -> Sides:
    if people.is_empty():
        raise InputError("the list has no rows to group", hint="Check that people stand below its header.")
    try:
        return load(engine, folder, people.lazy(), people.lazy())
    except (InputError, ReferenceIndexError) as error:
        raise InputError(
            "the list has no fields that could tell who is who",
            where="list",
            hint="It needs first and last names, a phone, an email, an address or a voter id.",
        ) from error


def _misspelled(comparison: Comparison) -> Comparison:
    """Let swapped names be misspelled, too.

    A matching asks for swapped names letter by letter. Within one list there are few enough pairs to ask
    for likenesses as well.
    """
    levels = tuple(
        replace(level, when=SWAPPED) if level.name.startswith("swapped with") else level
        for level in comparison.levels
    )
    return replace(comparison, levels=levels)


@dataclass
class Inputs:
    """Tables of our own making, handed to the engine as files."""

    engine: Engine
    folder: Path
    made: int = 0

    def give(self, table: pl.DataFrame) -> str:
        """Make a table readable, under a name that is new each time."""
        self.made += 1
        name = f"given_{self.made}"
        table.write_parquet(self.folder / f"{name}.parquet")
        self.engine.scan(name, self.folder / f"{name}.parquet")
        return name


def _by_content(people: pl.LazyFrame) -> pl.LazyFrame:
    """Sort rows by their content, so that the order of the list can decide nothing."""
    known = [name for name in people.collect_schema().names() if name in CLEAN]
    text = [pl.col(name).cast(pl.String).fill_null("") for name in known]
    table = people.select(ROW_ID, *known).with_columns(
        pl.concat_str(*text, separator="\x1f").alias("#content")
    )
    return table.sort(text_hash("#content"), "#content").drop("#content")


def _draw_chance_pairs(engine: Engine, sides: Sides) -> None:
    """Pair rows at random, never with themselves."""
    for step in plan.chance_steps(sides.list_rows, sides.reference_rows):
        engine.run(step)
    engine.run(Step("others", "SELECT * FROM chance_pairs WHERE list_row <> reference_row"))
    engine.drop("chance_pairs")
    engine.run(Step("chance_pairs", "SELECT * FROM others"))
    engine.drop("others")


def _learned_twice(inputs: Inputs, sides: Sides) -> tuple[Model, Evidence]:
    """Learn the weights; then again, the rows of those who are surely one person counted once.

    How rare a value is, is the number of other *persons* who share it, and a person of many rows shares
    all values with itself.
    """
    engine = inputs.engine
    _count_others(inputs, sides, np.arange(sides.list_rows))
    evidence = _compared(engine, sides)
    start = _started(engine, sides)
    model = learned(start, *evidence.sample(LEARNING_PAIRS), related=start.kin)
    sure = probabilities(model, evidence) >= SURE
    engine.drop("people", "known", "compared")
    _count_others(
        inputs, sides, connected(sides.list_rows, evidence.list_row[sure], evidence.reference_row[sure])
    )
    evidence = _compared(engine, sides)
    return learned(model, *evidence.sample(LEARNING_PAIRS), related=start.kin), evidence


def _count_others(inputs: Inputs, sides: Sides, person: Ints) -> None:
    """Count for each row how many other persons share its values."""
    persons = inputs.give(pl.DataFrame({"list_row": np.arange(len(person)), "person": person}))
    wanted = {name: parts for name, parts in SHARERS.items() if sides.shared.issuperset(parts)}
    for name, parts in wanted.items():
        columns = ", ".join(parts)
        filled = " AND ".join(f"{part} IS NOT NULL" for part in parts)
        sql = (
            f"SELECT {columns}, count(DISTINCT person) - 1 AS {name} FROM list"
            f" JOIN {persons} USING (list_row) WHERE {filled} GROUP BY {columns}"
        )
        inputs.engine.run(Step(name, sql))
    inputs.engine.run(plan.sharers_steps(sides.shared)[-1])
    inputs.engine.drop(*wanted)


def _compared(engine: Engine, sides: Sides) -> Evidence:
    """Compare the pairs of `candidates`; each of them stands for itself."""
    engine.run(plan.known_step(families=False))
    engine.run(plan.compared_step(sides.comparisons))
    rows = engine.arrays("SELECT * FROM compared ORDER BY list_row, reference_row")
    return evidence_of(rows, sides.comparisons, sides.list_rows)


def _started(engine: Engine, sides: Sides) -> Model:
    """Start from the shipped probabilities, with what strangers share; families are learned later."""
    model = reference_model(engine, replace(sides, shared=sides.shared - {"house"}))
    return replace(
        model,
        care=math.inf,  # the company of rows says it better than a second slip
        rate=rate_of(USUAL_COPIES),
        family=USUAL_FAMILY,
        family_of_moved=USUAL_FAMILY,
        family_of_absent=USUAL_FAMILY,
    )


def _counted(rows: Ints, group: Ints, judged: Judged, threshold: float) -> Groups:
    left, right = judged.evidence.list_row, judged.evidence.reference_row
    people = pl.DataFrame({ROW_ID: rows, "group": group}).sort(ROW_ID)
    first = people.group_by("group", maintain_order=True).len().with_row_index("person", offset=1)
    people = people.join(first, on="group", how="left", maintain_order="left")
    sizes = first["len"].value_counts(name="persons").sort("len")
    same, speaks = group[left] == group[right], judged.probability >= threshold
    ends = np.sort(np.stack([rows[left], rows[right]]), axis=0)
    pairs = pl.DataFrame(
        {
            ROW_ID: ends[0],
            f"other_{ROW_ID}": ends[1],
            "probability": judged.probability,
            "same_person": same,
        }
    )
    return Groups(
        people=people.select(ROW_ID, pl.col("person").cast(pl.Int64)),
        pairs=pairs.filter(pl.Series(speaks | same)).sort(ROW_ID, f"other_{ROW_ID}"),
        rows=len(rows),
        persons=first.height,
        duplicates=len(rows) - first.height,
        sizes=dict(sizes.rows()),
        candidates=len(left),
        expected_pairs=round(float(judged.probability.sum()), 6),
        parted=int((speaks & ~same).sum()),
        threshold=threshold,
        blocking=judged.blocking,
        model=judged.model,
    )
