"""How many other people share what a row tells, from public figures: is it enough to say who is meant?

names            the shares of first name and surname in the population, as if independent
place            people of the ZIP code (taken for the usual 25,000), else of the state, else of the country
birth            one day of some 27,400 in 75 years, else one year of 75
phone, email     hardly shared; a household's phone is
address          with a first name hardly shared; with a surname only, by the family
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import polars as pl

from matchprep.fields import Field
from matchprep.normalize.text import fold
from matchprep.tables import ROW_ID

#: People in the United States. Source: U.S. Census Bureau, 2020 census.
COUNTRY = 331_449_000
#: People in a ZIP code, as most people live in one; an assumption.
IN_A_ZIP = 25_000
#: People in a million who have a name that no table lists.
RARE = 10.0
#: Years and days over which births spread.
YEARS = 75
DAYS = YEARS * 365.25
#: Other people who share a phone, an email, an address and first name, an address and surname; assumptions.
BY_PHONE, BY_EMAIL, BY_NAME_AT_ADDRESS, BY_FAMILY = 0.3, 0.02, 0.02, 1.2
#: What tells nothing.
EVERYBODY = float(COUNTRY)

_DATA = Path(__file__).parent / "data"


@cache
def name_shares() -> pl.DataFrame:
    """Read how many of a million people have a name: `kind`, `name`, `per_million`."""
    return pl.read_csv(_DATA / "census_names.csv")


@cache
def state_shares() -> pl.DataFrame:
    """Read how many people live in a state: `state`, `people`."""
    table = pl.read_csv(_DATA / "state_populations.csv")
    return table.select("state", (pl.col("thousands") * 1000.0).alias("people"))


def sharing(clean: pl.LazyFrame, fields: Collection[str] | None = None) -> pl.DataFrame:
    """Say how many other people share what each row tells, by the best that it tells.

    Args:
        clean: CLEAN.
        fields: The fields that are used; by default all.

    Returns:
        `row_id`, `others`: expected number of other people in the United States.

    Rows: kept, in order.
    """
    columns = set(clean.collect_schema().names())
    used = columns if fields is None else columns & _columns_of(fields)
    table = clean.select(ROW_ID, *(pl.col(name) if name in used else _absent(name) for name in _ASKED))
    for kind in (Field.FIRST_NAME, Field.LAST_NAME):
        table = _with_share(table, kind)
    table = table.join(state_shares().lazy(), on="state", how="left", maintain_order="left")
    return table.select(ROW_ID, _others().alias("others")).collect()


_ASKED = (
    Field.FIRST_NAME, Field.LAST_NAME, Field.STATE, Field.ZIP, Field.ADDRESS, Field.PHONE, Field.PHONE_HASH,
    Field.EMAIL, Field.EMAIL_HASH, Field.DOB, Field.BIRTH_YEAR, Field.VOTER_ID,
)  # fmt: skip


def _columns_of(fields: Collection[str]) -> set[str]:
    """Name the columns that hold fields: a birth date tells the year, a value stands for its digest."""
    used = {str(one) for one in fields}
    used |= {f"{one}_hash" for one in used & {Field.PHONE, Field.EMAIL}}
    used |= {Field.BIRTH_YEAR} if Field.DOB in used else set()
    used |= {Field.FIRST_NAME, Field.LAST_NAME} if Field.FULL_NAME in used else set()
    whole = {Field.ADDRESS, Field.STATE, Field.ZIP}
    return used | (whole if Field.FULL_ADDRESS in used else set())


def _absent(name: str) -> pl.Expr:
    return pl.lit(None, dtype=pl.Date if name == Field.DOB else pl.String).alias(name)


def _with_share(table: pl.LazyFrame, kind: Field) -> pl.LazyFrame:
    known = name_shares().lazy().filter(pl.col("kind") == kind)
    known = known.select(pl.col("name").alias("#name"), (pl.col("per_million") / 1e6).alias(f"#{kind}"))
    named = table.with_columns(fold(pl.col(kind)).alias("#name"))
    return named.join(known, on="#name", how="left", maintain_order="left").drop("#name")


def _others() -> pl.Expr:
    people = pl.when(pl.col(Field.ZIP).is_not_null()).then(IN_A_ZIP).otherwise(pl.col("people"))
    people = people.fill_null(COUNTRY)
    first, last = (
        pl.when(pl.col(kind).is_null()).then(1.0).otherwise(pl.col(f"#{kind}").fill_null(RARE / 1e6))
        for kind in (Field.FIRST_NAME, Field.LAST_NAME)
    )
    birth = (
        pl.when(pl.col(Field.DOB).is_not_null())
        .then(1 / DAYS)
        .when(pl.col(Field.BIRTH_YEAR).is_not_null())
        .then(1 / YEARS)
        .otherwise(1.0)
    )
    named, family = pl.col(Field.FIRST_NAME).is_not_null(), pl.col(Field.LAST_NAME).is_not_null()
    housed = pl.col(Field.ADDRESS).is_not_null() & pl.any_horizontal(
        pl.col(Field.ZIP, Field.STATE).is_not_null()
    )
    ways = (
        (pl.any_horizontal(pl.col(Field.PHONE, Field.PHONE_HASH).is_not_null()), BY_PHONE),
        (pl.any_horizontal(pl.col(Field.EMAIL, Field.EMAIL_HASH, Field.VOTER_ID).is_not_null()), BY_EMAIL),
        (housed & named, BY_NAME_AT_ADDRESS),
        (housed & family, BY_FAMILY),
    )
    certain = [pl.when(given).then(pl.lit(others)) for given, others in ways]
    return pl.min_horizontal(people * first * last * birth, *certain)
