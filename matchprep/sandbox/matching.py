"""What a provider does with a file, done here with the matching engine against the sample voters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from matchprep.intake import Reading, open_people
from matchprep.match import Matches, match_people
from matchprep.sandbox.world import World


@dataclass(frozen=True)
class Matched:
    """What came of matching an uploaded file.

    Args:
        rows: Its rows.
        matched: Rows whose person is in the reference.
        unique: Different people among them.
        columns: Its headers.
        matches: Everything else.
    """

    rows: int
    matched: int
    unique: int
    columns: tuple[str, ...]
    matches: Matches

    @property
    def rate(self) -> float:
        """Matched rows of all rows, 0 to 1."""
        return self.matched / self.rows if self.rows else 0.0


def match_file(world: World, file: Path, *, choices: tuple[str, ...] = (), people: int = 1) -> Matched:
    """Match an uploaded file.

    Args:
        world: The sandbox.
        file: The file, as it came.
        choices: `HEADER=FIELD` where the provider was told what a column holds.
        people: How many people a row may be given, the best first.

    Returns:
        What came of it.

    Raises:
        InputError: The file cannot be read.
    """
    with file.open("rb") as opened_file:
        key = (hashlib.file_digest(opened_file, "sha256").hexdigest(), *choices, str(people))
    if key not in world.matched:
        world.matched[key] = _match(world, file, choices, people)
    found: Matched = world.matched[key]
    return found


def _match(world: World, file: Path, choices: tuple[str, ...], people: int) -> Matched:
    opened = open_people(file, Reading(choices=choices))
    matches = match_people(opened.clean(), known_people(world).lazy(), max_matches=people)
    return Matched(
        rows=opened.people.facts.rows,
        matched=matches.matched,
        unique=matches.unique,
        columns=tuple(opened.people.facts.columns),
        matches=matches,
    )


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
