"""The forecast: from matches to a match rate with an interval."""

from matchprep.estimate.forecast import Forecast, forecast_matches

__all__ = ["Forecast", "forecast_matches"]
