"""Whole names, and parts of names that stand in one another's columns.

Steps of `split_full_name`, in this order:

1. Of two people the first one is taken (`Bonnie & Clyde Parker` -> Bonnie Parker).
2. Generation and post-nominals behind the name (`Jr`, `III`, `MD`, `Ph.D.`), with or without a comma, go to
   `name_suffix`; a generation counts more than a post-nominal.
3. A comma that is left parts `LAST, FIRST MIDDLE`; otherwise the name runs `First Middle Last`.
4. Titles before the name go to `name_prefix`.
5. The surname is the last word, with the particles before it (`van der Berg`, `de la Cruz`); never the
   first word.
6. Each part is brought to its display form by `tidy_name`.

Steps of `name_parts`, for lists with columns for the parts: a whole name fills what the parts leave open;
suffixes leave the surname, titles and middle names the given name (`Mary Ann`, but not `Jo Ann`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from matchprep.normalize.gate import in_steps
from matchprep.normalize.name import name_prefix, name_suffix, tidy_name
from matchprep.normalize.text import blank_to_null

#: What the builders of this module give.
NAME_PARTS = pl.Struct(
    dict.fromkeys(("name_prefix", "first_name", "middle_name", "last_name", "name_suffix"), pl.String)
)
_PARTS = (
    "full_name",
    "first_name_combined",
    "name_prefix",
    "first_name",
    "middle_name",
    "last_name",
    "name_suffix",
)

_GENERATION = r"jn?r|junior|sn?r|senior|i{2,3}|iv|v|vi{1,2}|2nd|3rd|4th|5th"
_POST_NOMINAL = (
    r"ph\.? ?d|m\. ?d|md|d\.? ?d\.? ?s|d\.? ?m\.? ?d|d\.? ?v\.? ?m|d\. ?o|j\. ?d|jd|r\. ?n|rn|c\.? ?p\.? ?a|"
    r"esq(?:uire)?|mba|m\. ?b\. ?a|lcsw|usn|usaf|usmc|ret"
)
# NOTE: `Do` and `Ma` are surnames, too; they count as suffixes behind a comma only.
_AFTER_COMMA = r"do|dmin|ma|ms|bs|pa|np|pe|dc|od|edd|psyd|i"
_SUFFIX = rf"(?i)(?:[ ,]+\(?({_GENERATION}|{_POST_NOMINAL})|,[ ,]*({_AFTER_COMMA}))\.?\)?[ ,]*$"
_GENERATION_ALONE = rf"(?i)^(?:{_GENERATION})\.?$"
_TITLE = (
    r"mr|mister|mrs|ms|miss|mx|dr|doctor|prof|professor|rev|reverend|hon|sir|madam|capt|captain|lt|sgt|col|gen|"
    r"maj|pvt|cpl|rabbi|pastor"
)
_TITLES = rf"(?i)^((?:(?:the )?(?:{_TITLE})\.? )+)"
_TITLES_ALONE = rf"(?i)^(?:(?:{_TITLE})\.? ?)+$"
_PARTICLE = (
    r"van|von|vom|der|den|de|del|dela|della|di|da|das|dos|du|la|las|le|les|los|el|al|bin|ibn|bint|abu|ter|ten|te|"
    r"tot|zu|zum|zur|af|av|st\.?|san|santa|saint|mac|mc|o'|d'"
)
_LAST = rf"(?i)^\S+(?: \S+)*?( (?:(?:{_PARTICLE}) )+\S+)$"
_FIRST = r"(?i)^((?:(?:la|le|de|da|st\.?) )?\S+)"
#: A word that is nothing but letters, hyphens and apostrophes inside.
_WORD = r"[A-Za-z]+(?:['-][A-Za-z]+)*"
#: Words that make a whole name more than first, middle and last.
_SPECIAL = (
    rf"(?i)(?:^|[ ,])(?:{_GENERATION}|{_POST_NOMINAL}|{_AFTER_COMMA}|the|{_TITLE}|{_PARTICLE}|and|"
    r"na|nil|nan|none|null|not|unk|unknown|undefined|unspecified)(?:[ ,]|$)"
)
_TWO = r"(?i)(?: *[&+/] *(?:and +)?)+| +and +"


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


def name_parts(**columns: pl.Expr) -> pl.Expr:
    """Bring the name columns of a list to clean parts.

    Args:
        columns: Any of `full_name`, `first_name_combined`, `name_prefix`, `first_name`, `middle_name`,
            `last_name`, `name_suffix`, as `blank_to_null` gives them.

    Returns:
        A struct of `name_prefix`, `first_name`, `middle_name`, `last_name` and `name_suffix`.

    Nulls: parts that are not there are null.
    """
    fields = [column.alias(name) for name, column in columns.items()]
    return in_steps(
        pl.struct(fields),
        lambda frame: _mended(_with_all(frame, columns)),
        NAME_PARTS,
        quick=lambda frame: _quick_parts(frame, columns),
    )


def _with_all(frame: pl.LazyFrame, columns: Iterable[str]) -> pl.LazyFrame:
    missing = [name for name in _PARTS if name not in columns]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)


def first_person(expr: pl.Expr) -> pl.Expr:
    """Take the first of two people in one field.

    Args:
        expr: Given names or whole names, in display form.

    Returns:
        `Bonnie` of `Bonnie and Clyde`, `Bonnie Parker` of `Bonnie & Clyde Parker`.

    Nulls: null stays null.
    """
    first, second = expr.str.extract(rf"^(.+?)(?:{_TWO})", 1), expr.str.extract(rf"^.*(?:{_TWO})(.+)$", 1)
    shared = second.str.extract(rf"(?i)^\S+(?: \S+)*?( (?:(?:{_PARTICLE}) )*\S+)$", 1).fill_null("")
    shared = pl.when(shared.str.contains(r"^[^&+/]*\p{L}[^&+/]*$")).then(shared).otherwise(pl.lit(""))
    one_word = ~first.str.replace(_TITLES, "").str.contains(r"[ ,]")
    return (
        pl.when(~(first.str.contains(r"\p{L}") & second.is_not_null()).fill_null(value=False)).then(expr)
        .when(first.str.contains(_TITLES_ALONE)).then(first + " " + second.str.replace(_TITLES, ""))
        .when(one_word).then(first + shared)
        .otherwise(first)
    )  # fmt: skip


def _quick_split(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Split two or three plain words, with or without a comma behind the first; leave the rest open."""
    value, null = pl.col("value").str.strip_chars(" "), pl.lit(None, pl.String)
    middle = rf"(?:{_WORD}|[A-Za-z]\.)"
    plain = value.str.contains(rf"^{_WORD}(?:, {_WORD}(?: {middle})?|(?: {middle})? {_WORD})$")
    plain &= ~value.str.contains(_SPECIAL)
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


