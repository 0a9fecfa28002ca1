"""Whom an audience of Matchbook's server holds: the sample voters, counted and exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from matchprep.sandbox.matching import Matched, known_people
from matchprep.sandbox.world import World

if TYPE_CHECKING:
    from matchprep.sandbox.matchbook_answers import Audience, Export

_ID = "source.voter_id"
#: Age groups of the metadata: name -> first and last age.
_AGES = {
    "age_group_18_34": (18, 34), "age_group_35_54": (35, 54), "age_group_55+": (55, 200),
    "age_group_alt_18_24": (18, 24), "age_group_alt_65+": (65, 200),
}  # fmt: skip
_VOTER = "TargetSmart voterbase ID"
#: Free of charge: header -> what we call it. Source: the vendor's page "Matchbook exports".
_FREE = {
    _VOTER: _ID, "First name": "first_name", "Middle name": "middle_name", "Last name": "last_name",
    "Name suffix": "name_suffix", "Date of birth": "dob",
}  # fmt: skip
#: Paid for: header -> what we call it, and the name under which it is bought.
_PAID = {
    "Registration address": ("address", "address"), "Registration city": ("city", "address"),
    "Registration state": ("state", "address"), "Registration ZIP code": ("zip", "address"),
    "Cell phone number": ("phone", "phone"),
}  # fmt: skip


def matched_people(matched: Matched) -> tuple[str, ...]:
    """Name the different voters that a list matched.

    Args:
        matched: What came of matching it.

    Returns:
        Their ids, sorted.
    """
    found = matched.matches.pairs.filter("is_match")["reference_id"].unique().sort()
    return tuple(found.to_list())


def lookalike_people(world: World, audience: Audience) -> tuple[str, ...]:
    """Choose people for a lookalike: the first voters that its filters let through.

    Args:
        world: The sandbox.
        audience: The lookalike.

    Returns:
        Their ids.
    """
    base = audience.base.people if audience.base else ()
    filters = {name: value for name, value in (audience.filters or {}).items() if value is not None}
    people = known_people(world).filter(~pl.col(_ID).is_in(base), *_conditions(filters, world.now()))
    chosen = people.sort(_ID).head(audience.size or 0)[_ID].to_list()
    return tuple([*base, *chosen] if audience.include_original else chosen)


def _conditions(filters: Mapping[str, Any], now: float) -> list[pl.Expr]:
    """Read the filters that the sample voters can answer; what they do not tell lets everybody through."""
    age, upper = _age(now), pl.col
    low, high = filters.get("ageStart", 0), filters.get("ageEnd", 200)
    known = age.is_between(low, high)
    found = [known.fill_null(filters.get("ageIncludeUnknown", low == 0 and high == 200))]
    if "states" in filters:
        found.append(upper("state").is_in([one.upper() for one in filters["states"]]))
    if "genders" in filters:
        found.append(_gender().is_in([one.lower() for one in filters["genders"]]))
    if "zip" in filters:
        found.append(pl.col("zip") == filters["zip"])
    if "contactInfo" in filters:
        found.append(pl.col("phone").is_not_null())
    registered = pl.col("source.registration_date")
    if "registrationDateStart" in filters:
        found.append(registered >= filters["registrationDateStart"])
    if "registrationDateEnd" in filters:
        found.append(registered <= filters["registrationDateEnd"])
    return found


def count_people(world: World, ids: Sequence[str]) -> dict[str, int]:
    """Count an audience, as its metadata does. Source: GET /audience, example response.

    Args:
        world: The sandbox.
        ids: The voters in it.

    Returns:
        Counts; the sample voters tell no race.
    """
    people = _some(world, ids)
    gender, party = _gender(), pl.col("source.party").str.to_lowercase()
    counts = {f"gender_{name}": gender == name for name in ("f", "m", "none")}
    counts |= {f"party_{name}": party == name for name in ("dem", "rep")}
    counts["party_ind"] = ~party.is_in(["dem", "rep"]).fill_null(value=False)
    counts |= {name: _age(world.now()).is_between(*ages) for name, ages in _AGES.items()}
    counted = people.select(**{name: is_in.sum() for name, is_in in counts.items()}).row(0, named=True)
    races = {f"race_{name}": 0 for name in ("aapi", "black", "latino", "native_american", "white")}
    whole = {"size": people.height, "num_phones": count_phones(world, ids)}
    return {**whole, **counted, **races, "race_none": people.height}


def count_phones(world: World, ids: Sequence[str]) -> int:
    """Count the voters with a phone.

    Args:
        world: The sandbox.
        ids: The voters.

    Returns:
        How many have one.
    """
    return _some(world, ids)["phone"].count()


def column_results(matched: Matched, selections: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Say how far each selected column agrees in the matches, and how often it is empty.

    Args:
        matched: What came of matching.
        selections: The columns that were selected.

    Returns:
        Shares from 0 to 1, although the first one's name says percent.

    Source: GET /audience, columnMatchResults.
    """
    pairs = matched.matches.pairs.filter("is_match")
    rows = matched.agreeing.join(pairs, on="row_id", how="semi")
    return [
        {
            "column": name,
            "percentOfMatches": (rows[name] == "agrees").mean(),
            "percentMissing": (rows[name] == "missing").mean(),
        }
        for name in selections
        if name in rows.columns and rows.height
    ]


def columns_of(world: World, export: Export) -> str:
    """Write an export as CSV, under the headers of the vendor's page on exports.

    Args:
        world: The sandbox.
        export: The export.

    Returns:
        One line a row that matched: the free fields, those that were paid for, and which row of the list it
        is, by the list's own id, else its number. That last column is invented, for the page names none;
        for customers whose id begins with `without-ids` it is left out, and each voter comes once.
    """
    audience = export.audience
    columns = _FREE | {name: field for name, (field, paid) in _PAID.items() if paid in export.fields}
    people = _some(world, audience.people).select(**{name: pl.col(field) for name, field in columns.items()})
    if audience.matched is None or audience.file is None or audience.customer.startswith("without-ids"):
        return people.write_csv()
    rows = _rows(audience).rename({"reference_id": _VOTER})
    return (
        people.join(rows, on=_VOTER, how="right", maintain_order="right").select(*columns, "id").write_csv()
    )


def _rows(audience: Audience) -> pl.DataFrame:
    """Name the row of the list that each voter was matched from."""
    if audience.matched is None or audience.file is None:
        raise AssertionError
    pairs = audience.matched.matches.pairs.filter("is_match").select("row_id", "reference_id")
    if "id" not in audience.selections:
        return pairs.select(pl.col("row_id").alias("id"), "reference_id")
    header = audience.selections["id"]["column_name"]
    # Rows are numbered from 1, the header left aside.
    source = pl.read_csv(
        audience.file, infer_schema=False, row_index_name="row_id", row_index_offset=1, columns=[header]
    )
    joined = pairs.join(source.with_columns(pl.col("row_id").cast(pl.Int64)), on="row_id")
    return joined.select(pl.col(header).alias("id"), "reference_id")


def _some(world: World, ids: Sequence[str]) -> pl.DataFrame:
    return known_people(world).filter(pl.col(_ID).is_in(list(ids)))


def _gender() -> pl.Expr:
    gender = pl.col("gender").str.to_lowercase()
    return pl.when(gender.is_in(["f", "m"])).then(gender).otherwise(pl.lit("none"))


def _age(now: float) -> pl.Expr:
    year = dt.datetime.fromtimestamp(now, dt.UTC).year
    return year - pl.col("birth_year").cast(pl.Int32)
