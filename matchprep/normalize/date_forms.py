"""The forms of dates, all brought to one: `a/b/c`, or `!a/b/c` where the year is known to come first."""

from __future__ import annotations

import datetime as dt

import polars as pl

from matchprep.normalize.gate import gated

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


def separated(text: pl.Expr, today: dt.date) -> pl.Expr:
    """Bring all forms of dates to one.

    Args:
        text: Dates as written, blanks already null.
        today: The day after which nobody is born yet.

    Returns:
        `a/b/c` or `a/b`, with `!` before it where the year comes first whatever its length.

    Nulls: null stays null; null where it is no form of a date.
    """
    text = gated(text, lambda value: value.str.replace_all("!", "?", literal=True), where="!")
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
    text = month_numbers(text, mark="m")
    text = text.str.replace_all(r"[-/., ]+", " ").str.strip_chars(" ")
    for pattern, numbers in _SPELLED.items():
        text = text.str.replace(pattern, numbers)
    return text


def month_numbers(text: pl.Expr, *, mark: str = "") -> pl.Expr:
    """Write month names as two digits, after a mark."""
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
    year_first = head.cast(pl.Int32, strict=False).is_between(1900, today.year) & (
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