def _quick_parts(frame: pl.LazyFrame, columns: Collection[str]) -> pl.LazyFrame:
    """Leave open the rows where a whole name, a title, or more than one plain word stands in a column."""
    plain = [
        ~pl.col(name).str.contains(rf"^{_WORD}$").fill_null(value=True)
        for name in ("first_name", "middle_name", "last_name")
        if name in columns
    ]
    more = ("full_name", "first_name_combined", "name_prefix")
    other = [pl.col(name).is_not_null() for name in more if name in columns]
    suffix = [name_suffix(pl.col("name_suffix")).alias("name_suffix")] if "name_suffix" in columns else []
    return frame.with_columns(*suffix, open=pl.any_horizontal(pl.lit(value=False), *plain, *other)).pipe(
        _with_all, columns
    )


def _split(frame: pl.LazyFrame) -> pl.LazyFrame:
    name = pl.col("name")
    return (
        frame.select(name=blank_to_null(pl.col("value")))
        .with_columns(name=first_person(name))
        .pipe(_without_suffix, "name", "suffix_1")
        .pipe(_without_suffix, "name", "suffix_2")
        .with_columns(
            before=name.str.extract(r"^([^,]+),.*\S", 1), behind=name.str.extract(r"^[^,]+, *(.*\S)", 1)
        )
        .pipe(_without_suffix, "before", "suffix_3")
        .with_columns(given=pl.coalesce("behind", "name").str.replace_all(",", " "))
        .with_columns(
            title=pl.col("given").str.extract(_TITLES, 1),
            given=tidy_name(pl.col("given").str.replace(_TITLES, "")),
        )
        .with_columns(
            particled=pl.col("given").str.extract(_LAST, 1), word=pl.col("given").str.extract(r"\S( \S+)$", 1)
        )
        .with_columns(tail=pl.when(pl.col("before").is_null()).then(pl.coalesce("particled", "word")))
        .with_columns(given=pl.coalesce(_cut(pl.col("given"), pl.col("tail")), "given"))
        .select(
            name_prefix=name_prefix(pl.col("title")),
            first_name=tidy_name(pl.col("given").str.extract(_FIRST, 1)),
            middle_name=tidy_name(pl.col("given").str.replace(_FIRST, "")),
            last_name=tidy_name(pl.coalesce("before", "tail")),
            name_suffix=_suffix("suffix_3", "suffix_1", "suffix_2"),
        )
    )


