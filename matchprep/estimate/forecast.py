"""The forecast: how many rows of a list will match, and how sure that is.

What is expected is the sum of the probabilities that each row's person is in the reference; never a count
over a threshold, which is right only where every probability is 0 or 1. Three sources of doubt, each with
its own standard deviation of the match rate:

    who matches    each row matches or does not, by its probability, and how
                   many matches no rule found is a matter of chance, too:       sqrt(sum p (1 - p) + b) / n
    the model      probabilities are learned, not known; see below
    the list       only where the list is a sample of a longer one:             sqrt(r (1 - r) / n)

They are independent, so their squares add up.

How far the model is off is told by the rows that it is unsure of: those that are doubtful, `min(p, 1 - p)`
each, and the matches that no rule found. What is wrong with it for the whole of a list, such as a town whose
habits it does not know, is a share of all of them. What is wrong for one kind of rows and not for another,
such as those who have moved, partly cancels out, so that it grows as their root only: as if they were of
kinds that are a four-hundredth of the list each, and of each kind half may be wrong. Hence of few doubtful
rows a larger share may be wrong. That both are there, and how large they are, was seen on some six hundred
lists of eighty-five towns of `benchmarks/`; nine in ten intervals hold for towns that were left out of that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

from matchprep.errors import UsageError
from matchprep.match import Matches, ProviderMatches

#: Standard deviation of the model's error, as a share of all rows: so much of the share that it is unsure of,
#: so much of the root of that share, and so much at least.
ALIKE, BY_KIND, FLOOR = 0.25, 0.025, 0.001


@dataclass(frozen=True)
class Forecast:
    """What to expect; rates from 0 to 1 of the rows read."""

    match_rate: float
    low: float
    high: float
    #: How probable it is that the truth lies between `low` and `high`.
    level: float
    expected_matches: float
    low_matches: float
    high_matches: float
    #: Different people expected among the matches.
    unique_matches: float
    rows: int
    #: Standard deviations of the match rate by source of doubt.
    doubts: dict[str, float]
    #: How it was reckoned, for people who are no statisticians.
    method: str
    #: So many recorded outcomes at the provider corrected it; and what it was before.
    corrected_by: int = 0
    uncorrected: float | None = None


def forecast_matches(
    matches: Matches,
    *,
    at: ProviderMatches | None = None,
    rows_read: int | None = None,
    level: float = 0.9,
    sample: bool = False,
) -> Forecast:
    """Forecast the match rate of a list from its matching against a reference.

    Args:
        matches: What the matching found.
        at: What the provider would match; by default everybody who is in the reference.
        rows_read: Rows of the file; those that did not take part in the matching cannot match.
        level: How probable the interval shall be.
        sample: The list is a sample, and the forecast is for the longer list that it was drawn from.

    Returns:
        The forecast; the reference is taken for the whole universe of the provider.

    Raises:
        UsageError: `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise UsageError("level must lie between 0 and 1", hint="Try level=0.9.")
    rows = max(matches.rows if rows_read is None else rows_read, 1)
    expected = min((at or matches).expected_matches, float(rows))
    rate = expected / rows
    doubts = _doubts(matches, (at or matches).presence, rows, rate, sample=sample)
    half = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(sum(one**2 for one in doubts.values()))
    low, high = max(rate - half, 0.0), min(rate + half, matches.rows / rows, 1.0)
    high = max(high, rate)
    return Forecast(
        match_rate=rate,
        low=low,
        high=high,
        level=level,
        expected_matches=expected,
        low_matches=low * rows,
        high_matches=high * rows,
        unique_matches=expected * (matches.unique / matches.matched if matches.matched else 1.0),
        rows=rows,
        doubts=doubts,
        method=_method(level, sample=sample),
    )


def _doubts(
    matches: Matches, presence: pl.DataFrame, rows: int, rate: float, *, sample: bool
) -> dict[str, float]:
    probability = presence["probability"]
    beyond = matches.beyond_candidates
    who = math.sqrt(float((probability * (1 - probability)).sum()) + beyond) / rows
    unsure = (float((0.5 - (probability - 0.5).abs()).sum()) + beyond) / rows
    model = math.hypot(ALIKE * unsure, BY_KIND * math.sqrt(unsure), FLOOR)
    doubts = {"who matches": who, "the model": model}
    if sample:
        doubts["the list as a sample"] = math.sqrt(rate * (1 - rate) / rows)
    return doubts


def _method(level: float, *, sample: bool) -> str:
    sources = "which rows match and how far the model may be off"
    if sample:
        sources = f"{sources}, and that the list is a sample"
    return (
        "Every row of the list was compared with the people of the reference. The forecast is the sum over"
        " all rows of the probability that the row's person is in the reference; it is not a count of rows"
        f" above a threshold. The interval holds the truth with a probability of {level:.0%} and takes into"
        f" account {sources}. It does not cover a difference between the reference and the provider's own"
        " universe."
    )
