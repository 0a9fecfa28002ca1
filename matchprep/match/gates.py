"""Gates: most pairs of texts are so unlike that a look at their letters tells, before any similarity.

Jaro's similarity grows with the letters that two texts have in common, wherever they stand; how many these
are at most is read off two bits a letter. What a gate lets through is measured; what it holds back could
not have reached the least similarity that any level asks for, nor be a part of the other text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from matchprep.match.comparisons import COMPARISONS, MEASURES
from matchprep.normalize.buffers import lay_out

Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.integer]
#: Letters are told apart by their last five bits: what shares a place only counts as one more in common.
_PLACES = 32
#: Texts whose letters are counted at a time.
_CHUNK = 25_000
#: How much Winkler adds at most, as a share of what is missing: where the first letter agrees.
_RAISED = 0.4
#: What sums of single precision may be off by.
_ROUNDING = 1e-4
#: Texts in match form, whose bytes are letters.
_OF_LETTERS = frozenset({"given", "surname", "middle", "street", "city"})


def _least() -> Mapping[str, float]:
    """Give for each text feature the least similarity that a level asks for."""
    conditions = " ".join(level.when for one in COMPARISONS for level in one.levels)
    asked: dict[str, list[float]] = {}
    for feature, number in re.findall(r"\b(\w+)_similarity >= ([\d.]+)", conditions):
        asked.setdefault(feature, []).append(float(number))
    return {feature: min(numbers) for feature, numbers in asked.items() if feature in _OF_LETTERS}


#: Feature -> the least similarity that tells.
LEAST: Mapping[str, float] = _least()
#: Features of which it is asked, too, whether one text is a part of the other.
PARTS = frozenset(one for one in LEAST if re.search(rf"_with\(l\.{one}\b", " ".join(MEASURES.values())))


@dataclass(frozen=True)
class Letters:
    """What is known of texts before any two of them are compared."""

    #: Two bits a place: that a letter is there, and that it is there twice.
    bits: npt.NDArray[np.uint64] = field(repr=False)
    #: Letters beyond the second of their kind.
    more: npt.NDArray[np.uint16] = field(repr=False)
    sizes: npt.NDArray[np.float32] = field(repr=False)
    first: Bytes = field(repr=False)

    @classmethod
    def of(cls, texts: pa.Array | pa.ChunkedArray) -> Self:
        """Look at the letters of texts, none of which is null."""
        written = pl.Series(texts, dtype=pl.String)
        parts = [_looked_at(written[start : start + _CHUNK]) for start in range(0, len(written), _CHUNK)]
        return cls(*(np.concatenate(one) for one in zip(*(parts or [_looked_at(written)]), strict=True)))


def _looked_at(texts: pl.Series) -> tuple[npt.NDArray[np.generic], ...]:
    data, begins = lay_out(texts)
    sizes = np.diff(begins) - 1
    letters = np.delete(data[: begins[-1]], begins[1:] - 1) & (_PLACES - 1)
    row = np.repeat(np.arange(len(texts)), sizes)
    counts = np.bincount(row * _PLACES + letters, minlength=len(texts) * _PLACES).reshape(-1, _PLACES)
    planes = np.packbits(np.hstack([counts > 0, counts > 1]), axis=1)
    more = np.maximum(counts - 2, 0).sum(axis=1, dtype=np.uint16)
    return planes.view(np.uint64)[:, 0], more, sizes.astype(np.float32), data[begins[:-1]]


def can_matter(feature: str, one: Letters, other: Letters, left: Places, right: Places) -> Flags:
    """Say which pairs of texts could be alike enough for a level, or one a part of the other.

    Args:
        feature: The feature whose texts they are; it has a least similarity.
        one: The letters of the texts on one side.
        other: The same on the other.
        left: Places of texts on the one side.
        right: Of those that they are held against.

    Returns:
        Of each pair; where it is false, no measure of the pair would change its level.
    """
    common = np.bitwise_count(one.bits[left] & other.bits[right]) + np.minimum(
        one.more[left], other.more[right]
    )
    mine, theirs = one.sizes[left], other.sizes[right]
    jaro = (common / np.maximum(mine, 1) + common / np.maximum(theirs, 1) + 1) / 3
    raised = np.where(one.first[left] == other.first[right], jaro + _RAISED * (1 - jaro), jaro)
    part = common >= np.minimum(mine, theirs) if feature in PARTS else False
    return np.asarray((raised >= LEAST[feature] - _ROUNDING) | part)
