"""How earlier forecasts did, as counts and rates."""

from __future__ import annotations

from matchprep.report.part import Count, Part, Rate


class Point(Part):
    """A forecast with its outcome."""

    run: str
    """The id of the run."""
    made: str
    """When the forecast was made."""
    rows: Count
    """Rows of the list."""
    forecast: Rate
    """The rate that was told."""
    low: Rate
    """Lower end of its interval."""
    high: Rate
    """Upper end of its interval."""
    uncorrected: Rate
    """The rate before earlier outcomes corrected it."""
    corrected_by: Count
    """So many of them."""
    actual: Rate
    """The rate that came back."""
    slip: bool
    """Whether the outcome fits the others so badly that it is taken for a slip."""


class ProviderCalibration(Part):
    """How well the forecasts at one provider did."""

    provider: str
    """Its id."""
    name: str
    """Its name."""
    outcomes: Count
    """Forecasts with an outcome."""
    waiting: Count = 0
    """Forecasts without one."""
    factor: float | None = None
    """Its match rate as a multiple of the uncorrected forecast, as far as the outcomes tell."""
    mean_error: float | None = None
    """How far the forecasts were above (or below) what came back, on average."""
    mean_absolute_error: Rate | None = None
    """How far they were off, on average."""
    uncorrected_error: Rate | None = None
    """How far they would have been off without any correction."""
    within: Rate | None = None
    """The share of outcomes that lay within their forecast's interval."""
    points: tuple[Point, ...] = ()
    """The outcomes, the oldest forecast first."""


class Calibration(Part):
    """How well all forecasts with an outcome did."""

    providers: tuple[ProviderCalibration, ...]
    """By provider; only those that the ledger knows."""
