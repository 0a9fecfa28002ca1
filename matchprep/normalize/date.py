"""Dates of birth.

Steps of `birth_date`, in this order; the first form that fits reads the value:

1. `blank_to_null`; a time of day behind the date goes (`1973-06-02T00:00:00`).
2. Month names become numbers (`Jan 2, 1990`, `2 January 1990`, `02-JAN-1990`).
3. Digits without separators: `19730602`, `06021973` (also with the leading zero lost), `197306`, `060273`,
   `1973`, and the serial numbers that spreadsheets count days with (`26817`).
4. Three numbers: year first, or day and month in the order that the whole column shows. A value that
   makes sense in the other order only is read in the other order. Two numbers: a year and a month.
5. A year of two digits lies in the past: the latest century that puts the birth before today.
6. Zeros for day or month are not known. What no calendar has, what lies after today or before 1900, and
   1 January 1900, which programs write for "not known", cannot be read.

The order of day and month belongs to the column, not to the value: `date_order` decides it from all
values and says how sure it is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import polars as pl

from matchprep.errors import UsageError
from matchprep.normalize.gate import gated, in_steps
from matchprep.normalize.text import blank_to_null

Order = Literal["mdy", "dmy"]

#: What `birth_date` gives: the whole date, or the parts that are known of it.
BIRTH_DATE = pl.Struct(
    {
        "dob": pl.Date,
        "birth_year": pl.Int16,
        "birth_month": pl.Int8,
        "birth_day": pl.Int8,
        "readable": pl.Boolean,
    }
)
_MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
    "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip
_SPELLED = {
    r"^m([0-9]{2}) ([0-9]{1,2}) ([0-9]{4}|[0-9]{2})$": "!$3/$1/$2",
    r"^([0-9]{1,2}) m([0-9]{2}) ([0-9]{4}|[0-9]{2})$": "!$3/$2/$1",
    r"^([0-9]{4}) m([0-9]{2}) ([0-9]{1,2})$": "!$1/$2/$3",
    r"^m([0-9]{2}) ([0-9]{4})$": "!$2/$1",
    r"^([0-9]{4}) m([0-9]{2})$": "!$1/$2",
}
#: The day before day 1 of spreadsheets, moved by their belief in a 29 February 1900.
_EPOCH = dt.date(1899, 12, 30)
_OLDEST = 1900
#: 1 January 1900, as a number: what programs write for "not known".
_FILLER = 1900_01_01
_FIRST_DAY = dt.date(1900, 1, 2)


@dataclass(frozen=True)
class DateOrder:
    """The order of day and month in a column, and what speaks for it.

    Args:
        order: Month first (`mdy`) or day first (`dmy`).
        confidence: 0.5 (nothing speaks for either) to 1.
        month_first: Values that make sense with the month first only.
        day_first: Values that make sense with the day first only.
        either: Values that make sense both ways.
    """

    order: Order
    confidence: float
    month_first: int
    day_first: int
    either: int

    def __str__(self) -> str:
        words = {"mdy": "month before day", "dmy": "day before month"}
        if not self.month_first + self.day_first:
            return f"{words[self.order]} (assumed: no value tells)"
        proof = max(self.month_first, self.day_first)
        return f"{words[self.order]} ({proof:,} of {self.month_first + self.day_first:,} telling values)"


def date_order(frame: pl.LazyFrame | pl.DataFrame, column: str, *, default: Order = "mdy") -> DateOrder:
    """Decide from a whole column whether the month or the day comes first.

    Args:
        frame: A table that has the column; only this column is read.
        column: Dates as written.
        default: The order where no value tells.

    Returns:
        The order and the evidence for it.

    Raises:
        UsageError: The table has no such column.
    """
    lazy = frame.lazy()
    if column not in lazy.collect_schema():
        what = "no such column to decide the date order from"
        raise UsageError(what, where=column)
    counts = lazy.select(**order_evidence(pl.col(column))).collect(engine="streaming").row(0)
    return decide_order(*counts, default=default)


def order_evidence(expr: pl.Expr) -> dict[str, pl.Expr]:
    """Count what speaks for each order of day and month.

    Args:
        expr: Dates as written.

    Returns:
        Aggregates: `month_first`, `day_first`, `either`.
    """
    text = expr.str.strip_chars()
    low, high = r"(?:0?[1-9]|1[0-2])", r"(?:1[3-9]|2[0-9]|3[01])"
    two_low, any_year = r"(?:0[1-9]|1[0-2])", r"(?:19|20)[0-9]{2}"

    def written(first: str, second: str, close_first: str, close_second: str) -> pl.Expr:
        apart = rf"^{first}[-/. ]{second}[-/. ](?:[0-9]{{4}}|[0-9]{{2}})(?:[^0-9]|$)"
        return text.str.contains(rf"{apart}|^{close_first}{close_second}{any_year}$").sum()

    return {
        "month_first": written(low, high, two_low, high),
        "day_first": written(high, low, high, two_low),
        "either": written(low, low, two_low, two_low),
    }


def decide_order(month_first: int, day_first: int, either: int, *, default: Order = "mdy") -> DateOrder:
    """Weigh the evidence for each order of day and month.

    Args:
        month_first: Values that make sense with the month first only.
        day_first: Values that make sense with the day first only.
        either: Values that make sense both ways.
        default: The order where nothing tells.

    Returns:
        The order of the majority; its confidence is that of Laplace's rule of succession.
    """
    order: Order = default
    if month_first != day_first:
        order = "mdy" if month_first > day_first else "dmy"
    confidence = (max(month_first, day_first) + 1) / (month_first + day_first + 2)
    return DateOrder(order, confidence, month_first, day_first, either)


def birth_date(expr: pl.Expr, *, order: Order = "mdy", today: dt.date | None = None) -> pl.Expr:
    """Read dates of birth, whole or in part.

    Args:
        expr: Date as written.
        order: Order of day and month in this column, from `date_order`.
        today: The day after which nobody is born yet; today when not given.

    Returns:
        A struct: `dob` (Date, whole dates only), `birth_year`, `birth_month`, `birth_day`, and `readable`.

    Nulls: what is not known is null; `readable` is null where nothing is written.
    """
    day = today or dt.datetime.now(tz=dt.UTC).date()
    return in_steps(
        expr,
        lambda frame: _program(frame, order, day),
        BIRTH_DATE,
        quick=lambda frame: _quick(frame, order, day),
    )


def dob(expr: pl.Expr, *, order: Order = "mdy", today: dt.date | None = None) -> pl.Expr:
    """Read whole dates of birth.

    Args:
        expr: Date as written.
        order: Order of day and month in this column, from `date_order`.
        today: The day after which nobody is born yet; today when not given.

    Returns:
        A date.

    Nulls: null stays null; null where the date is partial or not readable.

    Example:
        >>> pl.select(dob(pl.lit("Jan 2, 1990"))).item()
        datetime.date(1990, 1, 2)
    """
    return birth_date(expr, order=order, today=today).struct.field("dob")


def birth_date_of_parts(
    year: pl.Expr, month: pl.Expr, day: pl.Expr, *, today: dt.date | None = None
) -> pl.Expr:
    """Join a date of birth that is written in three columns.

    Args:
        year: Year, four digits or two.
        month: Month, as number or name.
        day: Day of the month.
        today: The day after which nobody is born yet; today when not given.

    Returns:
        The same struct as `birth_date`.

    Nulls: what is not known is null; `readable` is null where nothing is written.
    """
    parts = [blank_to_null(part).str.replace(r"\.0+$", "") for part in (year, month, day)]
    known = [parts[0], gated(parts[1], _month_number, where=r"\p{L}").fill_null("0"), parts[2].fill_null("0")]
    # NOTE: a leading `!` says year first, whatever its number of digits.
    return birth_date(pl.lit("!") + pl.concat_str(known, separator="/"), today=today)


def age_on(dob: pl.Expr, day: dt.date) -> pl.Expr:
    """Count the years of age on a day.

    Args:
        dob: Date of birth.
        day: The day to count to.

    Returns:
        Whole years.

    Nulls: null stays null.

    Units: years.
    """
    had_birthday = dob.dt.ordinal_day().is_not_null() & (
        (dob.dt.month() * 100 + dob.dt.day().cast(pl.Int16)) <= day.month * 100 + day.day
    )
    return (day.year - dob.dt.year() - (~had_birthday).cast(pl.Int32)).cast(pl.Int16)


def _quick(frame: pl.LazyFrame, order: Order, today: dt.date) -> pl.LazyFrame:
    """Read the two commonest forms; leave the rest open."""
    value = pl.col("value")
    slashed = pl.when(value.str.contains(r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$")).then(value)
    dashed = pl.when(value.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(value)
    date = pl.coalesce(
        slashed.str.to_date("%m/%d/%Y" if order == "mdy" else "%d/%m/%Y", strict=False, cache=False),
        dashed.str.to_date("%Y-%m-%d", strict=False, cache=False),
    )
    return (
        frame.select("value", date=date)
        .select("value", date=pl.when(pl.col("date").is_between(_FIRST_DAY, today)).then("date"))
        .select(
            dob="date",
            birth_year=pl.col("date").dt.year(),
            birth_month=pl.col("date").dt.month(),
            birth_day=pl.col("date").dt.day(),
            readable=pl.when(pl.col("date").is_not_null()).then(statement=True),
            open=pl.col("date").is_null() & pl.col("value").is_not_null(),
        )
    )


def _program(frame: pl.LazyFrame, order: Order, today: dt.date) -> pl.LazyFrame:
    text = blank_to_null(pl.col("value").str.strip_prefix("!"))
    marked = pl.when(pl.col("value").str.starts_with("!")).then("!" + text).otherwise(text)
    return (
        frame.select(text=text, canon=_separated(marked, today))
        .with_columns(pl.col("canon").str.strip_prefix("!").str.split_exact("/", 2).struct.unnest())
        .pipe(_numbered, order, today)
        .pipe(_checked, today)
    )


def _separated(text: pl.Expr, today: dt.date) -> pl.Expr:
    """Bring all forms to `a/b/c`, with `!` before it where the year comes first in any case."""
    text = gated(text, lambda value: value.str.replace(r"[T ]?[0-9]{1,2}:[0-9]{2}.*$", ""), where=":")
    text = gated(text, _spelled_out, where=r"\p{L}")
    text = gated(text, lambda value: _run_together(value, today), where=r"^[0-9]+(?:\.[0-9]+)?$")
    parted = text.str.replace_all(r"[-. ,\\]+", "/")
    return parted.str.extract(
        r"^(!?(?:[0-9]{4}|[0-9]{1,2})/[0-9]{1,2}(?:/(?:[0-9]{4}|[0-9]{1,2}))?|[0-9]{2}/[0-9]{4})$", 1
    )


def _spelled_out(text: pl.Expr) -> pl.Expr:
    """`Fri, Jan 2nd, 1990` -> `!1990/01/2`."""
    text = (
        text.str.to_lowercase()
        .str.replace_all(r"([0-9])(\p{L})", "$1 $2")
        .str.replace_all(r"(\p{L})([0-9])", "$1 $2")
    )
    text = text.str.replace_all(
        r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|of|st|nd|rd|th)\b", " "
    )
    text = _month_number(text, mark="m")
    text = text.str.replace_all(r"[-/., ]+", " ").str.strip_chars(" ")
    for pattern, numbers in _SPELLED.items():
        text = text.str.replace(pattern, numbers)
    return text


def _month_number(text: pl.Expr, *, mark: str = "") -> pl.Expr:
    text = text.str.to_lowercase()
    for number, names in enumerate(_MONTHS, start=1):
        text = text.str.replace(rf"\b(?:{names})\b\.?", f"{mark}{number:02}")
    return text


def _run_together(digits: pl.Expr, today: dt.date) -> pl.Expr:
    """`19730602` -> `!1973/06/02`, `06021973` -> `06/02/1973`, `26817` -> `!1973/06/02`."""
    digits = digits.str.replace(r"\.0+$", "")
    length = digits.str.len_chars()
    eight = pl.when(length == 7).then("0" + digits).otherwise(digits)
    head, middle, tail = (digits.str.slice(start, size) for start, size in ((0, 4), (4, 2), (6, 2)))
    year_first = head.cast(pl.Int32, strict=False).is_between(_OLDEST, today.year) & (
        middle.cast(pl.Int32, strict=False) <= 12
    )
    days = digits.str.extract(r"^([0-9]{5})(?:\.[0-9]+)?$", 1).cast(pl.Int32, strict=False)
    counted = (pl.lit(_EPOCH) + pl.duration(days=days)).dt.to_string("!%Y/%m/%d")
    return (
        pl.when(year_first & (length == 8)).then("!" + head + "/" + middle + "/" + tail)
        .when(length.is_in([7, 8]) & digits.str.contains(r"^[0-9]+$"))
        .then(eight.str.slice(0, 2) + "/" + eight.str.slice(2, 2) + "/" + eight.str.slice(4, 4))
        .when(year_first & (length == 6)).then("!" + head + "/" + middle)
        .when(length == 6).then(digits.str.slice(0, 2) + "/" + digits.str.slice(2, 2) + "/" + middle)
        .when(length == 4).then("!" + digits + "/0")
        .when(days.is_not_null()).then(counted)
        .otherwise(digits)
    )  # fmt: skip


def _numbered(frame: pl.LazyFrame, order: Order, today: dt.date) -> pl.LazyFrame:
    """Tell which of the three numbers is the year, which the month and which the day."""
    a, b, c = (pl.col(f"field_{place}").cast(pl.Int32, strict=False) for place in range(3))
    lengths = [pl.col(f"field_{place}").str.len_bytes() for place in range(3)]
    year_first = pl.col("canon").str.starts_with("!") | (lengths[0] == 4)
    no_day = c.is_null()
    year = pl.when(year_first).then(a).when(no_day).then(b).otherwise(c)
    digits = pl.when(year_first).then(lengths[0]).when(no_day).then(lengths[1]).otherwise(lengths[2])
    month = pl.when(year_first).then(b).when(no_day | (order == "mdy")).then(a).otherwise(b)
    day = pl.when(year_first).then(c).when(no_day).then(0).otherwise(b if order == "mdy" else a).fill_null(0)
    swapped = ~year_first & ~no_day & (pl.col("month") > 12) & (pl.col("day") <= 12)
    two_digits = pl.col("digits") == 2
    number = (pl.col("year") + 2000) * 10_000 + pl.col("month") * 100 + pl.col("day")
    century = pl.when(number > _number(today)).then(1900).otherwise(2000)
    return (
        frame.select(
            "text", "canon", "field_0", "field_1", "field_2", year=year, month=month, day=day, digits=digits
        )
        .with_columns(
            month=pl.when(swapped).then("day").otherwise("month"),
            day=pl.when(swapped).then("month").otherwise("day"),
        )
        .select(
            "text",
            year=pl.when(two_digits).then(pl.col("year") + century).when(pl.col("digits") == 4).then("year"),
            month="month",
            day=pl.when(pl.col("month") > 0).then("day").otherwise(0),
        )
    )


def _checked(frame: pl.LazyFrame, today: dt.date) -> pl.LazyFrame:
    """Keep what the calendar has and a living person can have."""
    year, month, day = pl.col("year"), pl.col("month"), pl.col("day")
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    length = (
        pl.when(month == 2)
        .then(28 + leap.cast(pl.Int32))
        .when(month.is_in([4, 6, 9, 11]))
        .then(30)
        .otherwise(31)
    )
    number = year * 10_000 + month * 100 + day
    good = (
        (month <= 12) & (day <= length) & (year >= _OLDEST) & (number <= _number(today)) & (number != _FILLER)
    ).fill_null(value=False)
    known = [pl.when(part > 0).then(part) for part in (year, month, day)]
    return (
        frame.with_columns(good=good)
        .select(
            readable=pl.when(pl.col("text").is_not_null()).then("good"),
            **{
                name: pl.when("good").then(part)
                for name, part in zip(("birth_year", "birth_month", "birth_day"), known, strict=True)
            },
        )
        .with_columns(whole=pl.col("birth_day").is_not_null())
        .with_columns(
            # NOTE: pl.date raises on a missing part's neighbors; a whole date is all or nothing.
            dob=pl.date(*(pl.when("whole").then(name) for name in ("birth_year", "birth_month", "birth_day")))
        )
    )


def _number(day: dt.date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
