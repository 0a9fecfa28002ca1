"""Which pairs are worth comparing, of those that blocking brought.

A third of all pairs are of people who have one thing in common that many share, an address, a surname and a
ZIP, and who were born years apart: one rule brought them, and no other. What such a pair could be is a typing
error in every part of a birth date, and it would still be outweighed. They are dropped before anything is
looked up. Wherever two rules brought a pair, or phone, email or number agree, it stays; and a small reference
has so few pairs that all are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchprep.match.blocking import SMALL
from matchprep.match.coded import Flags
from matchprep.match.evidence import Ints

if TYPE_CHECKING:
    from matchprep.match.compared import Pairs

#: Years that two people must lie apart: those of one year apart may be one person.
_APART = 2
#: What nobody shares by chance.
_OWN = ("phone", "email", "identifier")

#: The same in SQL, over FEATURES of both sides, `l.` and `r.`, and `found_by`.
PROMISING = f"""found_by > 1 OR NOT (
            l.year IS NOT NULL AND r.year IS NOT NULL AND abs(l.year - r.year) >= {_APART}
            AND {" AND ".join(f"coalesce(l.{one} <> r.{one}, TRUE)" for one in ("month", "day", *_OWN))})"""


def is_choosy(reference_rows: int) -> bool:
    """Say whether pairs without promise are dropped.

    Args:
        reference_rows: Rows of the reference.
    """
    return reference_rows > SMALL


def promising(pairs: Pairs, found_by: Ints) -> Flags:
    """Say which pairs are worth comparing.

    Args:
        pairs: What blocking brought.
        found_by: How many rules brought each.

    Returns:
        False for pairs of one rule whose birth dates are known and have nothing in common.
    """
    worth = found_by > 1
    alone = np.flatnonzero(~worth)
    some = pairs.at(alone)
    left, right = some.codes("l_year"), some.codes("r_year")
    apart = (left >= 0) & (right >= 0) & (np.abs(left - right) >= _APART)
    for name in ("month", "day", *_OWN):
        left = some.codes(f"l_{name}")
        apart &= (left < 0) | (left != some.codes(f"r_{name}"))
    worth[alone[~apart]] = True
    return worth
