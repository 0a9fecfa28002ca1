"""Towns for forecasts: a few worlds on different rules, each with its reference, and lists drawn from them.

ordinary     the simulator as it is
crowded      few surnames, large households, every other home a flat, ZIP areas of 20,000
scattered    even names, small households; whole households are in the reference or are not
snapshots    a voter file and a later one: full names, birth years, no contacts; one in four has moved,
             brides carry their maiden name in the middle
elsewhere    `peers/elsewhere.py`, which shares nothing with the simulator: invented names, tall buildings

Lists differ in size, in the share that is in the reference, in dirt (0.3 clean, 1 ordinary, 2.2 filthy) and
in the fields that they have.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from population import Town
from simulate import Noise, draw_list, draw_world, registry

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from elsewhere import draw_crowd, draw_signups, known_people

#: What a later voter file does to an earlier one.
LATER = Noise(
    moved=0.25, married=0.08, nickname=0.01, initial=0.003, typo=0.015, swapped_names=0.001,
    middle_as_first=0.003, no_date=0.01, year_only=0.9, date_typo=0.01, other_date=0.003, no_address=0.003,
    no_phone=0.9, no_email=0.9, no_gender=0.02, duplicates=0.0, maiden=0.6, near=0.8, far=0.0,
    no_middle=0.08, middle_initial=0.12,
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of world that the simulator draws."""

    town: Town = field(default_factory=Town)
    noise: Noise = field(default_factory=Noise)
    #: Share of the people who are in the reference.
    share: float = 0.72
    together: bool = False


KINDS: Mapping[str, Kind] = {
    "ordinary": Kind(share=0.6),
    "crowded": Kind(
        Town(sizes=(0.15, 0.25, 0.2, 0.2, 0.12, 0.08), people_a_zip=20_000, streets_a_zip=200, related=0.4,
             flats=0.5, strangers=0.15, surname_power=1.15, given_power=1.1),
        Noise(moved=0.22, nickname=0.18),
    ),
    "scattered": Kind(
        Town(sizes=(0.4, 0.36, 0.1, 0.09, 0.03, 0.02), people_a_zip=3_000, related=0.15, flats=0.1,
             strangers=0.04, surname_power=0.85, given_power=0.9),
        Noise(moved=0.1, nickname=0.07, careless=0.3),
        share=0.5, together=True,
    ),
    "snapshots": Kind(noise=LATER, share=0.65),
}  # fmt: skip
ELSEWHERE = "elsewhere"
FAMILIES = (*KINDS, ELSEWHERE)

#: The fields of a list: name of the stratum -> columns that it lacks, and whether births are years only.
FIELDS: Mapping[str, tuple[frozenset[str], bool]] = {
    "all fields": (frozenset(), False),
    "no contacts": (frozenset({"phone", "email"}), False),
    "birth year": (frozenset({"phone", "email", "gender"}), True),
    "name and address": (
        frozenset({"phone", "email", "gender", "date_of_birth", "born", "middle_name", "suffix"}),
        False,
    ),
}
#: Columns that hold births, and the year in them.
_BIRTHS, _YEAR = ("date_of_birth", "born"), r"(\d{4})"


Tables = tuple[pl.DataFrame, pl.DataFrame]


@dataclass(frozen=True)
class Region:
    """A world that lists are drawn from."""

    name: str
    reference: pl.DataFrame
    #: Seed, rows, rate and dirt -> list and truth.
    listed: Callable[[int, int, float, float], Tables]


def draw_region(name: str, seed: int, reference: int) -> Region:
    """Draw one of `FAMILIES` with so many people in the reference."""
    if name != ELSEWHERE:
        return region_of(name, KINDS[name], seed, reference)
    people = draw_crowd(np.random.default_rng(seed), 2 * reference)

    def listed(seed: int, rows: int, rate: float, dirt: float) -> Tables:
        rng = np.random.default_rng(seed)
        return draw_signups(rng, people, reference=reference, rows=rows, rate=rate, dirt=min(dirt, 1.6))

    return Region(name, known_people(people.head(reference), seed), listed)


def region_of(name: str, kind: Kind, seed: int, reference: int) -> Region:
    """Draw a world of a kind."""
    rng = np.random.default_rng(seed)
    world = draw_world(
        rng, seed, reference=reference, share=kind.share, town=kind.town, together=kind.together
    )

    def listed(seed: int, rows: int, rate: float, dirt: float) -> Tables:
        rng = np.random.default_rng(seed)
        return draw_list(rng, seed, world, rows=rows, rate=rate, noise=kind.noise.times(dirt))

    return Region(name, registry(rng, world), listed)


def with_fields(listed: pl.DataFrame, fields: str) -> pl.DataFrame:
    """Leave a list the fields of a stratum."""
    lacks, year_only = FIELDS[fields]
    listed = listed.drop(name for name in lacks if name in listed.columns)
    if year_only:
        births = [name for name in _BIRTHS if name in listed.columns]
        listed = listed.with_columns(
            pl.col(name).str.extract(_YEAR).fill_null("").alias(name) for name in births
        )
    return listed
