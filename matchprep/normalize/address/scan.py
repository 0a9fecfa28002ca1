r"""Where the tokens of addresses lie: usaddress's tokenizer, over the bytes of many addresses at once.

usaddress finds tokens with one regular expression::

    \(*\b[^\s,;#&()]+[.,;)\n]*  |  [#&]

A token therefore is a run of characters that are neither space nor one of ``,;#&()``, from its first word
character on, with the opening brackets right before it and all of ``.,;)`` and newline right after it; and
each ``#`` and ``&`` for itself. Word characters and spaces are Python's (``\x1c`` is a space, ``½`` a word
character), not Rust's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from matchprep.normalize.buffers import Bytes, Places, lay_out

BODY, WORD, TAIL, MARK, OPEN, LETTER, ODD = 1, 2, 4, 8, 16, 32, 64


def _kind(character: str) -> int:
    kind = 0
    if character.isalnum() or character == "_":
        kind |= WORD
        if not character.isdecimal() or not character.isascii():
            kind |= LETTER
    if not character.isspace() and character not in ",;#&()":
        kind |= BODY
        if not kind & WORD and character != ".":
            kind |= ODD
    if character in ".,;)\n":
        kind |= TAIL
    if character in "#&":
        kind |= MARK
    if character == "(":
        kind |= OPEN | ODD
    return kind


_KINDS: Bytes = np.array([_kind(chr(code)) for code in range(128)] + [0] * 128, dtype=np.uint8)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a batch of addresses.

    Args:
        text: The bytes of all addresses, UTF-8, one space after each, and `PAD` bytes more.
        start: First byte of each token.
        stop: Byte after the last of each token.
        first: Number of the first token of each address; one more entry than addresses.
        kinds: What kinds of characters a token holds, one bit each.
    """

    text: Bytes
    start: Places
    stop: Places
    first: Places
    kinds: Bytes


def _wide_kinds(text: Bytes, kinds: Bytes) -> None:
    """Fill in the kinds of the characters beyond ASCII, for each of their bytes, in place."""
    lead = np.flatnonzero(text >= 0xC0)
    first = text[lead].astype(np.uint32)
    size = 2 + (first >= 0xE0) + (first >= 0xF0)
    code = first & (0x7F >> size)
    for step in (1, 2, 3):
        code = np.where(size > step, (code << 6) | (text[lead + step] & 0x3F), code)
    codes, place = np.unique(code, return_inverse=True)
    known = np.array([_kind(chr(number)) | LETTER for number in codes.tolist()], np.uint8)[place]
    kinds[lead] = known
    for step in (1, 2, 3):
        kinds[lead[size > step] + step] = known[size > step]


def scan(addresses: pl.Series) -> Tokens:
    """Find the tokens of addresses.

    Args:
        addresses: Strings; null is read as empty.

    Returns:
        Where the tokens lie, in the order in which usaddress gives them.
    """
    text, begins = lay_out(addresses)
    if (text == ord("&")).any() and addresses.str.contains("&#38;|&amp;").any():
        text, begins = lay_out(addresses.str.replace_all("&#38;|&amp;", "&"))
    kinds = _KINDS[text]
    if text.max(initial=0) > 127:
        _wide_kinds(text, kinds)
    body, mark = (kinds & BODY).view(np.bool_), (kinds & MARK) != 0
    opens, closes = mark.copy(), mark
    opens[0] |= body[0]
    opens[1:] |= body[1:] & ~body[:-1]
    closes[:-1] |= body[:-1] & ~body[1:]
    start, stop = np.flatnonzero(opens), np.flatnonzero(closes) + 1
    start, stop = _from_first_word(kinds, start, stop)
    start, stop = _with_brackets(kinds, start), _with_tails(kinds, stop)
    held = np.bitwise_or.reduceat(kinds, start) if len(start) else kinds[:0]
    first = np.searchsorted(start, begins)
    return Tokens(text, start, stop, first, held)


def _from_first_word(kinds: Bytes, start: Places, stop: Places) -> tuple[Places, Places]:
    """Let runs begin at their first word character; drop those that have none."""
    late = np.flatnonzero((kinds[start] & (WORD | MARK)) == 0)
    if not len(late):
        return start, stop
    while len(late):
        start[late] += 1
        late = late[(start[late] < stop[late]) & ((kinds[start[late]] & WORD) == 0)]
    kept = start < stop
    return start[kept], stop[kept]


def _with_brackets(kinds: Bytes, start: Places) -> Places:
    """Take in the opening brackets right before a token (never before `#` or `&`)."""
    moving = np.flatnonzero(((kinds[start - 1] & OPEN) != 0) & ((kinds[start] & MARK) == 0))
    while len(moving):
        start[moving] -= 1
        moving = moving[(kinds[start[moving] - 1] & OPEN) != 0]
    return start


def _with_tails(kinds: Bytes, stop: Places) -> Places:
    """Take in the closing punctuation right after a token (never after `#` or `&`)."""
    moving = np.flatnonzero(((kinds[stop] & TAIL) != 0) & ((kinds[stop - 1] & MARK) == 0))
    while len(moving):
        stop[moving] += 1
        moving = moving[(kinds[stop[moving]] & TAIL) != 0]
    return stop
