"""Hits: the reference people whom each blocking rule brings to a list, counted or listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matchprep.match.blocking import Rule
from matchprep.match.blocks import Blocks, Hasher, Ints, Rows, first_of_each, refined, spread
from matchprep.match.coded import Hashes


@dataclass(frozen=True)
class Asked:
    """What a list asks of the blocks of one rule. Rows are of the list, places are those of its blocks."""

    rows: Ints = field(repr=False)
    places: Ints = field(repr=False)
    #: The same for keys that are too common by themselves, and were refined.
    refined_rows: Ints = field(repr=False)
    refined_places: Ints = field(repr=False)
    #: Keys that the list asks for and the reference has, and those of them that are too common.
    keys: int
    too_common: int
    #: Pairs that the keys that are too common would bring.
    too_many: int


def asked(rule: Rule, hasher: Hasher, known: Blocks) -> Asked:
    """Look up which blocks of a reference a list asks for.

    Args:
        rule: The rule.
        hasher: Of the list.
        known: The blocks of the reference.
    """
    key, there = hasher.key(rule.key)
    rows = np.flatnonzero(there)
    rows = rows[np.argsort(key[rows])]
    keys = key[rows]
    list_rows, places = _found(known.keys, keys, rows)
    common_rows, common = _found(known.common, keys, rows)
    finer_rows: Ints = rows[:0]
    finer_places: Ints = rows[:0]
    if rule.refine and len(common):
        has_all, finer = np.ones(len(common), dtype=bool), known.common[common]
        for name in rule.refine:
            value, has = hasher.part(name)
            finer, has_all = refined(finer, value[common_rows]), has_all & has[common_rows]
        finer, some = finer[has_all], common_rows[has_all]
        order = np.argsort(finer)
        finer_rows, finer_places = _found(known.keys, finer[order], some[order])
    too_common = _different(common)
    return Asked(
        list_rows, places, finer_rows, finer_places, _different(places) + too_common, too_common,
        int(known.common_sizes[common].sum(dtype=np.int64)),
    )  # fmt: skip


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
    found = asked(rule, hasher, known)
    list_rows = np.concatenate([found.rows, found.refined_rows])
    places = np.concatenate([found.places, found.refined_places])
    first, sizes = known.first[places], known.sizes[places]
    return Hits(
        np.repeat(list_rows, sizes).astype(np.uint32),
        known.rows[spread(first, sizes)],
        found.keys,
        found.too_common,
    )


@dataclass(frozen=True)
class Planned:
    """What one rule would bring: numbers of keys and of pairs."""

    #: Keys that the list asks for and the reference has.
    keys: int = 0
    #: Keys of these that too many reference people share.
    too_common: int = 0
    #: Pairs that the rule brings by its key alone.
    pairs: int = 0
    #: Pairs that it brings by its key and what refines it.
    refined: int = 0
    #: Pairs that it would have brought, and that are not made.
    skipped: int = 0


def planned(rule: Rule, hasher: Hasher, known: Blocks) -> Planned:
    """Count what a rule would bring to the list, without making a pair.

    Args:
        rule: The rule.
        hasher: Of the list.
        known: The blocks of the reference.
    """
    found = asked(rule, hasher, known)
    pairs, finer = (
        int(known.sizes[places].sum(dtype=np.int64)) for places in (found.places, found.refined_places)
    )
    return Planned(found.keys, found.too_common, pairs, finer, found.too_many - finer)


def _found(known: Hashes, keys: Hashes, rows: Ints) -> tuple[Ints, Ints]:
    """Look up ascending keys: the rows whose key is known, and its place."""
    if not len(known):
        return rows[:0], rows[:0]
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    right = known[place] == keys
    return rows[right], place[right]


def _different(ascending: Ints) -> int:
    return int(first_of_each(ascending).sum())


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
    starts = np.flatnonzero(first_of_each(pairs))
    found_by = np.diff(np.append(starts, len(pairs)))
    pairs = pairs[starts]
    return (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32), found_by
