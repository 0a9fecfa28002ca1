"""Digests: a list that came hashed finds the values of the reference that have the same digests.

A digest cannot be read, but it can be compared: the reference's own values are hashed by the algorithms that
the list shows, in every input form that providers document, and where one has the digest of a row it takes
its place. From there on the row is blocked, compared and counted as if it had come in clear text; a digest
that nobody has stays, and differs from every value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import polars as pl
import pyarrow as pa

from matchprep.fields import Field
from matchprep.match.coded import People
from matchprep.normalize import hash_algorithm
from matchprep.normalize.hashes import EMAIL_FORMS, PHONE_FORMS, Algorithm, Form, hashed, recoded

#: Digest -> the field that was hashed, how the reference writes it in full, and its input forms.
_HASHED: Mapping[Field, tuple[Field, str, Mapping[str, Form]]] = {
    Field.EMAIL_HASH: (Field.EMAIL, "", EMAIL_FORMS),
    Field.PHONE_HASH: (Field.PHONE, "+1", PHONE_FORMS),
}


def is_hashed(clean: pl.LazyFrame) -> bool:
    """Say whether a list came with digests.

    Args:
        clean: CLEAN of a list.
    """
    return not set(_HASHED).isdisjoint(clean.collect_schema())


def opened(clean: pl.LazyFrame, known: People) -> pl.LazyFrame:
    """Put values of the reference in the place of their digests.

    Args:
        clean: CLEAN of a list.
        known: The reference by numbers.

    Returns:
        The list, with `email` and `phone` also where only the digest was given and somebody in the
        reference has it.

    Rows: kept, in order.
    Columns: adds `email` and `phone` where the list has their digests alone.
    """
    schema = clean.collect_schema()
    for digest, (field, before, forms) in _HASHED.items():
        if digest not in schema:
            continue
        found = _found(clean, digest, known.vocabularies[field].texts, before, forms)
        value = (
            recoded(pl.col(digest), encoding="hex")
            .replace_strict(found["digest"], found["value"], default=None, return_dtype=pl.String)
            .alias(field)
        )
        if field in schema:
            value = pl.coalesce(pl.col(field), value)
        clean = clean.with_columns(value)
    return clean


def _found(
    clean: pl.LazyFrame,
    digest: Field,
    texts: pa.Array | pa.ChunkedArray,
    before: str,
    forms: Mapping[str, Form],
) -> pl.DataFrame:
    """Find the values whose digests a list has: `digest`, `value`, each digest once."""
    wanted = (
        clean.select(
            recoded(pl.col(digest), encoding="hex").alias("digest"),
            hash_algorithm(pl.col(digest)).alias("algorithm"),
        )
        .drop_nulls()
        .unique()
        .collect()
    )
    values = pl.DataFrame({"value": pl.Series(texts, dtype=pl.String)}).lazy()
    values = values.select((pl.lit(before) + pl.col("value")).alias("value"))
    found = [pl.DataFrame(schema={"digest": pl.String, "value": pl.String})]
    for algorithm in wanted["algorithm"].unique().sort():
        asked = wanted.filter(pl.col("algorithm") == algorithm).select("digest").lazy()
        for form in forms.values():
            written = hashed(form(pl.col("value")), cast("Algorithm", algorithm)).alias("digest")
            some = values.select(written, "value").join(asked, on="digest", how="semi")
            found.append(some.collect())
    return pl.concat(found).sort("digest", "value").unique("digest", keep="first", maintain_order=True)
