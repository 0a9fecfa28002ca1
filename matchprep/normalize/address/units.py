"""Units that usaddress takes for something else: told by their words, in lines that have a street.

The labels stay those of usaddress; only what is written in the line differs. Its model hardly met a unit that
stands alone (`5 Elm St Penthouse` ends in a city, it says), or a unit before the number (`Rm #12A 28 Elm St`
begins with a recipient).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from matchprep.normalize.address.usps import standard_forms
from matchprep.normalize.buffers import Mask, Places

Marks = npt.NDArray[np.uint8]

#: What a token is beside its label, one bit each: the number sign, the word of a unit, a unit that needs no
#: number, something with digits, something before a comma.
SIGN, UNIT, ALONE, DIGITS, COMMA = 1, 2, 4, 8, 16

_UNITS: Final = frozenset(word.lower() for word in standard_forms("units")) | {"tower"}
_ALONE: Final = frozenset(word.lower() for word in standard_forms("units_alone"))

#: The words of units, by what they are besides.
UNIT_WORDS: Final = {"u": sorted(_UNITS - _ALONE), "a": sorted(_ALONE)}


def mark(features: Mapping[str, Any]) -> int:
    """Tell what a token is beside its label.

    Args:
        features: As `usaddress.tokenFeatures` gives them.

    Returns:
        Bits.
    """
    bits = {
        SIGN: features["word"] == "#",
        UNIT: features["word"] in _UNITS,
        ALONE: features["word"] in _ALONE,
        DIGITS: features["digits"] != "no_digits",
        COMMA: features["endsinpunc"] == ",",
    }
    return sum(bit for bit, has in bits.items() if has)


def loose_units(marks: Marks, sequence: Places, *, loose: Mask, place: Mask, line: Mask) -> Mask:
    """Find the tokens that are a unit though their labels say otherwise.

    Args:
        marks: The bits of each token.
        sequence: The sequence of each token.
        loose: Tokens with a label that hides units.
        place: Tokens that are labelled as a city.
        line: Tokens of street and unit.

    Returns:
        A unit that stands alone, between the street and the city; a unit or number sign with a number.
    """
    if not marks.size:
        return loose
    same = sequence[1:] == sequence[:-1]
    led, more = np.zeros(len(marks), np.bool_), np.zeros(len(marks), np.bool_)
    led[1:] = line[:-1] & same
    more[:-1] = place[1:] & same
    alone = place & led & (marks & ALONE > 0) & (~more | (marks & COMMA > 0))
    # The word of a unit (0), a number sign (1), a number (2), each with the next: 0-2, 1-2, 0-1-2.
    joined = same & loose[1:] & loose[:-1]
    word, sign, number = (marks & bit > 0 for bit in (UNIT, SIGN, DIGITS))
    ends, found = np.zeros(len(marks), np.bool_), np.zeros(len(marks), np.bool_)
    ends[1:] = number[1:] & (word | sign)[:-1] & joined
    found |= ends
    found[:-1] |= ends[1:]
    found[:-2] |= ends[2:] & sign[1:-1] & word[:-2] & joined[:-1]
    return alone | found
