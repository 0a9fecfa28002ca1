"""How a delimited file is laid out: its delimiter, and where its table begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchprep.errors import InputError, UsageError
from matchprep.read.events import Records, find_records
from matchprep.read.headers import made_up_names, name_columns
from matchprep.read.people import counted
from matchprep.read.quoting import split_record
from matchprep.read.records import Layout

#: Bytes of the file that the layout is found from.
SAMPLE = 1 << 20
#: In the order of preference when two explain the file equally well.
DELIMITERS = (b",", b"\t", b";", b"|", b"^", b"~", b"\x01", b"\x1f")
NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe", "^": "caret", "~": "tilde"}
#: Lines above the header that are passed over, at most.
_PREAMBLE = 30


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is laid out.

    Args:
        layout: What the scan needs.
        columns: The column names.
        notes: What was assumed, one sentence each.
    """

    layout: Layout
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def find_dialect(
    sample: bytes, *, start: int, where: str, delimiter: str | None = None, header: bool = True
) -> Dialect:
    """Find the layout of a delimited file.

    The delimiter is the one that cuts most records into the same number of fields, more than one. The
    table begins at the first record that has that number.

    Args:
        sample: The first bytes of the file, in UTF-8.
        start: Offset of the text, behind a byte order mark.
        where: The file, for messages.
        delimiter: The delimiter, where the caller knows it.
        header: Whether the first record names the columns.

    Returns:
        The layout.

    Raises:
        InputError: There is no table, or its header cannot be used.
        UsageError: The delimiter is not a single ASCII character.
    """
    text = sample[start:]
    notes: list[str] = []
    chosen = _given(delimiter) if delimiter else None
    declared = _declared(text)
    if declared:
        skip, chosen = declared[0], chosen or declared[1]
        start, text = start + skip, text[skip:]
    lines_above = 1 if declared else 0
    chosen = chosen or _detect(text)
    records = _records(text, chosen)
    first, preamble = _table_begins(text, records, chosen) if header else (0, 0)
    if preamble:
        notes.append(f"{counted(preamble, 'line')} left out above the table.")
    begin, end = int(records.starts[first]), int(records.ends[first])
    lines_above += text[:begin].count(b"\n")
    if not header:
        usual = _usual(records.fields)
        return Dialect(
            Layout(chosen, usual, start + begin, lines_above + 1), made_up_names(usual), tuple(notes)
        )
    cells = _cells(_record(text, records, first), chosen)
    cells = _as_wide_as_rows(cells, text, records, first, chosen, where=where)
    columns, assumed = name_columns(cells, where=where)
    line = lines_above + text[begin:end].count(b"\n") + 1
    return Dialect(Layout(chosen, len(columns), start + end, line), columns, (*notes, *assumed))


def _given(delimiter: str) -> bytes:
    written = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter).encode()
    if len(written) != 1 or written in b'"\r\n ':
        raise UsageError(
            "the delimiter must be a single ASCII character, and not a quotation mark",
            hint="Leave it out to have it detected.",
        )
    return written


def _declared(text: bytes) -> tuple[int, bytes] | None:
    """The line `sep=;` that spreadsheets write on top: its length, and the delimiter."""
    line = text[: text.find(b"\n") + 1]
    if line[:4].lower() == b"sep=" and len(line.rstrip(b"\r\n")) == 5:
        return len(line), line[4:5]
    return None


def _records(text: bytes, delimiter: bytes) -> Records:
    if not text.endswith(b"\n") and len(text) < SAMPLE // 2:
        text += b"\n"
    window = np.frombuffer(text, dtype=np.uint8)
    found = find_records(window, delimiter[0], quotes=b'"' in text)
    if not len(found.ends) or found.ends[-1] < len(text) // 2:
        # A quotation mark that nothing closes; what stands between line ends tells more.
        found = find_records(np.frombuffer(text + b"\n", dtype=np.uint8), delimiter[0], quotes=False)
    return found


def _detect(text: bytes) -> bytes:
    best, best_score = b",", (0.0, 0)
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        fields = _records(text, delimiter).fields
        usual = _usual(fields)
        if usual < 2:
            continue
        score = (round(float(np.mean(fields == usual)), 1), usual)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _usual(fields: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """The most frequent number of fields; the larger one of two."""
    numbers, counts = np.unique(fields[:10_000], return_counts=True)
    return int(numbers[len(counts) - 1 - np.argmax(counts[::-1])])


def _table_begins(text: bytes, records: Records, delimiter: bytes) -> tuple[int, int]:
    """Index of the first record of the table, and how many lines with something on them stand above.

    A title above a table of three columns or more fills one cell; a header fills several.
    """
    above = 0
    first = None
    for index in range(min(len(records.ends), _PREAMBLE)):
        filled = sum(bool(cell.strip()) for cell in _cells(_record(text, records, index), delimiter))
        if not filled:
            continue
        first = index if first is None else first
        below = _fields_below(records, index)
        if filled > 1 or not len(below) or _usual(below) < 3:
            return index, above
        above += 1
    return first or 0, 0


def _fields_below(records: Records, index: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Numbers of fields of the records below one; empty and doubtful ones left out."""
    filled = (records.fields > 1) | (records.ends - records.starts > 2)
    filled &= (records.lines == 1) | ~records.irregular
    below: np.ndarray[tuple[int], np.dtype[np.int64]] = records.fields[index + 1 :][filled[index + 1 :]]
    return below


def _record(text: bytes, records: Records, index: int) -> bytes:
    return text[records.starts[index] : records.ends[index]].rstrip(b"\r\n")


def _cells(record: bytes, delimiter: bytes) -> list[str]:
    cells = split_record(record, delimiter)
    if cells is None:
        cells = record.split(delimiter)
    return [cell.decode("utf-8", errors="replace") for cell in cells]


def _as_wide_as_rows(
    cells: list[str], text: bytes, records: Records, first: int, delimiter: bytes, *, where: str
) -> list[str]:
    """Give the header as many cells as the rows have, where only delimiters at the end of lines differ."""
    below = _fields_below(records, first)
    if not len(below) or (below == len(cells)).any():
        return cells
    usual = _usual(below)
    if len(cells) > usual and not any(cell.strip() for cell in cells[usual:]):
        return cells[:usual]
    wider = np.flatnonzero(records.fields == usual)[:1000]
    if len(cells) == usual - 1 and all(_record(text, records, index).endswith(delimiter) for index in wider):
        return [*cells, ""]
    raise InputError(
        f"the number of columns in the header is {len(cells)}, but no record has as many: most have {usual}",
        where=where,
        hint="Mend the header, or name the delimiter with --delimiter.",
    )
