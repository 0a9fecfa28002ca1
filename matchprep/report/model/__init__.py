"""What a walk found, in counts; never a value of a person.

    RunReport
    ├─ source, reference    Source     the files that came in
    ├─ rows                 Rows       read = kept + rejected
    ├─ columns              Column     how each column was understood, and how full and sound it is
    ├─ rejections           Rejection  why rows were set aside
    ├─ findings             Finding    what the provider's rules say
    ├─ quality              Finding    what was mended in the values, and what somebody should look at
    ├─ gains                Gain       what filling in a field would bring
    ├─ improvements         Improvement  what would raise the match rate
    ├─ match                Match      who was found in the reference     (null without a reference)
    ├─ at_provider          AtProvider what the provider would match      (null without either)
    ├─ forecast             Forecast   what to expect at the provider     (null without a reference)
    │  ├─ segments          Segment    the same by kinds of rows
    │  └─ chances           Chances    how sure it is of the single rows
    ├─ no_forecast          NoForecast why there is none                  (null where there is one)
    ├─ provider_terms                  the forecast in the provider's own field names
    ├─ track_record         ProviderCalibration  earlier forecasts there, and what came back
    ├─ persons              Persons    the list by person                 (null unless asked for)
    ├─ matchability         Matchability  what the list alone allows  (null with a reference)
    ├─ provider             Provider   who the file is for, and is it ready  (null without a provider)
    ├─ sealed               Sealed     the file for the provider          (null when none was written)
    └─ command, started, seconds, options, versions

`Inspection` is the smaller sister of it: what a look into one file finds.

All rates and shares go from 0 to 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from matchprep.report.model.expected import (
    Chances,
    Forecast,
    Gain,
    Improvement,
    Matchability,
    NoForecast,
    Persons,
    Segment,
    Usable,
)
from matchprep.report.model.listed import Column, Dates, Finding, Rejection, Rows, Severity, Shape, Source
from matchprep.report.model.matched import Agreement, AtProvider, BlockingRule, ColumnShare, Match, WeightBin
from matchprep.report.model.sending import Provider, Sealed
from matchprep.report.part import Count, Part
from matchprep.report.track_record import ProviderCalibration

__all__ = [
    "FORMAT_VERSION",
    "Agreement",
    "AtProvider",
    "BlockingRule",
    "Chances",
    "Column",
    "ColumnShare",
    "Dates",
    "Finding",
    "Forecast",
    "Gain",
    "Improvement",
    "Inspection",
    "Match",
    "Matchability",
    "NoForecast",
    "Persons",
    "Provider",
    "Rejection",
    "Rows",
    "RunReport",
    "Sealed",
    "Segment",
    "Severity",
    "Shape",
    "Source",
    "Usable",
    "WeightBin",
]

#: Changes when a reader of `report.json` would have to change with it.
FORMAT_VERSION: Literal[1] = 1


class RunReport(Part):
    """Everything a walk found, in counts; what `report.json` holds and `report.html` shows."""

    report: Literal[1] = FORMAT_VERSION
    """Version of this format."""
    command: str
    """The command that was run: `run`, `match`, `check`, ..."""
    started: dt.datetime
    """When the walk began, in UTC."""
    source: Source
    """The list."""
    reference: Source | None = None
    """The reference."""
    rows: Rows
    """Where the rows went."""
    columns: tuple[Column, ...] = ()
    """The list's columns, in their order."""
    rejections: tuple[Rejection, ...] = ()
    """Why rows were set aside, the commonest reason first."""
    findings: tuple[Finding, ...] = ()
    """What the provider's rules say, errors first."""
    quality: tuple[Finding, ...] = ()
    """What was mended in the values (`mended.*`) and what somebody should look at (`flagged.*`)."""
    gains: tuple[Gain, ...] = ()
    """What filling in one field would bring, the greatest gain first."""
    improvements: tuple[Improvement, ...] = ()
    """What would raise the match rate, the greatest gain first."""
    match: Match | None = None
    """Who was found in the reference."""
    at_provider: AtProvider | None = None
    """What the provider would match, by what it requires."""
    forecast: Forecast | None = None
    """What to expect of the provider."""
    no_forecast: NoForecast | None = None
    """Why the reference cannot answer, where it cannot."""
    provider_terms: Mapping[str, Any] | None = None
    """The forecast as the provider itself would answer, in its own field names."""
    track_record: ProviderCalibration | None = None
    """Earlier forecasts at the provider that have an outcome, and how well they did."""
    persons: Persons | None = None
    """The list by person, where that was asked for."""
    matchability: Matchability | None = None
    """What the list alone allows, where no reference was given."""
    provider: Provider | None = None
    """Who the file is for."""
    sealed: Sealed | None = None
    """The file for the provider."""
    options: Mapping[str, str | int | float | bool | tuple[str, ...] | None] = {}
    """The options of the run."""
    versions: Mapping[str, str] = {}
    """The versions of everything that can change a result."""
    seconds: Mapping[str, float] = {}
    """How long each stage took."""


class Inspection(Part):
    """What a look into one file finds."""

    source: Source
    """The file."""
    unread: Count = 0
    """Rows whose line is broken."""
    columns: tuple[Column, ...] = ()
    """Its columns, in their order."""
    quality: tuple[Finding, ...] = ()
    """What was mended in the values (`mended.*`) and what somebody should look at (`flagged.*`)."""
    values: Mapping[str, tuple[tuple[str, int], ...]] = {}
    """The commonest values by column, with their rows; empty unless the caller asked to see values."""
