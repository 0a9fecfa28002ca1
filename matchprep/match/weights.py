"""Weights: how likely each level is, for each way in which two rows can be related.

A pair of a list row and a reference row is one of five:

    home       the same person, at the same address
    moved      the same person, at another address
    family     two people of one family and one address
    kin        two people of one family who live apart
    stranger   two people who have nothing to do with each other

Within each of these, fields agree or differ independently. So surname, address, phone and ZIP, which a
whole household shares, speak for `family` as much as for `home`: they are not counted four times, and
only what tells people of one household apart decides. `home` and `moved` together are the m
probabilities of the Fellegi-Sunter model; the other three are its u probabilities.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from matchprep.match.comparisons import COMPARISONS, Comparison
from matchprep.match.evidence import Floats, Ints

RELATIONS = ("home", "moved", "family", "kin", "stranger")
HOME, MOVED, FAMILY, KIN, STRANGER = range(5)

#: Comparisons in which a family of one address agrees as one person would.
SHARED_AT_HOME = frozenset({"last_name", "address", "unit", "place"})
#: Comparisons in which relatives who live apart are as strangers.
LEAST = 1e-9


@dataclass(frozen=True)
class Probabilities:
    """Shares of the levels of one comparison: a row a level, a column a relation, 1 in all within a form."""

    comparison: Comparison
    table: Floats

    def logs(self) -> Floats:
        """Give natural logarithms, with a row of zeros in front for `missing`."""
        return np.vstack([np.zeros((1, len(RELATIONS))), np.log(np.maximum(self.table, LEAST))])


def forms(comparison: Comparison) -> list[list[int]]:
    """Give the positions of the levels of each form of a comparison."""
    names = list(dict.fromkeys(level.form for level in comparison.levels))
    return [[n for n, level in enumerate(comparison.levels) if level.form == name] for name in names]


def normalized(comparison: Comparison, table: Floats) -> Floats:
    """Scale shares so that they sum to 1 within each form and relation."""
    scaled = np.maximum(table, LEAST)
    for rows in forms(comparison):
        scaled[rows] /= scaled[rows].sum(axis=0)
    return scaled


@cache
def shipped() -> Mapping[str, Probabilities]:
    """Read the probabilities that come with the product.

    Returns:
        Comparison name to probabilities, learned on simulated people by `benchmarks/learn_weights.py`.
    """
    text = files("matchprep.match").joinpath("weights.json").read_text(encoding="utf-8")
    data = json.loads(text)["probabilities"]
    return {
        comparison.name: Probabilities(
            comparison,
            normalized(
                comparison, np.array([data[comparison.name][level.name] for level in comparison.levels])
            ),
        )
        for comparison in COMPARISONS
    }


def estimated(counts: Floats, prior: Floats, comparison: Comparison, strength: float) -> Floats:
    """Combine counted levels with shipped shares: the more was counted, the less the shipped ones matter.

    Args:
        counts: How often each level was seen (expected counts), one number a level.
        prior: The shipped shares, one number a level.
        comparison: Whose levels.
        strength: How many observations the shipped shares are worth.

    Returns:
        Shares that sum to 1 within each form.
    """
    shares = np.empty_like(prior)
    for rows in forms(comparison):
        total = counts[rows].sum() + strength
        shares[rows] = (counts[rows] + strength * prior[rows]) / total
    return shares


def adapted(counts: Floats, prior: Floats, comparison: Comparison, events: float) -> Floats:
    """Combine counted levels with shipped shares, of which the rare ones are as unsure as the frequent ones.

    Each shipped share is held as if so many events had been seen of it: that one in a hundred differs rests
    on as many observations as it took to see that, and that one in two has moved far on a few.

    Args:
        counts: How often each level was seen (expected counts), one number a level.
        prior: The shipped shares, one number a level.
        comparison: Whose levels.
        events: How many events of each level the shipped share is worth.

    Returns:
        Shares that sum to 1 within each form.
    """
    shares = np.empty_like(prior)
    for rows in forms(comparison):
        seen = (counts[rows] + events) / (counts[rows].sum() + events / np.maximum(prior[rows], LEAST))
        shares[rows] = seen / seen.sum()
    return shares


def level_counts(patterns: Ints, weights: Floats, comparisons: Sequence[Comparison]) -> list[Floats]:
    """Count how often each level occurs.

    Args:
        patterns: A row a pattern, a column a comparison: the number of the level, 0 for missing.
        weights: How often each pattern occurs.
        comparisons: The comparisons of the columns.

    Returns:
        One array a comparison, one number a level; missing left out.
    """
    return [
        np.bincount(patterns[:, n], weights, minlength=len(comparison.levels) + 1)[1:].astype(np.float64)
        for n, comparison in enumerate(comparisons)
    ]
