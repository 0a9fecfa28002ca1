"""Where records begin and end in a stretch of bytes: the part of reading that must be fast, in numpy.

Delimiters, line feeds and quotation marks are few beside the other bytes, so everything after the first
comparison works on their positions only. Whether a position lies within quotation marks follows from the
runs of quotation marks before it. A run of odd length is one of four, by what stands around it:

    begins a field and ends one   opens a closed quotation, closes an open one     toggle
    begins a field                opens                                             set
    ends a field                  closes                                            reset
    neither                       changes nothing                                   -

and a run of even length changes nothing. So the state after a run is the last set or reset before it,
turned over once for every toggle since: two cumulative operations, no loop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

FEED, RETURN, QUOTE, SPACE = 10, 13, 34, 32
#: How many spaces may stand between a delimiter and a quotation mark.
_SPACES = 8


@dataclass(frozen=True)
class Records:
    """The complete records of a window, as parallel arrays.

    Args:
        ends: Position after the line feed that ends each.
        fields: How many fields each has.
        lines: How many physical lines each has.
        irregular: Whether quotation marks stand in it where RFC 4180 has none.
        swallowed: Delimiters within quotation marks in each.
        quoted: Whether any quotation mark quotes.
    """

    ends: Positions
    fields: Positions
    lines: Positions
    irregular: Flags
    swallowed: Positions
    quoted: bool

    @property
    def starts(self) -> Positions:
        """Position of the first byte of each."""
        return np.concatenate(([0], self.ends[:-1])) if len(self.ends) else self.ends


def find_records(window: Bytes, delimiter: int, *, quotes: bool) -> Records:
    """Find the records in a window that begins at the beginning of one.

    Args:
        window: The bytes; every line ends in a line feed.
        delimiter: The byte between fields.
        quotes: Whether quotation marks are to be looked for.

    Returns:
        Every record that ends within the window.
    """
    separates = (window == delimiter) | (window == FEED)
    if not quotes:
        at = np.flatnonzero(separates)
        return _plain(at, window[at] == FEED)
    at = np.flatnonzero(separates | (window == QUOTE))
    is_mark = window[at] == QUOTE
    marks = np.flatnonzero(is_mark)
    is_feed = window[at[~is_mark]] == FEED
    if not len(marks):
        return _plain(at, is_feed)
    inside = _inside_plainly(window, delimiter, at[marks], marks)
    if inside is not None:
        return _records(at[~is_mark], is_feed, inside)
    runs = _runs(at[marks], marks)
    after, opening, irregular = _states(window, delimiter, runs)
    inside = _inside(runs.separators, after, len(is_feed))
    found = _records(at[~is_mark], is_feed, inside)
    faults = np.searchsorted(found.ends, runs.first[irregular], side="right")
    found.irregular[faults[faults < len(found.ends)]] = True
    return replace(found, quoted=bool(opening.any()))


def _plain(at: Positions, feeds: Flags) -> Records:
    breaks = np.flatnonzero(feeds)
    fields = np.diff(breaks, prepend=-1)
    none = np.zeros(len(breaks), dtype=np.int64)
    return Records(at[breaks] + 1, fields, none + 1, none.astype(bool), none, quoted=False)


def _inside_plainly(window: Bytes, delimiter: int, marks: Positions, places: Positions) -> Positions | None:
    """Places of the separators within quotation marks, if all of these stand as RFC 4180 has them.

    Then every other mark opens, and the ones between close; this is four times as fast as the general way.
    """
    if len(marks) % 2:
        return None
    opens, closes = marks[0::2], marks[1::2]
    doubled = opens[1:] == closes[:-1] + 1
    before = window[opens[1:] - 1]
    if not ((before == delimiter) | (before == FEED) | doubled).all():
        return None
    behind = window[closes[:-1] + 1]
    if not ((behind == delimiter) | (behind == FEED) | (behind == RETURN) | doubled).all():
        return None
    if not (
        _begins_field(window, delimiter, opens[:1])[1][0]
        and _ends_field(window, delimiter, closes[-1:] + 1)[1][0]
    ):
        return None
    return _spread(places[0::2] - np.arange(0, len(places), 2), places[1::2] - places[0::2] - 1)


class Runs(NamedTuple):
    """Runs of quotation marks.

    Args:
        first: Position of the first mark of each.
        length: How many marks each has.
        separators: How many separators stand before each.
    """

    first: Positions
    length: Positions
    separators: Positions


def _runs(marks: Positions, places: Positions) -> Runs:
    """The runs of quotation marks, given their positions and their places among marks and separators."""
    begins = np.flatnonzero(np.diff(marks, prepend=-2) != 1)
    return Runs(marks[begins], np.diff(begins, append=len(marks)), places[begins] - begins)


def _states(window: Bytes, delimiter: int, runs: Runs) -> tuple[Flags, Flags, Flags]:
    """For every run: is a quotation open after it, does it open one, does it stand where it should not."""
    first, length, _ = runs
    begins, begins_strictly = _begins_field(window, delimiter, first)
    ends, ends_strictly = _ends_field(window, delimiter, first + length)
    odd = (length & 1).astype(bool)
    toggles = odd & begins & ends
    decides = odd & (begins ^ ends)
    last = np.maximum.accumulate(np.where(decides, np.arange(len(first)), -1))
    turned = np.cumsum(toggles)
    since: Positions = turned - np.where(last >= 0, turned[last], 0)
    after = ((last >= 0) & begins[last]) ^ (since % 2 == 1)
    before = np.concatenate(([False], after[:-1]))
    opening = ~before & begins & (odd | ends)
    closing = (before & odd & ends) | (opening & ~odd)
    regular = (
        (~opening | begins_strictly)
        & (~closing | ends_strictly)
        & (opening | before)
        & (~before | ~odd | ends)
    )
    return after, opening, ~regular


def _begins_field(window: Bytes, delimiter: int, first: Positions) -> tuple[Flags, Flags]:
    """Whether a delimiter, a line feed or the beginning stands before each; and whether right before it."""
    before = first - 1
    byte = np.where(before >= 0, window[before], FEED)
    strictly = (byte == delimiter) | (byte == FEED)
    loosely = strictly.copy()
    spaced = np.flatnonzero(byte == SPACE)
    for _ in range(_SPACES):
        if not len(spaced):
            break
        before[spaced] -= 1
        byte = np.where(before[spaced] >= 0, window[before[spaced]], FEED)
        loosely[spaced] = (byte == delimiter) | (byte == FEED)
        spaced = spaced[byte == SPACE]
    return loosely, strictly


def _ends_field(window: Bytes, delimiter: int, after: Positions) -> tuple[Flags, Flags]:
    """Whether a delimiter, a line end or the end stands behind each; and whether right behind it."""
    padded = np.concatenate((window, np.array([FEED, FEED], dtype=np.uint8)))
    strictly = _is_boundary(padded, delimiter, after)
    loosely = strictly.copy()
    after = after.copy()
    spaced = np.flatnonzero(padded[after] == SPACE)
    for _ in range(_SPACES):
        if not len(spaced):
            break
        after[spaced] += 1
        loosely[spaced] = _is_boundary(padded, delimiter, after[spaced])
        spaced = spaced[padded[after[spaced]] == SPACE]
    return loosely, strictly


def _is_boundary(padded: Bytes, delimiter: int, at: Positions) -> Flags:
    byte = padded[at]
    is_return = byte == RETURN
    boundary: Flags = (byte == delimiter) | (byte == FEED)
    if is_return.any():
        boundary |= is_return & (padded[at + 1] == FEED)
    return boundary


def _inside(separators: Positions, after: Flags, count: int) -> Positions:
    """Places of the separators that lie within quotation marks."""
    before = np.concatenate(([False], after[:-1]))
    opens, closes = separators[after & ~before], separators[before & ~after]
    if len(opens) > len(closes):
        closes = np.append(closes, count)
    return _spread(opens, closes - opens)


def _spread(starts: Positions, sizes: Positions) -> Positions:
    """All places from each start on, as many as its size."""
    some = sizes > 0
    starts, sizes = starts[some], sizes[some]
    offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    places: Positions = np.repeat(starts, sizes) + offsets
    return places


def _records(at: Positions, feeds: Flags, inside: Positions) -> Records:
    """The records between the line feeds that are not inside quotation marks."""
    swallows = feeds[inside]
    feeds[inside] = False
    breaks = np.flatnonzero(feeds)
    none = np.zeros(len(breaks), dtype=np.int64)
    fields, lines, swallowed = np.diff(breaks, prepend=-1), none + 1, none
    if len(inside) and len(breaks):
        # What lies within quotation marks separates nothing.
        lost = np.diff(np.searchsorted(inside, breaks), prepend=0)
        lines = lines + np.diff(np.searchsorted(inside[swallows], breaks), prepend=0)
        fields, swallowed = fields - lost, lost - lines + 1
    return Records(at[breaks] + 1, fields, lines, none.astype(bool), swallowed, quoted=True)
