"""What having a field is worth: match rates of rows that differ in that field only.

Rows are told apart by which fields they have (a pattern, one bit a field). The worth of a field to rows of
a pattern is the rate of the rows that have the same fields and this one, less their own. Patterns with few
rows say little, so each difference is drawn toward that of all patterns together, as far as patterns are
alike (a random-effects mean, after DerSimonian and Laird).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

#: A pattern's rate is drawn toward that of all rows as if by so many rows.
STRENGTH = 20.0
#: Rows that have a field differ from those that lack it in other ways, too: so much of an effect is doubtful.
CONFOUNDED = 0.25


@dataclass(frozen=True)
class Effect:
    """What a field is worth to a row that lacks it: a change of its chance, and how sure that is."""

    worth: Mapping[int, float]
    #: Standard deviation of what all patterns share, and of each pattern's own part.
    shared: float
    own: Mapping[int, float]

    def gain(self, rows: Mapping[int, float]) -> tuple[float, float]:
        """Add up what rows would gain.

        Args:
            rows: Pattern -> how many rows of it lack the field.

        Returns:
            The matches gained, and their standard deviation.
        """
        gain = sum(count * self.worth[pattern] for pattern, count in rows.items())
        alike = self.shared * sum(rows.values())
        own = math.sqrt(sum((count * self.own[pattern]) ** 2 for pattern, count in rows.items()))
        return gain, math.hypot(alike, own, CONFOUNDED * gain)


@dataclass(frozen=True)
class Cell:
    """The rows of one pattern: how many, their mean chance, and the variance of that mean."""

    rows: int
    rate: float
    variance: float


def cells(rows: pl.DataFrame) -> dict[int, Cell]:
    """Add up the rows of each pattern.

    Args:
        rows: `pattern`, `probability`.

    Returns:
        Pattern -> its rows.
    """
    summed = rows.group_by("pattern").agg(
        pl.len(),
        pl.col("probability").mean().alias("rate"),
        pl.col("probability").var(ddof=0).alias("spread"),
    )
    # A few rows that happen to be alike are no proof that all are: as if one more row were even odds.
    return {
        pattern: Cell(count, rate, (spread + 0.25 / (count + 1)) / count)
        for pattern, count, rate, spread in summed.sort("pattern").rows()
    }


def effect_of(bit: int, known: Mapping[int, Cell]) -> Effect | None:
    """Work out what a field is worth.

    Args:
        bit: The bit of the field.
        known: The rows that were matched, by pattern.

    Returns:
        Its worth to each pattern that lacks it; null where no two patterns differ in this field only.
    """
    lacking = {pattern: cell for pattern, cell in known.items() if not pattern & bit}
    found = {
        pattern: (known[pattern | bit].rate - cell.rate, known[pattern | bit].variance + cell.variance)
        for pattern, cell in lacking.items()
        if pattern | bit in known
    }
    if not found:
        return None
    mean, variance, between = _pooled(list(found.values()))
    worth, own = {}, {}
    for pattern, cell in lacking.items():
        trust = between / (between + found[pattern][1]) if pattern in found else 0.0
        drawn = mean + trust * (found[pattern][0] - mean) if pattern in found else mean
        worth[pattern] = min(drawn, 1 - cell.rate)
        own[pattern] = math.sqrt(between * (1 - trust))
    return Effect(worth, math.sqrt(variance), own)


def _pooled(differences: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Give the mean of differences, its variance, and the variance between them."""
    weights = [1 / variance for _, variance in differences]
    total = sum(weights)
    fixed = sum(weight * one for weight, (one, _) in zip(weights, differences, strict=True)) / total
    spread = sum(weight * (one - fixed) ** 2 for weight, (one, _) in zip(weights, differences, strict=True))
    room = total - sum(weight**2 for weight in weights) / total
    between = max((spread - (len(differences) - 1)) / room, 0.0) if room > 0 else 0.0
    weights = [1 / (variance + between) for _, variance in differences]
    total = sum(weights)
    mean = sum(weight * one for weight, (one, _) in zip(weights, differences, strict=True)) / total
    return mean, 1 / total, between


def rate_at(pattern: int, known: Mapping[int, Cell]) -> tuple[float, float]:
    """Say how rows of a pattern would match.

    Args:
        pattern: It.
        known: The rows that were matched, by pattern.

    Returns:
        The rate, drawn toward that of all rows, and its standard deviation.
    """
    rows = sum(cell.rows for cell in known.values())
    overall = sum(cell.rows * cell.rate for cell in known.values()) / rows if rows else 0.0
    cell = known.get(pattern)
    count, rate = (cell.rows, cell.rate) if cell else (0, overall)
    drawn = (rate * count + overall * STRENGTH) / (count + STRENGTH)
    return drawn, math.sqrt(max(drawn * (1 - drawn), 0.01) / (count + STRENGTH))
