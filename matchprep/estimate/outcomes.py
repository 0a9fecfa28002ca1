"""Forecasts and outcomes, side by side: what the ledger keeps, and what it does to the next forecast."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from matchprep.estimate.correction import Correction, Past, learn
from matchprep.estimate.forecast import Forecast

#: Doubts of a forecast that all lists at a provider share; once it has outcomes, these teach more of it.
LASTING = frozenset({"states it does not cover", "the age of the reference"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One forecast, as the ledger keeps it; rates from 0 to 1."""

    run: str
    #: When, in UTC, as ISO 8601 writes it.
    made: str
    provider: str
    profile: str | None
    list_sha256: str
    rows: int
    #: Before any correction.
    rate: float
    #: Its standard deviation, for the doubts that one list does not share with the next.
    doubt: float
    #: So many outcomes corrected what was told.
    corrected_by: int
    told: float
    low: float
    high: float
    level: float
    #: What the reference was said to be of the provider's universe.
    coverage: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a provider found of the list of a run."""

    run: str
    recorded: str
    actual: float
    matched: int | None = None
    of_rows: int | None = None


@dataclass(frozen=True)
class Known:
    """A forecast with its outcome."""

    entry: Entry
    outcome: Outcome


def correction_at(provider: str, known: Iterable[Known]) -> Correction | None:
    """Learn how forecasts at a provider have to be corrected.

    Args:
        provider: The provider's id.
        known: Forecasts and outcomes at all providers.

    Returns:
        The correction; null as long as the provider has no outcome.
    """
    by_provider: dict[str, list[Past]] = {}
    for one in known:
        past = Past(one.entry.rate, one.entry.doubt, one.outcome.actual)
        by_provider.setdefault(one.entry.provider, []).append(past)
    own = by_provider.pop(provider, None)
    return learn(own, by_provider.values()) if own else None


def corrected(forecast: Forecast, correction: Correction | None) -> Forecast:
    """Correct a forecast by what came back from the provider so far.

    Args:
        forecast: As the matching alone gives it.
        correction: What the outcomes say; null as long as there are none.

    Returns:
        The forecast to tell; the same one without a correction.
    """
    if correction is None:
        return forecast
    fixed = correction.correct(forecast.match_rate, lone_doubt(forecast), level=forecast.level)
    scale = fixed.rate / forecast.match_rate if forecast.match_rate else 1.0
    kept = {name: one for name, one in forecast.doubts.items() if name not in LASTING}
    return replace(
        forecast,
        match_rate=fixed.rate,
        low=fixed.low,
        high=fixed.high,
        expected_matches=fixed.rate * forecast.rows,
        low_matches=fixed.low * forecast.rows,
        high_matches=fixed.high * forecast.rows,
        unique_matches=min(forecast.unique_matches * scale, fixed.rate * forecast.rows),
        doubts={**kept, **fixed.doubts},
        corrected_by=correction.outcomes,
        uncorrected=forecast.match_rate,
        method=f"{forecast.method} {_said(forecast, correction)}",
    )


def _said(forecast: Forecast, correction: Correction) -> str:
    outcomes = f"{correction.outcomes} recorded outcome{'s' if correction.outcomes > 1 else ''}"
    odd = f", {correction.set_aside} of which taken for a slip" if correction.set_aside else ""
    return (
        f"The forecast, {forecast.match_rate:.1%} by itself, is corrected by {outcomes} of earlier forecasts"
        f" at this provider{odd}; the interval spreads as they did."
    )


def lone_doubt(forecast: Forecast) -> float:
    """Give the standard deviation of a rate for the doubts that one list does not share with the next.

    Args:
        forecast: Any, before it was corrected.

    Returns:
        It.
    """
    return math.sqrt(sum(one**2 for name, one in forecast.doubts.items() if name not in LASTING))


def now() -> str:
    """Give the time as the ledger writes it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
