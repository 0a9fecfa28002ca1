"""The reference: what a matching asks of it, made in passing from CLEAN.

Of a plain reference only the blocks are made that the list asks for; an index on disk (`index.py`) holds
all of them. Both answer the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.match.blocking import Rule
from matchprep.match.blocks import Blocks, Hasher, Keyed, Rows, Sieve, blocks, chunks, spread, wanted_rows
from matchprep.match.coded import NUMBERS, VOCABULARY, Codes, Hashes, People
from matchprep.match.comparisons import SHARERS
from matchprep.match.features import own_id
from matchprep.match.plan import CHANCE_ROWS, FAMILY_ROWS

#: Features by whose hash samples are drawn; where these tie, all features decide.
_DRAWN_BY = ("given", "surname", "house")
#: What people of one family and one address share.
_HOME = ("house", "street", "surname", "zip", "unit")


@dataclass(frozen=True)
class Families:
    """What the reference shows of families."""

    #: Pairs of people of one surname and address.
    left: Rows = field(repr=False)
    right: Rows = field(repr=False)
    #: People whose families were looked at.
    looked_at: int
    #: Relatives in one's area beyond chance, those of one's own address included.
    nearby: float


class Reference(Protocol):
    """What a matching asks of a reference."""

    @property
    def people(self) -> People:
        """Its people by numbers."""

    @property
    def sample(self) -> Rows:
        """Rows drawn at random, the same whatever the order of the rows."""

    @property
    def families(self) -> Families:
        """What is seen of families in it."""

    def blocks(self, rules: Sequence[Rule], wanted: Sequence[Hashes]) -> list[Callable[[], Blocks]]:
        """Give what makes the blocks of each rule, those at least whose keys are wanted."""

    def counts(self, name: str) -> npt.NDArray[np.integer]:
        """Give for each value of a feature how many people have it."""

    def shared(self, name: str, wanted: Hashes) -> tuple[Hashes, npt.NDArray[np.integer]]:
        """Give the combined values that several people share, ascending, and how many do."""

    def ids(self, rows: Rows) -> pl.Series:
        """Name people as their source does."""


class PlainReference:
    """A reference that was just read.

    Args:
        clean: CLEAN.
        people: The same by numbers.
        threads: Processor threads.
    """

    def __init__(self, clean: pl.LazyFrame, people: People, *, threads: int = 2) -> None:
        self._clean, self._threads = clean, threads
        self.people = people

    def blocks(self, rules: Sequence[Rule], wanted: Sequence[Hashes]) -> list[Callable[[], Blocks]]:
        """Give what makes the blocks of each rule, of the wanted keys only."""
        found = wanted_rows(self.people, [rule.key for rule in rules], wanted, threads=self._threads)
        return [partial(blocks, rule, self.people, one) for rule, one in zip(rules, found, strict=True)]

    def counts(self, name: str) -> npt.NDArray[np.integer]:
        """Give for each value of a feature how many people have it."""
        return np.bincount(self.people.feature(name) + 1)[1:].astype(np.int32)

    def shared(self, name: str, wanted: Hashes) -> tuple[Hashes, npt.NDArray[np.integer]]:
        """Give the combined values that several people share, ascending, and how many do."""
        (known,) = wanted_rows(self.people, [SHARERS[name]], [wanted], threads=self._threads)
        return shared_by_several(known)

    @cached_property
    def sample(self) -> Rows:
        """Rows drawn at random, the same whatever the order of the rows."""
        return drawn(self.people, CHANCE_ROWS)

    @cached_property
    def families(self) -> Families:
        """What is seen of families in it."""
        return seen_families(self.people)

    def ids(self, rows: Rows) -> pl.Series:
        """Name people as their source does."""
        ids = self._clean.select(own_id(self._clean.collect_schema().names()).alias("id")).collect()
        return ids["id"].gather(rows)


def shared_by_several(known: Keyed) -> tuple[Hashes, npt.NDArray[np.integer]]:
    """Give the keys that several people have, ascending, and how many have each."""
    counts = np.bincount(known.places, minlength=len(known.keys))
    return known.keys[counts > 1], counts[counts > 1].astype(np.int32)


def several(keys: Hashes) -> tuple[Hashes, npt.NDArray[np.integer]]:
    """Count equal numbers, and keep those that occur more than once, ascending."""
    keys = np.sort(keys)
    starts = (
        np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, dtype=np.int64)
    )
    counts = np.diff(np.append(starts, len(keys)))
    return keys[starts[counts > 1]], counts[counts > 1].astype(np.int32)


def content(people: People, rows: npt.NDArray[np.integer] | slice) -> Hashes:
    """Hash all that is known of people: the same number wherever they stand."""
    return Hasher(people, rows).filled((*VOCABULARY, *NUMBERS))


def drawn(people: People, most: int, among: str | None = None) -> Rows:
    """Draw rows by their content, in an order that does not depend on theirs.

    Args:
        people: Whose.
        most: How many.
        among: A feature that they must have.
    """
    key = np.concatenate([Hasher(people, some).filled(_DRAWN_BY) for some in chunks(people.rows)])
    rows = np.arange(people.rows) if among is None else np.flatnonzero(people.codes[among] >= 0)
    if len(rows) > most:
        last = np.partition(key[rows], most - 1)[most - 1]
        rows = rows[key[rows] <= last]
    order = np.lexsort((content(people, rows), key[rows]))
    return rows[order][:most].astype(np.uint32)


def seen_families(people: People) -> Families:
    """Pair people of one surname and one address, and count relatives nearby."""
    living = (people.codes["house"] >= 0) & (people.codes["street"] >= 0) & (people.codes["surname"] >= 0)
    home = np.concatenate([Hasher(people, some).filled(_HOME) for some in chunks(people.rows)])
    rows = drawn(people, FAMILY_ROWS, among="street")
    rows = rows[living[rows]]
    near, _ = Sieve(home[rows]).of(home, living)
    near = near[np.argsort(home[near])]
    first, last = (np.searchsorted(home[near], home[rows], side=side) for side in ("left", "right"))
    sizes = last - first
    left, right = np.repeat(rows, sizes), near[spread(first, sizes)].astype(np.uint32)
    others = left != right
    looked_at = max(min(FAMILY_ROWS, people.filled["street"]), 1)
    return Families(left[others], right[others], looked_at, _nearby(people))


def _nearby(people: People) -> float:
    """Count how many people of one's surname live in one's area, on average, beyond chance."""
    surname, area = people.codes["surname"], people.codes["zip"]
    both = (surname >= 0) & (area >= 0)
    surname, area = surname[both], area[both]
    if not len(surname):
        return 0.0
    of_name, of_area = (np.bincount(one).astype(np.float64) for one in (surname, area))
    _, sizes = several((surname.astype(np.uint64) << np.uint64(32)) | area.astype(np.uint64))
    found = (sizes.astype(np.float64) * (sizes - 1)).sum()
    by_chance = (of_name * (of_name - 1)).sum() * (of_area**2).sum() / len(surname) ** 2
    return float((found - by_chance) / len(surname))


def sharers(
    reference: Reference, hasher: Hasher, features: Mapping[str, Codes], shared: frozenset[str]
) -> dict[str, Codes]:
    """Count for each list person the reference people who share each value.

    Args:
        reference: The reference.
        hasher: Of the list.
        features: The list's features, in the words of the reference.
        shared: Features that both sides have.

    Returns:
        Name of `SHARERS` -> a number a row; 0 where nobody, or nobody else, is known to share it.
    """
    counted = {}
    rows = len(features["given"])
    for name, parts in SHARERS.items():
        counted[name] = np.zeros(rows, dtype=np.int32)
        if not shared.issuperset(parts):
            continue
        if len(parts) == 1:
            counts, codes = reference.counts(parts[0]), features[parts[0]]
            known = np.flatnonzero((codes >= 0) & (codes < len(counts)))
            counted[name][known] = counts[codes[known]]
        else:
            key, there = hasher.key(parts)
            keys, counts = reference.shared(name, key[there])
            known = np.flatnonzero(there)
            if len(keys):
                place = np.minimum(np.searchsorted(keys, key[known]), len(keys) - 1)
                counted[name][known] = np.where(keys[place] == key[known], counts[place], 0)
    return counted
