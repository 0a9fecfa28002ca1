"""`read_people`: one call for every kind of file, and for several files as one list."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from matchprep.errors import InputError
from matchprep.read.columnar import read_columnar
from matchprep.read.delimited import read_delimited
from matchprep.read.ndjson import read_ndjson
from matchprep.read.people import People, SourceFacts, Table, unread_table
from matchprep.read.rows import RowNumbers, with_row_id
from matchprep.read.source import digest, find_file, kind_of
from matchprep.read.spill import Spill
from matchprep.read.unpack import STANDARD_INPUT, Opened, take_standard_input, unpack
from matchprep.read.workbook import read_workbook


@dataclass(frozen=True)
class _Options:
    sheet: str | None
    header: bool
    encoding: str | None
    delimiter: str | None


def read_people(
    source: str | Path | Sequence[str | Path],
    *,
    sheet: str | None = None,
    header: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> People:
    """Open a people file of any kind, or several as one list.

    Args:
        source: CSV or its kin, a workbook, Parquet, Arrow or NDJSON, bare or in gzip or zip; `-` for
            standard input; a pattern (`lists/*.csv`) or several names for files that are one list.
        sheet: The sheet of a workbook, the first when left out; or the file in a zip archive.
        header: Whether the first record names the columns; else they are `column_1`, `column_2`, ...
        encoding: The encoding of a text file, where detection would err.
        delimiter: The delimiter of a text file, where detection would err.

    Returns:
        The people, lazily; what was found out about the file; and the records that could not be read.

    Raises:
        InputError: The file is missing, empty, damaged, or no table of people.
        UsageError: There is no such sheet or encoding, the delimiter is not one character, or a
            workbook is given and the extra `xlsx` is not installed.

    Rows: all of them, in order; those that cannot be read are in `People.unread`.
    Columns: the source -> RAW.

    Example:
        >>> people = read_people("list.csv")  # doctest: +SKIP
        >>> people.frame.head(3).collect()  # doctest: +SKIP
    """
    options = _Options(sheet, header, encoding, delimiter)
    parts: list[People] = []
    for path in _paths(source):
        parts.append(_read(path, options, offset=sum(part.facts.rows for part in parts)))
    return parts[0] if len(parts) == 1 else _together(parts)


def _paths(source: str | Path | Sequence[str | Path]) -> list[str | Path]:
    """The files that are meant, patterns written out."""
    if not isinstance(source, str | Path):
        return [path for one in source for path in _paths(one)]
    if str(source) == STANDARD_INPUT or Path(source).exists() or not glob.has_magic(str(source)):
        return [source]
    found = sorted(path for path in glob.iglob(str(source), recursive=True) if Path(path).is_file())  # noqa: PTH207
    if not found:
        raise InputError(
            "no file has a name like that", where=str(source), hint="Check the pattern and the folder."
        )
    return list(found)


def _read(source: str | Path, options: _Options, *, offset: int) -> People:
    """Open one file; its rows are numbered on from `offset`."""
    if str(source) == STANDARD_INPUT:
        spill = Spill()
        path = take_standard_input(spill)
        opened = Opened(path, "standard input", kind_of(path, name="standard input"), spill=spill)
    else:
        path = find_file(Path(source))
        opened = Opened(path, path.name, kind_of(path))
    with ThreadPoolExecutor(1) as worker:
        sha256 = worker.submit(digest, path)
        size = path.stat().st_size
        inside = unpack(opened, member=options.sheet)
        table = _table(inside, options)
        facts = SourceFacts(
            name=inside.name,
            format=table.format,
            encoding=table.encoding,
            delimiter=table.delimiter,
            compression=inside.compression,
            size_bytes=size,
            sha256=sha256.result(),
            columns=table.columns,
            rows=table.rows,
            assumptions=(*inside.notes, *table.assumptions),
        )
    numbers = RowNumbers(
        [one.row_id for one in table.unread], offset=offset, spill=table.spill or inside.spill
    )
    unread = unread_table(one._replace(row_id=one.row_id + offset) for one in table.unread)
    return People(with_row_id(table.frame, numbers), facts, unread, (facts,))


def _table(opened: Opened, options: _Options) -> Table:
    path, name, spill = opened.path, opened.name, opened.spill
    if opened.kind in {"parquet", "arrow", "arrow stream"}:
        return read_columnar(path, name=name, kind=opened.kind)
    if opened.kind == "workbook":
        sheet = options.sheet if opened.compression is None else None
        return read_workbook(path, name=name, sheet=sheet, header=options.header)
    if opened.kind == "json":
        return read_ndjson(path, name=name, spill=spill, encoding=options.encoding)
    return read_delimited(
        path,
        name=name,
        spill=spill,
        header=options.header,
        encoding=options.encoding,
        delimiter=options.delimiter,
    )


def _together(parts: Sequence[People]) -> People:
    """Several files as one list: the columns of all of them, row numbers running on."""
    files = tuple(part.facts for part in parts)
    columns = tuple(dict.fromkeys(column for one in files for column in one.columns))
    notes = []
    for one in files:
        missing = [column for column in columns if column not in one.columns]
        if files[0].columns and not set(one.columns) & set(files[0].columns):
            raise InputError(
                f"has no column in common with {files[0].name}", where=one.name, hint="Read them one by one."
            )
        if missing:
            notes.append(f"{one.name} has no column {', '.join(missing)}; it is blank there.")
        notes += [f"{one.name}: {note}" for note in one.assumptions]
    facts = replace(
        files[0],
        name=", ".join(one.name for one in files[:3])
        + (f" and {len(files) - 3} more" if len(files) > 3 else ""),
        size_bytes=sum(one.size_bytes for one in files),
        sha256=hashlib.sha256("".join(one.sha256 for one in files).encode()).hexdigest(),
        columns=columns,
        rows=sum(one.rows for one in files),
        assumptions=tuple(notes),
    )
    frame = pl.concat([part.frame for part in parts], how="diagonal")
    unread = pl.concat(
        part.unread.with_columns(pl.lit(f"{part.facts.name}: ").add(pl.col("reason")).alias("reason"))
        for part in parts
    )
    return People(frame, facts, unread, files)
