"""MAPPED -> CLEAN: every mapped column of a list, understood.

Steps, in this order:

1. A look at whole columns, before any work (`written.look`): the order of day and month, and whether
   digests stand in a phone or email column. Everything after it is lazy.
2. Blanks become null.
3. The rooms, in the order of `ROOMS`: each takes the table and what is written in it, and gives the table
   with working columns of its own (their names begin with `_`) and the columns of CLEAN it makes of them.
4. Of several columns of one field (`phone`, `phone__2`) the first readable one counts.
5. `<field>_invalid`: something is written in a column of the field, and none of them can be read.
"""

from __future__ import annotations

import polars as pl

from matchprep.normalize.date_order import DateOrder
from matchprep.normalize.people.contact import emails, phones
from matchprep.normalize.people.where import addresses, places
from matchprep.normalize.people.who import births, identifiers, names, traits
from matchprep.normalize.people.written import Clean, look, without_blanks
from matchprep.tables import CLEAN, ROW_ID, SOURCE, verify

#: `places` comes after `addresses`: it takes from whole addresses what has no column of its own.
ROOMS = (names, addresses, places, phones, emails, births, traits, identifiers)


def normalize_people(
    mapped: pl.LazyFrame | pl.DataFrame, *, region: str = "US", dates: DateOrder | None = None
) -> pl.LazyFrame:
    """Understand every mapped column of a list.

    Args:
        mapped: MAPPED, as `map_columns` gives it.
        region: The region that phone numbers without a country code belong to.
        dates: The order of day and month; decided from the whole column when not given.

    Returns:
        CLEAN, lazy.

    Raises:
        ContractError: A bug: CLEAN is not as promised.

    Rows: all, in order.
    Columns: those of CLEAN that the mapped fields can fill, `<field>_invalid`, `source.*`.
    Nulls: blank, or not readable.
    """
    frame = mapped.lazy()
    written = look(frame, region=region, dates=dates)
    frame = without_blanks(frame, written)
    clean: Clean = {}
    for room in ROOMS:
        frame, made = room(frame, written)
        clean |= made
    ordered = [name for name in CLEAN if name in clean] + sorted(set(clean) - set(CLEAN))
    people = frame.select(
        ROW_ID, *(clean[name].alias(name) for name in ordered), pl.selectors.starts_with(SOURCE)
    )
    verify(people, {name: CLEAN[name] for name in ordered if name in CLEAN}, table="CLEAN")
    return people
