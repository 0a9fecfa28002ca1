"""What a report says of a matching."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from matchprep.report.part import Count, Part, Rate


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
