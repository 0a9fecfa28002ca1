"""Fixtures: small tables of invented people, in CLEAN form."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from matchprep.fields import Field
from matchprep.tables import CLEAN

FIRST = (
    "Mary", "John", "Linda", "James", "Susan", "Robert", "Karen", "David", "Nancy", "Paul", "Betty",
    "Mark", "Helen", "George", "Sandra", "Kevin", "Donna", "Brian", "Ruth", "Edward", "Sharon", "Ronald",
    "Carol", "Anthony",
)  # fmt: skip
LAST = (
    "Abbott", "Barlow", "Castell", "Dunmore", "Eastly", "Farnham", "Gatley", "Hollis", "Ingleby",
    "Jessop", "Kirkham", "Lambton", "Morland", "Norbury", "Oakham", "Penrose", "Quenby", "Radford",
    "Selwyn", "Thorpe", "Upton", "Varley", "Whitby", "Yardley",
)  # fmt: skip


def reference(count: int = 480) -> pl.DataFrame:
    """Invent a reference: couples of one surname and address, each name several times."""
    numbers = range(count)
    return pl.DataFrame(
        {
            "row_id": [n + 1 for n in numbers],
            "id": [f"V{n:05d}" for n in numbers],
            "first_name": [FIRST[(n * 7 + n // 24) % len(FIRST)] for n in numbers],
            "middle_name": [FIRST[(n * 5 + 3) % len(FIRST)] for n in numbers],
            "last_name": [LAST[n // 2 % len(LAST)] for n in numbers],
            "dob": [date(1940 + n * 13 % 60, 1 + n * 7 % 12, 1 + n * 11 % 28) for n in numbers],
            "house_number": [str(100 + n // 2) for n in numbers],
            "street": [f"{LAST[n // 2 * 5 % len(LAST)].upper()} ST" for n in numbers],
            "city": ["SPRINGFIELD" if n % 4 < 2 else "FAIRVIEW" for n in numbers],
            "state": ["IL"] * count,
            "postal_code": [f"627{n // 2 % 20:02d}" for n in numbers],
            "phone": [f"+1217555{100 + n % 100:04d}" for n in numbers],
        }
    ).pipe(typed)


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a table the types of CLEAN, and birth dates their parts."""
    if Field.DOB in frame.columns:
        born = pl.col(Field.DOB).cast(pl.Date)
        frame = frame.with_columns(
            birth_year=born.dt.year(), birth_month=born.dt.month(), birth_day=born.dt.day()
        )
    types = {name: kind for name, kind in CLEAN.items() if name in frame.columns}
    return frame.with_columns(pl.col("row_id").cast(pl.Int64), *(pl.col(n).cast(k) for n, k in types.items()))


def listed(voters: pl.DataFrame, count: int = 120) -> pl.DataFrame:
    """Invent a list: two in three are voters as they are, the others are nobody in the reference."""
    inside = voters.gather_every(3).head(count * 2 // 3)
    outside = (
        voters.gather_every(5)
        .head(count - inside.height)
        .with_columns(
            pl.lit("Zenobia").alias("first_name"),
            pl.col("last_name").str.reverse(),
            pl.col("house_number") + "9",
            pl.lit("+12175550199").alias("phone"),
            pl.col("dob").dt.offset_by("37d"),
            pl.lit(None, dtype=pl.String).alias("middle_name"),
        )
    )
    both = pl.concat([inside, outside]).with_columns(pl.int_range(1, pl.len() + 1).alias("row_id"))
    return typed(both.with_columns(("L" + pl.col("row_id").cast(pl.String) + "-" + pl.col("id")).alias("id")))


@pytest.fixture(scope="session")
def voters():
    """The reference."""
    return reference()


@pytest.fixture(scope="session")
def people(voters):
    """The list: two in three are in the reference."""
    return listed(voters)


@pytest.fixture(scope="session", name="typed")
def typed_fixture():
    """Give a table the types of CLEAN."""
    return typed
