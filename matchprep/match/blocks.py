"""Blocks: for each blocking rule its keys in order, each with the reference people who have it.

What a rule may bring is known from the reference alone. A key that at most `cap` people share stands here
with these people. A key that more share does not; in its place stand the keys refined by further features,
those again only where few enough share them. So a list person asks twice: by key and by refined key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.match.blocking import Rule
from matchprep.match.coded import NUMBERS, Codes, Flags, Hashes, People
from matchprep.match.keys import ODD

Rows = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.integer]
Sizes = npt.NDArray[np.uint8]
_Number = TypeVar("_Number", bound=np.integer)
#: Places of the table that sorts out most keys that nobody asks for: so many to a wanted key.
_SIEVE_PLACES = 16
#: Rows whose hashes are held at a time.
CHUNK = 125_000
_MISSING = np.uint64(1)
_NOTHING = (np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint32))


@dataclass(frozen=True)
class Blocks:
    """The blocks of one rule."""

    #: Ascending, each once.
    keys: Hashes = field(repr=False)
    #: Where the people of each key begin in `rows`, and how many they are.
    first: Rows = field(repr=False)
    sizes: Sizes = field(repr=False)
    rows: Rows = field(repr=False)
    #: Keys that more people share than the cap allows, ascending, and how many do.
    common: Hashes = field(repr=False)
    common_sizes: Rows = field(repr=False)


class Hasher:
    """The hashes of some people's values, and keys made of them.

    Args:
        people: Whose.
        rows: Of which rows; by default of all.
    """

    def __init__(self, people: People, rows: npt.NDArray[np.integer] | slice = slice(None)) -> None:
        self._people, self._rows = people, rows
        self._known: dict[str, tuple[Hashes, Flags]] = {}

    def part(self, name: str) -> tuple[Hashes, Flags]:
        """Give the hash of a part of keys for each row, and where there is one; as `keys.PARTS` says."""
        if name not in self._known:
            self._known[name] = self._made(name)
        return self._known[name]

    def filled(self, names: Iterable[str]) -> Hashes:
        """Combine parts to one number that is never missing."""
        values = (np.where(there, value, _MISSING) for value, there in map(self.part, names))
        return mixed(reduce(refined, values))

    def _made(self, name: str) -> tuple[Hashes, Flags]:
        people = self._people
        match name:
            case "birthday" | "birth date":
                return self._birthday(whole=name == "birth date")
            case "last initial":
                letters = people.vocabularies["names"].letters[people.codes["surname"][self._rows]]
                return _numbers(letters)
            case "names":
                (given, has_given), (surname, has_surname) = map(self.part, ("given_canon", "surname_canon"))
                return (given + surname) * ODD, has_given & has_surname
            case _ if name in NUMBERS:
                return _numbers(people.codes[name][self._rows])
            case _:
                return people.hashes(name, self._rows)

    def _birthday(self, *, whole: bool) -> tuple[Hashes, Flags]:
        year, month, day = (self._people.codes[name][self._rows] for name in ("year", "month", "day"))
        number = np.minimum(month, day) * 32 + np.maximum(month, day)
        there = (month >= 0) & (day >= 0) & ((year >= 0) if whole else True)
        number = year * 1024 + number if whole else number
        return _numbers(np.where(there, number, np.int32(-1)))

    def key(self, parts: Iterable[str]) -> tuple[Hashes, Flags]:
        """Combine parts, in this order, to one key; as `keys.key` does."""
        first, *others = parts
        key, there = self.part(first)
        for name in others:
            value, has = self.part(name)
            key, there = refined(key, value), there & has
        return key, there


def refined(key: Hashes, value: Hashes) -> Hashes:
    """Add one more value to a key."""
    return np.asarray((key * ODD) ^ value)


def mixed(keys: Hashes) -> Hashes:
    """Spread numbers evenly over all of 64 bits."""
    keys = (keys ^ (keys >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(keys ^ (keys >> np.uint64(29)))


def _numbers(numbers: Codes) -> tuple[Hashes, Flags]:
    return (numbers.astype(np.uint64) + np.uint64(1)) * ODD, numbers >= 0


def chunks(rows: int) -> list[slice]:
    """Cut many rows into parts whose hashes fit beside each other."""
    return [slice(start, start + CHUNK) for start in range(0, rows, CHUNK)]


class Sieve:
    """Finds keys among some others; tells quickly that most are not.

    Args:
        wanted: The others.
    """

    def __init__(self, wanted: Hashes) -> None:
        self.wanted = different(wanted)
        self._shift = np.uint64(64 - (max(len(self.wanted), 1 << 8) * _SIEVE_PLACES).bit_length())
        slots = self._slot(self.wanted)
        self._taken = np.zeros(1 << (64 - int(self._shift)), dtype=bool)
        self._taken[slots] = True
        #: The last of the keys that share four slots: few places, so that they stay in the cache.
        self._place = np.empty(len(self._taken) >> 2, dtype=np.int32)
        self._place[slots >> 2] = np.arange(len(slots), dtype=np.int32)

    def _slot(self, keys: Hashes) -> npt.NDArray[np.int64]:
        # The low bits of the product vary most where keys are xors; the high ones mix them all.
        return ((keys * ODD) >> self._shift).view(np.int64)

    def of(self, keys: Hashes, there: Flags) -> tuple[Ints, Ints]:
        """Give the rows whose key is wanted, and the place of that key."""
        slots = self._slot(keys)
        rows = np.flatnonzero(self._taken[slots] & there)
        if not len(rows):
            return rows, rows
        sought, place = keys[rows], self._place[slots[rows] >> 2]
        wrong = np.flatnonzero(self.wanted[place] != sought)
        place[wrong] = np.minimum(np.searchsorted(self.wanted, sought[wrong]), len(self.wanted) - 1)
        right = np.ones(len(rows), dtype=bool)
        right[wrong] = self.wanted[place[wrong]] == sought[wrong]
        return rows[right], place[right]


@dataclass(frozen=True)
class Keyed:
    """People with a key."""

    #: Different keys, ascending; some may be nobody's.
    keys: Hashes = field(repr=False)
    #: Of each person the place of the key, and the row.
    places: Ints = field(repr=False)
    rows: Ints = field(repr=False)


def wanted_rows(
    people: People, kinds: Sequence[tuple[str, ...]], wanted: Sequence[Hashes], *, threads: int
) -> list[Keyed]:
    """Find the people who have one of the wanted keys, for several kinds of keys.

    Args:
        people: Of a reference.
        kinds: The parts of each kind of key.
        wanted: The wanted keys of each kind.
        threads: How many parts of the reference are looked through at a time.

    Returns:
        What was found of each kind.
    """
    with ThreadPoolExecutor(threads) as pool:
        sieves = list(pool.map(Sieve, wanted))

        def look(some: slice) -> list[tuple[Ints, Ints]]:
            hasher = Hasher(people, some)
            found: list[tuple[Ints, Ints]] = []
            for parts, sieve in zip(kinds, sieves, strict=True):
                rows, places = sieve.of(*hasher.key(parts))
                found.append((places.astype(np.uint32), (rows + some.start).astype(np.uint32)))
            return found

        parts = list(pool.map(look, chunks(people.rows)))
    joined = []
    for n, sieve in enumerate(sieves):
        places, rows = (np.concatenate([part[n][side] for part in parts]) for side in (0, 1))
        joined.append(Keyed(sieve.wanted, places, rows))
        for part in parts:
            part[n] = _NOTHING
    return joined


def every_row(people: People, kind: tuple[str, ...]) -> Keyed:
    """Find all people who have a key of one kind."""
    keys, rows = [], []
    for some in chunks(people.rows):
        key, there = Hasher(people, some).key(kind)
        rows.append((np.flatnonzero(there) + some.start).astype(np.uint32))
        keys.append(key[there])
    return _placed(np.concatenate(keys), np.concatenate(rows))


def _placed(keys: Hashes, rows: Ints) -> Keyed:
    order = ordered(keys)
    keys, rows = keys[order], rows[order]
    first = first_of_each(keys)
    return Keyed(keys[first], np.cumsum(first, dtype=np.uint32) - np.uint32(1), rows)


def blocks(rule: Rule, people: People, known: Keyed) -> Blocks:
    """Sort people by the keys of a rule.

    Args:
        rule: The rule.
        people: All of the reference.
        known: Some of them by key; of those who share a key all or none.

    Returns:
        The blocks.
    """
    sizes = np.bincount(known.places, minlength=len(known.keys))
    kept, few, rows, rest = _few(known, sizes, rule.cap)
    common = sizes > rule.cap
    if rule.refine and len(rest):
        keys, there = known.keys[known.places[rest]], np.ones(len(rest), dtype=bool)
        for name in rule.refine:
            value, has = people.hashes(name, known.rows[rest])
            keys, there = refined(keys, value), there & has
        finest = _placed(keys[there], known.rows[rest][there])
        finest_sizes = np.bincount(finest.places, minlength=len(finest.keys))
        finer, finer_few, finer_rows, _ = _few(finest, finest_sizes, rule.cap)
        kept, few, rows = _merged((kept, few, rows), (finer, finer_few, finer_rows))
    return Blocks(kept, _starts(few), few, rows, known.keys[common], sizes[common].astype(np.uint32))


def _few(known: Keyed, sizes: Ints, cap: int) -> tuple[Hashes, Sizes, Rows, Ints]:
    """Keep the keys of few people: keys, sizes and rows; and give who has any other key."""
    kept = (sizes > 0) & (sizes <= cap)
    of_few = kept[known.places]
    packed = (known.places[of_few].astype(np.uint64) << np.uint64(32)) | known.rows[of_few]
    packed.sort()
    return known.keys[kept], sizes[kept].astype(np.uint8), packed.astype(np.uint32), np.flatnonzero(~of_few)


def _merged(one: tuple[Hashes, Sizes, Rows], other: tuple[Hashes, Sizes, Rows]) -> tuple[Hashes, Sizes, Rows]:
    """Put two sets of blocks in one order."""
    keys, sizes = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    rows = np.concatenate([one[2], other[2]])
    order = ordered(keys)
    first = _starts(sizes)[order]
    return keys[order], sizes[order], rows[spread(first, sizes[order])]


def _starts(sizes: npt.NDArray[np.integer]) -> Rows:
    return (np.cumsum(sizes, dtype=np.int64) - sizes).astype(np.uint32)


def spread(first: npt.NDArray[np.integer], sizes: npt.NDArray[np.integer]) -> Ints:
    """List the places of runs that begin at `first` and have these sizes.

    Example:
        >>> spread(np.array([7, 2]), np.array([2, 1])).tolist()
        [7, 8, 2]
    """
    sizes = sizes.astype(np.int64)
    ends = np.cumsum(sizes)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return np.asarray(np.repeat(first.astype(np.int64), sizes) + within)


def ordered(keys: Hashes) -> npt.NDArray[np.uint32]:
    """Give the places of numbers in ascending order; equal ones stand in any."""
    # NOTE: Polars takes half as long as `np.argsort`.
    return pl.Series(keys).arg_sort().to_numpy()


def different(numbers: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Give each number once, ascending."""
    # NOTE: `np.unique` goes through a hash table; sorting is several times as fast.
    ascending = np.sort(numbers)
    return ascending[first_of_each(ascending)]


def first_of_each(ascending: npt.NDArray[np.integer]) -> Flags:
    """Mark where each number stands for the first time."""
    first = np.ones(len(ascending), dtype=bool)
    first[1:] = ascending[1:] != ascending[:-1]
    return first
