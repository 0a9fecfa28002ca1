"""What else is said of a person: gender, age."""

from __future__ import annotations

import polars as pl

from matchprep.normalize.gate import by_distinct, looked_up
from matchprep.normalize.text import blank_to_null, fold, squeeze

_GENDERS = {
    "F": ("F", "FEMALE", "FEM", "W", "WOMAN", "GIRL", "FEMALES", "MUJER", "FEMENINO", "FEMME"),
    "M": ("M", "MALE", "MAN", "BOY", "MALES", "HOMBRE", "MASCULINO", "HOMME", "MASC"),
    "U": (
        "U", "UNKNOWN", "X", "UNK", "UNSPECIFIED", "OTHER", "O", "NONBINARY", "NB", "N", "NOTSPECIFIED",
        "UNDISCLOSED", "PREFERNOTTOSAY", "DECLINEDTOSTATE", "UNDETERMINED", "INDETERMINATE",
    ),
}  # fmt: skip


def gender(expr: pl.Expr) -> pl.Expr:
    """Bring a gender to one letter.

    Args:
        expr: Letter or word.

    Returns:
        F, M, or U where the list says that it is unknown or neither.

    Nulls: null stays null; null where it is not readable.
    """
    return by_distinct(expr, _gender)


def _gender(text: pl.Expr) -> pl.Expr:
    table = {word: letter for letter, words in _GENDERS.items() for word in words}
    folded = fold(squeeze(text))
    return looked_up(folded, table)


def age(expr: pl.Expr) -> pl.Expr:
    """Read an age.

    Args:
        expr: Whole years, as text; `.0` behind them goes.

    Returns:
        Years, 0 to 120.

    Nulls: null stays null; null where it is no number or out of range.

    Units: years.
    """
    years = blank_to_null(expr).str.extract(r"^([0-9]{1,3})(?:\.0*)?$", 1).cast(pl.Int16, strict=False)
    return pl.when(years <= 120).then(years)
