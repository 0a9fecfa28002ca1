"""Names in columns of their own: titles, suffixes and second names brought to where they belong.

Steps of `name_parts`, in this order:

1. Of two people in a given name the first one is taken.
2. Generation and post-nominals leave the surname and the given name (`Smith Jr`) for `name_suffix`; a
   generation counts more than a post-nominal.
3. Titles leave the given name for `name_prefix`; a second given name (`Mary Ann`, but not `Jo Ann`) is the
   middle name where none is written.
4. A whole name fills what the parts leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import polars as pl

from matchprep.normalize.full_name import NAME_PARTS, split_full_name
from matchprep.normalize.gate import in_steps
from matchprep.normalize.name import (
    name_prefix,
    name_suffix,
    tidied,
    tidy_name,
)
from matchprep.normalize.name_grammar import (
    FIRST,
    GENERATION_ALONE,
    TITLES,
    WORD,
    first_person,
    without_suffix,
)

_SURNAME = pl.Struct({"name": pl.String, "suffix": pl.String, "generation": pl.Boolean})
#: `head` and `rest` part a given name of two words; they are null where it is one name.
_GIVEN = pl.Struct(_SURNAME.to_schema() | dict.fromkeys(("title", "head", "rest"), pl.String))

# Few are distinct, so that whoever met them once need not read them again.
_TITLE = name_prefix(pl.col("title"))
_SUFFIX = name_suffix(pl.col("suffix"))


def name_parts(**columns: pl.Expr) -> pl.Expr:
    """Bring the name columns of a list to clean parts.

    Args:
        columns: Any of `full_name`, `first_name_combined`, `name_prefix`, `first_name`, `middle_name`,
            `last_name`, `name_suffix`, as `blank_to_null` gives them.

    Returns:
        A struct of `name_prefix`, `first_name`, `middle_name`, `last_name` and `name_suffix`.

    Nulls: parts that are not there are null.
    """
    readings = _readings(columns)

    def run(values: pl.Series) -> pl.Series:
        read = values.struct.unnest().select(**readings)
        return read.select(_together()).to_series().alias(values.name)

    fields = [column.alias(name) for name, column in columns.items()]
    return pl.struct(fields).map_batches(run, return_dtype=NAME_PARTS, is_elementwise=True)


def _readings(columns: Collection[str]) -> Mapping[str, pl.Expr]:
    """Say how each column is read, by itself."""
    first = [pl.col(name) for name in ("first_name", "first_name_combined") if name in columns]
    suffix = _column(columns, "name_suffix")
    return {
        "whole": split_full_name(pl.col("full_name")) if "full_name" in columns else pl.lit(None, NAME_PARTS),
        "given": (
            in_steps(pl.coalesce(first), _given, _GIVEN, quick=_quick_given)
            if first
            else pl.lit(None, _GIVEN)
        ),
        "last": (
            in_steps(pl.col("last_name"), _surname, _SURNAME, quick=_quick_surname)
            if "last_name" in columns
            else pl.lit(None, _SURNAME)
        ),
        "middle_written": _column(columns, "middle_name").is_not_null(),
        "middle": _column(columns, "middle_name", tidy_name),
        "prefix_written": _column(columns, "name_prefix").is_not_null(),
        "prefix": _column(columns, "name_prefix", name_prefix),
        "suffix_written": suffix.is_not_null(),
        "suffix": _column(columns, "name_suffix", name_suffix),
        "generation": suffix.str.contains(GENERATION_ALONE),
    }


def _column(
    columns: Collection[str], name: str, read: Callable[[pl.Expr], pl.Expr] = lambda column: column
) -> pl.Expr:
    return read(pl.col(name)) if name in columns else pl.lit(None, pl.String)


def _together() -> pl.Expr:
    """Put the parts together."""
    whole, given, last = (pl.col(name).struct.field for name in ("whole", "given", "last"))
    torn = ~pl.col("middle_written") & given("rest").is_not_null()
    return pl.struct(
        name_prefix=pl.coalesce(
            pl.when("prefix_written").then("prefix").otherwise(given("title")), whole("name_prefix")
        ),
        first_name=pl.coalesce(
            pl.when(torn).then(given("head")).otherwise(given("name")), whole("first_name")
        ),
        middle_name=pl.coalesce("middle", pl.when(torn).then(given("rest")), whole("middle_name")),
        last_name=pl.coalesce(last("name"), whole("last_name")),
        name_suffix=pl.coalesce(
            pl.when("generation").then("suffix")
            .when(last("generation")).then(last("suffix"))
            .when(given("generation")).then(given("suffix"))
            .when("suffix_written").then("suffix")
            .otherwise(pl.coalesce(last("suffix"), given("suffix"))),
            whole("name_suffix"),
        ),
    )  # fmt: skip


def _quick_given(frame: pl.DataFrame) -> pl.DataFrame:
    """Take names of one plain word as they are; leave the rest open."""
    null = pl.lit(None, pl.String)
    return _quick_surname(frame).with_columns(title=null, head=null, rest=null)


def _quick_surname(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        name="value",
        suffix=pl.lit(None, pl.String),
        generation=pl.lit(None, pl.Boolean),
        open=~pl.col("value").str.contains(rf"^{WORD}$").fill_null(value=True),
    )


def _given(frame: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("name")
    return (
        frame.select(name=first_person(pl.col("value")))
        .pipe(without_suffix, "name", "suffix")
        .with_columns(title=name.str.extract(TITLES, 1), name=tidied(name.str.replace(TITLES, "")))
        .with_columns(head=name.str.extract(FIRST, 1), rest=name.str.replace(FIRST, "").str.strip_chars(" "))
        .with_columns(
            title=_TITLE,
            rest=pl.when(_is_middle_name(pl.col("head"), pl.col("rest"))).then("rest"),
        )
        .pipe(_with_suffix)
    )


def _surname(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.rename({"value": "name"})
        .pipe(without_suffix, "name", "suffix")
        .with_columns(name=tidied(pl.col("name")))
        .pipe(_with_suffix)
    )


def _with_suffix(frame: pl.DataFrame) -> pl.DataFrame:
    suffix = pl.col("suffix")
    return frame.with_columns(suffix=_SUFFIX, generation=suffix.str.contains(GENERATION_ALONE))


def _is_middle_name(head: pl.Expr, rest: pl.Expr) -> pl.Expr:
    """Say whether what stands behind the first word of a given name is a name of its own.

    An initial is one, and so is a second name beside a first one (`Mary Ann`); two letters on either side
    are part of one name (`Jo Ann`) or of one that was torn (`Ja yde`).
    """
    names = (head.str.len_chars() >= 3) & (rest.str.len_chars() >= 3)
    return names | rest.str.contains(r"^\p{L}\p{M}*$")
