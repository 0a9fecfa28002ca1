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

from matchprep.normalize.buffers import Places
from matchprep.normalize.lookup import Keys, Lookup

Work = Callable[[pl.Series], pl.Series]

#: Values that are remembered; beyond, all is forgotten and learnt anew.
MOST = 250_000
#: After so many values it is clear whether a column repeats itself.
_TRIAL = 100_000
#: So many values of the first batch tell whether to try at all.
_SAMPLE = 4_096


class _Answers(NamedTuple):
    """Distinct values, and the answer to each."""

    values: pl.Series
    answers: pl.Series


class _Known(NamedTuple):
    """What is remembered; it is never changed, so that batches in other threads can read on in it."""

    lookup: Lookup
    table: _Answers


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
        keys, known = _keys(values), self._known
        number = np.zeros(len(keys), np.int32)
        unknown = np.arange(len(keys))
        if known:
            number = known.lookup.find(keys, _no(keys))
            # NOTE: two values may have one key. What is not known has the number -1, which is the last value.
            unknown = known.table.values.gather(number).ne_missing(values).arg_true().to_numpy()
        self._asked += len(keys)
        self._repeated += len(keys) - len(unknown)
        if known and not len(unknown):
            return known.table.answers.gather(number).alias(values.name)
        once, place = _distinct(keys[unknown], values.gather(unknown))
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
    keys, first = np.unique(_keys(values), return_index=True)
    lookup = known.lookup.copy() if known else Lookup()
    fresh = lookup.find(keys, _no(keys)) < 0
    lookup.add(keys[fresh], _no(keys[fresh]))
    new = [_compact(column.gather(first[fresh])) for column in (values, answers)]
    if known:
        new = [pl.concat(columns, rechunk=True) for columns in zip(known.table, new, strict=True)]
    return _Known(lookup, _Answers(*new))


def _keys(values: pl.Series) -> Keys:
    keys: Keys = values.hash().to_numpy()
    return keys


def _no(keys: Keys) -> Keys:
    """Give the second halves of keys that have none."""
    return np.zeros_like(keys)


def _distinct(keys: Keys, values: pl.Series) -> tuple[Places, Places]:
    """Tell where each distinct value stands first, and for each value the number of its distinct one."""
    _, once, place = np.unique(keys, return_index=True, return_inverse=True)
    if values.gather(once).gather(place).ne_missing(values).any():  # two values have one key
        once = place = np.arange(len(values))
    return once, place


def _compact(values: pl.Series) -> pl.Series:
    """Copy values, so that they do not hold the whole batch that they came in."""
    return pl.Series(values.to_arrow(compat_level=pl.CompatLevel.oldest()), dtype=values.dtype)
