"""From a sample to the universe: how many there are, where a random part of them found so many.

Found by a sample of `f` were `k`, and at most `n` can be there. Before that is known, any number of them from
none to all is taken to be as probable as any other. Then `N` of them there are with a probability that goes
as

    C(N, k) x f^k x (1 - f)^(N - k)        N from k to n

whose mean is about `k + (k + 1)(1 - f) / f`. It is this mean that leans neither way, however lists are
chosen by what was found of them, as those are whose answer is narrow enough to be given; `k / f` leans low
there. Its spread knows, too, that no more than all can be there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

#: Numbers that are looked at, and how many standard deviations about the most probable one.
STEPS, AROUND = 400, 8.0


@dataclass(frozen=True)
class Universe:
    """How many there are."""

    mean: float
    #: Standard deviation.
    spread: float


def in_universe(found: float, most: float, fraction: float) -> Universe:
    """Say how many there are of whom a sample found some.

    Args:
        found: How many the sample found; an expected number need not be whole.
        most: How many there can be.
        fraction: What part of the universe the sample is.

    Returns:
        Mean and standard deviation.

    Example:
        >>> round(in_universe(40, 1000, 0.1).mean)
        409
    """
    if fraction >= 1 or most <= found:
        return Universe(min(found, most), 0.0)
    usual = math.sqrt((found + 1) * (1 - fraction)) / fraction
    middle = min(found / fraction, most)
    number = np.linspace(max(found, middle - AROUND * usual), min(most, middle + AROUND * usual), STEPS)
    ways = np.array([math.lgamma(one + 1) - math.lgamma(one - found + 1) for one in number])
    logs = ways + (number - found) * math.log1p(-fraction)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    mean = float(weight @ number)
    return Universe(mean, math.sqrt(float(weight @ (number - mean) ** 2)))
