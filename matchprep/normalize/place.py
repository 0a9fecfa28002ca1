"""Places: state, city, latitude and longitude.

Source: USPS Publication 65, prefixes in use; FIPS 5-2.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from matchprep.files import package_table
from matchprep.normalize.gate import by_distinct, gated, looked_up
from matchprep.normalize.text import blank_to_null, fold, fold_alphanumeric, null_if_blank


@cache
def _table() -> Mapping[str, Mapping[str, object]]:
    table: Mapping[str, Mapping[str, object]] = package_table("matchprep.normalize", "data/states.yaml")
    return table


@cache
def _spellings() -> Mapping[str, str]:
    """Folded spelling -> code of the state."""
    spellings: dict[str, str] = {}
    for code, facts in _table().items():
        fips = str(facts.get("fips", code))
        written = [code, fips, fips.lstrip("0"), *_names(facts)]
        spellings |= {"".join(filter(str.isalnum, text.upper())): code for text in written}
    return spellings


def _names(facts: Mapping[str, object]) -> list[str]:
    names = facts["names"]
    return [str(name) for name in names] if isinstance(names, list) else []


@cache
def states_by_prefix() -> Mapping[str, tuple[str, ...]]:
    """Read which states use which three-digit prefixes of ZIP codes.

    Returns:
        Prefix -> states, `"021"` -> `("MA",)`; prefixes not in use are not in it.
    """
    states: dict[str, tuple[str, ...]] = {}
    for code, facts in _table().items():
        for run in str(facts["zip"]).split():
            first, _, last = run.partition("-")
            for prefix in range(int(first), int(last or first) + 1):
                states[f"{prefix:03}"] = (*states.get(f"{prefix:03}", ()), code)
    return states


def state(expr: pl.Expr) -> pl.Expr:
    """Bring a state or territory of the United States to its two letters.

    Args:
        expr: Postal code, name, customary abbreviation or FIPS code, in any case.

    Returns:
        Two letters; the District of Columbia, the territories and AA, AE, AP among them.

    Nulls: null stays null; null where no state of the United States is written.

    Example:
        >>> pl.select(state(pl.lit("N. Mex."))).item()
        'NM'
    """
    return by_distinct(expr, _state)


def _state(text: pl.Expr) -> pl.Expr:
    return looked_up(fold_alphanumeric(text), _spellings())


def region(expr: pl.Expr) -> pl.Expr:
    """Bring a state or province of any country to its match form.

    Args:
        expr: Whatever is written as state.

    Returns:
        Upper-case letters; the two letters where it is a state of the United States.

    Nulls: null stays null.
    """
    return by_distinct(expr, _region)


def _region(text: pl.Expr) -> pl.Expr:
    letters = null_if_blank(fold(blank_to_null(text)))
    return pl.coalesce(_state(text), _state(letters), letters)


def city(expr: pl.Expr) -> pl.Expr:
    """Bring the name of a city to upper-case.

    Args:
        expr: City as written; a state behind a comma goes.

    Returns:
        Upper-case, without dots, accents as written.

    Nulls: null stays null; blank becomes null.

    Example:
        >>> pl.select(city(pl.lit("St. Louis, Mo"))).item()
        'ST LOUIS'
    """
    return by_distinct(expr, _city)


def _city(text: pl.Expr) -> pl.Expr:
    return null_if_blank(gated(text.str.to_uppercase(), _bare_city, where=r"[^A-Z ]|  |^ | $"))


def _bare_city(text: pl.Expr) -> pl.Expr:
    text = (
        blank_to_null(text)
        .str.to_uppercase()
        .str.replace(r",.*$", "")
        .str.replace_all(r"[’ʼ`´]", "'")
        .str.replace_all(r"\.", " ")
    )
    return text.str.replace_all(r"[^\p{L}\p{M}\p{N}'()/&-]+", " ").str.strip_chars(" -'/&")


def latitude(expr: pl.Expr) -> pl.Expr:
    """Read a latitude.

    Args:
        expr: Decimal degrees, north positive.

    Returns:
        Degrees.

    Nulls: null stays null; null where it is no number or out of range.

    Units: decimal degrees, WGS 84.
    """
    return _degrees(expr, limit=90)


def longitude(expr: pl.Expr) -> pl.Expr:
    """Read a longitude.

    Args:
        expr: Decimal degrees, east positive.

    Returns:
        Degrees.

    Nulls: null stays null; null where it is no number or out of range.

    Units: decimal degrees, WGS 84.
    """
    return _degrees(expr, limit=180)


def _degrees(expr: pl.Expr, *, limit: int) -> pl.Expr:
    number = blank_to_null(expr).str.replace(r"^([+-]?[0-9]+),([0-9]+)°?$", "$1.$2").str.strip_chars("+° ")
    degrees = number.str.extract(r"^(-?[0-9]{1,3}(?:\.[0-9]*)?)$", 1).cast(pl.Float64, strict=False)
    return pl.when(degrees.abs() <= limit).then(degrees)