def _mended(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Fill the parts from the whole name, and put what stands in the wrong column into its own."""
    first, middle = pl.col("first_name"), pl.col("middle_name")
    whole = pl.col("whole").struct
    return (
        frame.with_columns(
            whole=split_full_name(pl.col("full_name")),
            first_name=first_person(pl.coalesce("first_name", "first_name_combined")),
        )
        .pipe(_without_suffix, "last_name", "suffix_1")
        .pipe(_without_suffix, "first_name", "suffix_2")
        .with_columns(
            title=first.str.extract(_TITLES, 1), first_name=tidy_name(first.str.replace(_TITLES, ""))
        )
        .with_columns(rest=pl.when(middle.is_null()).then(first.str.replace(_FIRST, "").str.strip_chars(" ")))
        .with_columns(rest=pl.when(_is_middle_name(first, pl.col("rest"))).then("rest"))
        .with_columns(
            first_name=pl.when(pl.col("rest").is_null()).then(first).otherwise(first.str.extract(_FIRST, 1))
        )
        .select(
            name_prefix=pl.coalesce(
                name_prefix(pl.coalesce("name_prefix", "title")), whole.field("name_prefix")
            ),
            first_name=pl.coalesce(first, whole.field("first_name")),
            middle_name=pl.coalesce(tidy_name(middle), "rest", whole.field("middle_name")),
            last_name=pl.coalesce(tidy_name(pl.col("last_name")), whole.field("last_name")),
            name_suffix=pl.coalesce(
                _suffix("name_suffix", "suffix_1", "suffix_2"), whole.field("name_suffix")
            ),
        )
    )


def _is_middle_name(first: pl.Expr, rest: pl.Expr) -> pl.Expr:
    """Say whether what stands behind the first word of a given name is a name of its own.

    An initial is one, and so is a second name beside a first one (`Mary Ann`); two letters on either side
    are part of one name (`Jo Ann`) or of one that was torn (`Ja yde`).
    """
    names = (first.str.extract(_FIRST, 1).str.len_chars() >= 3) & (rest.str.len_chars() >= 3)
    return names | rest.str.contains(r"^\p{L}\p{M}*$")


def _without_suffix(frame: pl.LazyFrame, name: str, suffix: str) -> pl.LazyFrame:
    """Take the last generation or post-nominal out of a name into a column of its own."""
    parts = pl.col(name).str.extract_groups(_SUFFIX).struct
    found = pl.coalesce(parts.field("1"), parts.field("2"))
    rest = pl.col(name).str.replace(_SUFFIX, "")
    # NOTE: a name of one word that reads like a suffix is a name (`Junior`, `Mr Senior`).
    taken = found.is_not_null() & rest.str.contains(r"\p{L}{2}")
    return frame.with_columns(
        pl.when(taken).then(found).alias(suffix), pl.when(taken).then(rest).otherwise(name).alias(name)
    )


def _suffix(*columns: str) -> pl.Expr:
    """Choose among several suffixes: the first generation, or else the first of all."""
    generations = [pl.when(pl.col(name).str.contains(_GENERATION_ALONE)).then(name) for name in columns]
    return name_suffix(pl.coalesce(*generations, *columns))


def _cut(text: pl.Expr, tail: pl.Expr) -> pl.Expr:
    return text.str.head(text.str.len_chars() - tail.str.len_chars())
