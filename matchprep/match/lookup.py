"""The steps of a matching against a reference by numbers: look up, compare, look at the reference.

These do what the named steps of the plan do (`steps.py`, in SQL), for one machine and at a fraction of the
cost: keys are found in sorted tables, and texts are held against each other by their places.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import polars as pl

from matchprep.match.agreements import Agreements, agreements
from matchprep.match.blocking import RULES, Rule
from matchprep.match.blocks import Blocks, Hasher, Rows
from matchprep.match.coded import People
from matchprep.match.compared import Pairs, Side, compare_pairs
from matchprep.match.engine import Engine
from matchprep.match.evidence import Evidence, Floats, Ints, levels_of
from matchprep.match.hits import Planned, candidates, hits, planned
from matchprep.match.learn import with_reference
from matchprep.match.matches import BlockingCount
from matchprep.match.model import Model
from matchprep.match.plan import CHANCE_PARTNERS, CHANCE_ROWS
from matchprep.match.promise import is_choosy, promising
from matchprep.match.reference import Reference, content, drawn, sharers
from matchprep.match.steps import LEAST_RELATIVES, sides_of
from matchprep.match.weights import shipped

#: Rules whose keys are looked for at a time: more would be a little faster, and need more memory.
AT_A_TIME = 6
#: Names that typing errors make unknown; other values become those of somebody else.
NAMES = ("given", "given_canon", "surname")
#: How many known names are taken for granted, so that a few rows do not tell much.
KNOWN_STRENGTH = 20.0
_Answer = TypeVar("_Answer")


class Lookup:
    """A list against a reference.

    Args:
        people: The list by numbers.
        reference: The reference.
        threads: Processor threads.

    Raises:
        InputError: The list has no rows, or no field in common with the reference.
        ReferenceIndexError: The reference has no rows or no usable field.
    """

    def __init__(self, people: People, reference: Reference, *, threads: int) -> None:
        known = reference.people
        self.sides = sides_of(people.rows, known.rows, people.filled, known.filled)
        self._people, self._reference, self._threads = people, reference, threads
        self._hasher = Hasher(people)
        features = people.in_words_of(known)
        counted = sharers(reference, self._hasher, features, self.sides.shared)
        self._list = Side(people, features | counted)
        self._known = Side(known)

    def candidates(self) -> tuple[Rows, Rows, Ints, tuple[BlockingCount, ...]]:
        """Find the pairs worth comparing.

        Returns:
            List rows, reference rows, how many rules found each pair, and what each rule brought before
            pairs that are not worth comparing were dropped.
        """
        found = self._ask(hits)
        counts = tuple(
            BlockingCount(rule.name, len(one.list_rows), one.keys, one.too_common)
            for rule, one in found.items()
        )
        list_rows, reference_rows, found_by = candidates(list(found.values()))
        if is_choosy(self.sides.reference_rows):
            worth = promising(Pairs(self._list, self._known, list_rows, reference_rows), found_by)
            list_rows, reference_rows, found_by = list_rows[worth], reference_rows[worth], found_by[worth]
        return list_rows, reference_rows, found_by, counts

    def planned(self) -> dict[Rule, Planned]:
        """Count what each rule that is asked would bring, without making a pair."""
        return self._ask(planned)

    def _ask(self, how: Callable[[Rule, Hasher, Blocks], _Answer]) -> dict[Rule, _Answer]:
        """Ask the reference by every rule that suits both sides."""
        sides = self.sides
        rules = [rule for rule in RULES if rule.unfit(sides.shared, sides.reference_rows) is None]
        found: dict[Rule, _Answer] = {}
        with ThreadPoolExecutor(self._threads) as pool:
            for start in range(0, len(rules), AT_A_TIME):
                some = rules[start : start + AT_A_TIME]
                wanted = [key[there] for key, there in (self._hasher.key(rule.key) for rule in some)]
                known = self._reference.blocks(some, wanted)
                answers = pool.map(lambda rule, make: how(rule, self._hasher, make()), some, known)
                found |= zip(some, answers, strict=True)
        return found

    def evidence(self, engine: Engine, list_rows: Rows, reference_rows: Rows, found_by: Ints) -> Evidence:
        """Compare the candidates."""
        pairs = Pairs(self._list, self._known, list_rows, reference_rows)
        found = compare_pairs(engine, self.sides.comparisons, pairs)
        return Evidence(
            list_rows.astype(np.int64),
            reference_rows.astype(np.int64),
            found.pattern,
            found.rarity,
            found.kin_rarity,
            levels_of(found.codes, self.sides.comparisons),
            self.sides.list_rows,
            found_by,
            content(self._people, slice(None))[list_rows],
        )

    def agreements(self, clean: pl.LazyFrame, evidence: Evidence, probability: Floats) -> Agreements:
        """See on which fields the candidates agree."""
        left, right = (rows.astype(np.uint32) for rows in (evidence.list_row, evidence.reference_row))
        pairs = Pairs(self._list, self._known, left, right)
        return agreements(clean, self._list, self._known, pairs, probability)

    def model(self, engine: Engine) -> Model:
        """Start from the shipped probabilities; read off the reference what strangers and families share."""
        sides = self.sides
        chance = self._patterns(engine, self._list, *self._chance_pairs())
        families = (np.zeros((0, len(sides.comparisons)), dtype=np.int64), np.zeros(0))
        family = kin = 0.0
        seen = self._reference.families
        if sides.has_families:
            families = self._patterns(engine, self._known, seen.left, seen.right)
            family = len(seen.left) / seen.looked_at
        if {"surname", "zip"} <= sides.shared:
            kin = max(0.0, seen.nearby - family)
        model = Model(
            sides.comparisons, tuple(shipped()[one.name].table for one in sides.comparisons), sides.filled,
            sides.list_rows, sides.reference_rows, family=max(family, LEAST_RELATIVES),
            family_of_absent=max(family, LEAST_RELATIVES), kin=max(kin, LEAST_RELATIVES),
            known=self._known_names(),
        )  # fmt: skip
        return with_reference(model, chance=chance, families=families)

    def _known_names(self) -> dict[str, float]:
        """Give the share of the list's names that the reference has, too."""
        shares = {}
        for name in NAMES:
            there = self._list.features[name] >= 0
            known = there & (self._list.features[f"{name}_sharers"] > 0)
            shares[name] = (float(known.sum()) + KNOWN_STRENGTH) / (float(there.sum()) + KNOWN_STRENGTH)
        return shares

    def _chance_pairs(self) -> tuple[Rows, Rows]:
        """Pair people at random; the same ones whatever the order of the rows."""
        left, right = drawn(self._people, CHANCE_ROWS), self._reference.sample
        number = np.arange(len(left), dtype=np.int64)
        partners = [(number * 7919 + partner * 104_729) % len(right) for partner in range(CHANCE_PARTNERS)]
        return np.tile(left, CHANCE_PARTNERS), right[np.concatenate(partners)]

    def _patterns(self, engine: Engine, left: Side, left_rows: Rows, rows: Rows) -> tuple[Ints, Floats]:
        pairs = Pairs(left, self._known, left_rows, rows)
        found = compare_pairs(engine, self.sides.comparisons, pairs)
        counts = np.bincount(found.pattern, minlength=len(found.codes)).astype(np.float64)
        return levels_of(found.codes, self.sides.comparisons), counts
