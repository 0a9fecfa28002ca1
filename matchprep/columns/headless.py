"""Columns without a name of their own: names, cities and ZIP codes by their values and their neighbors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matchprep.columns.agree import Guess
from matchprep.columns.aliases import Alias
from matchprep.columns.content import Content
from matchprep.fields import Field

_MADE_UP = re.compile(r"(?:column|col|field|unnamed|var|_c|f|v|c|x)[ _:]*\d+", re.IGNORECASE)
#: Share of values that must be written in letters only.
_LETTERS = 0.95
#: Share of values whose first word is a given name that the table of nicknames knows.
_KNOWN = 0.4


def by_neighbors(guesses: Sequence[Guess], contents: Mapping[str, Content]) -> list[Guess]:
    """Guess what columns without headers are.

    A column of known given names is one of first names, or of full names where it has several words. The
    column of words beside first names is one of last names, the one before states one of cities, and the
    one of five digits after them one of ZIP codes. Columns with a header of their own are left as they are.

    Args:
        guesses: One a column.
        contents: What each column holds.

    Returns:
        One guess a column.
    """
    settled = [_names(one, contents[one.column]) if _open(one) else one for one in guesses]
    for at, one in enumerate(settled):
        if _open(one):
            before = settled[at - 1].field if at else None
            behind = settled[at + 1].field if at + 1 < len(settled) else None
            settled[at] = _beside(one, contents[one.column], before, behind)
    return settled


def _open(one: Guess) -> bool:
    return one.field is None and _MADE_UP.fullmatch(one.column) is not None


def _names(one: Guess, content: Content) -> Guess:
    if content.share("letters") < _LETTERS:
        return one
    known = max(content.share("given_first"), content.share("given_second"))
    if content.share("two_words") >= 0.8 and known >= _KNOWN:
        return _as(one, Field.FULL_NAME, "its values are several words, given names among them")
    if content.share("given_first") >= _KNOWN:
        return _as(one, Field.FIRST_NAME, "many of its values are known given names")
    return one


def _beside(one: Guess, content: Content, before: Field | None, behind: Field | None) -> Guess:
    if content.share("letters") >= _LETTERS:
        if before is Field.FIRST_NAME and content.share("initial") >= 0.5:
            return _as(one, Field.MIDDLE_NAME, "initials beside first names")
        if before in {Field.FIRST_NAME, Field.MIDDLE_NAME} or behind is Field.FIRST_NAME:
            return _as(one, Field.LAST_NAME, "words beside first names")
        if behind is Field.STATE:
            return _as(one, Field.CITY, "words before states")
    if content.share("zip") >= 0.9 and before in {Field.STATE, Field.CITY}:
        return _as(one, Field.ZIP, "five digits behind states or cities")
    return one


def _as(one: Guess, field: Field, why: str) -> Guess:
    return Guess(one.column, Alias(field, 0, 99), why=why, confidence=0.5)
