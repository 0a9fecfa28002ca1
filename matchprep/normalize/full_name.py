"""Whole names.

Steps of `split_full_name`, in this order:

1. Of two people the first one is taken (`Bonnie & Clyde Parker` -> Bonnie Parker).
2. Generation and post-nominals behind the name (`Jr`, `III`, `MD`, `Ph.D.`), with or without a comma, go to
   `name_suffix`; a generation counts more than a post-nominal.
3. A comma that is left parts `LAST, FIRST MIDDLE`; otherwise the name runs `First Middle Last`.
4. Titles before the name go to `name_prefix`.
5. The surname is the last word, with the particles before it (`van der Berg`, `de la Cruz`); never the
   first word.
6. Each part is brought to its display form by `tidy_name`.
"""

from __future__ import annotations

import polars as pl

from matchprep.normalize.gate import in_steps
from matchprep.normalize.name import canonical_suffix, name_prefix, tidied
from matchprep.normalize.name_grammar import (
    FIRST,
    GENERATION_ALONE,
    LAST,
    SPECIAL,
    TITLES,
    WORD,
    first_person,
    without_suffix,
)
from matchprep.normalize.text import blank_to_null

#: What `split_full_name` gives.
NAME_PARTS = pl.Struct(
    dict.fromkeys(("name_prefix", "first_name", "middle_name", "last_name", "name_suffix"), pl.String)
)

# Few are distinct, so that whoever met them once need not read them again.
_TITLE = name_prefix(pl.col("title"))


def split_full_name(expr: pl.Expr) -> pl.Expr:
    """Split whole names into their parts.

    Args:
        expr: `First Middle Last Suffix` or `LAST, FIRST MIDDLE`, with a title or without.

    Returns:
        A struct of `name_prefix`, `first_name`, `middle_name`, `last_name` and `name_suffix`. A single word
        is a first name.

    Nulls: parts that are not there are null.
    """
    return in_steps(expr, _split, NAME_PARTS, quick=_quick_split)


def _quick_split(frame: pl.DataFrame) -> pl.DataFrame:
    """Split two or three plain words, with or without a comma behind the first; leave the rest open."""
    value, null = pl.col("value").str.strip_chars(" "), pl.lit(None, pl.String)
    middle = rf"(?:{WORD}|[A-Za-z]\.)"
    plain = value.str.contains(rf"^{WORD}(?:, {WORD}(?: {middle})?|(?: {middle})? {WORD})$")
    plain &= ~value.str.contains(SPECIAL)
    one, two, three = (pl.col("word").struct.field(f"field_{place}") for place in range(3))
    turned = one.str.ends_with(",")
    return (
        frame.with_columns(plain=plain)
        .with_columns(word=pl.when("plain").then(value).str.splitn(" ", 3))
        .select(
            name_prefix=null,
            first_name=pl.when(turned).then(two).otherwise(one),
            middle_name=pl.when(turned).then(three).when(three.is_not_null()).then(two).str.strip_suffix("."),
            last_name=pl.when(turned).then(one.str.strip_suffix(",")).otherwise(pl.coalesce(three, two)),
            name_suffix=null,
            open=value.is_not_null() & ~pl.col("plain"),
        )
    )


def _split(frame: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("name")
    return (
        frame.select(name=blank_to_null(pl.col("value")))
        .with_columns(name=first_person(name))
        .pipe(without_suffix, "name", "suffix_1")
        .pipe(without_suffix, "name", "suffix_2")
        .with_columns(
            before=name.str.extract(r"^([^,]+),.*\S", 1), behind=name.str.extract(r"^[^,]+, *(.*\S)", 1)
        )
        .pipe(without_suffix, "before", "suffix_3")
        .with_columns(given=pl.coalesce("behind", "name").str.replace_all(",", " "))
        .with_columns(
            title=pl.col("given").str.extract(TITLES, 1),
            given=tidied(pl.col("given").str.replace(TITLES, "")),
        )
        .with_columns(
            particled=pl.col("given").str.extract(LAST, 1), word=pl.col("given").str.extract(r"\S( \S+)$", 1)
        )
        .with_columns(tail=pl.when(pl.col("before").is_null()).then(pl.coalesce("particled", "word")))
        .with_columns(given=pl.coalesce(_cut(pl.col("given"), pl.col("tail")), "given"))
        .select(
            name_prefix=_TITLE,
            first_name=tidied(pl.col("given").str.extract(FIRST, 1)),
            middle_name=tidied(pl.col("given").str.replace(FIRST, "")),
            last_name=tidied(pl.coalesce("before", "tail")),
            name_suffix=_suffix("suffix_3", "suffix_1", "suffix_2"),
        )
    )


def _suffix(*columns: str) -> pl.Expr:
    """Choose among several suffixes: the first generation, or else the first of all."""
    generations = [pl.when(pl.col(name).str.contains(GENERATION_ALONE)).then(name) for name in columns]
    return canonical_suffix(pl.coalesce(*generations, *columns))


def _cut(text: pl.Expr, tail: pl.Expr) -> pl.Expr:
    return text.str.head(text.str.len_chars() - tail.str.len_chars())
