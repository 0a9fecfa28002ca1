"""What a value must be, as boolean expressions over a column of CLEAN.

One function for each `is:` of a rule file; `matches`, `one_of` and `within` need no name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.ids import is_npi
from matchprep.rulebook.model import Format, ValueRule

# fmt: off
_STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
    "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI", "FM", "MH", "PW", "AA", "AE", "AP",
)
# fmt: on


def is_five_digits(expr: pl.Expr) -> pl.Expr:
    """Say whether a text is exactly five digits."""
    return expr.str.contains(r"^[0-9]{5}$")


def is_state_code(expr: pl.Expr) -> pl.Expr:
    """Say whether a text is the two letters of a state, a territory or an armed-forces address."""
    return expr.is_in(_STATES)


def is_us_phone(expr: pl.Expr) -> pl.Expr:
    """Say whether an E.164 number is +1 and ten digits.

    NOTE: +1 is shared by the United States, Canada and some islands; an area code tells them apart only
    by tables, and no provider asks for that.
    """
    return expr.str.contains(r"^\+1[0-9]{10}$")


_FORMATS: Mapping[Format, Callable[[pl.Expr], pl.Expr]] = {
    "5 digits": is_five_digits,
    "US phone": is_us_phone,
    "NPI": is_npi,
    "state code": is_state_code,
}


def passes(rule: ValueRule, column: str, columns: frozenset[str]) -> pl.Expr:
    """Say whether the values of a column are what a rule wants.

    Args:
        rule: What a value must be.
        column: The column that holds it.
        columns: All columns of the table.

    Returns:
        A boolean expression.

    Nulls: null where there is no value, since a missing value breaks no rule on values.
    """
    expr = pl.col(column)
    if rule.form == "assignable phone":
        valid = f"{Field.PHONE}_valid"
        return pl.when(expr.is_not_null()).then(pl.col(valid) if valid in columns else pl.lit(value=True))
    if rule.form is not None:
        return _FORMATS[rule.form](expr)
    if rule.matches is not None:
        return expr.cast(pl.String).str.contains(_whole(rule.matches))
    if rule.one_of:
        return expr.cast(pl.String).is_in(list(rule.one_of))
    assert rule.within is not None  # noqa: S101 - exactly one is set
    return expr.cast(pl.Float64).is_between(*rule.within)


def _whole(pattern: str) -> str:
    flags = "(?i)" if pattern.startswith("(?i)") else ""
    return rf"{flags}\A(?:{pattern.removeprefix(flags)})\z"
