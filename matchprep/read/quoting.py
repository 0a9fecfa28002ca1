"""How one record of a delimited file is cut into fields, stray quotation marks included.

A field that begins with a quotation mark is quoted. It ends at the first run of an odd number of
quotation marks that the next delimiter, the end of the line or the end of the file follows; within it
two quotation marks stand for one. Spaces outside the quotation marks do not count. In any other field
a quotation mark is a character like every other. On files that keep RFC 4180 this is RFC 4180;
on the others it is what a person would read.
"""

from __future__ import annotations

import re
from functools import lru_cache

_RUN = re.compile(rb'"+')
_OPENING = re.compile(rb' {0,8}("+)')


@lru_cache
def _boundary(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(rb" {0,8}(?:" + re.escape(delimiter) + rb"|\r?\n|\Z)")


def split_record(record: bytes, delimiter: bytes) -> list[bytes] | None:
    """Cut a record into its fields.

    Args:
        record: The record without its line end.
        delimiter: One byte.

    Returns:
        The fields without quotation, or null when a quotation does not end.

    Example:
        >>> split_record(b'1,"Smith, Al",6" tall', b",")
        [b'1', b'Smith, Al', b'6" tall']
    """
    fields: list[bytes] = []
    at = 0
    while True:
        value, at = _field(record, at, delimiter)
        if value is None:
            return None
        fields.append(value)
        if at > len(record):
            return fields


def _field(record: bytes, at: int, delimiter: bytes) -> tuple[bytes | None, int]:
    """One field, and where the next begins: beyond the record's end after the last."""
    boundary = _boundary(delimiter)
    opening = _OPENING.match(record, at)
    if opening:
        marks, after = len(opening[1]), opening.end()
        end = boundary.match(record, after)
        if marks % 2:
            return _quoted(record, after, delimiter, b'"' * (marks // 2))
        if end:
            return b'"' * (marks // 2 - 1), _next(record, end)
    stop = record.find(delimiter, at)
    if stop < 0:
        return record[at:], len(record) + 1
    return record[at:stop], stop + 1


def _quoted(record: bytes, start: int, delimiter: bytes, begun: bytes) -> tuple[bytes | None, int]:
    boundary = _boundary(delimiter)
    for run in _RUN.finditer(record, start):
        marks = run.end() - run.start()
        end = boundary.match(record, run.end()) if marks % 2 else None
        if end:
            inner = _RUN.sub(lambda found: b'"' * ((len(found[0]) + 1) // 2), record[start : run.start()])
            return begun + inner + b'"' * (marks // 2), _next(record, end)
    return None, len(record) + 1


def _next(record: bytes, end: re.Match[bytes]) -> int:
    return end.end() if end.end() > end.start() and end[0].strip(b" ") else len(record) + 1


def join_record(fields: list[bytes], delimiter: bytes) -> bytes:
    """Write fields as RFC 4180 wants them.

    Args:
        fields: The fields, without quotation.
        delimiter: One byte.

    Returns:
        The record without a line end; reading it gives the fields again.
    """
    special = (delimiter, b'"', b"\n", b"\r")
    written = (
        b'"' + value.replace(b'"', b'""') + b'"' if any(mark in value for mark in special) else value
        for value in fields
    )
    return delimiter.join(written)
