"""What a report says of what to expect at the provider, and of what would raise it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from matchprep.report.part import Count, Part, Rate


class Gain(Part):
    """What filling in one field would bring."""

    field: str
    """The field."""
    rows: Count
    """So many more rows could be used if every row had it."""


class Improvement(Part):
    """A cause for which matches are lost, and what mending it would bring, by itself."""

    cause: str
    """What is amiss, in words."""
    do: str
    """What to do about it."""
    rows: Count
    """Rows that it concerns."""
    gain: float
    """Matches more, were all of them mended."""
    low: float
    """Lower end of the interval of those matches."""
    high: float
    """Upper end of the interval of those matches."""


class Segment(Part):
    """What to expect of the rows of one kind."""

    by: str
    """What rows are told apart by: `completeness` (the groups of fields that are there), `fields` (those
    the provider matches by), `state`, or the header of a column."""
    kind: str
    """The kind."""
    rows: Count
    """Its rows."""
    match_rate: Rate
    """Expected matched rows as a share of them."""
    low: Rate
    """Lower end of the interval of the rate."""
    high: Rate
    """Upper end of the interval of the rate."""
    expected_matches: float = Field(ge=0)
    """Rows expected to match."""
    carried: Count = 0
    """Rows of states that the reference does not cover: their rate is that of like rows elsewhere."""


class Chances(Part):
    """The rows whose probability to match lies in one interval."""

    low: Rate
    """Lower end of the interval."""
    high: Rate
    """Upper end of the interval."""
    rows: Count
    """Rows in it."""
    expected_matches: float = Field(ge=0)
    """Of them: rows expected to match, which is the sum of their probabilities."""


class NoForecast(Part):
    """Why there is no forecast."""

    reason: str
    """Why the reference cannot answer."""
    do: str
    """What to do about it."""
    coverage: str = "whole"
    """What the reference was taken for, as `--coverage` says it."""
    notes: tuple[str, ...] = ()
    """What seems odd, a sentence each."""


class Persons(Part):
    """The rows of the list, grouped by person."""

    rows: Count
    """Rows that were grouped."""
    persons: Count
    """Different people among them."""
    duplicates: Count
    """Rows beyond the first of their person."""


class Forecast(Part):
    """What to expect of the provider."""

    match_rate: Rate
    """Expected matched rows as a share of the rows kept, as the provider that gets them reckons."""
    low: Rate
    """Lower end of the interval of the rate."""
    high: Rate
    """Upper end of the interval of the rate."""
    level: Rate
    """How probable it is that the truth lies between the two."""
    expected_matches: float = Field(ge=0)
    """Rows expected to match."""
    low_matches: float = Field(ge=0)
    """Lower end of the interval of those rows."""
    high_matches: float = Field(ge=0)
    """Upper end of the interval of those rows."""
    unique_matches: float | None = Field(default=None, ge=0)
    """Different people expected among them."""
    corrected_by: Count = 0
    """So many recorded outcomes at the provider corrected it."""
    uncorrected: Rate | None = None
    """The rate before that."""
    doubts: Mapping[str, float] = {}
    """Standard deviations of the rate by source of doubt; their squares add up."""
    coverage: str = "whole"
    """What the reference was taken for, as `--coverage` says it."""
    assumes: tuple[str, ...] = ()
    """What the forecast assumes, a sentence each."""
    notes: tuple[str, ...] = ()
    """What seems odd, a sentence each."""
    segments: tuple[Segment, ...] = ()
    """The forecast by kinds of rows, by criterion, the largest kind first."""
    chances: tuple[Chances, ...] = ()
    """The rows by their probability to match, as matched against the reference."""
    method: str = ""
    """How it was reckoned, in a paragraph for people who are no statisticians."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.match_rate <= self.high:
            msg = "a forecast must lie within its own interval"
            raise ValueError(msg)
        return self


class Usable(Part):
    """One set of fields that the provider takes."""

    fields: tuple[str, ...]
    """The fields."""
    rows: Count
    """Rows that have them."""


class Matchability(Part):
    """What the list alone allows, without a reference: much weaker than a forecast."""

    match_rate: Rate
    """The middle of a wide range, as a share of the rows to be sent."""
    low: Rate
    """Lower end of the range."""
    high: Rate
    """Upper end of the range."""
    level: Rate
    """How probable it is, in our judgment, that the truth lies between the two."""
    rows: Count
    """Rows that could be read."""
    sent: Count
    """Rows that the provider can use."""
    one_person: Count
    """Of those: rows that tell one person."""
    few_people: Count
    """Rows that a few people share."""
    many_people: Count
    """Rows that many people share."""
    told_apart: float = Field(ge=0)
    """Matches to be expected if the provider had everybody on file."""
    requirements: tuple[Usable, ...] = ()
    """The sets of fields that the provider takes, and the rows that have them."""
    method: str
    """How it was reckoned, in words."""
