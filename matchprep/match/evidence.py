"""The evidence: compared pairs as arrays, sorted by list row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matchprep.match.comparisons import Comparison

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Pairs that are reckoned with at a time: few, so that what lies between stays in the processor's cache.
PART = 32_768
#: What an `Evidence` has for each pair.
_OF_PAIRS = ("list_row", "reference_row", "pattern", "rarity", "kin_rarity", "found_by", "sample_key")


@dataclass(frozen=True)
class Evidence:
    """Compared pairs, sorted by list row and reference row."""

    list_row: Ints
    reference_row: Ints
    #: For each pair, which of `patterns` it shows.
    pattern: Ints
    #: For each pair, the logarithm of the number of people who share what agrees.
    rarity: Floats
    #: The same without what relatives share anyway.
    kin_rarity: Floats
    #: A row a pattern, a column a comparison: the number of the level, 0 for missing.
    patterns: Ints
    #: Rows of the whole list, those without any pair included.
    list_rows: int
    #: How many blocking rules found each pair.
    found_by: Ints
    #: Sample key of each pair's list row.
    sample_key: npt.NDArray[np.uint64]

    @cached_property
    def starts(self) -> Ints:
        """Where the pairs of each list row that has any begin."""
        first = np.ones(len(self.list_row), dtype=bool)
        first[1:] = self.list_row[1:] != self.list_row[:-1]
        return np.flatnonzero(first)

    @cached_property
    def sizes(self) -> Ints:
        """How many pairs each list row has that has any."""
        return np.diff(np.append(self.starts, len(self.list_row)))

    @cached_property
    def commonness(self) -> Floats:
        """For each pair, the number of people who share what agrees, as a product over all that does."""
        return np.exp(self.rarity)

    @cached_property
    def kin_commonness(self) -> Floats:
        """The same without what relatives share anyway."""
        return np.exp(self.kin_rarity)

    @cached_property
    def parts(self) -> tuple[Evidence, ...]:
        """The same pairs in parts that have whole list rows each, in order."""
        wanted = np.arange(PART, len(self.pattern), PART)
        bounds = np.unique(np.append(self.starts, len(self.pattern))[np.searchsorted(self.starts, wanted)])
        return tuple(
            replace(self, **{name: getattr(self, name)[first:end] for name in _OF_PAIRS})
            for first, end in pairwise([0, *bounds.tolist(), len(self.pattern)])
            if end > first
        )

    def sums(self, values: Floats) -> Floats:
        """Sum values over the pairs of each list row, and give each pair the sum of its row."""
        if not len(values):
            return values
        return np.repeat(np.add.reduceat(values, self.starts), self.sizes)

    def counted(self, values: Floats) -> Floats:
        """Sum values over the pairs of each pattern."""
        return np.bincount(self.pattern, values, len(self.patterns)).astype(np.float64)

    def sample(self, most: int) -> tuple[Evidence, float]:
        """Take whole list rows by their content, whatever their order, until there are enough pairs.

        Args:
            most: Pairs to take, roughly.

        Returns:
            The evidence of those rows, and their share of the list.
        """
        share = most / max(len(self.pattern), 1)
        if share >= 1:
            return self, 1.0
        keep = self.sample_key < np.uint64(share * 2**64)
        pattern = self.pattern[keep]
        used = np.bincount(pattern, minlength=len(self.patterns)) > 0
        part = replace(
            self,
            list_row=self.list_row[keep],
            reference_row=self.reference_row[keep],
            pattern=(np.cumsum(used) - 1)[pattern],
            rarity=self.rarity[keep],
            kin_rarity=self.kin_rarity[keep],
            patterns=self.patterns[used],
            found_by=self.found_by[keep],
            sample_key=self.sample_key[keep],
        )
        return part, share

    def best(self, probability: Floats, most: int) -> Ints:
        """Give the places of the best few pairs of each list row, and of those that tie with the last.

        Args:
            probability: Of each pair.
            most: How many for each row.
        """
        starts, sizes = self.starts, self.sizes
        if most == 1 and len(probability):
            return np.flatnonzero(probability == np.repeat(np.maximum.reduceat(probability, starts), sizes))
        order = np.lexsort((-probability, self.list_row))
        rank = np.arange(len(order)) - np.repeat(starts, sizes)
        last = np.repeat(probability[order][starts + np.minimum(sizes, most) - 1], sizes)
        return np.asarray(order[(rank < most) | (probability[order] == last)])


def evidence_of(
    pairs: Mapping[str, npt.NDArray[np.generic]], comparisons: Sequence[Comparison], list_rows: int
) -> Evidence:
    """Bring compared pairs into the form that the weights are learned on.

    Args:
        pairs: `list_row`, `reference_row`, `code`, `rarity`, `kin_rarity`, `content_key`, sorted.
        comparisons: The comparisons that the code stands for.
        list_rows: Rows of the whole list.
    """
    codes, pattern = np.unique(pairs["code"].astype(np.int64), return_inverse=True)
    return Evidence(
        pairs["list_row"].astype(np.int64),
        pairs["reference_row"].astype(np.int64),
        pattern,
        pairs["rarity"].astype(np.float64),
        pairs["kin_rarity"].astype(np.float64),
        levels_of(codes, comparisons),
        list_rows,
        pairs["found_by"].astype(np.int64),
        pairs["content_key"].astype(np.uint64),
    )


def levels_of(codes: Ints, comparisons: Sequence[Comparison]) -> Ints:
    """Take apart the numbers that stand for patterns: a row a code, a column a comparison."""
    columns = []
    for comparison in comparisons:
        codes, level = np.divmod(codes, len(comparison.levels) + 1)
        columns.append(level)
    return np.stack(columns, axis=1) if columns else np.zeros((len(codes), 0), dtype=np.int64)
