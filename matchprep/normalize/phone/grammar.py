"""North American numbers as people write them, read over the bytes of a whole column at once.

Read here are digits with spaces, brackets, dots, hyphens and slashes among them, one plus sign before them or
none:

* ten digits, or seven: the national number itself;
* eleven, the first of them 1 and the second not: the national number after it, with or without a plus sign;
* any other count of digits that begin neither with 1 nor with 011: no possible number, without a plus sign.

All else is left open (letters, extensions, other countries, 1-1-..., the rest of Unicode), for phonenumbers
itself to settle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.normalize.buffers import Bytes, Mask, Places, lay_out

_ZERO, _PLUS = ord("0"), ord("+")
_DIGIT, _SIGN, _FOREIGN = 1, 2, 4
_KINDS: Bytes = np.full(256, _FOREIGN, np.uint8)
_KINDS[[ord(character) for character in " ().-/"]] = 0
_KINDS[_ZERO : _ZERO + 10] = _DIGIT
_KINDS[_PLUS] = _SIGN

#: phonenumbers reads no string that is longer.
_LONGEST = 250
#: What phonenumbers takes for punctuation just like a hyphen: dashes and spaces beyond ASCII.
_DASHES = "[\u2010-\u2015\u2212\uff0d\u00a0\u00ad\u200b\u2060\u3000]"


@dataclass(frozen=True)
class Read:
    """Phone numbers as far as the grammar reads them.

    Args:
        settled: Rows of which all is known: what `rows` does not name is not a possible number.
        rows: For each length, the rows that hold a possible number.
        digits: For each length, the national numbers of these rows, each digit 0 to 9.
    """

    settled: Mask
    rows: dict[int, Places]
    digits: dict[int, npt.NDArray[np.uint8]]


def read(values: pl.Series, *, domestic: bool) -> Read:
    """Read the phone numbers that are written as described above.

    Args:
        values: Strings; null is read as empty.
        domestic: Whether numbers without a plus sign are North American.

    Returns:
        What could be read.
    """
    text, begins = lay_out(values)
    if text.max() > 127:
        text, begins = lay_out(values.str.replace_all(_DASHES, "-"))
    kinds = _KINDS[text]
    place = np.flatnonzero(kinds & _DIGIT)
    first = np.searchsorted(place, begins)
    count, first = np.diff(first), first[:-1]
    digits = np.concatenate([text[place] - np.uint8(_ZERO), np.zeros(11, np.uint8)])
    plus, clean = _signs(kinds, begins, place, first, count)
    clean &= np.diff(begins) <= _LONGEST
    one = (digits[first] == 1) & (count > 0)
    abroad = (digits[first] == 0) & (digits[first + 1] == 1) & (digits[first + 2] == 1)
    trunk = clean & one & (count == 11) & (digits[first + 1] != 1) & (plus | domestic)
    plain = clean & ~plus & domestic & ~(abroad & (count > 2))
    ten = plain & (count == 10)
    seven = plain & (count == 7)
    rows = {10: np.flatnonzero(ten | trunk), 7: np.flatnonzero(seven)}
    starts = {10: (first + trunk)[rows[10]], 7: first[rows[7]]}
    return Read(
        settled=trunk | (plain & (~one | ten | seven)),
        rows=rows,
        digits={length: digits[start[:, None] + np.arange(length)] for length, start in starts.items()},
    )


def _signs(kinds: Bytes, begins: Places, place: Places, first: Places, count: Places) -> tuple[Mask, Mask]:
    """Tell which rows have a plus sign before their digits, and which have nothing else that is foreign."""
    clean = np.ones(len(begins) - 1, np.bool_)
    plus = np.zeros(len(begins) - 1, np.bool_)
    clean[np.searchsorted(begins, np.flatnonzero(kinds & _FOREIGN), side="right") - 1] = False
    signs = np.flatnonzero(kinds & _SIGN)
    row = np.searchsorted(begins, signs, side="right") - 1
    before = np.append(place, 0)[first[row]] > signs
    clean[row[~before | (count[row] == 0)]] = False
    clean[row[1:][row[1:] == row[:-1]]] = False  # more than one sign
    plus[row] = True
    return plus, clean
