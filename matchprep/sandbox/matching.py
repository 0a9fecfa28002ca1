"""What a provider does with a file, done here with the matching engine against the sample voters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from matchprep.intake import Reading, open_people
from matchprep.match import Matches, match_people
from matchprep.match.agreements import BITS
from matchprep.sandbox.world import World
from matchprep.tables import ROW_ID


@dataclass(frozen=True)
class Matched:
    """What came of matching an uploaded file.

    Args:
        rows: Its rows.
        matched: Rows whose person is in the reference.
        unique: Different people among them.
        columns: Its headers.
        matches: Everything else.
        agreeing: `row_id`, and of the likeliest person each field: `agrees`, `differs` or `missing`.
    """

    rows: int
    matched: int
    unique: int
    columns: tuple[str, ...]
    matches: Matches
    agreeing: pl.DataFrame

    @property
    def rate(self) -> float:
        """Matched rows of all rows, 0 to 1."""
        return self.matched / self.rows if self.rows else 0.0


def match_file(
    world: World,
    file: Path,
    *,
    choices: tuple[str, ...] = (),
    people: int = 1,
    required: tuple[str, ...] = (),
) -> Matched:
    """Match an uploaded file.

    Args:
        world: The sandbox.
        file: The file, as it came.
        choices: `HEADER=FIELD` where the provider was told what a column holds.
        people: How many people a row may be given, the best first.
        required: Fields that must agree for a match: the same, or a nickname or a sound of it.

    Returns:
        What came of it.

    Raises:
        InputError: The file cannot be read.
    """
    with file.open("rb") as opened_file:
        key = (hashlib.file_digest(opened_file, "sha256").hexdigest(), *choices, str(people), *required)
    if key not in world.matched:
        world.matched[key] = _match(world, file, choices, people, required)
    found: Matched = world.matched[key]
    return found


def _match(
    world: World, file: Path, choices: tuple[str, ...], people: int, required: tuple[str, ...]
) -> Matched:
    opened = open_people(file, Reading(choices=choices))
    matches = match_people(opened.clean(), known_people(world).lazy(), max_matches=people, agreements=True)
    agreeing = _agreeing(matches)
    if required:
        held = agreeing.filter(pl.all_horizontal(pl.col(name) == "agrees" for name in required))[ROW_ID]
        is_match = pl.col("is_match") & pl.col(ROW_ID).is_in(held.implode())
        matches = replace(matches, pairs=matches.pairs.with_columns(is_match))
    matched = matches.pairs.filter("is_match")
    return Matched(
        rows=opened.people.facts.rows,
        matched=matched[ROW_ID].n_unique(),
        unique=matched["reference_id"].n_unique(),
        columns=tuple(opened.people.facts.columns),
        matches=matches,
        agreeing=agreeing,
    )


def _agreeing(matches: Matches) -> pl.DataFrame:
    """Say of each row's likeliest candidate whether each field agrees, differs, or is missing in the row."""
    found = matches.agreements
    if found is None:
        raise AssertionError
    candidates = pl.DataFrame(
        {
            ROW_ID: found.rows.gather(found.row),
            "probability": found.probability,
            "agree": found.agree,
            "has": found.has[found.row],
        }
    )
    likeliest = candidates.sort("probability", descending=True).unique(
        ROW_ID, keep="first", maintain_order=True
    )
    agrees = {str(one): (pl.col("agree") & int(bit)) != 0 for one, bit in BITS.items()}
    there = {str(one): (pl.col("has") & int(bit)) != 0 for one, bit in BITS.items()}
    said = {
        name: pl.when(agrees[name])
        .then(pl.lit("agrees"))
        .when(there[name])
        .then(pl.lit("differs"))
        .otherwise(pl.lit("missing"))
        for name in agrees
    }
    return likeliest.select(ROW_ID, **said)


def known_people(world: World) -> pl.DataFrame:
    """Give the people that every provider knows, normalized once a sandbox.

    Args:
        world: The sandbox.

    Returns:
        CLEAN of the reference.
    """
    with world.lock:
        if world.people is None:
            world.people = open_people(world.reference, Reading()).clean().collect()
        return world.people
