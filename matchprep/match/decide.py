"""From probabilities to decisions: the best candidate of each row, and whether it is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from matchprep.errors import UsageError

#: Below even odds, "somebody else or nobody" is the better guess.
EVEN_ODDS = 0.5


@dataclass(frozen=True)
class Wish:
    """What the caller wants of the decision."""

    threshold: float | None = None
    precision: float | None = None
    max_matches: int = 1
    one_to_one: bool = False

    def check(self) -> None:
        """Refuse what is out of range.

        Raises:
            UsageError: A probability is not between 0 and 1, or `max_matches` not 1 to 10.
        """
        for name, value in (("threshold", self.threshold), ("precision", self.precision)):
            if value is not None and not 0 < value < 1:
                raise UsageError(f"{name} must lie between 0 and 1", hint="0.99 is a common choice.")
        if not 1 <= self.max_matches <= 10:
            raise UsageError(
                "max-matches must be 1 to 10",
                hint="SmartMatch gives ten candidates at most.",
            )


def threshold_for(probability: pl.Series, precision: float) -> float:
    """Find the least threshold at which the expected share of right matches is as wished.

    Args:
        probability: Of each row's best candidate.
        precision: The wished share, 0 to 1.

    Returns:
        A probability; just above 1 when no threshold fulfils the wish.

    Example:
        >>> threshold_for(pl.Series([0.99, 0.9, 0.5]), 0.94)
        0.9
    """
    ordered = np.sort(probability.to_numpy())[::-1]
    expected = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    fulfilled = np.flatnonzero(expected >= precision)
    return float(ordered[fulfilled[-1]]) if len(fulfilled) else 1.0 + 1e-9


def decide(candidates: pl.DataFrame, wish: Wish) -> tuple[pl.DataFrame, float]:
    """Rank each row's candidates and take the best where it is good enough.

    Args:
        candidates: `row_id`, `reference_id`, `probability`, ...; the best few of each row.
        wish: Threshold or precision, candidates a row, one-to-one.

    Returns:
        The candidates with `rank` and `is_match`, sorted by row and rank; the threshold.

    Rows: at most `max_matches` a row.
    """
    ranked = candidates.sort(["row_id", "probability", "reference_id"], descending=[False, True, False])
    ranked = ranked.with_columns(pl.int_range(1, pl.len() + 1).over("row_id").alias("rank"))
    ranked = ranked.filter(pl.col("rank") <= wish.max_matches)
    best = ranked.filter(pl.col("rank") == 1)["probability"]
    threshold = wish.threshold or EVEN_ODDS
    if wish.precision is not None:
        threshold = threshold_for(best, wish.precision)
    taken = (pl.col("rank") == 1) & (pl.col("probability") >= threshold)
    if wish.one_to_one:
        # NOTE: a pair that is not taken claims nobody, and ranks behind all that are.
        claims = pl.when(taken).then(pl.col("probability")).otherwise(-1.0)
        first = pl.struct(-claims, "row_id").rank("ordinal").over("reference_id") == 1
        taken &= first
    return ranked.with_columns(taken.alias("is_match")), threshold
