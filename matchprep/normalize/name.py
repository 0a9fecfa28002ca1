"""Names of people, part by part.

Steps of `first_name`, `middle_name` and `last_name`, the display forms, in this order:

1. `blank_to_null`: NFKC, nothing invisible, one space between words.
2. Typographic apostrophes and hyphens become plain ones, without spaces around hyphens.
3. Nicknames in quotes or brackets go (`Robert "Bob"`, `Margaret (Peg)`).
4. Digits and signs go, but for letters of any script, marks, apostrophes, hyphens and dots.
5. The dot behind an initial goes (`J.` -> `J`); initials written together part (`J.R.` -> `J R`).

Case and accents stay as written. The match form of any of them is `fold`; `nickname` and `phonetic`
take the match form. Titles, generations and two people in one field are the matter of `full_name`.
"""

from __future__ import annotations

import polars as pl

from matchprep.normalize.gate import by_distinct, gated, looked_up
from matchprep.normalize.nickname import nickname
from matchprep.normalize.phonetic import phonetic
from matchprep.normalize.text import blank_to_null, empty_to_null, fold, fold_alphanumeric, null_if_blank

__all__ = [
    "first_name",
    "initial",
    "last_name",
    "middle_name",
    "name_prefix",
    "name_suffix",
    "nickname",
    "phonetic",
    "tidy_name",
]

#: Generations, as people write them.
GENERATIONS = {
    "JR": "JR", "JNR": "JR", "JUNIOR": "JR", "SR": "SR", "SNR": "SR", "SENIOR": "SR",
    "I": "I", "1ST": "I", "II": "II", "2ND": "II", "2": "II", "III": "III", "3RD": "III", "3": "III",
    "IV": "IV", "4TH": "IV", "4": "IV", "V": "V", "5TH": "V", "VI": "VI", "VII": "VII",
}  # fmt: skip
#: Titles before a name, folded -> as they are written.
TITLES = {
    "MR": "Mr", "MISTER": "Mr", "MRS": "Mrs", "MS": "Ms", "MISS": "Miss", "MX": "Mx", "DR": "Dr",
    "DOCTOR": "Dr", "PROF": "Prof", "PROFESSOR": "Prof", "REV": "Rev", "REVEREND": "Rev",
    "HON": "Hon", "SIR": "Sir",
    "MADAM": "Madam", "FR": "Fr", "CAPT": "Capt", "CAPTAIN": "Capt", "LT": "Lt", "SGT": "Sgt", "COL": "Col",
    "GEN": "Gen", "MAJ": "Maj", "PVT": "Pvt", "CPL": "Cpl", "RABBI": "Rabbi", "PASTOR": "Pastor",
    "SEN": "Sen",
}  # fmt: skip

_CLEAN = r"^[A-Za-z]+(?:[ '-][A-Za-z]+)*$"


def tidy_name(expr: pl.Expr) -> pl.Expr:
    """Bring a name to its display form.

    Args:
        expr: A name, whole or in part.

    Returns:
        The name, accents and case as written.

    Nulls: null stays null; blank, and what has no letter, becomes null.

    Example:
        >>> pl.select(tidy_name(pl.lit(" Anne - Marie  J. "))).item()
        'Anne-Marie J'
    """
    return by_distinct(expr, tidied)


def tidied(name: pl.Expr) -> pl.Expr:
    """Do the work of `tidy_name`, on every value."""
    return gated(name, _tidy, unless=_CLEAN, until_stable=True).pipe(null_if_blank)


def _tidy(name: pl.Expr) -> pl.Expr:
    name = gated(blank_to_null(name), _letters_only, where=r"[^A-Za-z'. -]|(?:^| )'")
    name = gated(name, _without_dots, where=r"\.")
    return empty_to_null(gated(name, _joined, where=r" -|- |--|  |^[ .'-]|[ .'-]$"))


def _letters_only(name: pl.Expr) -> pl.Expr:
    name = name.str.replace_all(r"[‘’ʼ`´′]", "'").str.replace_all(r"[‐‑‒–—−]", "-")
    name = name.str.replace_all(r"\([^()]*\)|\"[^\"]*\"|[“„][^”]*”|(?:^| )'[^' ]+'(?: |$)", " ")
    name = name.str.replace_all(r"[^\p{L}\p{M}'.-]+", " ")
    return pl.when(name.str.contains(r"\p{L}")).then(name).otherwise(pl.lit(""))


def _without_dots(name: pl.Expr) -> pl.Expr:
    # The dot behind an initial, and dots that part nothing.
    initials = name.str.replace_all(r"(^|[ .-])(\p{L}\p{M}*)\.", "$1$2 ")
    return initials.str.replace_all(r"\.([^\p{L}])", ".$1")


def _joined(name: pl.Expr) -> pl.Expr:
    return name.str.replace_all(r" ?-[ -]*", "-").str.replace_all(r" +", " ").str.strip_chars(" -.'")


def first_name(expr: pl.Expr) -> pl.Expr:
    """Bring a given name to its display form.

    Args:
        expr: Name as written.

    Returns:
        The name, accents and case as written.

    Nulls: null stays null; blank, and what has no letter, becomes null.
    """
    return tidy_name(expr)


def middle_name(expr: pl.Expr) -> pl.Expr:
    """Bring a middle name or initial to its display form.

    Args:
        expr: Name as written.

    Returns:
        The name, accents and case as written.

    Nulls: null stays null; blank, and what has no letter, becomes null.
    """
    return tidy_name(expr)


def last_name(expr: pl.Expr) -> pl.Expr:
    """Bring a surname to its display form; particles (`van der`), hyphens and apostrophes stay.

    Args:
        expr: Name as written.

    Returns:
        The name, accents and case as written.

    Nulls: null stays null; blank, and what has no letter, becomes null.
    """
    return tidy_name(expr)


def initial(expr: pl.Expr) -> pl.Expr:
    """Take the initial of a name.

    Args:
        expr: Name, in any form.

    Returns:
        One letter, A to Z.

    Nulls: null stays null; null where there is no Latin letter.
    """
    return fold(expr).str.slice(0, 1)


def name_suffix(expr: pl.Expr) -> pl.Expr:
    """Bring what stands behind a name to its canonical form.

    Args:
        expr: Generation or post-nominal, as written.

    Returns:
        JR, SR, II, III, IV, V for generations; other suffixes upper-case, letters only.

    Nulls: null stays null; blank becomes null.

    Example:
        >>> pl.select(name_suffix(pl.lit("Ph.D."))).item()
        'PHD'
    """
    return by_distinct(expr, canonical_suffix)


def canonical_suffix(text: pl.Expr) -> pl.Expr:
    """Do the work of `name_suffix`, on every value."""
    folded = null_if_blank(fold_alphanumeric(blank_to_null(text)))
    return looked_up(folded, GENERATIONS, others=True)


def name_prefix(expr: pl.Expr) -> pl.Expr:
    """Bring a title before a name to its usual spelling.

    Args:
        expr: Title as written.

    Returns:
        `Mr`, `Dr`, `Rev`, ...; others as written, without their dot.

    Nulls: null stays null; blank becomes null.
    """
    return by_distinct(expr, usual_title)


def usual_title(text: pl.Expr) -> pl.Expr:
    """Do the work of `name_prefix`, on every value."""
    return tidied(text).map_batches(_usual, return_dtype=pl.String, is_elementwise=True)


def _usual(titles: pl.Series) -> pl.Series:
    title = pl.col("title")
    usual = pl.coalesce(looked_up(fold(title), TITLES), title)
    return titles.to_frame("title").select(usual).to_series()
