"""The best label of each token: the Viterbi algorithm over many sequences of equal length at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import usaddress

from matchprep.normalize.address.classes import TokenClasses
from matchprep.normalize.address.crf import Model

Matrix = npt.NDArray[np.int32]
Labels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]

#: Sequences a step; the working set of a step then fits into a core's cache.
_CHUNK = 1024
#: Sums of the same weights in another order differ by less than this.
_TIE = 1e-9


def decode(sequences: Matrix, classes: TokenClasses, model: Model) -> Labels:
    """Label sequences of token classes as the model does.

    Single precision finds nearly all best paths in half the time; it knows how far it can be wrong. Where a
    second path comes that close, double precision decides, and CRFsuite itself where even that is too close
    to tell.

    Args:
        sequences: One sequence a row, all of one length.
        classes: What the numbers in them mean.
        model: The address model.

    Returns:
        The number of the label of each token.
    """
    labels, tied = _best(sequences, classes, model, np.float32, _single_error(sequences, classes, model))
    again = np.flatnonzero(tied)
    labels[again], tied = _best(sequences[again], classes, model, np.float64, _TIE)
    for row in again[tied].tolist():
        labels[row] = _ask(sequences[row].tolist(), classes, model)
    return labels


def _single_error(sequences: Matrix, classes: TokenClasses, model: Model) -> float:
    """Bound the error of the sums along a path in single precision."""
    length = sequences.shape[1]
    step = (
        np.abs(classes.weights).max(axis=(1, 2)).sum()
        + 4 * np.abs(model.state).max()
        + np.abs(model.transition).max()
    )
    return float(16 * length * (length * step) * np.finfo(np.float32).eps)


def _best(
    sequences: Matrix, classes: TokenClasses, model: Model, precision: type[np.floating], tie: float
) -> tuple[Labels, Mask]:
    """Label sequences chunk by chunk; say which of them have a second path within `tie` of the best."""
    labels, tied = np.empty(sequences.shape, np.uint8), np.empty(len(sequences), np.bool_)
    weights, transition = classes.weights.astype(precision), model.transition.astype(precision)

    def work(begin: int) -> None:
        chunk = slice(begin, begin + _CHUNK)
        scores = _scores(sequences[chunk], weights, model)
        labels[chunk], tied[chunk] = _viterbi(scores, transition, tie)

    begins = range(0, len(sequences), _CHUNK)
    if len(begins) <= 1:
        for begin in begins:
            work(begin)
    else:  # NumPy lets go of the interpreter while it adds
        with ThreadPoolExecutor(min(len(begins), pl.thread_pool_size())) as pool:
            list(pool.map(work, begins))
    return labels, tied


def _scores(sequences: Matrix, weights: Floats, model: Model) -> Floats:
    """Add up the weights of each step (axis 0) for each label (axis 1) in each sequence (axis 2)."""
    itself, before, after = weights
    length = sequences.shape[1]
    scores = itself[sequences]
    scores[:, 1:] += before[sequences[:, :-1]]
    scores[:, :-1] += after[sequences[:, 1:]]
    ends = {
        "address.start": 0,
        "previous:address.start": 1,
        "address.end": length - 1,
        "next:address.end": length - 2,
    }
    for name, step in ends.items():
        if 0 <= step < length and name in model.attributes:
            scores[:, step] += model.state[model.attributes[name]].astype(scores.dtype)
    return np.ascontiguousarray(scores.transpose(1, 2, 0))


def _viterbi(scores: Floats, transition: Floats, tie: float) -> tuple[Labels, Mask]:
    """Find the best path of each sequence, and whether another one comes too close to tell."""
    length, labels, count = scores.shape
    room = np.empty((labels, count), scores.dtype)
    for step in range(1, length):
        best = transition[0][:, None] + scores[step - 1, 0]
        for label in range(1, labels):
            np.add(transition[label][:, None], scores[step - 1, label], out=room)
            np.maximum(best, room, out=best)
        scores[step] += best
    path = np.empty((count, length), np.uint8)
    tied = np.zeros(count, np.bool_)
    reached = scores[-1]
    for step in range(length - 1, -1, -1):
        if step < length - 1:
            reached = scores[step] + transition[:, path[:, step + 1]]
        top = reached.max(axis=0)
        near = reached >= top - scores.dtype.type(tie)
        path[:, step] = near.argmax(axis=0)
        tied |= near.sum(axis=0) > 1
    return path, tied


def _ask(sequence: list[int], classes: TokenClasses, model: Model) -> list[int]:
    """Let CRFsuite itself label one sequence."""
    bare: list[dict[str, Any]] = [dict(classes.examples[number]) for number in sequence]
    features = [dict(token) for token in bare]
    for here, before in zip(features[1:], bare, strict=False):
        here["previous"] = before
    for here, after in zip(features, bare[1:], strict=False):
        here["next"] = dict(after)
    features[0]["address.start"] = features[-1]["address.end"] = True
    if len(features) > 1:
        features[1]["previous"]["address.start"] = features[-2]["next"]["address.end"] = True
    return [model.labels.index(label) for label in usaddress.TAGGER.tag(features)]
