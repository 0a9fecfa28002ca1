"""What names are made of: generations, titles, particles, and two people in one field."""

from __future__ import annotations

import polars as pl

from matchprep.normalize.gate import gated

_GENERATION = r"jn?r|junior|sn?r|senior|i{2,3}|iv|v|vi{1,2}|2nd|3rd|4th|5th"
_POST_NOMINAL = (
    r"ph\.? ?d|m\. ?d|md|d\.? ?d\.? ?s|d\.? ?m\.? ?d|d\.? ?v\.? ?m|d\. ?o|j\. ?d|jd|r\. ?n|rn|c\.? ?p\.? ?a|"
    r"esq(?:uire)?|mba|m\. ?b\. ?a|lcsw|usn|usaf|usmc|ret"
)
# NOTE: `Do` and `Ma` are surnames, too; they count as suffixes behind a comma only.
_AFTER_COMMA = r"do|dmin|ma|ms|bs|pa|np|pe|dc|od|edd|psyd|i"
_SUFFIX = rf"(?i)(?:[ ,]+\(?({_GENERATION}|{_POST_NOMINAL})|,[ ,]*({_AFTER_COMMA}))\.?\)?[ ,]*$"
#: A generation and nothing else.
GENERATION_ALONE = rf"(?i)^(?:{_GENERATION})\.?$"
_TITLE = (
    r"mr|mister|mrs|ms|miss|mx|dr|doctor|prof|professor|rev|reverend|hon|sir|madam|capt|captain|lt|sgt|col|gen|"
    r"maj|pvt|cpl|rabbi|pastor"
)
#: The titles before a name.
TITLES = rf"(?i)^((?:(?:the )?(?:{_TITLE})\.? )+)"
_TITLES_ALONE = rf"(?i)^(?:(?:{_TITLE})\.? ?)+$"
_PARTICLE = (
    r"van|von|vom|der|den|de|del|dela|della|di|da|das|dos|du|la|las|le|les|los|el|al|bin|ibn|bint|abu|ter|ten|te|"
    r"tot|zu|zum|zur|af|av|st\.?|san|santa|saint|mac|mc|o'|d'"
)
#: The surname behind a given name, where it has particles.
LAST = rf"(?i)^\S+(?: \S+)*?( (?:(?:{_PARTICLE}) )+\S+)$"
#: The given name, with the particle before it.
FIRST = r"(?i)^((?:(?:la|le|de|da|st\.?) )?\S+)"
#: A word that is nothing but letters, hyphens and apostrophes inside.
WORD = r"[A-Za-z]+(?:['-][A-Za-z]+)*"
#: Words that make a whole name more than first, middle and last.
SPECIAL = (
    rf"(?i)(?:^|[ ,])(?:{_GENERATION}|{_POST_NOMINAL}|{_AFTER_COMMA}|the|{_TITLE}|{_PARTICLE}|and|"
    r"na|nil|nan|none|null|not|unk|unknown|undefined|unspecified)(?:[ ,]|$)"
)
_TWO = r"(?i)(?: *[&+/] *(?:and +)?)+| +and +"


def first_person(expr: pl.Expr) -> pl.Expr:
    """Take the first of two people in one field.

    Args:
        expr: Given names or whole names, in display form.

    Returns:
        `Bonnie` of `Bonnie and Clyde`, `Bonnie Parker` of `Bonnie & Clyde Parker`.

    Nulls: null stays null.
    """
    return gated(expr, _first_of_two, where=r"(?i)[&+/]| and ")


def _first_of_two(expr: pl.Expr) -> pl.Expr:
    first, second = expr.str.extract(rf"^(.+?)(?:{_TWO})", 1), expr.str.extract(rf"^.*(?:{_TWO})(.+)$", 1)
    shared = second.str.extract(rf"(?i)^\S+(?: \S+)*?( (?:(?:{_PARTICLE}) )*\S+)$", 1).fill_null("")
    shared = pl.when(shared.str.contains(r"^[^&+/]*\p{L}[^&+/]*$")).then(shared).otherwise(pl.lit(""))
    one_word = ~first.str.replace(TITLES, "").str.contains(r"[ ,]")
    return (
        pl.when(~(first.str.contains(r"\p{L}") & second.is_not_null()).fill_null(value=False)).then(expr)
        .when(first.str.contains(_TITLES_ALONE)).then(first + " " + second.str.replace(TITLES, ""))
        .when(one_word).then(first + shared)
        .otherwise(first)
    )  # fmt: skip


def without_suffix(frame: pl.DataFrame, name: str, suffix: str) -> pl.DataFrame:
    """Take the last generation or post-nominal out of a name into a column of its own.

    Args:
        frame: A table with names in display form.
        name: Their column.
        suffix: The new column.

    Returns:
        The table.

    Nulls: null where there is none.
    """
    nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    # NOTE: to find that a pattern is nowhere costs a tenth of taking it apart.
    rows = frame[name].str.contains(_SUFFIX).arg_true()
    if rows.is_empty():
        return frame.with_columns(nothing.alias(suffix))
    parts = pl.col(name).str.extract_groups(_SUFFIX).struct
    rest = pl.col(name).str.replace(_SUFFIX, "")
    # NOTE: a name of one word that reads like a suffix is a name (`Junior`, `Mr Senior`).
    taken = rest.str.contains(r"\p{L}{2}")
    some = frame[rows].select(
        found=pl.when(taken).then(pl.coalesce(parts.field("1"), parts.field("2"))),
        rest=pl.when(taken).then(rest).otherwise(name),
    )
    return frame.with_columns(
        nothing.scatter(rows, some["found"]).alias(suffix), frame[name].clone().scatter(rows, some["rest"])
    )
