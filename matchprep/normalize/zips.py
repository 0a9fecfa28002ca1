"""ZIP codes.

Steps of `zip_parts`, in this order:

1. `blank_to_null`; the `.0` that a spreadsheet put behind a number goes.
2. Five digits are a ZIP; nine, with or without a hyphen or space, a ZIP and its +4.
3. Three or four digits (or seven or eight with the +4) lost their leading zeros in a spreadsheet. They
   get them back where the state says so, as `2134` in Massachusetts; anywhere else they are not readable.
4. The first three digits must be in use by the Postal Service.
5. `postal_code` is the ZIP, or else whatever is written, letters and digits only: any country's code.

Source: USPS Publication 65, prefixes in use.
"""

from __future__ import annotations

import polars as pl

from matchprep.normalize.gate import looked_up, parts_in_steps
from matchprep.normalize.memory import Memory
from matchprep.normalize.place import states_by_prefix
from matchprep.normalize.text import blank_to_null, fold_alphanumeric

_ZIP = r"^([0-9]{3,5})(?:[- ]?([0-9]{4}))?$"

#: What `zip_parts` gives.
ZIP_PARTS = pl.Struct({"zip": pl.String, "zip4": pl.String, "postal_code": pl.String})
#: What the value alone tells; `lost` is a ZIP that got its leading zeros back, if the state agrees.
_READ = pl.Struct(ZIP_PARTS.to_schema() | {"lost": pl.String})


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
    read = Memory(lambda values: parts_in_steps(values, _program, _READ, quick=_quick))

    def run(values: pl.Series) -> pl.Series:
        both = values.struct.unnest()
        parts = read(both["value"]).struct.unnest()
        return _with_lost_zeros(parts, both["state"]).to_struct(values.name)

    return pl.struct(value=expr.cast(pl.String), state=of_state).map_batches(
        run, return_dtype=ZIP_PARTS, is_elementwise=True
    )


def _with_lost_zeros(parts: pl.DataFrame, state: pl.Series) -> pl.DataFrame:
    """Take the ZIP codes that got their zeros back where the state agrees; nothing of them elsewhere."""
    rows = parts["lost"].is_not_null().arg_true()
    lost = parts[rows].with_columns(state=state.gather(rows))
    agrees = is_zip_in_state(pl.col("lost"), pl.col("state")).fill_null(value=False)
    mended = lost.with_columns(agrees=agrees).select(
        zip=pl.when("agrees").then("lost"),
        zip4=pl.when("agrees").then("zip4"),
        postal_code=pl.when("agrees").then("lost").otherwise("postal_code"),
    )
    return parts.select(parts[name].scatter(rows, mended[name]) for name in mended.columns)


def _quick(frame: pl.DataFrame) -> pl.DataFrame:
    """Read plain five digits; leave the rest open."""
    value, null = pl.col("value"), pl.lit(None, pl.String)
    plain = value.str.contains(r"^[0-9]{5}$") & _in_use(value)
    return frame.select("value", zip=pl.when(plain).then("value")).select(
        "zip", zip4=null, postal_code="zip", lost=null, open=pl.col("zip").is_null() & value.is_not_null()
    )


def _program(frame: pl.DataFrame) -> pl.DataFrame:
    text = blank_to_null(pl.col("value")).str.replace(r"\.0+$", "")
    digits = pl.col("text").str.extract_groups(_ZIP).struct
    return (
        frame.select(text=text)
        .select("text", digits=digits.field("1"), zip4=digits.field("2"))
        .with_columns(whole=pl.col("digits").str.len_bytes() == 5, digits=pl.col("digits").str.zfill(5))
        .with_columns(digits=pl.when(_in_use(pl.col("digits"))).then("digits"))
        .select(
            zip=pl.when("whole").then("digits"),
            lost=pl.when(~pl.col("whole")).then("digits"),
            zip4=pl.when(pl.col("digits").is_not_null()).then("zip4"),
            postal_code=pl.when(pl.col("whole") & pl.col("digits").is_not_null())
            .then("digits")
            .otherwise(fold_alphanumeric(pl.col("text"))),
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
