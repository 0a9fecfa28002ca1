"""Groups: persons made of pairs, each row judged by the company of rows it would join.

Two rows of one person may share nothing: one has a typing error here, the other there. And a row may
resemble two people who are not one: `J Smith` stands between John and Jane. So a row is held against all
rows of a group, field by field. What most of them bear counts most; a fuller form (a name) stands in for a
vaguer one (its initial). Two groups become one while the evidence of their rows, each held against the
other group, speaks for one person on average; the best two first, as average linkage has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchprep.match.evidence import Floats, Ints

Flags = npt.NDArray[np.bool_]
#: Likelihood ratios, one row a pair, by field and relation -> odds that both are one person.
Odds = Callable[[Floats], Floats]

#: Evidence of one row counts this many bits at most, so that it cannot outweigh all others.
MOST_BITS = 20.0
#: Share of the pairs between two groups that must have been compared before they can become one.
SEEN = 0.5


@dataclass(frozen=True)
class Links:
    """Pairs of rows that were compared field by field."""

    left: Ints
    right: Ints
    #: By pair, field and relation: how much likelier the field's level is than among strangers.
    ratios: Floats
    #: By pair and field: whether both rows have the field.
    there: Flags
    #: By pair and field: whether both have it in its fullest form.
    full: Flags


def connected(rows: int, left: Ints, right: Ints) -> Ints:
    """Find what hangs together.

    Args:
        rows: How many rows there are.
        left: One row of each pair.
        right: The other.

    Returns:
        For each row the least row that it hangs together with.

    Example:
        >>> connected(5, np.array([3, 1]), np.array([1, 4])).tolist()
        [0, 1, 2, 1, 1]
    """
    label = np.arange(rows)
    while not np.array_equal(label[left], label[right]):
        least = np.minimum(label[left], label[right])
        before = label.copy()
        for side in (left, right):
            np.minimum.at(label, before[side], least)
        while not np.array_equal(label, label[label]):
            label = label[label]
    return label


def grouped(rows: int, links: Links, odds: Odds, least: float = 0.0) -> Ints:
    """Join rows to groups.

    Args:
        rows: How many rows there are; ties go by their order.
        links: The pairs.
        odds: How likelihood ratios become odds.
        least: Bits of evidence from which two groups become one.

    Returns:
        For each row the least row of its group.
    """
    group = np.arange(rows)
    while True:
        row, other, mean, seen = _between(links, group, odds)
        sizes = np.bincount(group, minlength=rows)
        fit = np.flatnonzero((mean >= least) & (seen >= SEEN * sizes[row] * sizes[other]))
        if not len(fit):
            return group
        order = fit[np.lexsort((other[fit], row[fit], -mean[fit]))]
        ends, rank = np.stack([row[order], other[order]]), np.arange(len(order))
        best = np.full(rows, len(order))
        for end in ends:
            np.minimum.at(best, end, rank)
        mutual = (best[ends] == rank).all(axis=0)
        becomes = np.arange(rows)
        becomes[ends[1, mutual]] = ends[0, mutual]
        group = becomes[group]


def _between(links: Links, group: Ints, odds: Odds) -> tuple[Ints, Ints, Floats, Floats]:
    """Weigh every two groups between which pairs were compared: both groups, mean bits, pairs compared."""
    rows = len(group)
    apart = np.flatnonzero(group[links.left] != group[links.right])
    pair = np.concatenate([apart, apart])
    row = np.concatenate([links.left[apart], links.right[apart]])
    member = np.concatenate([links.right[apart], links.left[apart]])
    key, place = np.unique(row * rows + group[member], return_inverse=True)
    evidence = _in_company(links, pair, _borne_out(links, group)[member], place, len(key))
    with np.errstate(divide="ignore"):
        bits = np.clip(np.log2(odds(evidence)), -MOST_BITS, MOST_BITS)
    one, two = group[key // rows], key % rows
    share = 1.0 / np.bincount(group, minlength=rows)[one]
    ends, place_of_ends = np.unique(np.minimum(one, two) * rows + np.maximum(one, two), return_inverse=True)
    mean = np.bincount(place_of_ends, bits * share) / np.maximum(np.bincount(place_of_ends, share), 1e-9)
    seen = np.bincount(place_of_ends, np.bincount(place, minlength=len(key))) / 2
    # Digits are cut so that the order of a sum cannot be seen in the answer.
    return np.asarray(ends // rows), np.asarray(ends % rows), mean.round(9), np.asarray(seen)


def _borne_out(links: Links, group: Ints) -> Floats:
    """Give the weight of each row's value of each field: the square of how many of its group bear it."""
    inside = np.flatnonzero(group[links.left] == group[links.right])
    agrees = links.there[inside] & (links.ratios[inside, :, 0] > 1)
    count = np.zeros((len(group), agrees.shape[1]))
    for side in (links.left, links.right):
        np.add.at(count, side[inside], agrees)
    return np.asarray((1.0 + count) ** 2)


def _in_company(links: Links, pair: Ints, weight: Floats, place: Ints, count: int) -> Floats:
    """Average the likelihood ratios of each row over the rows of a group, the fullest forms alone."""
    fields, relations = links.ratios.shape[1:]
    evidence = np.ones((count, fields, relations))
    for n in range(fields):
        full = np.bincount(place, links.full[pair, n], minlength=count) > 0
        used = links.there[pair, n] & (links.full[pair, n] | ~full[place])
        shares = np.where(used, weight[:, n], 0.0)
        total = np.bincount(place, shares, minlength=count)
        some = total > 0
        for relation in range(relations):
            sums = np.bincount(place, shares * links.ratios[pair, n, relation], minlength=count)
            evidence[some, n, relation] = sums[some] / total[some]
    return evidence
