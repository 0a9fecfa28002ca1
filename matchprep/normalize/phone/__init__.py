"""Telephone numbers, understood as phonenumbers (Google's libphonenumber) understands them, on every value.

North American numbers are read by a vectorized grammar and judged by a table made of the library's own
metadata; what the
grammar leaves open is settled by the library, once for each distinct value. Possibility is the gate: a number
that is not possible is null. Validity (the number lies in a range that is in use) is a second opinion, for
the numbers that providers publish as samples are possible and not valid.
"""

from __future__ import annotations

from functools import cache, partial

import phonenumbers
import polars as pl

from matchprep.errors import UsageError, did_you_mean
from matchprep.normalize.phone.library import PARTS
from matchprep.normalize.phone.parts import phone_columns

__all__ = [
    "is_possible_phone",
    "is_valid_phone",
    "phone",
    "phone_extension",
    "phone_national",
    "phone_parts",
    "phone_type",
]


def _read_part(values: pl.Series, region: str, part: str) -> pl.Series:
    return phone_columns(values, region).struct.field(part).alias(values.name)


@cache
def _reader(region: str, part: str | None = None) -> partial[pl.Series]:
    """Give the reader of a region, the same object each time, so that Polars can tell equal expressions."""
    if region not in phonenumbers.SUPPORTED_REGIONS:
        hint = did_you_mean(region, phonenumbers.SUPPORTED_REGIONS)
        raise UsageError(f"no telephone region is called {region}", where="region", hint=hint)
    return partial(_read_part, region=region, part=part) if part else partial(phone_columns, region=region)


def _part(expr: pl.Expr, region: str, part: str) -> pl.Expr:
    """Read one part of telephone numbers, under the name of the column."""
    dtype = PARTS.to_schema()[part]
    return expr.map_batches(_reader(region, part), return_dtype=dtype, is_elementwise=True)


def phone_parts(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Read telephone numbers into all their parts, in one pass.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        A struct: `e164`, `national` (digits only), `extension`, `possible`, `local` (possible, but only as a
        local number without area code), `valid`, `type` (`mobile`, `fixed_line_or_mobile`, `toll_free`, ...,
        null where unknown).

    Raises:
        UsageError: The region is unknown.

    Nulls: null gives null; the strings of a number that is not possible are null.
    Source: phonenumbers, `parse`, `is_possible_number`, `is_valid_number`, `number_type`.
    """
    return expr.map_batches(_reader(region), return_dtype=PARTS, is_elementwise=True)


def phone(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Write telephone numbers in E.164.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        Such as `+12125550123`.

    Raises:
        UsageError: The region is unknown.

    Nulls: null where the number is not possible.

    Example:
        >>> pl.select(phone(pl.lit("(212) 555-0123"))).item()
        '+12125550123'
    """
    return _part(expr, region, "e164")


def phone_national(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Write the national number, digits only.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        Such as `2125550123`.

    Raises:
        UsageError: The region is unknown.

    Nulls: null where the number is not possible.
    """
    return _part(expr, region, "national")


def phone_extension(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Write the extension, digits only.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        Such as `45` of `212-555-0123 x45`.

    Raises:
        UsageError: The region is unknown.

    Nulls: null where there is none, or the number is not possible.
    """
    return _part(expr, region, "extension")


def phone_type(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Name the type of telephone numbers.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        `fixed_line`, `mobile`, `fixed_line_or_mobile`, `toll_free`, `premium_rate`, `shared_cost`, `voip`,
        `personal_number`, `pager`, `uan` or `voicemail`.

    Raises:
        UsageError: The region is unknown.

    Nulls: null where the number is not valid.
    """
    return _part(expr, region, "type")


def is_possible_phone(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Tell whether telephone numbers have a length that exists.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        Booleans.

    Raises:
        UsageError: The region is unknown.

    Nulls: null gives null.
    """
    return _part(expr, region, "possible")


def is_valid_phone(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Tell whether telephone numbers lie in a range that is in use.

    Args:
        expr: Telephone numbers as written.
        region: Where they are dialed when they do not say, as two letters.

    Returns:
        Booleans.

    Raises:
        UsageError: The region is unknown.

    Nulls: null gives null.
    """
    return _part(expr, region, "valid")
