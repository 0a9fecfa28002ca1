"""What DigitalAudience counts of an onboarded file: values by kind, those that are known among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.hashes import hashed
from matchprep.read import read_people
from matchprep.sandbox.matching import known_people
from matchprep.sandbox.world import World

#: Header -> kind, and whether its values are digests already. Headers: the portal's and those of updates.
_KINDS = {
    "email_sha256": ("EMAIL", True),
    "Email": ("EMAIL", False),
    "phone_sha256": ("PHONE", True),
    "Phone": ("PHONE", False),
    "personal_id_sha256": ("SECURITYNUMBER", True),
    "aaid": ("AAID", True),
    "postal code": ("POSTALADDRESS", True),
}
#: Kind -> what is known of people.
_KNOWN = {"EMAIL": Field.EMAIL, "PHONE": Field.PHONE}


@dataclass(frozen=True)
class Counted:
    """What a file held.

    Args:
        rows: Its rows.
        values: `TOTAL`, `UNIQUE`, `MATCH`, `UMATCH`, `NOMATCH` by kind.
        rates: Share of the different values that are known, 0 to 1, by kind.
    """

    rows: int
    values: Mapping[str, Mapping[str, int]]
    rates: Mapping[str, float]


def count_values(world: World, file: Path) -> Counted:
    """Count the values of a file.

    Args:
        world: The sandbox.
        file: The file, as it came.

    Returns:
        The counts.

    Raises:
        InputError: The file cannot be read.
    """
    table = read_people(file).frame.collect()
    values = {
        kind: _counts(_digests(table[header], digested=digested), _known(world, kind))
        for header, (kind, digested) in _KINDS.items()
        if header in table.columns
    }
    rates = {kind: round(one["MATCH"] / one["UNIQUE"], 4) for kind, one in values.items() if one["UNIQUE"]}
    return Counted(table.height, values, rates)


def _digests(column: pl.Series, *, digested: bool) -> pl.Series:
    frame, value = column.alias("value").to_frame(), pl.col("value")
    digest = value.str.to_uppercase() if digested else _hashed(value.str.strip_prefix("+"))
    return frame.select(digest).to_series().drop_nulls()


def _known(world: World, kind: str) -> pl.Series:
    people = known_people(world)
    if kind not in _KNOWN or _KNOWN[kind] not in people.columns:
        return pl.Series("value", [], dtype=pl.String)
    return people.select(_hashed(pl.col(_KNOWN[kind]).str.strip_prefix("+")).alias("value")).to_series()


def _hashed(value: pl.Expr) -> pl.Expr:
    return hashed(value.str.to_lowercase(), "sha256", encoding="hex_upper")


def _counts(digests: pl.Series, known: pl.Series) -> dict[str, int]:
    unique = digests.unique()
    match = int(unique.is_in(known.drop_nulls().unique().implode()).sum())
    return {
        "TOTAL": len(digests),
        "UNIQUE": len(unique),
        "MATCH": match,
        "UMATCH": match,
        "NOMATCH": len(unique) - match,
    }
