"""What the rooms of the walk found, put together as one report."""

from __future__ import annotations

from matchprep.report.assemble.expected import (
    BINS,
    forecast,
    gains,
    improvements,
    matchability,
    no_forecast,
    persons,
    track_record,
)
from matchprep.report.assemble.listed import columns, finding, observations, rejections, rows, source
from matchprep.report.assemble.matched import at_provider, match
from matchprep.report.assemble.sending import document, provider, sealed

__all__ = [
    "BINS",
    "at_provider",
    "columns",
    "document",
    "finding",
    "forecast",
    "gains",
    "improvements",
    "match",
    "matchability",
    "no_forecast",
    "observations",
    "persons",
    "provider",
    "rejections",
    "rows",
    "sealed",
    "source",
    "track_record",
]
