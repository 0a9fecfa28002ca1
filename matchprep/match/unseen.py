"""Matches outside the candidates: how many there are, told by those that were hard to find.

Capture and recapture, where each blocking rule is a net: people whom one net alone caught tell of those who
went through all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matchprep.match.comparisons import Comparison
from matchprep.match.evidence import Evidence, Floats

#: What finds a person however wrong all else is. Whom no rule found shares none of these with the reference,
#: and is like those only who were found without them.
BY_ITSELF = frozenset({"phone", "email", "voter_id"})
#: Matches beyond the candidates, as shares of those that one rule found and of those that two found.
UNSEEN_OF_ONCE, UNSEEN_OF_TWICE = 0.6, 0.25
#: Rules that lists with names and an address or a birth date are asked at least.
MANY_RULES = 10


def unseen(
    evidence: Evidence, probability: Floats, comparisons: Sequence[Comparison], *, rules: int
) -> float:
    """Estimate how many matches no blocking rule found, from those that only one or two rules found.

    Args:
        evidence: The pairs.
        probability: Of each: that it is the same person.
        comparisons: What the pairs were compared by.
        rules: How many rules could have found them; one alone says nothing of what it misses.

    Returns:
        Expected number of matches outside the candidates.

    Source: shares seen in `benchmarks/learn_unseen.py` over towns on many rules, for people with names and
        more; and over the five towns of `benchmarks/agree_forecast.py`. In a town on rules that the shipped
        probabilities know nothing of, rules miss twice as many, and as many again are found and look like
        somebody else: the shares lie between what suits it and what suits the others. Where few rules could
        be asked: A. Chao, Estimating the population size for capture-recapture data with unequal
        catchability, 1987, the form without bias for few observations. It is a lower bound, a fifth to a
        third of the truth in these towns, since rows full of errors are hard to find by any rule.
    """
    if rules >= MANY_RULES:
        probability = np.where(by_itself(evidence, comparisons), 0.0, probability)
    once, twice = (float(probability[evidence.found_by == number].sum()) for number in (1, 2))
    if rules >= MANY_RULES:
        return UNSEEN_OF_ONCE * once + UNSEEN_OF_TWICE * twice
    share = (rules - 1) / max(rules, 1)
    return max(share, 0.0) * once * max(once - 1.0, 0.0) / (2.0 * (twice + 1.0))


def by_itself(evidence: Evidence, comparisons: Sequence[Comparison]) -> npt.NDArray[np.bool_]:
    """Say of each pair whether it agrees on a value that finds people by itself.

    Args:
        evidence: The pairs.
        comparisons: What they were compared by.
    """
    agrees = np.zeros(len(evidence.patterns), dtype=np.bool_)
    for n, one in enumerate(comparisons):
        if one.name in BY_ITSELF:
            agrees |= evidence.patterns[:, n] == one.words.index("exact")
    return agrees[evidence.pattern]
