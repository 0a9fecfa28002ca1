"""Phonetic key of a name: American Soundex, as the United States National Archives define it.

Steps, in this order, on a folded name (A to Z):

1. H and W vanish, save as first letter: they do not part letters of one code.
2. Letters become their codes; vowels and Y become 0.
3. Runs of one code become one; the zeros vanish.
4. The first code gives way to the first letter; cut or filled with zeros to four characters.

Source: National Archives, The Soundex Indexing System.
"""

from __future__ import annotations

import polars as pl

from matchprep.normalize.gate import by_distinct, gated

_CODES = {
    **dict.fromkeys("AEIOUYHW", "0"),
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    **dict.fromkeys("DT", "3"),
    "L": "4",
    **dict.fromkeys("MN", "5"),
    "R": "6",
}


def phonetic(expr: pl.Expr) -> pl.Expr:
    """Give the Soundex key of a folded name.

    Args:
        expr: A name in match form, as `fold` gives it.

    Returns:
        A letter and three digits, `ROBERT` -> `R163`.

    Nulls: null stays null.

    Example:
        >>> pl.select(phonetic(pl.lit("ASHCRAFT"))).item()
        'A261'
    """
    return by_distinct(expr, _soundex)


def _soundex(expr: pl.Expr) -> pl.Expr:
    first = expr.str.slice(0, 1)
    codes = (first + expr.str.slice(1).str.replace_all(r"[HW]+", "")).str.replace_many(
        list(_CODES), list(_CODES.values())
    )
    codes = gated(codes, _without_runs, where="11|22|33|44|55|66")
    # NOTE: a first letter without a code stands as 0 in front, so that the slice drops one code in any case.
    digits = codes.str.slice(1).str.replace_all("0", "", literal=True)
    return (first + digits).str.slice(0, 4).str.pad_end(4, "0")


def _without_runs(codes: pl.Expr) -> pl.Expr:
    for code in "123456":
        codes = codes.str.replace_all(f"{code}{code}+", code)
    return codes
