"""The forecast: from matches to a match rate with an interval, at a provider, corrected by what came back."""

from matchprep.estimate.advice import Advice, Advised, advise
from matchprep.estimate.answers import NoAnswer
from matchprep.estimate.correction import Correction
from matchprep.estimate.coverage import WHOLE, Coverage, coverage_of
from matchprep.estimate.estimate import Estimate, estimate_people
from matchprep.estimate.forecast import Forecast, forecast_matches
from matchprep.estimate.ledger import VARIABLE, Ledger, default_ledger
from matchprep.estimate.matchability import Matchability, matchability
from matchprep.estimate.outcomes import Entry, Known, Outcome, corrected, correction_at, lone_doubt, now
from matchprep.estimate.segments import Segment

__all__ = [
    "VARIABLE",
    "WHOLE",
    "Advice",
    "Advised",
    "Correction",
    "Coverage",
    "Entry",
    "Estimate",
    "Forecast",
    "Known",
    "Ledger",
    "Matchability",
    "NoAnswer",
    "Outcome",
    "Segment",
    "advise",
    "corrected",
    "correction_at",
    "coverage_of",
    "default_ledger",
    "estimate_people",
    "forecast_matches",
    "lone_doubt",
    "matchability",
    "now",
]
