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
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from matchprep.report.part import Count, Part, Rate
from matchprep.report.track_record import ProviderCalibration

#: Changes when a reader of `report.json` would have to change with it.
FORMAT_VERSION: Literal[1] = 1

Severity = Literal["error", "warning", "note"]


class Source(Part):
    """A file that came in."""

    file: str
    """Its name, without its folder."""
    format: str
    """`csv`, `parquet`, `xlsx`, ..."""
    encoding: str | None = None
    """How its characters are written."""
    delimiter: str | None = None
    """The character between two values."""
    compression: str | None = None
    """`gzip`, `zip`, or null."""
    size_bytes: Count
    """Its size, as given."""
    sha256: str
    """Digest of its bytes: the proof that it was this file."""
    rows: Count
    """Its rows, those that could not be read included."""
    assumptions: tuple[str, ...] = ()
    """What was assumed where the file does not say, a sentence each."""


class Rows(Part):
    """Where the rows went: every row read is either kept or rejected."""

    read: Count
    """Rows in the list."""
    kept: Count
    """Rows that go on."""
    rejected: Count
    """Rows set aside, those that could not be read included."""
    unread: Count = 0
    """Of the rejected: rows whose line is broken."""
    suppressed: Count = 0
    """Of the rejected: rows that are, or may be, people of the exclusion list."""
    repeats: Count = 0
    """Of the rejected: rows that repeat a person."""

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        told = self.unread + self.suppressed + self.repeats
        if self.read != self.kept + self.rejected or told > self.rejected:
            msg = "rows read must be rows kept plus rows rejected, and unread rows are rejected ones"
            raise ValueError(msg)
        return self


class Shape(Part):
    """A way in which the values of a column are written: `Aaaa 99`, never a value."""

    shape: str
    """Letters are `A` or `a`, digits `9`."""
    rows: Count
    """Rows looked at that are written so."""

    @model_validator(mode="before")
    @classmethod
    def _of_pair(cls, given: Any) -> Any:
        return dict(zip(("shape", "rows"), given, strict=True)) if isinstance(given, tuple) else given


class Dates(Part):
    """The order of day and month in a column of dates, and what speaks for it."""

    order: Literal["mdy", "dmy", "ymd"]
    """Month first, day first, or the year before them."""
    confidence: Rate
    """How sure that is: 0.5 where nothing tells."""
    month_first: Count
    """Values that make sense with the month first only."""
    day_first: Count
    """Values that make sense with the day first only."""
    either: Count
    """Values that make sense both ways."""
    said: bool = False
    """Whether the caller said it."""


class Column(Part):
    """One column of the list."""

    column: str
    """Its header in the list."""
    field: str | None = None
    """What it was understood as; null when it was left alone."""
    why: str = ""
    """Why."""
    filled: Count
    """Rows with something written there."""
    distinct: Count | None = None
    """Different values."""
    valid: Count | None = None
    """Rows whose value can be read as the field; null where a field cannot be wrong."""
    shapes: tuple[Shape, ...] = ()
    """The commonest shapes of its values."""
    dates: Dates | None = None
    """The order of day and month in it; null where it holds no dates that could be read both ways."""


class Rejection(Part):
    """A reason for which rows were set aside; a row may have several."""

    reason: str
    """The reason, in words."""
    rows: Count
    """Rows it applies to."""


class Finding(Part):
    """What a rule of the provider says about the list, or a look at the values of its columns."""

    rule: str
    """The rule's name."""
    severity: Severity
    """`error` keeps the file from being sent; `warning` costs matches; `note` is for information."""
    says: str
    """What was found, in words."""
    do: str = ""
    """What to do about it."""
    source: str = ""
    """The document that the rule comes from."""
    count: Count = 0
    """Rows it concerns; 0 when it concerns the file."""
    share: Rate | None = None
    """Those rows as a share of the rows read."""
    rows: tuple[int, ...] = ()
    """The numbers of the first few of those rows."""


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


class BlockingRule(Part):
    """A rule that proposes pairs worth comparing."""

    rule: str
    """What the pair must share."""
    pairs: Count
    """Pairs it proposed that no rule before it had."""


class WeightBin(Part):
    """Best candidates whose match weight lies in one interval."""

    low: float
    """Lower end of the interval, in bits."""
    high: float
    """Upper end of the interval, in bits."""
    matched: Count
    """Candidates taken as the same person."""
    unmatched: Count
    """Candidates not taken."""


class Agreement(Part):
    """How a field agreed between matched rows and their people in the reference."""

    field: str
    """The field."""
    level: str
    """How well it agreed."""
    count: Count
    """Matched rows."""


class Match(Part):
    """Who was found in the reference."""

    reference_rows: Count
    """People in the reference."""
    rows: Count
    """Rows of the list that took part."""
    matched: Count
    """Rows taken as a person of the reference."""
    unmatched: Count
    """Rows with a candidate that was not good enough."""
    no_candidate: Count
    """Rows to which nobody in the reference came close."""
    duplicates: Count = 0
    """Of the matched: rows whose person another row has already."""
    pairs: Count = 0
    """Pairs compared."""
    threshold: Rate
    """Probability from which a candidate is taken."""
    blocking: tuple[BlockingRule, ...] = ()
    """The rules that proposed the pairs, in their order."""
    weights: tuple[WeightBin, ...] = ()
    """The best candidates by match weight."""
    agreement: tuple[Agreement, ...] = ()
    """The matched rows by field and level, the commonest level of each field first."""


class ColumnShare(Part):
    """How one column fares at the provider."""

    field: str
    """The field."""
    agree: Rate | None
    """Of the matches there: the share that agree on it; null where the reference does not hold it."""
    missing: Rate
    """Of the rows that took part: the share without a value."""


class AtProvider(Part):
    """What the provider would match, by what it requires, of those who were found."""

    matches: Literal["the person", "agreeing values"]
    """Who is a match there: the same person, where what is required agrees, or anybody who agrees on it."""
    expected_matches: float = Field(ge=0)
    """Rows it would match."""
    expected_people: float = Field(ge=0)
    """Rows whose person is in the reference, whatever agrees."""
    columns: tuple[ColumnShare, ...] = ()
    """The columns that serve matching there."""
    untold: tuple[str, ...] = ()
    """Fields it requires and the reference lacks; where there are any, its matches are an upper limit."""


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


class Provider(Part):
    """Who the file is for."""

    id: str
    """The provider's id in matchprep."""
    name: str
    """The provider's name."""
    profile: str | None = None
    """The way of uploading whose rules were asked."""
    ready: bool
    """Whether the provider will take the file."""
    verdict: str = ""
    """The same in a sentence."""


class Sealed(Part):
    """The file for the provider."""

    file: str
    """Its name."""
    rows: Count
    """Its rows."""
    columns: tuple[str, ...]
    """Its headers, in order."""
    hash: str | None = None
    """What it was hashed with; null when it holds clear text."""
    sha256: str | None = None
    """Digest of its bytes."""


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
