"""Addresses to labelled tokens: each distinct sequence of token classes is labelled once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.normalize.address.classes import TokenClasses
from matchprep.normalize.address.crf import Model, address_model
from matchprep.normalize.address.decode import decode
from matchprep.normalize.address.lookup import Keys, Lookup, distinct
from matchprep.normalize.address.runs import Components, Runs
from matchprep.normalize.address.scan import Tokens, scan
from matchprep.normalize.address.vocabulary import Vocabulary

Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]

#: Distinct tokens, and tokens in distinct sequences, that are remembered; beyond, all is forgotten and learnt anew.
MOST_TOKENS, MOST_STEPS = 1_000_000, 8_000_000

_RANDOM = np.random.default_rng(19)


@dataclass(frozen=True)
class KnownRuns:
    """The components of all sequences known at one time; see `Runs`."""

    begin: Places
    count: Places
    type: npt.NDArray[np.uint8]
    component: npt.NDArray[np.uint8]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]


class Tagger:
    """Labels addresses as usaddress does, and remembers every sequence of token classes it met.

    Args:
        model: The address model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.components = Components(model.labels)
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        self._classes = TokenClasses(self.model)
        self._vocabulary = Vocabulary(self._classes)
        self._sequences = Lookup()
        self._runs = Runs(self.components)
        self._steps = 0

    def runs(self, addresses: pl.Series) -> tuple[Tokens, Numbers, KnownRuns]:
        """Cut addresses into tokens and label these.

        Args:
            addresses: Strings; null is read as empty.

        Returns:
            Where the tokens lie, the number of the sequence of each address, and the components of all sequences.
        """
        tokens = scan(addresses)
        with self._lock:
            if self._vocabulary.size > MOST_TOKENS or self._steps > MOST_STEPS:
                self._forget()
            _, classes = self._vocabulary.look_up(tokens)
            known = self._look_up(tokens, classes)
            runs = self._runs
            columns = (runs.begin, runs.count, runs.type, runs.component, runs.first, runs.last)
            return tokens, known, KnownRuns(*(column.values for column in columns))

    def _look_up(self, tokens: Tokens, classes: Numbers) -> Numbers:
        """Number the sequences of classes, labelling those that are new."""
        row = np.repeat(np.arange(len(tokens.first) - 1), np.diff(tokens.first))
        step = np.arange(len(row)) - tokens.first[row]
        low, high = (_sums(tokens, classes, step, side) for side in (0, 1))
        known = self._sequences.find(low, high)
        new = np.flatnonzero(known < 0)
        if len(new):
            once, place = distinct(low[new], high[new])
            known[new] = self._sequences.count + place
            self._sequences.add(low[new[once]], high[new[once]])
            self._learn(tokens, classes, new[once])
        return known

    def _learn(self, tokens: Tokens, classes: Numbers, rows: Places) -> None:
        """Label one address of each new sequence."""
        first, count = tokens.first[rows], np.diff(tokens.first)[rows]
        begin = np.cumsum(count) - count
        labels = np.empty(int(count.sum()), np.uint8)
        for length in np.unique(count[count > 0]).tolist():
            chosen = np.flatnonzero(count == length)
            steps = np.arange(length)
            sequences = classes[first[chosen][:, None] + steps]
            labels[begin[chosen][:, None] + steps] = decode(sequences, self._classes, self.model)
        self._runs.extend(labels, count)
        self._steps += len(labels)


#: Random odd factors for the classes (two of them) and for the places in a sequence.
_FACTORS: list[Keys] = [_RANDOM.integers(0, 2**64, 4096, np.uint64) | np.uint64(1) for _ in range(3)]


def _factors(side: int, size: int) -> Keys:
    while len(_FACTORS[side]) < size:
        more = _RANDOM.integers(0, 2**64, len(_FACTORS[side]), np.uint64) | np.uint64(1)
        _FACTORS[side] = np.concatenate([_FACTORS[side], more])
    return _FACTORS[side]


def _sums(tokens: Tokens, classes: Numbers, step: Places, side: int) -> Keys:
    """Boil each sequence of classes down to 64 bits."""
    terms = _factors(side, int(classes.max(initial=0)) + 1)[classes] * _factors(2, int(step.max(initial=0)) + 1)[step]
    sums = np.zeros(len(terms) + 1, np.uint64)
    np.cumsum(terms, out=sums[1:])
    return sums[tokens.first[1:]] - sums[tokens.first[:-1]]


@cache
def address_tagger() -> Tagger:
    """Give the tagger of this process.

    Returns:
        The tagger, with what it has learnt so far.
    """
    return Tagger(address_model())
