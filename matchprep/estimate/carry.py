"""From the reference to the universe: expected matches and doubts of groups of rows, carried over.

All is reckoned on sums over kinds of rows, so that a hundred thousand rows cost what a few hundred do.

    a sample        about found / fraction, see `universe.py`; that it is a sample adds about
                    sqrt(matches x (1 - fraction) / fraction)
    a vintage       those on file stay, and the others come onto it, at rates a year
    other states    the rate of rows of the same completeness here, drawn toward the rate of all rows here
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from matchprep.estimate.chances import ELSEWHERE, HERE, UNKNOWN
from matchprep.estimate.coverage import (
    JOIN_A_YEAR,
    JOIN_DOUBT,
    LEAVE_A_YEAR,
    LEAVE_DOUBT,
    STATES_DOUBT,
    Coverage,
)
from matchprep.estimate.universe import Universe, in_universe

#: The rate of a completeness is drawn toward that of all rows as if by so many rows.
STRENGTH = 50.0
#: How far the model may be off in a group, against the whole list.
_LEAST_MODEL, _MOST_MODEL = 0.5, 3.0

WHO, MODEL, LIST = "who matches", "the model", "the list as a sample"
SAMPLE, STATES, AGE = "the reference is a sample", "states it does not cover", "the age of the reference"


@dataclass(frozen=True)
class Carried:
    """What to expect of a group of rows in the universe."""

    rows: int
    #: Rows whose answer is carried from rows of another state.
    carried: int
    expected: float
    #: Standard deviations of the rate by source of doubt.
    doubts: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Expected matches as a share of the rows."""
        return min(self.expected / self.rows, 1.0) if self.rows else 0.0

    @property
    def spread(self) -> float:
        """The standard deviation of the rate."""
        return math.sqrt(sum(one**2 for one in self.doubts.values()))


@dataclass(frozen=True)
class Carrier:
    """All that carries groups of one list.

    Args:
        coverage: What the reference is.
        kinds: Sums over the whole list by place and pattern; see `sums`.
        model: Standard deviation of the model's error, as a share of the rows, in the reference.
        copies: Rows of one person, on average.
        whole_list: False where the list is itself a sample.
    """

    coverage: Coverage
    kinds: pl.DataFrame = field(repr=False)
    model: float = 0.0
    copies: float = 1.0
    whole_list: bool = True

    @property
    def here(self) -> dict[str, float]:
        """The sums over the rows that the reference can answer for."""
        return _totals(self.kinds.filter(pl.col("place") == HERE))

    @cached_property
    def universe(self) -> Universe:
        """How many people are in the universe of those rows."""
        here = self.here
        return in_universe(here["found"] / self.copies, here["rows"] / self.copies, self.coverage.fraction)

    @property
    def times(self) -> float:
        """How many rows one that was found stands for."""
        found = self.here["found"] / self.copies
        return self.universe.mean / found if found and self.coverage.fraction < 1 else 1.0

    @property
    def elsewhere(self) -> float:
        """The share of rows of other states, among rows whose state is known."""
        known = self.kinds.filter(pl.col("place") != UNKNOWN)
        away = _totals(known.filter(pl.col("place") == ELSEWHERE))["rows"]
        return away / max(_totals(known)["rows"], 1.0)

    def rates(self) -> pl.DataFrame:
        """Give the rate of found rows by pattern, from the rows that the reference can answer for."""
        here = self.here
        overall = here["found"] / max(here["rows"], 1.0)
        found = (
            self.kinds.filter(pl.col("place") == HERE).group_by("pattern").agg(pl.col("rows", "found").sum())
        )
        rate = (pl.col("found") + overall * STRENGTH) / (pl.col("rows") + STRENGTH)
        patterns = self.kinds.select("pattern").unique()
        return patterns.join(found, on="pattern", how="left").select(
            "pattern", rate.fill_null(overall).alias("rate")
        )

    def carry(self, group: pl.DataFrame) -> Carried:
        """Carry one group of rows.

        Args:
            group: Its sums, by place, pattern and state.

        Returns:
            What to expect of it.
        """
        coverage, all_here = self.coverage, self.here
        rows = _totals(group)["rows"]
        filled = self.filled(group)
        there = min(float(filled["found"].sum()) * self.times, rows)
        stay, join = math.exp(-LEAVE_A_YEAR * coverage.years), 1 - math.exp(-JOIN_A_YEAR * coverage.years)
        expected = there * stay + (rows - there) * join
        here = _totals(group.filter(pl.col("place") == HERE))
        lent = float(filled["lent"].sum())
        # Rows that borrow their rate borrow its doubts; those of a group's own rows are its own.
        own = _Doubt(self, here)
        lender = _Doubt(self, all_here)
        slope = (stay - join) / max(rows, 1.0)
        doubts = {
            name: slope * math.hypot(mine, theirs * lent / max(all_here["rows"], 1.0))
            for name, mine, theirs in zip((WHO, MODEL, SAMPLE), own.all(), lender.all(), strict=True)
        }
        doubts[WHO] = math.hypot(
            doubts[WHO], slope * math.sqrt(max(there / max(rows, 1) * (1 - there / max(rows, 1)) * lent, 0))
        )
        doubts[STATES] = slope * self.between_states(group, lent)
        rate = there / max(rows, 1.0)
        doubts[AGE] = coverage.years * math.hypot(LEAVE_DOUBT * rate, JOIN_DOUBT * (1 - rate))
        if not self.whole_list:
            doubts[LIST] = math.sqrt(max(rate * (1 - rate), 0.0) / max(rows, 1.0))
        return Carried(round(rows), round(lent), expected, {name: one for name, one in doubts.items() if one})

    def filled(self, group: pl.DataFrame) -> pl.DataFrame:
        """Lend to rows that the reference cannot answer for the rate of rows like them: `found`, `lent`."""
        weight = pl.col("place").replace_strict(
            {HERE: 0.0, ELSEWHERE: 1.0, UNKNOWN: self.elsewhere}, return_dtype=pl.Float64
        )
        own = pl.when(pl.col("place") == ELSEWHERE).then(0.0).otherwise(pl.col("found"))
        return group.join(self.rates(), on="pattern", how="left").select(
            (own + weight * pl.col("rows") * pl.col("rate")).alias("found"),
            (weight * pl.col("rows")).alias("lent"),
        )

    def between_states(self, group: pl.DataFrame, lent: float) -> float:
        """Give the doubt, in rows, that states differ."""
        if not lent:
            return 0.0
        away = group.filter(pl.col("place") == ELSEWHERE).group_by("state").agg(pl.col("rows").sum())
        parts = [*away["rows"].to_list(), lent - float(away["rows"].sum())]
        own = lent**2 / max(len(self.coverage.states), 1)
        return STATES_DOUBT * math.sqrt(sum(one**2 for one in parts) + own)


