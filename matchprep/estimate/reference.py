"""What a forecast must know of a reference beside who was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from matchprep.fields import Field
from matchprep.match import ReferenceIndex
from matchprep.match.coded import VOCABULARY
from matchprep.match.features import own_id

#: Feature of an index -> the field of CLEAN that it was made of.
_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "given": (Field.FIRST_NAME,),
    "surname": (Field.LAST_NAME,),
    "street": (Field.ADDRESS, Field.STREET),
    "house": (Field.HOUSE_NUMBER,),
    "unit": (Field.UNIT,),
    "zip": (Field.ZIP,),
    "city": (Field.CITY,),
    "state": (Field.STATE,),
    "phone": (Field.PHONE,),
    "email": (Field.EMAIL,),
    "year": (Field.DOB, Field.BIRTH_YEAR, Field.AGE),
    "gender": (Field.GENDER,),
    "middle": (Field.MIDDLE_NAME,),
    "suffix": (Field.NAME_SUFFIX,),
    "identifier": (Field.VOTER_ID,),
}
#: What a provider may tell of those it matched: our name -> the field of CLEAN.
ATTRIBUTES: Mapping[str, Field] = {
    "gender": Field.GENDER,
    "birth_year": Field.BIRTH_YEAR,
    "phone": Field.PHONE,
    "ethnicity": Field.ETHNICITY,
}
_OF_INDEX: Mapping[str, str] = {"gender": "gender", "birth_year": "year", "phone": "phone"}

Reference = pl.LazyFrame | pl.DataFrame | ReferenceIndex


@dataclass(frozen=True)
class ReferenceFacts:
    """Counts of a reference. No value of a person is in it."""

    rows: int
    fields: frozenset[Field]
    #: State -> people.
    states: Mapping[str, int]


def facts_of(reference: Reference) -> ReferenceFacts:
    """Count what a reference holds.

    Args:
        reference: CLEAN of it, or an index.

    Returns:
        Its rows, the fields that it has at all, and its people by state.
    """
    if isinstance(reference, ReferenceIndex):
        filled = reference.facts.filled
        fields = frozenset(field for name, ones in _FIELDS.items() if filled.get(name) for field in ones)
        return ReferenceFacts(reference.facts.rows, fields, _states_of_index(reference))
    frame = reference.lazy()
    there = set(frame.collect_schema().names())
    names = [field for field in Field if field in there]
    counts = frame.select(pl.len().alias("#rows"), pl.col(names).count()).collect(engine="streaming").row(0)
    filled_fields = frozenset(field for field, count in zip(names, counts[1:], strict=True) if count)
    states: dict[str, int] = {}
    if Field.STATE in there:
        counted = frame.group_by(Field.STATE).len().collect(engine="streaming").drop_nulls().sort(Field.STATE)
        states = dict(counted.rows())
    return ReferenceFacts(int(counts[0]), filled_fields, states)


def _states_of_index(index: ReferenceIndex) -> dict[str, int]:
    if not index.facts.filled.get("state"):
        return {}
    people = index.people
    counts = np.bincount(people.codes["state"] + 1)[1:]
    texts = people.vocabularies[VOCABULARY["state"]].texts
    return {str(texts[place]): int(counts[place]) for place in np.flatnonzero(counts)}


def attributes_of(reference: Reference, ids: pl.Series) -> pl.DataFrame:
    """Look up what a provider may tell of those it matched.

    Args:
        reference: CLEAN of it, or an index.
        ids: `reference_id` of the matched people.

    Returns:
        `reference_id`, and those of `gender`, `birth_year`, `has_phone`, `ethnicity` that it has.

    Rows: one a person of `ids`, in the order of the reference.
    """
    wanted = ids.drop_nulls().unique().alias("reference_id").to_frame()
    if isinstance(reference, ReferenceIndex):
        people = reference.people
        every = reference.ids(np.arange(people.rows, dtype=np.uint32)).alias("reference_id").to_frame()
        rows = every.with_row_index("#row").join(wanted, on="reference_id", how="semi", maintain_order="left")
        return _coded(reference, rows)
    frame = reference.lazy()
    names = frame.collect_schema().names()
    there = [pl.col(field).alias(name) for name, field in ATTRIBUTES.items() if field in names]
    known = frame.select(own_id(names).alias("reference_id"), *there)
    found = known.join(wanted.lazy(), on="reference_id", how="semi", maintain_order="left").collect()
    return _with_phones(found)


def _coded(index: ReferenceIndex, rows: pl.DataFrame) -> pl.DataFrame:
    people, places = index.people, rows["#row"].to_numpy()
    columns = [rows["reference_id"]]
    for name, feature in _OF_INDEX.items():
        if not index.facts.filled.get(feature):
            continue
        codes = pl.Series(name, people.codes[feature][places])
        if feature == "gender":
            texts = pl.Series(people.vocabularies[VOCABULARY[feature]].texts)
            codes = texts.gather(codes.replace(-1, None).cast(pl.UInt32)).alias(name)
        columns.append(codes if codes.dtype == pl.String else codes.replace(-1, None))
    return _with_phones(pl.DataFrame(columns))


def _with_phones(found: pl.DataFrame) -> pl.DataFrame:
    if "phone" not in found.columns:
        return found
    return found.with_columns(pl.col("phone").is_not_null().alias("has_phone")).drop("phone")
