"""What is known of each row of a list before its match rate is forecast: its chance and its kind."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from matchprep.estimate.coverage import Coverage
from matchprep.fields import Field
from matchprep.match import Matches, ProviderMatches
from matchprep.normalize.place import states_by_prefix
from matchprep.tables import ROW_ID

#: What rows are told apart by: the groups of fields that are there. Any one field of a set will do.
GROUPS: Mapping[str, tuple[frozenset[str], ...]] = {
    "name": (frozenset({"first_name"}), frozenset({"last_name"})),
    "date of birth": (frozenset({"birth_year", "dob"}),),
    "street": (frozenset({"street", "address", "po_box"}),),
    "place": (frozenset({"postal_code", "zip", "city"}),),
    "phone": (frozenset({"phone", "phone_hash"}),),
    "email": (frozenset({"email", "email_hash"}),),
    "voter ID": (frozenset({"voter_id", "voterbase_id", "lal_voter_id"}),),
}
NOTHING = "nothing to match by"
#: Whether the reference can answer for a row.
HERE, ELSEWHERE, UNKNOWN = "here", "elsewhere", "unknown"


def chances(clean: pl.LazyFrame, matches: Matches | ProviderMatches, coverage: Coverage) -> pl.DataFrame:
    """Give each row that took part its chance of being in the reference, and its kind.

    Args:
        clean: CLEAN of the list, or of a part of it.
        matches: The matching, or what the provider would match; rows that took no part have no chance.
        coverage: What the reference is of the universe.

    Returns:
        `row_id`, `probability`, `state`, `place`, `pattern`.

    Rows: kept, in order.
    """
    columns = frozenset(clean.collect_schema().names())
    state = state_of(columns)
    kind = clean.select(
        ROW_ID, state.alias("state"), place_of(state, coverage).alias("place"), pattern(columns)
    ).collect()
    sure = matches.presence.select(ROW_ID, "probability")
    # Matches that no blocking rule found are among the rows that are not sure to be found.
    unsure = float((1 - sure["probability"]).sum())
    more = max(matches.expected_matches - float(sure["probability"].sum()), 0.0)
    beyond = min(more / unsure, 1.0) if unsure else 0.0
    sure = sure.with_columns(pl.col("probability") + (1 - pl.col("probability")) * beyond)
    return kind.join(sure, on=ROW_ID, how="left", maintain_order="left").with_columns(
        pl.col("probability").fill_null(0.0)
    )


def state_of(columns: frozenset[str]) -> pl.Expr:
    """Give the state of each row, by its ZIP code where none is written.

    Args:
        columns: The columns of CLEAN.

    Returns:
        Two letters, or null.
    """
    known = [pl.col(Field.STATE)] if Field.STATE in columns else []
    if Field.ZIP in columns:
        only = {prefix: states[0] for prefix, states in states_by_prefix().items() if len(states) == 1}
        prefix = pl.col(Field.ZIP).str.slice(0, 3)
        known.append(prefix.replace_strict(only, default=None, return_dtype=pl.String))
    return pl.coalesce(*known) if known else pl.lit(None, dtype=pl.String)


def place_of(state: pl.Expr, coverage: Coverage) -> pl.Expr:
    """Say whether the reference can answer for a row."""
    if not coverage.states:
        return pl.lit(HERE)
    covered = pl.when(state.is_in(list(coverage.states))).then(pl.lit(HERE)).otherwise(pl.lit(ELSEWHERE))
    return pl.when(state.is_null()).then(pl.lit(UNKNOWN)).otherwise(covered)


def pattern(columns: frozenset[str]) -> pl.Expr:
    """Say in words which groups of fields are there: `name, place, phone`."""
    parts = []
    for name, sets in GROUPS.items():
        there = [
            pl.any_horizontal(pl.col(sorted(one & columns)).is_not_null()) for one in sets if one & columns
        ]
        if len(there) == len(sets):
            parts.append(pl.when(pl.all_horizontal(there)).then(pl.lit(name)))
    if not parts:
        return pl.lit(NOTHING).alias("pattern")
    text = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return pl.when(text == "").then(pl.lit(NOTHING)).otherwise(text).alias("pattern")
