"""Identifiers: each with the form it must have, as its issuer documents it.

Steps, in this order: `blank_to_null`; `.0` that a spreadsheet put behind a number goes; the case the
issuer writes; then the form, and the check digit where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.text import blank_to_null

#: Form of each identifier that has one; `^` and `$` are added.
FORMS: Mapping[str, str] = {
    Field.VOTERBASE_ID: r"[A-Z]{2}-[0-9]+",
    Field.SMARTVAN_ID: r"[0-9]+",
    Field.EXACT_TRACK: r"[YN][0-9]{5}.*",
    Field.NPI: r"[0-9]{10}",
    Field.PERSONAL_ID: r"(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}",
    Field.AAID: r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    Field.IDFA: r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}",
    Field.TWITTER_ID: r"[0-9]{1,20}",
    Field.TWITTER_USER: r"[a-z0-9_]{1,15}",
}
_UPPER = frozenset({Field.VOTERBASE_ID, Field.EXACT_TRACK, Field.IDFA})
_LOWER = frozenset({Field.AAID, Field.TWITTER_USER})


def identifier(expr: pl.Expr, field: Field) -> pl.Expr:
    """Read an identifier of any kind.

    Args:
        expr: Identifier as written.
        field: Which identifier it is.

    Returns:
        The identifier in the form its issuer writes it; leading zeros are kept.

    Nulls: null stays null; null where it has not the form of its kind.
    """
    text = blank_to_null(expr).str.replace(r"^([0-9]+)\.0+$", "$1")
    if field in _UPPER:
        text = text.str.to_uppercase()
    if field in _LOWER:
        text = text.str.to_lowercase().str.strip_prefix("@")
    if field not in FORMS:
        return text
    text = text.str.extract(f"^({FORMS[field]})$", 1)
    return pl.when(is_npi(text)).then(text) if field is Field.NPI else text


def npi(expr: pl.Expr) -> pl.Expr:
    """Read a National Provider Identifier.

    Args:
        expr: Identifier as written.

    Returns:
        Ten digits.

    Nulls: null stays null; null where the form or the check digit is wrong.

    Example:
        >>> pl.select(npi(pl.lit("1234567893"))).item()
        '1234567893'
    """
    return identifier(expr, Field.NPI)


def is_npi(expr: pl.Expr) -> pl.Expr:
    """Say whether ten digits carry the check digit of a National Provider Identifier.

    Args:
        expr: Ten digits.

    Returns:
        True where the Luhn sum over `80840` and the ten digits ends in zero.

    Nulls: null where it is null or has not ten digits.

    Source: CMS, Requirements for NPI and NPI Check Digit.
    """
    digits = [expr.str.slice(place, 1).cast(pl.Int32, strict=False) for place in range(10)]
    # From the right every second digit counts double, less nine when that has two digits: the first,
    # third, ... of ten. NOTE: the prefix 80840 adds 24 whatever follows.
    doubled = [digit * 2 - pl.when(digit > 4).then(9).otherwise(0) for digit in digits[0::2]]
    total = pl.sum_horizontal(*doubled, *digits[1::2], ignore_nulls=False) + 24
    return pl.when(expr.str.contains(r"^[0-9]{10}$")).then(total % 10 == 0)