@dataclass(frozen=True)
class _Doubt:
    """Doubts of rows that the reference answers for, in rows."""

    carrier: Carrier
    sums: Mapping[str, float]

    def all(self) -> tuple[float, float, float]:
        """Who matches, the model, the sample."""
        whole, times = self.carrier.here, self.carrier.times
        who = math.sqrt(self.sums["who"]) * times
        # What was found by chance is spread as its root is.
        part = self.sums["found"] / whole["found"] if whole["found"] else 0.0
        sample = self.carrier.universe.spread * self.carrier.copies * math.sqrt(part)
        doubtful = self.sums["doubtful"] / max(self.sums["rows"], 1.0)
        usual = max(whole["doubtful"] / max(whole["rows"], 1.0), 1e-9)
        off = min(max(doubtful / usual, _LEAST_MODEL), _MOST_MODEL) if whole["doubtful"] else 1.0
        return who, self.carrier.model * off * self.sums["rows"], sample


def sums(chances: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Add up what is needed of each kind of rows.

    Args:
        chances: See `chances`.
        by: Further columns to tell rows apart by.

    Returns:
        `place`, `pattern`, `state`, the columns of `by`, and `rows`, `found`, `who`, `doubtful`.
    """
    probability = pl.col("probability")
    return (
        chances.group_by("place", "pattern", "state", *by)
        .agg(
            pl.len().cast(pl.Float64).alias("rows"),
            probability.sum().alias("found"),
            (probability * (1 - probability)).sum().alias("who"),
            (0.5 - (probability - 0.5).abs()).sum().alias("doubtful"),
        )
        .sort("place", "pattern", "state", *by)
    )


def _totals(kinds: pl.DataFrame) -> dict[str, float]:
    return {name: float(kinds[name].sum()) for name in ("rows", "found", "who", "doubtful")}
