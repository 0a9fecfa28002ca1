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

import numpy as np
import numpy.typing as npt

from matchprep.match.blocking import Rule
from matchprep.match.coded import NUMBERS, Codes, Flags, Hashes, People
from matchprep.match.keys import ODD

Rows = npt.NDArray[np.uint32]
#: Bits of the table that sorts out most keys that nobody asks for.
_SIEVE_BITS = 22
#: Rows whose hashes are held at a time.
CHUNK = 250_000
_MISSING = np.uint64(1)


@dataclass(frozen=True)
class Blocks:
    """The blocks of one rule."""

    #: Ascending; a key occurs once for each person.
    keys: Hashes = field(repr=False)
    rows: Rows = field(repr=False)
    #: Keys that more people share than the cap allows, ascending.
    common: Hashes = field(repr=False)
    #: Different keys that are not too common.
    different: int


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
    """Tells quickly that most keys are not among some others.

    Args:
        wanted: The others.
    """

    def __init__(self, wanted: Hashes) -> None:
        self._wanted = np.unique(wanted)
        self._table = np.zeros(1 << _SIEVE_BITS, dtype=bool)
        self._table[self._place(wanted)] = True

    @staticmethod
    def _place(keys: Hashes) -> npt.NDArray[np.int64]:
        # The low bits of the product vary most where keys are xors; the high ones mix them all.
        return ((keys * ODD) >> np.uint64(64 - _SIEVE_BITS)).view(np.int64)

    def of(self, keys: Hashes, there: Flags) -> npt.NDArray[np.int64]:
        """Give the rows whose key is wanted."""
        rows = np.flatnonzero(self._table[self._place(keys)] & there)
        if not len(self._wanted):
            return rows[:0]
        place = np.minimum(np.searchsorted(self._wanted, keys[rows]), len(self._wanted) - 1)
        return rows[self._wanted[place] == keys[rows]]


def wanted_rows(
    people: People, keys: Sequence[tuple[str, ...]], wanted: Sequence[Hashes], *, threads: int
) -> list[tuple[Hashes, npt.NDArray[np.int64]]]:
    """Find the people who have one of the wanted keys, for several kinds of keys.

    Args:
        people: Of a reference.
        keys: Each kind's parts.
        wanted: Each kind's wanted keys.
        threads: How many parts of the reference are looked through at a time.

    Returns:
        For each kind the keys found and the rows that have them.
    """
    sieves = [Sieve(one) for one in wanted]

    def look(some: slice) -> list[tuple[Hashes, npt.NDArray[np.int64]]]:
        hasher, found = Hasher(people, some), []
        for parts, sieve in zip(keys, sieves, strict=True):
            key, there = hasher.key(parts)
            rows = sieve.of(key, there)
            found.append((key[rows], rows + some.start))
        return found

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(look, chunks(people.rows)))
    return [
        (np.concatenate([part[n][0] for part in parts]), np.concatenate([part[n][1] for part in parts]))
        for n in range(len(keys))
    ]


