"""CLEAN -> FEATURES: what one person's row is compared and found by, computed once.

Values are in match form: names folded to A-Z, a given name also by the name it is short for, names also by
sound, birth dates by parts, the street without directionals and suffix. Costly forms are computed once for
each distinct value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import polars as pl

from matchprep.fields import Field
from matchprep.normalize import fold, nickname, phonetic
from matchprep.normalize.hashes import recoded
from matchprep.tables import ROW_ID

#: The type of every feature; a feature that the source cannot fill is null throughout.
FEATURES: Mapping[str, type[pl.DataType]] = {
    "given": pl.String,
    "given_canon": pl.String,
    "given_sound": pl.String,
    "initial": pl.String,
    "middle": pl.String,
    "middle_initial": pl.String,
    "surname": pl.String,
    "surname_canon": pl.String,
    "surname_sound": pl.String,
    "suffix": pl.String,
    "gender": pl.String,
    "woman": pl.Int8,
    "year": pl.Int16,
    "month": pl.Int8,
    "day": pl.Int8,
    "house": pl.String,
    "street": pl.String,
    "unit": pl.String,
    "zip": pl.String,
    "zip_area": pl.String,
    "city": pl.String,
    "state": pl.String,
    "phone": pl.String,
    "email": pl.String,
    "identifier": pl.String,
}

#: Generations: the suffixes that tell two people of one name apart.
GENERATIONS = ("JR", "SR", "I", "II", "III", "IV", "V")

_DIRECTIONALS = r"^(?:N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) "
_STREET_SUFFIXES = (
    r" (?:ALY|AVE?|AVENUE|BLVD|BOULEVARD|BND|CIR|CIRCLE|CT|COURT|CV|CRES|CRESCENT|DR|DRIVE|EXPY|HWY|HIGHWAY"
    r"|LN|LANE|LOOP|PARK|PATH|PIKE|PKWY|PARKWAY|PL|PLACE|PLZ|RD|ROAD|ROW|RUN|SQ|SQUARE|ST|STREET|TER|TERRACE"
    r"|TPKE|TRL|TRAIL|WALK|WAY|XING)(?: (?:N|S|E|W|NE|NW|SE|SW))?$"
)
_CLEAN_TYPES: Mapping[str, type[pl.DataType]] = {
    Field.BIRTH_YEAR: pl.Int16,
    Field.BIRTH_MONTH: pl.Int8,
    Field.BIRTH_DAY: pl.Int8,
}


def features(clean: pl.LazyFrame, *, row: str) -> pl.LazyFrame:
    """Compute what each row is compared by.

    Args:
        clean: CLEAN, of the list or of the reference.
        row: Name of a column that numbers the rows from 0, in the order of CLEAN.

    Returns:
        FEATURES: the number, `row_id`, `reference_id` (the source's own id, else the voter id, else the row
        number), then a column each of `FEATURES`.

    Rows: kept; their order is lost.
    Nulls: where CLEAN has null or lacks the column.
    """
    present = clean.collect_schema().names()
    table = clean.with_row_index(row).select(
        row, ROW_ID, own_id(present).alias("reference_id"), *raw_values(present).values()
    )
    for column, forms in _FORMS.items():
        table = _by_distinct_value(table, column, forms)
    cheap = {name: FORMS[how](pl.col(of)) for name, (of, how) in DERIVED.items() if of not in MATCH_FORM}
    return table.with_columns(**cheap).select(
        row, ROW_ID, "reference_id", *(pl.col(name).cast(kind) for name, kind in FEATURES.items())
    )


def own_id(present: Collection[str]) -> pl.Expr:
    """Name a row as its source does.

    Args:
        present: The columns of CLEAN.

    Returns:
        The source's own id; where it has none the voter id, and else the row number.
    """
    known = [pl.col(name) for name in (Field.ID, Field.VOTER_ID) if name in present]
    return pl.coalesce(*known, pl.col(ROW_ID).cast(pl.String))


def street_core(street: pl.Expr) -> pl.Expr:
    """Strip a street of what forms leave out: leading directional, street suffix, spaces.

    Args:
        street: A street in USPS form, `N MAIN ST`.

    Returns:
        `MAIN`; a street that is nothing but such words stays whole.

    Nulls: null stays null.

    Example:
        >>> pl.select(street_core(pl.lit("N MAIN ST"))).item()
        'MAIN'
    """
    core = street.str.replace(_DIRECTIONALS, "").str.replace(_STREET_SUFFIXES, "")
    return core.str.replace_all(r"[^A-Z0-9]", "")


#: Forms that a value takes beside itself: name -> the value to the form.
FORMS: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "canon": nickname,
    "sound": phonetic,
    "initial": lambda name: name.str.slice(0, 1),
    "area": lambda code: pl.when(code.str.len_chars() > 2).then(code.str.head(-2)),
}

#: Feature -> the feature that it is a form of, and the form.
DERIVED: Mapping[str, tuple[str, str]] = {
    "given_canon": ("given", "canon"),
    "given_sound": ("given", "sound"),
    "initial": ("given", "initial"),
    "middle_initial": ("middle", "initial"),
    "surname_canon": ("surname", "canon"),
    "surname_sound": ("surname", "sound"),
    "zip_area": ("zip", "area"),
}

#: Feature -> how it is made of the source's own value; other features are as the source has them.
MATCH_FORM: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "given": fold,
    "surname": fold,
    "middle": fold,
    "street": street_core,
    "city": fold,
}


def _forms(name: str) -> dict[str, pl.Expr]:
    own = {name: MATCH_FORM[name](pl.col(f"raw_{name}"))}
    return own | {form: FORMS[how](pl.col(name)) for form, (of, how) in DERIVED.items() if of == name}


#: Column -> the forms it takes, one after the other, each from what is there before.
_FORMS: Mapping[str, Mapping[str, pl.Expr]] = {f"raw_{name}": _forms(name) for name in MATCH_FORM}


def _by_distinct_value(table: pl.LazyFrame, column: str, forms: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    """Compute forms of a column once for each distinct value, and join them back; rows lose their order."""
    values = table.select(column).unique()
    for name, form in forms.items():
        values = values.with_columns(form.alias(name))
    return table.join(values.collect().lazy(), on=column, how="left")


def raw_values(present: Collection[str]) -> dict[str, pl.Expr]:
    """Give the features that CLEAN holds almost as they are, and the raw values of the others.

    Args:
        present: The columns of CLEAN.

    Returns:
        Expressions over CLEAN by name; `raw_<feature>` where the feature is a form of it.
    """

    def column(name: str) -> pl.Expr:
        return pl.col(name) if name in present else pl.lit(None, dtype=_CLEAN_TYPES.get(name, pl.String))

    boxed = column(Field.STREET).is_null() & column(Field.PO_BOX).is_not_null()
    suffix = column(Field.NAME_SUFFIX)
    gender = column(Field.GENDER)
    values = {
        "raw_given": column(Field.FIRST_NAME),
        "raw_middle": column(Field.MIDDLE_NAME),
        "raw_surname": column(Field.LAST_NAME),
        "suffix": pl.when(suffix.is_in(GENERATIONS)).then(suffix),
        "gender": pl.when(gender.is_in(("F", "M"))).then(gender),
        "woman": pl.when(gender.is_in(("F", "M"))).then((gender == "F").cast(pl.Int8)),
        "year": column(Field.BIRTH_YEAR),
        "month": column(Field.BIRTH_MONTH),
        "day": column(Field.BIRTH_DAY),
        "house": pl.when(boxed).then(column(Field.PO_BOX)).otherwise(column(Field.HOUSE_NUMBER)),
        "raw_street": pl.when(boxed).then(pl.lit("PO BOX")).otherwise(column(Field.STREET)),
        "unit": column(Field.UNIT).str.extract(r"([A-Z0-9]+)$"),
        "zip": _first_of(present, "postal_code", Field.ZIP),
        "raw_city": column(Field.CITY),
        "state": _first_of(present, Field.STATE, "region"),
        "phone": _or_digest(present, column(Field.PHONE).str.slice(-10), Field.PHONE_HASH),
        "email": _or_digest(present, column(Field.EMAIL), Field.EMAIL_HASH),
        "identifier": column(Field.VOTER_ID),
    }
    return {name: value.alias(name) for name, value in values.items()}


def _or_digest(present: Collection[str], value: pl.Expr, digest: Field) -> pl.Expr:
    """Take the digest of a value for the value where there is nothing else: equal ones are equal."""
    if digest not in present:
        return value
    return pl.coalesce(value, recoded(pl.col(digest), encoding="hex"))


def _first_of(present: Collection[str], *names: str) -> pl.Expr:
    known = [pl.col(name) for name in names if name in present]
    return pl.coalesce(*known) if known else pl.lit(None, dtype=pl.String)
