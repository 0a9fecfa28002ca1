"""Places: state, ZIP code, city, latitude and longitude.

Steps of `zip_parts`, in this order:

1. `blank_to_null`; the `.0` that a spreadsheet put behind a number goes.
2. Five digits are a ZIP; nine, with or without a hyphen or space, a ZIP and its +4.
3. Three or four digits (or seven or eight with the +4) lost their leading zeros in a spreadsheet. They
   get them back where the state says so, as `2134` in Massachusetts; anywhere else they are not readable.
4. The first three digits must be in use by the Postal Service.
5. `postal_code` is the ZIP, or else whatever is written, letters and digits only: any country's code.

Source: USPS Publication 65, prefixes in use; FIPS 5-2.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import polars as pl
import yaml

from matchprep.normalize.gate import by_distinct, gated, in_steps, looked_up
from matchprep.normalize.text import blank_to_null, fold, fold_alphanumeric, null_if_blank

_ZIP = r"^([0-9]{3,5})(?:[- ]?([0-9]{4}))?$"


#: What `zip_parts` gives.
ZIP_PARTS = pl.Struct({"zip": pl.String, "zip4": pl.String, "postal_code": pl.String})


@cache
def _table() -> Mapping[str, Mapping[str, object]]:
    text = resources.files("matchprep.normalize").joinpath("data/states.yaml").read_text("utf-8")
    table: Mapping[str, Mapping[str, object]] = yaml.safe_load(text)
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
    return null_if_blank(gated(expr.str.to_uppercase(), _city, where=r"[^A-Z ]|  |^ | $"))


def _city(text: pl.Expr) -> pl.Expr:
    text = (
        blank_to_null(text)
        .str.to_uppercase()
        .str.replace(r",.*$", "")
        .str.replace_all(r"[’ʼ`´]", "'")
        .str.replace_all(r"\.", " ")
    )
    return text.str.replace_all(r"[^\p{L}\p{M}\p{N}'()/&-]+", " ").str.strip_chars(" -'/&")


def zip_parts(expr: pl.Expr, *, state: pl.Expr | None = None) -> pl.Expr:
    """Read ZIP codes.

    Args:
        expr: ZIP code as written, with or without its +4.
        state: Two letters of the state in the same row; mends ZIP codes that lost their leading zeros.

    Returns:
        A struct of `zip`, `zip4` and `postal_code`.

    Nulls: parts that are not there, or not readable, are null.
    """
    of_state = pl.lit(None, pl.String) if state is None else state
    return in_steps(
        pl.struct(value=expr.cast(pl.String), state=of_state), _zip_program, ZIP_PARTS, quick=_zip_quick
    )


def _zip_quick(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Read plain five digits; leave the rest open."""
    plain = pl.col("value").str.contains(r"^[0-9]{5}$") & _in_use(pl.col("value"))
    null = pl.lit(None, pl.String)
    return frame.select("value", zip=pl.when(plain).then("value")).select(
        "zip", zip4=null, postal_code="zip", open=pl.col("zip").is_null() & pl.col("value").is_not_null()
    )


def _zip_program(frame: pl.LazyFrame) -> pl.LazyFrame:
    text = blank_to_null(pl.col("value")).str.replace(r"\.0+$", "")
    agrees = is_zip_in_state(pl.col("digits"), pl.col("state")).fill_null(value=False)
    whole = pl.col("length") == 5
    return (
        frame.select("state", text=text)
        .with_columns(digits=pl.col("text").str.extract(_ZIP, 1), more=pl.col("text").str.extract(_ZIP, 2))
        .with_columns(length=pl.col("digits").str.len_bytes(), digits=pl.col("digits").str.zfill(5))
        .with_columns(zip=pl.when(_in_use(pl.col("digits")) & (whole | agrees)).then("digits"))
        .with_columns(
            zip4=pl.when(pl.col("zip").is_not_null()).then("more"),
            postal_code=pl.coalesce("zip", fold_alphanumeric(pl.col("text"))),
        )
    )


def _in_use(code: pl.Expr) -> pl.Expr:
    return code.str.slice(0, 3).is_in(list(states_by_prefix()))


def zip_code(expr: pl.Expr, *, state: pl.Expr | None = None) -> pl.Expr:
    """Read the five digits of a ZIP code.

    Args:
        expr: ZIP code as written, with or without its +4.
        state: Two letters of the state in the same row; mends ZIP codes that lost their leading zeros.

    Returns:
        Five digits.

    Nulls: null stays null; null where it is not readable.

    Example:
        >>> pl.select(zip_code(pl.lit("2134"), state=pl.lit("MA"))).item()
        '02134'
    """
    return zip_parts(expr, state=state).struct.field("zip")


def zip4(expr: pl.Expr) -> pl.Expr:
    """Read the four digits of a ZIP+4.

    Args:
        expr: The whole ZIP+4, or its last four digits alone.

    Returns:
        Four digits.

    Nulls: null stays null; null where it is not readable.
    """
    text = blank_to_null(expr).str.replace(r"\.0+$", "")
    return text.str.extract(r"^(?:[0-9]{3,5}[- ]?)?([0-9]{4})$", 1)


def is_zip_in_state(zip_code: pl.Expr, state: pl.Expr) -> pl.Expr:
    """Say whether a ZIP code and a state agree.

    Args:
        zip_code: Five digits.
        state: Two letters.

    Returns:
        False where they contradict each other. Eight prefixes are shared by two states or more.

    Nulls: null where either is null, or the prefix is not in use.
    """
    table = {prefix: " ".join(states) for prefix, states in states_by_prefix().items()}
    states = looked_up(zip_code.str.slice(0, 3), table)
    return states.str.contains(state, literal=True)


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
