"""One pass over the records of a delimited file: which are good, which are mended, which are set aside.

The pass costs one comparison a byte on a good file. What it gives is a list of edits: stretches of the
file to leave out or to write differently. A file without edits is scanned where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from matchprep.read.events import FEED, Bytes, Records, find_records
from matchprep.read.people import TEXT_LIMIT, Unread
from matchprep.read.quoting import join_record, split_record

#: What fits into a core's cache with all that is made of it: half the time of four times as much.
WINDOW = 1 << 20
#: After trouble the scan goes on with a short window, for the next trouble may be near.
SHORT_WINDOW = 64 << 10
#: A record longer than this is no person.
LONGEST_RECORD = 1 << 20


@dataclass(frozen=True)
class Layout:
    """How the records of a file are laid out.

    Args:
        delimiter: One byte.
        fields: How many fields a record has.
        start: Offset of the first record.
        line: Physical line the first record begins on.
        quotes: Whether quotation marks can quote.
    """

    delimiter: bytes
    fields: int
    start: int
    line: int
    quotes: bool = True


@dataclass(frozen=True)
class Edit:
    """A stretch of the file to leave out, or to write differently.

    Args:
        start: Offset of its first byte.
        end: Offset after its last byte.
        text: What takes its place.
    """

    start: int
    end: int
    text: bytes = b""


@dataclass
class Scan:
    """What the pass found.

    Args:
        records: How many records there are, those set aside included.
        edits: What to leave out or write differently, in order.
        unread: The records set aside, in order.
        mended: How many records were read in spite of stray quotation marks.
        blank_lines: How many lines hold nothing.
        quoted: Whether any quotation mark quotes.
    """

    records: int = 0
    edits: list[Edit] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    mended: int = 0
    blank_lines: int = 0
    quoted: bool = False


def scan_records(file: BinaryIO, size: int, layout: Layout) -> Scan:
    """Go through the records of a file.

    Args:
        file: UTF-8 text whose lines end in a line feed, with or without a return before it.
        size: Its size in bytes.
        layout: How its records are laid out.

    Returns:
        What was found.
    """
    scanner = _Scanner(file, size, layout)
    while scanner.offset < size:
        scanner.step()
    return scanner.scan


class _Scanner:
    """The pass itself: always at the beginning of a record."""

    def __init__(self, file: BinaryIO, size: int, layout: Layout) -> None:
        self.scan = Scan()
        self.offset = layout.start
        self._file, self._size, self._layout = file, size, layout
        self._line = layout.line
        self._width = WINDOW

    def step(self) -> None:
        """Take in the records of one window."""
        data, at_end = self._read(self._width)
        records = find_records(data, self._layout.delimiter[0], quotes=self._layout.quotes)
        self.scan.quoted |= records.quoted
        doubtful = self._first_doubtful(data, records)
        taken = len(records.ends) if doubtful is None else doubtful
        self._take(data, records, taken)
        begin = int(records.ends[taken - 1]) if taken else 0
        if doubtful is not None:
            self._settle(data, begin, int(records.ends[doubtful]), is_open=False)
        elif begin < len(data) and (at_end or len(data) - begin > LONGEST_RECORD):
            self._settle(data, begin, len(data), is_open=True)
        else:
            self._advance(data, begin)
            # Without a whole record in it the window was too short, however long it is.
            self._width = min(WINDOW, self._width * 8) if begin else self._width * 8

    def _read(self, width: int) -> tuple[Bytes, bool]:
        self._file.seek(self.offset)
        data = self._file.read(width)
        at_end = self.offset + len(data) >= self._size
        if at_end and not data.endswith(b"\n"):
            data += b"\n"
        elif not at_end:
            # Whole lines only: half a quotation at the end would be slow to understand.
            data = data[: data.rfind(b"\n") + 1] or data
        return np.frombuffer(data, dtype=np.uint8), at_end

    def _advance(self, data: Bytes, to: int) -> None:
        self._line += int(np.count_nonzero(data[:to] == FEED)) if to else 0
        self.offset += to

    def _first_doubtful(self, data: Bytes, records: Records) -> int | None:
        """The first record of several lines that does not look like one, if any."""
        fields = self._layout.fields
        several = np.flatnonzero(records.lines > 1)
        if not len(several):
            return None
        wrong = (records.fields != fields) | records.irregular
        # Lines within a quotation that have as many delimiters as a record: two stray marks far apart.
        nested = (
            (records.lines > 2) & (records.swallowed >= (fields - 1) * (records.lines - 2))
            if fields > 2
            else wrong
        )
        starts = records.starts
        for index in several[(wrong | nested)[several]]:
            if wrong[index] or self._holds_records(data[starts[index] : records.ends[index]].tobytes()):
                return int(index)
        return None

    def _holds_records(self, record: bytes) -> bool:
        """Whether every line within a record of several lines is a record itself, and not of commas only."""
        delimiter, wanted = self._layout.delimiter, self._layout.fields
        inner = [line.split(delimiter) for line in record.splitlines()[1:-1] if b'"' not in line]
        full = [
            parts for parts in inner if len(parts) == wanted and sum(map(bool, map(bytes.strip, parts))) > 1
        ]
        return len(full) == record.count(b"\n") - 2

    def _reads(self, line: bytes) -> bool:
        if b'"' not in line:
            return line.count(self._layout.delimiter) == self._layout.fields - 1
        parts = split_record(line, self._layout.delimiter)
        return parts is not None and len(parts) == self._layout.fields

    def _take(self, data: Bytes, records: Records, taken: int) -> None:
        """Count the first records of a window, and look into those that are not plainly good."""
        starts, ends = records.starts[:taken], records.ends[:taken]
        wanted = self._layout.fields
        lengths = ends - starts
        empty = (lengths == 1) | ((lengths == 2) & (data[starts] == ord("\r")))
        odd = np.flatnonzero(
            (records.fields[:taken] != wanted)
            | records.irregular[:taken]
            | empty
            | (lengths > LONGEST_RECORD)
        )
        lines = np.cumsum(records.lines[:taken]) - records.lines[:taken]
        before = 0
        for index in odd:
            self.scan.records += int(index) - before
            before = int(index) + 1
            self._judge(
                data[starts[index] : ends[index]].tobytes(),
                int(starts[index]),
                self._line + int(lines[index]),
            )
        self.scan.records += taken - before

    def _judge(self, record: bytes, start: int, line: int) -> None:
        """Mend one record, or set it aside, or pass over an empty line."""
        text = record.rstrip(b"\r\n")
        end = start + len(record)
        if not text.strip():
            self.scan.blank_lines += 1
            self._edit(start, end)
            return
        delimiter, wanted = self._layout.delimiter, self._layout.fields
        fields = split_record(text, delimiter)
        if fields is None or len(fields) != wanted:
            # Quotation marks that quote nothing: taken as they stand, the count may be right.
            literal = text.split(delimiter)
            if b'"' in text and len(literal) == wanted and b"\n" not in text:
                fields = literal
        if fields is not None and len(fields) == wanted and len(record) <= LONGEST_RECORD:
            self.scan.records += 1
            self.scan.mended += 1
            self._edit(start, end, join_record(fields, delimiter) + b"\n")
            return
        self._set_aside(record, start, line, _reason(fields, wanted))

    def _settle(self, data: Bytes, begin: int, end: int, *, is_open: bool) -> None:
        """Decide about a record of several lines: go on at its next line that can be read alone, if any."""
        self._advance(data, begin)
        record = data[begin:end].tobytes()
        at = record.find(b"\n") + 1 or len(record)
        while at < len(record):
            stop = record.find(b"\n", at) + 1 or len(record)
            if self._reads(record[at:stop].rstrip(b"\r\n")):
                break
            at = stop
        alone = at < len(record) or is_open
        part = record[:at] if alone else record
        if is_open and at >= len(record):
            part += self._rest_of_line(record)
        if part.count(b"\n") > 1 and alone:
            self._set_aside(part, 0, self._line, "a quotation mark opens a field and nothing closes it")
        else:
            self._judge(part, 0, self._line)
        self._line += part.count(b"\n")
        self.offset += len(part)
        self._width = SHORT_WINDOW

    def _rest_of_line(self, record: bytes) -> bytes:
        if record.endswith(b"\n"):
            return b""
        self._file.seek(self.offset + len(record))
        return self._file.readline()

    def _set_aside(self, record: bytes, start: int, line: int, reason: str) -> None:
        self.scan.records += 1
        if len(record) > LONGEST_RECORD:
            reason = f"it is longer than {LONGEST_RECORD:,} bytes"
        text = record[: TEXT_LIMIT * 4].decode("utf-8", errors="replace").rstrip("\r\n")
        self.scan.unread.append(Unread(self.scan.records, line, reason, text))
        self._edit(start, start + len(record))

    def _edit(self, start: int, end: int, text: bytes = b"") -> None:
        self.scan.edits.append(Edit(self.offset + start, min(self.offset + end, self._size), text))


def _reason(fields: list[bytes] | None, wanted: int) -> str:
    if fields is None:
        return "a quotation mark opens a field and nothing closes it"
    found = len(fields)
    return f"it has {found} field{'s' * (found != 1)} where the header has {wanted}"
