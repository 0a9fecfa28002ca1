"""Telephone numbers, understood as Google's libphonenumber understands them."""

from __future__ import annotations

import phonenumbers
import polars as pl

PHONE_PARTS = pl.Struct(
    {
        "e164": pl.String,
        "national": pl.String,
        "extension": pl.String,
        "possible": pl.Boolean,
        "valid": pl.Boolean,
        "type": pl.String,
    }
)


def _read(value: str, region: str) -> dict[str, object] | None:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return {"possible": False, "valid": False}
    possible = phonenumbers.is_possible_number(number)
    kind = phonenumbers.number_type(number)
    return {
        "e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None,
        "national": str(phonenumbers.national_significant_number(number)) if possible else None,
        "extension": number.extension,
        "possible": possible,
        "valid": phonenumbers.is_valid_number(number),
        "type": phonenumbers.PhoneNumberType.to_string(kind).lower() if possible else None,
    }


def phone_parts(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Read telephone numbers into all their parts."""

    def read(values: pl.Series) -> pl.Series:
        distinct = values.drop_nulls().unique()
        parts = pl.Series([_read(value, region) for value in distinct], dtype=PHONE_PARTS)
        return values.replace_strict(distinct, parts, default=None, return_dtype=PHONE_PARTS)

    return expr.map_batches(read, return_dtype=PHONE_PARTS, is_elementwise=True)


def phone(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Write telephone numbers in E.164; null when they are not possible."""
    return phone_parts(expr, region=region).struct.field("e164")


def phone_national(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Write the national significant number."""
    return phone_parts(expr, region=region).struct.field("national")


def phone_extension(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Write the extension, where one is given."""
    return phone_parts(expr, region=region).struct.field("extension")


def phone_type(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Name the type of the number (`mobile`, `fixed_line_or_mobile`, `toll_free`, ...)."""
    return phone_parts(expr, region=region).struct.field("type")


def is_possible_phone(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Say whether the number has a possible length."""
    return phone_parts(expr, region=region).struct.field("possible")


def is_valid_phone(expr: pl.Expr, *, region: str = "US") -> pl.Expr:
    """Say whether the number lies in a range that is in use."""
    return phone_parts(expr, region=region).struct.field("valid")
