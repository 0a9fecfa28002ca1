"""What a matching found: the pairs, and counts for the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.match.agreements import Agreements
from matchprep.match.engine import Step
from matchprep.match.evidence import Floats
from matchprep.match.model import Model
from matchprep.tables import PAIRS

#: Width of a bin of the match-weight histogram, in bits, and its ends.
BIN_BITS, LEAST_BITS, MOST_BITS = 4, -40, 80


@dataclass(frozen=True)
class BlockingCount:
    """What one blocking rule brought."""

    rule: str
    pairs: int
    #: Keys that the list asked for and the reference has.
    keys: int
    #: Keys of these that too many reference people share; asked with a further field, or skipped.
    too_common: int


@dataclass(frozen=True)
class Bin:
    """One bin of the match-weight histogram: `low` to `high` bits."""

    low: float
    high: float
    matched: int
    unmatched: int


@dataclass(frozen=True)
class LevelCount:
    """How often one level of one comparison occurs, among matches and among rows left unmatched."""

    field: str
    level: str
    matched: int
    unmatched: int


@dataclass(frozen=True)
class Matches:
    """The outcome of a matching. No value of a person is in it but the ids in `pairs`."""

    #: PAIRS; with `rank` where more than one candidate a row was asked for.
    pairs: pl.DataFrame
    #: `row_id`, `probability`: that the person is in the reference at all; every list row.
    presence: pl.DataFrame
    #: Matches that no blocking rule found, as far as the numbers of rules that found the others tell.
    beyond_candidates: float
    rows: int
    reference_rows: int
    matched: int
    #: Different reference people among the matches.
    unique: int
    #: Matches beyond the first of their reference person: the list holds these people more than once.
    duplicates: int
    without_candidate: int
    candidates: int
    threshold: float
    #: Share of the list that is in the reference, as the model learned it.
    rate: float
    blocking: tuple[BlockingCount, ...]
    histogram: tuple[Bin, ...]
    agreement: tuple[LevelCount, ...]
    #: The learned model, for explanations.
    model: Model
    #: The plan as it was run: (name of the table, SQL).
    plan: tuple[tuple[str, str], ...]
    #: On which fields candidates agree, where that was asked for.
    agreements: Agreements | None = None

    @property
    def expected_matches(self) -> float:
        """The sum of the probabilities that each row's person is in the reference, found or not."""
        return float(self.presence["probability"].sum()) + self.beyond_candidates


def histogram(bits: Floats, matched: npt.NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Count match weights by bins; the outer bins hold what lies beyond them.

    Args:
        bits: Match weight of each best candidate.
        matched: Whether it was taken.

    Returns:
        All bins from the first to the last that is not empty.
    """
    edges = np.arange(LEAST_BITS, MOST_BITS + 1, BIN_BITS)
    inside = np.clip(bits, LEAST_BITS, MOST_BITS - 1e-9)
    yes, _ = np.histogram(inside[matched], edges)
    no, _ = np.histogram(inside[~matched], edges)
    filled = np.flatnonzero(yes + no)
    if not len(filled):
        return ()
    return tuple(
        Bin(float(edges[n]), float(edges[n + 1]), int(yes[n]), int(no[n]))
        for n in range(filled[0], filled[-1] + 1)
    )


def agreement(pairs: pl.DataFrame, fields: Sequence[str]) -> tuple[LevelCount, ...]:
    """Count the levels of each comparison.

    Args:
        pairs: PAIRS.
        fields: The compared fields.

    Returns:
        Counts by field and level, the most frequent level of a field first.
    """
    counts = []
    for field in fields:
        table = (
            pairs.group_by(f"agree_{field}")
            .agg(pl.col("is_match").sum().alias("matched"), (~pl.col("is_match")).sum().alias("unmatched"))
            .sort(["matched", "unmatched", f"agree_{field}"], descending=[True, True, False])
        )
        counts += [LevelCount(field, *row) for row in table.rows()]
    return tuple(counts)


def summarized(
    pairs: pl.DataFrame,
    presence: pl.DataFrame,
    model: Model,
    *,
    beyond: float,
    candidates: int,
    threshold: float,
    blocking: tuple[BlockingCount, ...],
    steps: Sequence[Step],
    agreements: Agreements | None = None,
) -> Matches:
    """Count what a report says of a matching.

    Args:
        pairs: PAIRS with `rank`.
        presence: `row_id` and `probability` of every list row.
        model: The learned model.
        beyond: Matches expected outside the candidates.
        candidates: Pairs compared.
        threshold: Probability from which a candidate was taken.
        blocking: What each rule brought.
        steps: The plan as it was run.
        agreements: On which fields candidates agree.

    Returns:
        The outcome.
    """
    best = pairs.filter(pl.col("rank") == 1)
    matched = best.filter("is_match")
    unique = matched["reference_id"].n_unique()
    columns = [*PAIRS, *(["rank"] if pairs["rank"].max() not in (None, 1) else [])]
    fields = [comparison.name for comparison in model.comparisons]
    return Matches(
        pairs=pairs.select(*columns, *(f"agree_{name}" for name in fields)),
        presence=presence,
        beyond_candidates=round(
            min(beyond, max(model.list_rows - float(presence["probability"].sum()), 0.0)), 6
        ),
        rows=model.list_rows,
        reference_rows=model.reference_rows,
        matched=matched.height,
        unique=unique,
        duplicates=matched.height - unique,
        without_candidate=model.list_rows - best.height,
        candidates=candidates,
        threshold=threshold,
        rate=model.rate,
        blocking=blocking,
        histogram=histogram(best["match_weight"].to_numpy(), best["is_match"].to_numpy()),
        agreement=agreement(best, fields),
        model=model,
        agreements=agreements,
        plan=tuple((step.name, step.sql) for step in steps),
    )
