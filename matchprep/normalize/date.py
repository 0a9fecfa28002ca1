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

import polars as pl

from matchprep.normalize.date_forms import month_numbers, separated
from matchprep.normalize.date_order import Order
from matchprep.normalize.gate import gated, in_steps
from matchprep.normalize.text import blank_to_null

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
_OLDEST = 1900
#: 1 January 1900, as a number: what programs write for "not known".
_FILLER = 1900_01_01
_FIRST_DAY = dt.date(1900, 1, 2)


def birth_date(expr: pl.Expr, *, order: Order = "mdy", today: dt.date | None = None) -> pl.Expr:
    """Read dates of birth, whole or in part.

    Args:
        expr: Date as written.
        order: Order of day and month in this column, from `date_order`; `ymd` where years of two digits
            stand first (a year of four digits is known wherever it stands).
        today: The day after which nobody is born yet; today when not given.

    Returns:
        A struct: `dob` (Date, whole dates only), `birth_year`, `birth_month`, `birth_day`, and `readable`.

    Nulls: what is not known is null; `readable` is null where nothing is written.
    """
    day = today or dt.datetime.now(tz=dt.UTC).date()

    def quick(frame: pl.DataFrame) -> pl.DataFrame:
        return _quick(frame, order, day)

    return in_steps(expr, lambda frame: _program(frame, order, day), BIRTH_DATE, quick=quick)


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
    known = [parts[0], gated(parts[1], month_numbers, where=r"\p{L}").fill_null("0"), parts[2].fill_null("0")]
    born_by = today or dt.datetime.now(tz=dt.UTC).date()
    return in_steps(
        pl.concat_str(known, separator="/"),
        lambda frame: _program(frame, "mdy", born_by, year_first=True),
        BIRTH_DATE,
    )


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


def _quick(frame: pl.DataFrame, order: Order, today: dt.date) -> pl.DataFrame:
    """Read the two commonest forms; leave the rest open."""
    value = pl.col("value")
    slashed = pl.when(value.str.contains(r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$")).then(value)
    dashed = pl.when(value.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(value)
    date = pl.coalesce(
        slashed.str.to_date("%d/%m/%Y" if order == "dmy" else "%m/%d/%Y", strict=False, cache=False),
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


def _program(frame: pl.DataFrame, order: Order, today: dt.date, *, year_first: bool = False) -> pl.DataFrame:
    form = separated(pl.col("text"), today)
    return (
        frame.select(text=blank_to_null(pl.col("value")))
        .with_columns(form=form)
        .with_columns(
            pl.col("form").str.strip_prefix("!").str.split_exact("/", 2).struct.unnest(),
            year_first=pl.lit(year_first) | pl.col("form").str.starts_with("!"),
        )
        .pipe(_numbered, order, today)
        .pipe(_checked, today)
    )


def _numbered(frame: pl.DataFrame, order: Order, today: dt.date) -> pl.DataFrame:
    """Tell which of the three numbers is the year, which the month and which the day."""
    a, b, c = (pl.col(f"field_{place}").cast(pl.Int32, strict=False) for place in range(3))
    lengths = [pl.col(f"field_{place}").str.len_bytes() for place in range(3)]
    year_first = pl.col("year_first") | (lengths[0] == 4)
    if order == "ymd":  # a year of two digits may stand first, too
        year_first |= (lengths[2] <= 2).fill_null(value=False)
    no_day = c.is_null()
    digits = pl.when(year_first).then(lengths[0]).when(no_day).then(lengths[1]).otherwise(lengths[2])
    month = pl.when(year_first).then(b).when(no_day | (order != "dmy")).then(a).otherwise(b)
    day = pl.when(year_first).then(c).when(no_day).then(0).otherwise(a if order == "dmy" else b)
    numbers = frame.select(
        "text",
        year=pl.when(year_first).then(a).when(no_day).then(b).otherwise(c),
        month=month,
        day=day.fill_null(0),
        digits=digits,
        turns=~year_first & ~no_day,
    )
    return numbers.pipe(_turned).pipe(_in_full, today)


def _turned(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn month and day where they make sense only the other way round."""
    turned = pl.col("turns") & (pl.col("month") > 12) & (pl.col("day") <= 12)
    return frame.with_columns(
        month=pl.when(turned).then("day").otherwise("month"),
        day=pl.when(turned).then("month").otherwise("day"),
    )


def _in_full(frame: pl.DataFrame, today: dt.date) -> pl.DataFrame:
    """Give years of two digits the latest century that puts the birth before today."""
    number = (pl.col("year") + 2000) * 10_000 + pl.col("month") * 100 + pl.col("day")
    century = pl.when(number > _number(today)).then(1900).otherwise(2000)
    year = (
        pl.when(pl.col("digits") == 2).then(pl.col("year") + century).when(pl.col("digits") == 4).then("year")
    )
    return frame.select("text", "month", year=year, day=pl.when(pl.col("month") > 0).then("day").otherwise(0))


def _checked(frame: pl.DataFrame, today: dt.date) -> pl.DataFrame:
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
