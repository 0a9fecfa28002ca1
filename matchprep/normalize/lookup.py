"""A dictionary of 128-bit keys for NumPy: many are looked up at once, and remembered from batch to batch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

_MIX_LOW, _MIX_HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_FREE = -1


class Lookup:
    """Numbers distinct keys 0, 1, 2, ... in the order in which they are added.

    Open addressing with linear probing, at most half full.

    Args:
        bits: Base-2 logarithm of the first number of slots.
    """

    def __init__(self, bits: int = 12) -> None:
        self.count = 0
        self._resize(bits)

    def _resize(self, bits: int) -> None:
        self._bits = bits
        self._low = np.zeros(1 << bits, np.uint64)
        self._high = np.zeros(1 << bits, np.uint64)
        self._number = np.full(1 << bits, _FREE, np.int32)

    def copy(self) -> Lookup:
        """Give another dictionary of the same keys.

        Returns:
            One that can be added to while this one is read.
        """
        other = Lookup(0)
        other.count, other._bits = self.count, self._bits
        other._low, other._high, other._number = self._low.copy(), self._high.copy(), self._number.copy()
        return other

    def _slot(self, low: Keys, high: Keys) -> npt.NDArray[np.int64]:
        mixed = (low * _MIX_LOW) ^ (high * _MIX_HIGH)
        mixed ^= mixed >> np.uint64(29)
        mixed *= _MIX_LOW
        return (mixed >> np.uint64(64 - self._bits)).view(np.int64)

    def find(self, low: Keys, high: Keys) -> Numbers:
        """Look keys up.

        Args:
            low: First halves.
            high: Second halves.

        Returns:
            The number of each key, -1 where it is not known.
        """
        slot = self._slot(low, high)
        found = self._number[slot]
        wrong = (found != _FREE) & ((self._low[slot] != low) | (self._high[slot] != high))
        left = np.flatnonzero(wrong)
        while len(left):
            slot[left] = (slot[left] + 1) & ((1 << self._bits) - 1)
            here = slot[left]
            number = self._number[here]
            found[left] = number
            wrong = (number != _FREE) & ((self._low[here] != low[left]) | (self._high[here] != high[left]))
            left = left[wrong]
        return found

    def add(self, low: Keys, high: Keys) -> None:
        """Take in keys, each distinct and none of them known yet.

        Args:
            low: First halves.
            high: Second halves.
        """
        numbers = np.arange(self.count, self.count + len(low), dtype=np.int32)
        self.count += len(low)
        if self.count * 2 > len(self._number):
            used = self._number != _FREE
            low = np.concatenate([self._low[used], low])
            high = np.concatenate([self._high[used], high])
            numbers = np.concatenate([self._number[used], numbers])
            self._resize((self.count * 4 - 1).bit_length())
        self._place(low, high, numbers)

    def _place(self, low: Keys, high: Keys, numbers: Numbers) -> None:
        slot = self._slot(low, high)
        left = np.arange(len(low))
        while len(left):
            free = left[self._number[slot[left]] == _FREE]
            self._number[slot[free]] = numbers[free]  # the last of several takes the slot
            won = free[self._number[slot[free]] == numbers[free]]
            self._low[slot[won]], self._high[slot[won]] = low[won], high[won]
            left = left[self._number[slot[left]] != numbers[left]]
            slot[left] = (slot[left] + 1) & ((1 << self._bits) - 1)


def distinct(low: Keys, high: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find the distinct ones among keys.

    Args:
        low: First halves.
        high: Second halves.

    Returns:
        Where each distinct key stands first, and for each key the number of its distinct one.
    """
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    new = np.ones(len(low), np.bool_)
    new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    place = np.empty(len(low), np.int64)
    place[order] = np.cumsum(new) - 1
    return order[new], place
