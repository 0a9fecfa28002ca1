"""Answers that are remembered: what was worked out for a value once is looked up when it comes again.

Lists repeat themselves: a million people have a few thousand given names, a few hundred cities, some ten
thousand birthdays in a few spellings. To find a value among those already known costs as much as one pass of
a regular expression; understanding it takes dozens.

The functions here take whole batches of a column, never single values.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import numpy as np
import polars as pl

from matchprep.normalize.buffers import INLINE, Places, string_views
from matchprep.normalize.lookup import Keys, Lookup, Numbers, distinct

Work = Callable[[pl.Series], pl.Series]

#: Values that are remembered; beyond, all is forgotten and learnt anew.
MOST = 250_000
#: After so many values it is clear whether a column repeats itself.
_TRIAL = 100_000
#: So many values of the first batch tell whether to try at all.
_SAMPLE = 4_096
#: Where the length of a string stands in the first half of its key; no string has this one.
_LENGTH = np.uint64(2**32 - 1)
_NULL = _LENGTH


class _Answers(NamedTuple):
    """Distinct values, and the answer to each."""

    values: pl.Series
    answers: pl.Series


class _Known(NamedTuple):
    """What is remembered; it is never changed, so that batches in other threads can read on in it."""

    lookup: Lookup
    table: _Answers

    def number(self, values: pl.Series) -> Numbers:
        """Give the number of each value, -1 where it is not known."""
        low, high, long = _keys(values)
        number = self.lookup.find(low, high)
        # NOTE: two long values may have one key. What is not known has the number -1: the last value.
        other = self.table.values.gather(number[long]).ne_missing(values.gather(long)).to_numpy()
        number[long[other]] = -1
        return number


class Memory:
    """Work that is done once for each distinct value, across the batches of a column.

    Args:
        work: From values to as many answers; it looks at nothing but the value.
        least: The share of values seen before below which remembering costs more than the work.
    """

    def __init__(self, work: Work, *, least: float = 0.25) -> None:
        self._work, self._least = work, least
        self._asked = self._repeated = 0
        self._known: _Known | None = None
        self._waiting: list[_Answers] = []
        self._learning = Lock()

    def __call__(self, values: pl.Series) -> pl.Series:
        """Give the answers.

        Args:
            values: A batch of the column.

        Returns:
            What the work would give.
        """
        if values.is_empty() or self._is_no_use(values):
            return self._work(values)
        known = self._known
        number = known.number(values) if known else np.full(len(values), -1, np.int32)
        unknown = np.flatnonzero(number < 0)
        self._asked += len(number)
        self._repeated += len(number) - len(unknown)
        if known and not len(unknown):
            return known.table.answers.gather(number).alias(values.name)
        once, place = _distinct(values.gather(unknown))
        self._repeated += len(unknown) - len(once)
        new = values.gather(unknown[once])
        answers = self._work(new)
        self._take_in(_Answers(new, answers))
        if known:
            answers = pl.concat([known.table.answers, answers], rechunk=False)
            place = place + len(known.table.answers)
        number[unknown] = place
        return answers.gather(number).alias(values.name)

    def _is_no_use(self, values: pl.Series) -> bool:
        """Say whether the column repeats itself too little."""
        if not self._asked and len(values) >= _SAMPLE:
            # NOTE: a few values repeat less than many do: half the squared share is a lenient guess.
            distinct = values.head(_SAMPLE).n_unique()
            if 1 - distinct / _SAMPLE < self._least**2 / 2:
                self._asked = _TRIAL
        return self._asked >= _TRIAL and self._repeated < self._least * self._asked

    def _take_in(self, new: _Answers) -> None:
        """Remember new answers, many at once, so that taking them in stays cheap."""
        self._waiting.append(new)
        known = self._known
        if known and 4 * sum(len(some.values) for some in self._waiting) < known.lookup.count:
            return
        # NOTE: never wait here: Polars may run another batch on this thread while it works on this one.
        if not self._learning.acquire(blocking=False):
            return
        try:
            waiting, self._waiting = self._waiting, []
            known = self._known
            self._known = _learnt(known if known and known.lookup.count <= MOST else None, waiting)
        finally:
            self._learning.release()


def _learnt(known: _Known | None, waiting: list[_Answers]) -> _Known:
    """Add answers to what is known."""
    values = pl.concat([some.values for some in waiting])
    answers = pl.concat([some.answers for some in waiting])
    first, _ = _distinct(values)
    low, high, _ = _keys(values.gather(first))
    lookup = known.lookup.copy() if known else Lookup()
    fresh = np.flatnonzero(lookup.find(low, high) < 0)
    # NOTE: of two values that have one key the first is remembered.
    fresh = fresh[distinct(low[fresh], high[fresh])[0]]
    lookup.add(low[fresh], high[fresh])
    new = [_compact(column.gather(first[fresh])) for column in (values, answers)]
    if known:
        new = [pl.concat(columns, rechunk=True) for columns in zip(known.table, new, strict=True)]
    return _Known(lookup, _Answers(*new))


def _keys(values: pl.Series) -> tuple[Keys, Keys, Places]:
    """Write values as keys: short ones stand in them whole; of long ones their length, beginning and hash.

    Returns:
        Both halves of the keys, and which values are long.
    """
    low, high = string_views(values).T.copy()
    if values.has_nulls():
        nulls = values.is_null().to_numpy()
        low[nulls], high[nulls] = _NULL, 0
    long = np.flatnonzero(((low & _LENGTH) > INLINE) & (low != _NULL))
    if len(long):
        high[long] = values.gather(long).hash().to_numpy()
    return low, high, long


def _distinct(values: pl.Series) -> tuple[Places, Places]:
    """Tell where each distinct value stands first, and for each value the number of its distinct one."""
    _, once, place = np.unique(values.hash().to_numpy(), return_index=True, return_inverse=True)
    if values.gather(once).gather(place).ne_missing(values).any():  # two values have one hash
        once = place = np.arange(len(values))
    return once, place


def _compact(values: pl.Series) -> pl.Series:
    """Copy values, so that they do not hold the whole batch that they came in."""
    return pl.Series(values.to_arrow(compat_level=pl.CompatLevel.oldest()), dtype=values.dtype)
