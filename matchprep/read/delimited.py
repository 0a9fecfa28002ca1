"""Delimited text: CSV, TSV and their kin, as a scan that streams."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import polars as pl

from matchprep.errors import InputError
from matchprep.read.dialect import NAMES, SAMPLE, Dialect, find_dialect
from matchprep.read.people import Table, counted
from matchprep.read.records import Edit, Scan, scan_records
from matchprep.read.spill import Spill
from matchprep.read.survey import Survey, scannable_copy, survey
from matchprep.read.totals import set_totals_aside
from matchprep.tables import ROW_ID

_BLOCK = 4 << 20


def read_delimited(
    path: Path,
    *,
    name: str,
    spill: Spill | None = None,
    header: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """Open a delimited file.

    The file is gone through once, in constant memory, to find its records. If every one of them is
    plainly good it is scanned where it lies; otherwise a copy without the bad ones is.

    Args:
        path: The file.
        name: What to call it in messages.
        spill: A folder for copies, where one exists.
        header: Whether the first record names the columns.
        encoding: Its encoding, where the caller knows it.
        delimiter: Its delimiter, where the caller knows it.

    Returns:
        Its table.

    Raises:
        InputError: There is no table in it, or its header cannot be used.
    """
    found = survey(path, name=name, encoding=encoding)
    text = path
    if not found.scannable:
        spill = spill or Spill()
        text = spill.new_file(".csv")
        scannable_copy(path, found, text, name=name)
    dialect, scan = _look_through(
        text, 0 if text != path else found.bom, name=name, header=header, delimiter=delimiter
    )
    skip_lines = dialect.layout.line - 1
    if scan.edits and (scan.quoted or scan.unread or scan.blank_lines):
        spill = spill or Spill()
        edited = spill.new_file(".csv")
        _write_edited(text, scan.edits, dialect.layout.start, edited)
        text, skip_lines, quoted = edited, 0, True
    else:
        quoted = scan.quoted
    frame = pl.scan_csv(
        text,
        has_header=False,
        skip_lines=skip_lines,
        separator=dialect.layout.delimiter.decode(),
        quote_char='"' if quoted else None,
        schema=dict.fromkeys(dialect.columns, pl.String),
        row_index_name=ROW_ID,
        glob=False,
    )
    return Table(
        frame,
        format="csv",
        columns=dialect.columns,
        rows=scan.records,
        encoding=found.encoding,
        delimiter=dialect.layout.delimiter.decode(),
        assumptions=_notes(found, dialect, scan),
        unread=scan.unread,
        spill=spill,
    )


def _look_through(
    path: Path, start: int, *, name: str, header: bool, delimiter: str | None
) -> tuple[Dialect, Scan]:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        if not sample[start:].strip():
            raise InputError("the file is empty", where=name, hint="Export the list again.")
        dialect = find_dialect(sample, start=start, where=name, delimiter=delimiter, header=header)
        scan = scan_records(file, path.stat().st_size, dialect.layout)
    set_totals_aside(path, dialect.layout, scan)
    if not scan.records:
        raise InputError(
            "has a header and no rows", where=name, hint="Export the list again, with its people."
        )
    if scan.records == len(scan.unread):
        raise InputError(
            f"none of its {scan.records:,} records could be read; the first: {scan.unread[0].reason}",
            where=f"{name}, line {scan.unread[0].line}",
            hint="Name the delimiter with --delimiter, or export the list again.",
        )
    return dialect, scan


def _write_edited(path: Path, edits: list[Edit], start: int, target: Path) -> None:
    """Copy the records of a file with edits applied, in blocks."""
    with path.open("rb") as source, target.open("wb") as copy:
        source.seek(start)
        for edit in edits:
            _copy(source, copy, edit.start - source.tell())
            copy.write(edit.text)
            source.seek(edit.end)
        while block := source.read(_BLOCK):
            copy.write(block)


def _copy(source: BinaryIO, copy: BinaryIO, count: int) -> None:
    while count > 0:
        block = source.read(min(count, _BLOCK))
        copy.write(block)
        count -= len(block)


def _notes(found: Survey, dialect: Dialect, scan: Scan) -> list[str]:
    notes = [*found.notes, *dialect.notes]
    delimiter = dialect.layout.delimiter.decode()
    if delimiter != ",":
        notes.insert(0, f"The delimiter is taken to be {NAMES.get(delimiter, repr(delimiter))}.")
    if scan.mended:
        notes.append(f"{counted(scan.mended, 'record')} read in spite of stray quotation marks.")
    if scan.blank_lines:
        notes.append(f"{counted(scan.blank_lines, 'blank line')} left out and not counted as rows.")
    return notes