def every_row(people: People, key: tuple[str, ...]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Give the keys of all people who have one, and their rows."""
    parts = []
    for some in chunks(people.rows):
        keys, there = Hasher(people, some).key(key)
        rows = np.flatnonzero(there)
        parts.append((keys[rows], rows + some.start))
    return np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts])


def blocks(rule: Rule, people: People, keys: Hashes, rows: npt.NDArray[np.int64]) -> Blocks:
    """Sort people by the keys of a rule.

    Args:
        rule: The rule.
        people: All of the reference.
        keys: The keys of some; of those who share a key all or none.
        rows: Who has them.

    Returns:
        The blocks.
    """
    keys, rows, sizes = _sorted(keys, rows)
    few = sizes <= rule.cap
    parts, common = [(keys[few], rows[few])], keys[~few]
    if rule.refine and len(common):
        parts.append(_refined_blocks(rule, people, common, rows[~few]))
    different = _different(parts[0][0])
    keys, rows = (np.concatenate(one) for one in zip(*parts, strict=True))
    if len(parts) > 1:
        keys, rows, _ = _sorted(keys, rows)
    return Blocks(keys, rows.astype(np.uint32), common[_first_of_each(common)], different)


def _refined_blocks(
    rule: Rule, people: People, keys: Hashes, rows: npt.NDArray[np.int64]
) -> tuple[Hashes, npt.NDArray[np.int64]]:
    there = np.ones(len(rows), dtype=bool)
    for name in rule.refine:
        value, has = people.hashes(name, rows)
        keys, there = refined(keys, value), there & has
    keys, rows, sizes = _sorted(keys[there], rows[there])
    few = sizes <= rule.cap
    return keys[few], rows[few]


def _sorted(
    keys: Hashes, rows: npt.NDArray[np.int64]
) -> tuple[Hashes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sort by key, and give the size of each row's block."""
    order = np.argsort(keys)
    keys, rows = keys[order], rows[order]
    sizes = np.diff(np.append(np.flatnonzero(_first_of_each(keys)), len(keys)))
    return keys, rows, np.repeat(sizes, sizes)


def _first_of_each(ascending: Hashes) -> Flags:
    """Mark where each number stands for the first time."""
    first = np.ones(len(ascending), dtype=bool)
    first[1:] = ascending[1:] != ascending[:-1]
    return first


def _different(ascending: Hashes) -> int:
    return int(_first_of_each(ascending).sum())


@dataclass(frozen=True)
class Hits:
    """What one rule brought."""

    list_rows: Rows = field(repr=False)
    reference_rows: Rows = field(repr=False)
    #: Keys that the list asked for and the reference has, and those of them that are too common.
    keys: int
    too_common: int


def hits(rule: Rule, hasher: Hasher, known: Blocks) -> Hits:
    """Find the reference people whom a rule brings to the list.

    Args:
        rule: The rule.
        hasher: Of the list.
        known: The blocks of the reference.
    """
    key, there = hasher.key(rule.key)
    asked = np.flatnonzero(there)
    asked = asked[np.argsort(key[asked])]
    list_rows, places = _found(known, key[asked], asked)
    found = _different(known.keys[places])
    too_common = 0
    if len(known.common):
        place = np.minimum(np.searchsorted(known.common, key[asked]), len(known.common) - 1)
        common = known.common[place] == key[asked]
        asked, keys = asked[common], key[asked[common]]
        too_common = _different(keys)
        if rule.refine:
            has_all = np.ones(len(asked), dtype=bool)
            for name in rule.refine:
                value, has = hasher.part(name)
                keys, has_all = refined(keys, value[asked]), has_all & has[asked]
            asked, keys = asked[has_all], keys[has_all]
            order = np.argsort(keys)
            more, more_places = _found(known, keys[order], asked[order])
            list_rows, places = np.concatenate([list_rows, more]), np.concatenate([places, more_places])
    return Hits(list_rows.astype(np.uint32), known.rows[places], found + too_common, too_common)


def _found(
    known: Blocks, keys: Hashes, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Look up ascending keys: the asking row and the place, once for each person found."""
    first = np.searchsorted(known.keys, keys, side="left")
    last = np.searchsorted(known.keys, keys, side="right")
    count = last - first
    some = np.flatnonzero(count)
    count = count[some]
    total = np.cumsum(count)
    within = np.arange(total[-1] if len(total) else 0) - np.repeat(total - count, count)
    return np.repeat(rows[some], count), np.repeat(first[some], count) + within


def candidates(found: Sequence[Hits]) -> tuple[Rows, Rows, npt.NDArray[np.int64]]:
    """Put the pairs of all rules together, each pair once.

    Args:
        found: What each rule brought.

    Returns:
        List rows, reference rows, and how many rules found each pair; sorted.
    """
    pairs = np.concatenate(
        [np.zeros(0, dtype=np.uint64)]
        + [(one.list_rows.astype(np.uint64) << np.uint64(32)) | one.reference_rows for one in found]
    )
    pairs.sort()
    starts = np.flatnonzero(_first_of_each(pairs))
    found_by = np.diff(np.append(starts, len(pairs)))
    pairs = pairs[starts]
    return (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32), found_by
