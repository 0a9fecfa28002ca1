"""Chance that falls alike on every machine and under every version of Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of chance.

    Only `Random.random()` is asked: of all the methods of the standard library's generator, it alone is
    promised to give the same numbers for the same seed in every version.

    Args:
        seed: Where the sequence starts.
    """

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random

    def chance(self, probability: float) -> bool:
        """Say yes with this probability."""
        return self._next() < probability

    def number(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of the choices, all equally likely."""
        return choices[int(self._next() * len(choices))]

    def pick_common(self, choices: Sequence[T]) -> T:
        """Draw one of the choices, the first ones more often."""
        share = self._next()
        return choices[int((0.7 * share * share + 0.3 * share) * len(choices))]

    def weighted(self, choices: dict[T, int]) -> T:
        """Draw one of the choices by its weight."""
        left = self._next() * sum(choices.values())
        for choice, weight in choices.items():
            left -= weight
            if left < 0:
                return choice
        return next(reversed(choices))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Give the items in another order."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = int(self._next() * (last + 1))
            deck[last], deck[other] = deck[other], deck[last]
        return deck
