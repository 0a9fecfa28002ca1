"""The last word on phones: phonenumbers itself, asked once for each distinct value that was left open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

import phonenumbers
import polars as pl


class Parts(TypedDict, total=False):
    """What is known of a phone number; see `phone_parts`."""

    e164: str
    national: str
    extension: str
    possible: bool
    local: bool
    valid: bool
    type: str


#: The same as a Polars type.
PARTS = pl.Struct(
    {
        "e164": pl.String,
        "national": pl.String,
        "extension": pl.String,
        "possible": pl.Boolean,
        "local": pl.Boolean,
        "valid": pl.Boolean,
        "type": pl.String,
    }
)


def _type_names() -> Iterator[str | None]:
    """Name each type of number by its value; an unknown type has no name."""
    kinds = phonenumbers.PhoneNumberType
    for value in range(kinds.UNKNOWN + 1):
        known = value != kinds.UNKNOWN and value in kinds.values()
        yield str(kinds.to_string(value)).lower() if known else None


#: The names of the types of numbers, such as `toll_free`, by the values of `phonenumbers.PhoneNumberType`.
TYPE_NAMES = pl.Series(list(_type_names()), dtype=pl.String)


def ask(value: str, region: str) -> Parts:
    """Let phonenumbers read one value.

    Args:
        value: A phone number as written.
        region: Where it is dialed when it does not say.

    Returns:
        All parts of a possible number, else that it is not possible.
    """
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return {"possible": False, "local": False, "valid": False}
    reason = phonenumbers.is_possible_number_with_reason(number)
    local = reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    valid = bool(phonenumbers.is_valid_number(number))
    if not local and reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return {"possible": False, "local": False, "valid": valid}
    parts: Parts = {
        "e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        "national": phonenumbers.national_significant_number(number),
        "possible": True,
        "local": local,
        "valid": valid,
    }
    if number.extension:
        parts["extension"] = number.extension
    if kind := TYPE_NAMES[phonenumbers.number_type(number)]:
        parts["type"] = kind
    return parts


def ask_distinct(values: pl.Series, region: str) -> pl.Series:
    """Let phonenumbers read each distinct value once.

    Args:
        values: Phone numbers as written, no nulls.
        region: Where they are dialed when they do not say.

    Returns:
        Their parts, in the order of the values.
    """
    distinct = values.unique(maintain_order=True)
    # NOTE: the one place where single phones are looked at: those that the vectorized grammar left open.
    parts = pl.Series([ask(value, region) for value in distinct], dtype=PARTS)
    return parts.gather(values.replace_strict(distinct, range(len(distinct)), return_dtype=pl.UInt32))
