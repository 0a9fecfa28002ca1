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

from dataclasses import dataclass

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
    at = np.flatnonzero(separates)
    if not quotes:
        return _plain(at, window[at] == FEED)
    first, length = _runs(window)
    if not len(first):
        return _plain(at, window[at] == FEED)
    after, irregular = _states(window, delimiter, first, length)
    return _quoted(at, window[at] == FEED, first, after, irregular)


def _plain(at: Positions, feeds: Flags) -> Records:
    breaks = np.flatnonzero(feeds)
    fields = np.diff(breaks, prepend=-1)
    none = np.zeros(len(breaks), dtype=np.int64)
    return Records(at[breaks] + 1, fields, none + 1, none.astype(bool), none, quoted=False)


def _runs(window: Bytes) -> tuple[Positions, Positions]:
    """First position and length of every run of quotation marks."""
    marks = np.flatnonzero(window == QUOTE)
    begins = np.flatnonzero(np.diff(marks, prepend=-2) != 1)
    return marks[begins], np.diff(begins, append=len(marks))


def _states(window: Bytes, delimiter: int, first: Positions, length: Positions) -> tuple[Flags, Flags]:
    """For every run: whether a quotation is open after it, and whether it stands where it should not."""
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
    return after, ~regular


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


def _quoted(at: Positions, feeds: Flags, first: Positions, after: Flags, irregular: Flags) -> Records:
    # The state at a separator is the state after the last run before it.
    previous = np.searchsorted(first, at) - 1
    inside = (previous >= 0) & after[previous]
    outside = ~inside
    breaks = np.flatnonzero(feeds & outside)
    ends = at[breaks] + 1
    none = np.zeros(len(breaks), dtype=np.int64)
    if not len(breaks):
        return Records(ends, none, none, none.astype(bool), none, quoted=bool(after.any()))
    fields = np.diff(np.cumsum(outside)[breaks], prepend=0)
    if inside.any():
        # Delimiters outside and the closing feed make the fields; what is left of the feeds makes the lines.
        lines = np.diff(np.cumsum(feeds)[breaks], prepend=0)
        swallowed = np.diff(np.cumsum(inside & ~feeds)[breaks], prepend=0)
    else:
        lines, swallowed = none + 1, none
    odd_ones = none.astype(bool)
    faults = np.searchsorted(ends, first[irregular], side="right")
    odd_ones[faults[faults < len(ends)]] = True
    return Records(ends, fields, lines, odd_ones, swallowed, quoted=bool(after.any()))
