"""What a report says of the list itself."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from matchprep.report.part import Count, Part, Rate

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
