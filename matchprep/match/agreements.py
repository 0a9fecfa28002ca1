"""Agreements: which fields of a list row and its candidates are the same, for what a provider makes of it.

Levels say how much two values speak for one person; a provider asks whether they are equal. So beside the
levels each pair has its *agreement*: one bit a field, set where both sides have the value and it is the
same in match form; names also where they are short for one name or sound alike. Pairs of one row that
agree on the same fields are counted together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.fields import Field
from matchprep.match.blocks import Rows
from matchprep.match.coded import Flags
from matchprep.match.compared import Pairs, Side
from matchprep.match.evidence import Floats
from matchprep.tables import CLEAN, ROW_ID

Masks = npt.NDArray[np.uint64]

#: Features of which one will do for a name to agree: providers know nicknames and other spellings.
_ALIKE: Mapping[str, tuple[str, ...]] = {
    "given": ("given_canon", "given_sound"),
    "surname": ("surname_canon", "surname_sound"),
}
#: Field -> the features that must all be the same for it to agree.
MADE_OF: Mapping[Field, tuple[str, ...]] = {
    Field.FIRST_NAME: ("given",),
    Field.MIDDLE_NAME: ("middle",),
    Field.LAST_NAME: ("surname",),
    Field.FULL_NAME: ("given", "surname"),
    Field.NAME_SUFFIX: ("suffix",),
    Field.GENDER: ("gender",),
    Field.DOB: ("year", "month", "day"),
    Field.BIRTH_YEAR: ("year",),
    Field.ADDRESS: ("house", "street"),
    Field.HOUSE_NUMBER: ("house",),
    Field.STREET: ("street",),
    Field.CITY: ("city",),
    Field.STATE: ("state",),
    Field.ZIP: ("zip",),
    Field.FULL_ADDRESS: ("house", "street", "zip", "state"),
    Field.PHONE: ("phone",),
    Field.EMAIL: ("email",),
    Field.VOTER_ID: ("identifier",),
}
#: Fields that a list may have and a reference is never asked for: nobody can tell whether they agree.
UNTOLD: tuple[Field, ...] = tuple(
    one
    for one in Field
    if one in CLEAN and one not in MADE_OF and one not in {Field.ID, Field.PHONE_HASH, Field.EMAIL_HASH}
)
#: The bit of each field.
BITS: Mapping[Field, np.uint64] = {
    one: np.uint64(1) << np.uint64(place) for place, one in enumerate((*MADE_OF, *UNTOLD))
}


@dataclass(frozen=True)
class Agreements:
    """The candidates of each list row, by the fields on which they agree."""

    #: `row_id` of every list row.
    rows: pl.Series = field(repr=False)
    #: Of every list row: the fields that it has.
    has: Masks = field(repr=False)
    #: Of each group of candidates: the list row, the fields that agree, and the probability that one
    #: of them is the same person.
    row: Rows = field(repr=False)
    agree: Masks = field(repr=False)
    probability: Floats = field(repr=False)
    #: Fields that some reference person has; whether others agree cannot be told.
    judged: frozenset[Field]


def agreements(
    clean: pl.LazyFrame, listed: Side, known: Side, pairs: Pairs, probability: Floats
) -> Agreements:
    """See on which fields pairs agree.

    Args:
        clean: CLEAN of the list.
        listed: The list.
        known: The reference.
        pairs: The candidates, list against reference.
        probability: Of each pair: that it is the same person.

    Returns:
        The pairs, those of one row that agree on the same fields as one.
    """
    judged = frozenset(
        one for one, features in MADE_OF.items() if all(known.people.filled[name] for name in features)
    )
    agree = np.zeros(len(probability), dtype=np.uint64)
    for one in sorted(judged):
        same = np.ones(len(probability), dtype=bool)
        for name in MADE_OF[one]:
            same &= np.logical_or.reduce([_same(pairs, form) for form in _ALIKE.get(name, (name,))])
        agree |= np.where(same, BITS[one], np.uint64(0))
    table = (
        pl.DataFrame({"row": pairs.left_rows, "agree": agree, "probability": probability})
        .group_by("row", "agree")
        .agg(pl.col("probability").sum())
        .sort("row", "agree")
    )
    return Agreements(
        clean.select(ROW_ID).collect()[ROW_ID],
        _has(clean, listed),
        table["row"].to_numpy(),
        table["agree"].to_numpy(),
        table["probability"].to_numpy(),
        judged,
    )


def _same(pairs: Pairs, feature: str) -> Flags:
    left = pairs.codes(f"l_{feature}")
    same: Flags = (left >= 0) & (left == pairs.codes(f"r_{feature}"))
    return same


def _has(clean: pl.LazyFrame, listed: Side) -> Masks:
    """Say which fields each row has."""
    people = listed.people
    has = np.zeros(people.rows, dtype=np.uint64)
    for one, features in MADE_OF.items():
        there = np.ones(people.rows, dtype=bool)
        for name in features:
            there &= people.feature(name) >= 0
        has |= np.where(there, BITS[one], np.uint64(0))
    columns = [one for one in UNTOLD if one in clean.collect_schema()]
    if columns:
        others = clean.select(pl.col(one).is_not_null() for one in columns).collect()
        for one in columns:
            has |= np.where(others[one].to_numpy(), BITS[one], np.uint64(0))
    return has
