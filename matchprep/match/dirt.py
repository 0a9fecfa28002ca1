"""How dirty a list is: one number, which few matches tell, where each probability of its own needs many.

A filthy list that finds forty matches in a sample cannot say how often each field is wrong, and with the
shipped probabilities its matches would look like strangers; a tidy one's strangers like matches. But that
everything is wrong twice as often, forty matches can say.

Nor are slips spread evenly over the rows of a list: few people make most of them. Whoever has slipped once
will have slipped again more often than others do. That each person's slips come at a rate of their own,
drawn from a gamma distribution of shape `CARE`, makes a second slip `1 + 1 / CARE` times as probable, the
next one `1 + 2 / CARE` times.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from matchprep.match.comparisons import Comparison
from matchprep.match.evidence import Floats, Ints
from matchprep.match.weights import HOME, MOVED, forms, shipped

Bools = npt.NDArray[np.bool_]

#: Comparisons whose errors tell how dirty a list is.
TYPED = frozenset({"first_name", "last_name", "middle_name", "dob"})
#: How alike people are in care: the smaller, the fewer make most slips.
CARE = 1.5
#: Comparisons that whoever moved differs in without an error.
PLACES = frozenset({"address", "place", "unit"})
#: Comparisons that are more often wrong in a dirty list.
DIRTIED = TYPED | PLACES | {"name_suffix", "gender", "phone", "email"}
#: How many errors the assumption is worth that a list is as dirty as those learned on; and the bounds.
STRENGTH, BOUNDS = 5.0, (0.2, 5.0)


def dirtiness(comparisons: Sequence[Comparison], home: Sequence[Floats], moved: Sequence[Floats]) -> float:
    """Estimate how many times as many errors a list has as the shipped probabilities say.

    Args:
        comparisons: The comparisons.
        home: Of each, how often each level occurs in matches at the same address.
        moved: The same for matches at another address.

    Returns:
        1 for a list like those that the shipped probabilities were learned on.
    """
    seen = usual = STRENGTH
    for comparison, *counted in zip(comparisons, home, moved, strict=True):
        if comparison.name not in TYPED:
            continue
        prior = shipped()[comparison.name].table
        for rows, _, wrong in _errors(comparison, prior):
            for relation, counts in zip((HOME, MOVED), counted, strict=True):
                seen += float(counts[wrong].sum())
                usual += float(counts[rows].sum() * prior[wrong, relation].sum())
    return float(np.clip(seen / usual, *BOUNDS))


def dirtied(comparison: Comparison, times: float) -> Floats:
    """Give the shipped probabilities with other odds of an error in what one person's rows share.

    Args:
        comparison: Whose.
        times: What to multiply the odds by.

    Returns:
        A row a level, a column a relation, summing to 1 within each form.
    """
    table = shipped()[comparison.name].table.copy()
    if comparison.name not in DIRTIED:
        return table
    for _, right, wrong in _errors(comparison, table):
        for relation in (HOME,) if comparison.name in PLACES else (HOME, MOVED):
            table[wrong, relation] *= times
            table[[right, *wrong], relation] /= table[[right, *wrong], relation].sum()
    return table


@cache
def slips(comparison: Comparison) -> Bools:
    """Say which levels of a comparison are slips.

    Args:
        comparison: Any; only what people type is slipped in.

    Returns:
        One truth a level, with one for `missing` in front.
    """
    found = np.zeros(len(comparison.levels) + 1, dtype=np.bool_)
    if comparison.name in TYPED:
        for _, _, wrong in _errors(comparison, shipped()[comparison.name].table):
            found[np.array(wrong) + 1] = True
    return found


def heaped(comparisons: Sequence[Comparison], patterns: Ints, care: float) -> Floats:
    """Give how much more probable the slips of each pattern are of one person than by themselves.

    Args:
        comparisons: The comparisons.
        patterns: A row a pattern, a column a comparison: the number of the level, 0 for missing.
        care: How alike people are in care, as `CARE`.

    Returns:
        A natural logarithm a pattern.
    """
    count = np.zeros(len(patterns), dtype=np.int64)
    for n, comparison in enumerate(comparisons):
        count += slips(comparison)[patterns[:, n]]
    return np.asarray(np.cumsum(np.append(0.0, np.log1p(np.arange(len(comparisons)) / care)))[count])


def _errors(comparison: Comparison, table: Floats) -> list[tuple[list[int], int, list[int]]]:
    """Give of each form that can be wrong: its levels, the right one, and the wrong ones."""
    found = []
    for rows in forms(comparison):
        right = rows[int(np.argmax(table[rows, HOME]))]
        if len(rows) > 1:
            found.append((rows, right, [row for row in rows if row != right]))
    return found
