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
from matchprep.normalize.address.forms import Forms
from matchprep.normalize.address.growing import Growing
from matchprep.normalize.address.plans import COLUMNS, Plans
from matchprep.normalize.address.runs import Components, Runs
from matchprep.normalize.address.scan import Tokens, scan
from matchprep.normalize.address.vocabulary import Vocabulary
from matchprep.normalize.buffers import Bytes, Mask, Places, expand
from matchprep.normalize.lookup import Keys, Lookup, distinct

Numbers = npt.NDArray[np.int32]

#: Distinct tokens, and tokens in distinct sequences, that are remembered; beyond, all is forgotten and learnt
#: anew.
MOST_TOKENS, MOST_STEPS = 500_000, 3_000_000

#: Seconds to wait for another thread that is learning.
PATIENCE_S = 2.0

_RANDOM = np.random.default_rng(19)


@dataclass(frozen=True)
class KnownRuns:
    """The components of a batch of addresses.

    Args:
        row: The address of each component.
        component: Its number; see `Components`.
        first: Its first token.
        last: Its last token.
        type: The number of the type of each address; see `TYPES`.
    """

    row: Places
    component: npt.NDArray[np.uint8]
    first: Places
    last: Places
    type: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Planned:
    """What is to be written of a batch of addresses.

    Args:
        text: The bytes of the addresses.
        pool: The bytes of standard forms.
        start: Where each piece begins, in the text and then the pool.
        size: How many bytes it has.
        row_begin: The first piece of each address.
        ranges: For each address and column, the first piece and the one after the last, from `row_begin` on.
        on_route: Which addresses are those of rural routes and military units.
    """

    text: Bytes
    pool: Bytes
    start: Places
    size: Places
    row_begin: Places
    ranges: Numbers
    on_route: Mask


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
        self._forms = Forms()
        self._sequences = Lookup()
        self._labels, self._marks, self._count = Growing(np.uint8), Growing(np.uint8), Growing(np.int64)
        self._runs = Runs(self.components)
        self._plans = {whole: Plans(self.components, whole=whole) for whole in (False, True)}

    def runs(self, addresses: pl.Series) -> tuple[Tokens, KnownRuns]:
        """Find the components of addresses.

        Args:
            addresses: Strings; null is read as empty.

        Returns:
            Where the tokens lie, and which of them make up a component.
        """
        tokens = scan(addresses)
        if spare := self._spare():
            return spare.runs(addresses)
        try:
            _, known = self._look_up(tokens)
            runs = self._runs
            runs.extend(*self._beyond(len(runs.count)))
            run, row = expand(runs.begin.values[known], runs.count.values[known])
            first, last = runs.first.values[run], runs.last.values[run]
            component, kind = runs.component.values[run], runs.type.values[known]
        finally:
            self._lock.release()
        return tokens, KnownRuns(row, component, tokens.first[row] + first, tokens.first[row] + last, kind)

    def plan(self, addresses: pl.Series, *, whole: bool) -> Planned:
        """Find what is to be written of addresses, and where.

        Args:
            addresses: Strings; null is read as empty.
            whole: Whether they hold city, state and ZIP.

        Returns:
            The pieces.
        """
        tokens = scan(addresses)
        if spare := self._spare():
            return spare.plan(addresses, whole=whole)
        try:
            words, known = self._look_up(tokens)
            plans, forms = self._plans[whole], self._forms
            plans.extend(*self._beyond(len(plans.count)), self._marks.values[self._steps(len(plans.count)) :])
            forms.extend(self._vocabulary.texts_from(len(forms.lead)))
            count = plans.count.values[known]
            piece, row = expand(plans.begin.values[known], count)
            table, token = plans.table.values[piece], tokens.first[row] + plans.step.values[piece]
            ranges = plans.ranges.values.reshape(-1, len(COLUMNS), 2)[known]
            on_route = plans.on_route.values[known]
        finally:
            self._lock.release()
        token[table < 0] = 0  # a constant may stand where there is no token
        word = words[token] if len(words) else token
        cut = np.where(table < 0, -1 - table, forms.pieces[np.maximum(table, 0), word])
        own = cut < 0
        start = np.where(own, tokens.start[token] + forms.lead[word], len(tokens.text) + forms.start[cut])
        size = np.where(own, tokens.stop[token] - start - forms.tail[word], np.diff(forms.start)[cut] - 1)
        return Planned(tokens.text, forms.text, start, size, np.cumsum(count) - count, ranges, on_route)

    def _spare(self) -> Tagger | None:
        """Begin to use this tagger; where it stays taken, give one that has yet to learn."""
        # NOTE: learning calls Polars, whose threads may meanwhile take up another batch and come here again;
        # to wait without an end could be to wait for oneself.
        return None if self._lock.acquire(timeout=PATIENCE_S) else Tagger(self.model)

    def _steps(self, sequence: int) -> int:
        """Tell where the tokens of a sequence begin."""
        return int(self._count.values[:sequence].sum())

    def _beyond(self, sequence: int) -> tuple[npt.NDArray[np.uint8], Places]:
        """Give the labels and lengths of the sequences from one on."""
        return self._labels.values[self._steps(sequence) :], self._count.values[sequence:]

    def _look_up(self, tokens: Tokens) -> tuple[Numbers, Numbers]:
        """Number tokens and the sequences of their classes, labelling those that are new."""
        if self._vocabulary.size > MOST_TOKENS or len(self._labels) > MOST_STEPS:
            self._forget()
        words, classes = self._vocabulary.look_up(tokens)
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
        return words, known

    def _learn(self, tokens: Tokens, classes: Numbers, rows: Places) -> None:
        """Label one address of each new sequence."""
        count = np.diff(tokens.first)[rows]
        begin = np.cumsum(count) - count
        places, _ = expand(tokens.first[rows], count)
        sequences = classes[places]
        labels = np.empty(len(sequences), np.uint8)
        for length in np.unique(count[count > 0]).tolist():
            chosen = begin[count == length][:, None] + np.arange(length)
            labels[chosen] = decode(sequences[chosen], self._classes, self.model)
        self._labels.extend(labels)
        self._count.extend(count)
        self._marks.extend(self._classes.marks[sequences])


#: Random odd factors for the classes (two of them) and for the places in a sequence.
_FACTORS: list[Keys] = [_RANDOM.integers(0, 2**64, 4096, np.uint64) | np.uint64(1) for _ in range(3)]


def _factors(side: int, size: int) -> Keys:
    while len(_FACTORS[side]) < size:
        more = _RANDOM.integers(0, 2**64, len(_FACTORS[side]), np.uint64) | np.uint64(1)
        _FACTORS[side] = np.concatenate([_FACTORS[side], more])
    return _FACTORS[side]


def _sums(tokens: Tokens, classes: Numbers, step: Places, side: int) -> Keys:
    """Boil each sequence of classes down to 64 bits."""
    terms = (
        _factors(side, int(classes.max(initial=0)) + 1)[classes]
        * _factors(2, int(step.max(initial=0)) + 1)[step]
    )
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
