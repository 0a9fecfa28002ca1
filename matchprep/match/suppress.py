"""Suppression: which rows of a list are people who must not be contacted.

It errs on the safe side: a row is taken for an excluded person where any one of these holds.

    the same identifier    phone, email, an id, or a digest of one of them, in any customary form
    the same name          first and last name, with the ZIP code, the birth date or the street address
    the same person        a matching says so with a probability of 20 % or more
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import polars as pl

from matchprep.errors import InputError, ReferenceIndexError
from matchprep.fields import Field
from matchprep.match.matching import match_people
from matchprep.normalize.hashes import Algorithm, hashed, recoded
from matchprep.normalize.text import fold
from matchprep.tables import ROW_ID

#: Probability from which a row is taken for an excluded person.
SUSPECT = 0.2
#: Identifiers that suppress a row wherever they are the same.
IDENTIFIERS = (
    Field.PHONE, Field.EMAIL, Field.PHONE_HASH, Field.EMAIL_HASH, Field.VOTER_ID, Field.VOTERBASE_ID,
    Field.LAL_VOTER_ID, Field.EXACT_TRACK, Field.NPI, Field.PERSONAL_ID, Field.AAID, Field.IDFA, Field.SS_ID,
    Field.RAMP_ID,
)  # fmt: skip
#: What says, beside the same first and last name, that it may be the same person.
BESIDE_NAME = (Field.ZIP, Field.DOB, Field.ADDRESS)
_DIGESTS = {Field.PHONE: Field.PHONE_HASH, Field.EMAIL: Field.EMAIL_HASH}


def suppressed(clean: pl.LazyFrame, excluded: pl.LazyFrame, *, threads: int | None = None) -> pl.DataFrame:
    """Find the rows of a list that are, or may be, people of an exclusion list.

    Args:
        clean: CLEAN of the list.
        excluded: CLEAN of the people who must not be contacted.
        threads: Processor threads for the matching.

    Returns:
        `row_id`, `reason`: each row once, with the first reason that holds.

    Rows: suppressed ones only, in the order of the list.
    """
    found = [*_same(clean, excluded), _suspects(clean, excluded, threads)]
    return (
        pl.concat(found)
        .with_row_index("#order")
        .sort("#order")
        .unique(ROW_ID, keep="first", maintain_order=True)
        .sort(ROW_ID)
        .select(ROW_ID, "reason")
    )


def _same(clean: pl.LazyFrame, excluded: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    ours, theirs = (set(one.collect_schema().names()) for one in (clean, excluded))
    for field in IDENTIFIERS:
        if field in ours & theirs:
            yield _alike(clean, excluded, [pl.col(field)], f"the same {_named(field)}")
    for field, digest in _DIGESTS.items():
        reason = f"the same {_named(field)}, by its digest"
        given = recoded(pl.col(digest), encoding="hex")
        for made in _digests_of(field):
            if field in ours and digest in theirs:
                yield _alike(clean, excluded, [made], reason, [given])
            if digest in ours and field in theirs:
                yield _alike(clean, excluded, [given], reason, [made])
    names = {Field.FIRST_NAME, Field.LAST_NAME}
    full = [fold(pl.col(Field.FIRST_NAME)), fold(pl.col(Field.LAST_NAME))]
    for field in BESIDE_NAME:
        if {*names, field} <= ours & theirs:
            yield _alike(clean, excluded, [*full, pl.col(field)], f"the same name and {_named(field)}")


def _digests_of(field: Field) -> Iterator[pl.Expr]:
    """Hash a field in every customary way: phones as E.164, without the plus, without the country."""
    written = [pl.col(field)]
    if field == Field.PHONE:
        written += [pl.col(field).str.strip_prefix("+"), pl.col(field).str.strip_prefix("+1")]
    for form in written:
        for algorithm in get_args(Algorithm):
            yield hashed(form, algorithm)


def _alike(
    clean: pl.LazyFrame,
    excluded: pl.LazyFrame,
    key: list[pl.Expr],
    reason: str,
    other: list[pl.Expr] | None = None,
) -> pl.DataFrame:
    """Find rows whose key is one of the exclusion list; blanks are alike to nothing."""
    names = [f"#{n}" for n in range(len(key))]
    mine = clean.select(ROW_ID, *(one.alias(name) for one, name in zip(key, names, strict=True)))
    yours = excluded.select(*(one.alias(name) for one, name in zip(other or key, names, strict=True)))
    found = mine.drop_nulls().join(yours.drop_nulls().unique(), on=names, how="semi")
    return found.select(ROW_ID, pl.lit(f"on the exclusion list: {reason}").alias("reason")).collect()


def _suspects(clean: pl.LazyFrame, excluded: pl.LazyFrame, threads: int | None) -> pl.DataFrame:
    try:
        matches = match_people(clean, excluded, refit=False, threads=threads)
    except (InputError, ReferenceIndexError):  # nothing in common but, perhaps, an identifier
        return pl.DataFrame(schema={ROW_ID: pl.Int64, "reason": pl.String})
    likely = matches.presence.filter(pl.col("probability") >= SUSPECT)
    reason = pl.lit("on the exclusion list: most likely, or perhaps, the same person").alias("reason")
    return likely.select(pl.col(ROW_ID).cast(pl.Int64), reason)


def _named(field: Field) -> str:
    return {Field.DOB: "birth date", Field.ZIP: "ZIP code", Field.ADDRESS: "street address"}.get(
        field, field.replace("_", " ")
    )
