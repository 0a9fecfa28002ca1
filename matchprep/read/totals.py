"""Totals that a report writes under its table: no people, however many fields they have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from matchprep.read.people import TEXT_LIMIT, Unread
from matchprep.read.quoting import split_record
from matchprep.read.records import Edit, Layout, Scan

#: Why such a row is set aside.
TOTAL = "it is a total under the table, not a row of it"
#: So many rows at the end are looked at.
LAST_ROWS = 5
_TAIL = 64 << 10
_SAYS_TOTAL = re.compile(
    r"(?:grand |sub-?|report )?(?:total|sum|count)s?(?: (?:rows?|records?|number|people|members|contacts))?"
    r"(?: ?[:=] ?[\d,. ]*)?|[\d,]+ (?:rows?|records?|people|members|contacts|names|results)(?: \w+)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[$€£]?-?[\d,. ]*\d[\d,. ]*%?")


def is_total(cells: Sequence[str]) -> bool:
    """Say whether a row at the end of a table sums it up.

    Args:
        cells: Its values.

    Returns:
        Whether the first thing it says is `Total`, `Grand total:`, `120 rows` or the like, and
        everything else in it is blank or a number. In a table of one column nothing is certain.
    """
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    if len(cells) < 2 or not filled or not _SAYS_TOTAL.fullmatch(filled[0]):
        return False
    return all(_NUMBER.fullmatch(cell) for cell in filled[1:])


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row holds nothing; totals may stand above it."""
    return not any(cell.strip() for cell in cells)


def set_totals_aside(path: Path, layout: Layout, scan: Scan) -> None:
    """Look at the last rows of a delimited file, and set aside those that are totals.

    Args:
        path: The file that was scanned.
        layout: How its records are laid out.
        scan: What the scan found; totals are added to what was set aside.
    """
    known = {one.row_id: one.text for one in scan.unread[-LAST_ROWS:]}
    number, found = scan.records, []
    for start, line in _last_lines(path, layout.start):
        text = line.rstrip(b"\r\n").decode("utf-8", errors="replace")[:TEXT_LIMIT]
        cells = split_record(line.rstrip(b"\r\n"), layout.delimiter) or []
        texts = [cell.decode("utf-8", errors="replace") for cell in cells]
        if number in known and known[number] != text:
            break
        if number not in known:
            if len(texts) != layout.fields or not (is_total(texts) or is_blank(texts)):
                break
            if is_total(texts):
                found.append((number, start, line, text))
        number -= 1
    if len(found) + len(scan.unread) >= scan.records:
        return
    for number, start, line, text in found:
        scan.unread.append(Unread(number, _line_of(path, start), TOTAL, text))
        scan.edits.append(Edit(start, start + len(line)))
    scan.unread.sort()
    scan.edits.sort(key=lambda edit: edit.start)


def _last_lines(path: Path, begin: int) -> list[tuple[int, bytes]]:
    """The last lines of a file that hold something, with their offsets, the very last first."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        at = max(begin, size - _TAIL)
        file.seek(at)
        lines = file.read().splitlines(keepends=True)
    starts = [at]
    for line in lines:
        starts.append(starts[-1] + len(line))
    listed = [(start, line) for start, line in zip(starts, lines, strict=False) if line.strip()]
    # The first line of the stretch may be half a line.
    return listed[::-1][: min(LAST_ROWS, len(listed) - (at > begin))]


def _line_of(path: Path, offset: int) -> int:
    """The 1-based number of the line that begins at an offset."""
    lines = 1
    with path.open("rb") as file:
        while offset > 0 and (block := file.read(min(offset, 4 << 20))):
            lines += block.count(b"\n")
            offset -= len(block)
    return lines
