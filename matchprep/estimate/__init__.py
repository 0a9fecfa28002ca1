"""The forecast: from matches to a match rate with an interval, corrected by what came back."""

from matchprep.estimate.advice import Advice, Advised, advise
from matchprep.estimate.correction import Correction
from matchprep.estimate.forecast import Forecast, forecast_matches
from matchprep.estimate.ledger import VARIABLE, Ledger, default_ledger
from matchprep.estimate.outcomes import Entry, Known, Outcome, corrected, correction_at, lone_doubt, now

__all__ = [
    "VARIABLE",
    "Advice",
    "Advised",
    "Correction",
    "Entry",
    "Forecast",
    "Known",
    "Ledger",
    "Outcome",
    "advise",
    "corrected",
    "correction_at",
    "default_ledger",
    "forecast_matches",
    "lone_doubt",
    "now",
]
