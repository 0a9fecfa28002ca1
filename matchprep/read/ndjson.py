"""JSON, one object a line or one array of objects: copied to delimited text, values as written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from matchprep.errors import InputError
from matchprep.normalize.text import empty_to_null
from matchprep.read.headers import name_columns
from matchprep.read.people import Table, Unread
from matchprep.read.spill import Spill
from matchprep.read.survey import scannable_copy, survey
from matchprep.tables import ROW_ID

_BATCH = 5_000
#: Numbers keep the digits they are written with.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str)


class _Line(NamedTuple):
    number: int
    text: str


def read_ndjson(path: Path, *, name: str, spill: Spill | None = None, encoding: str | None = None) -> Table:
    """Open a file of JSON objects.

    Args:
        path: The file.
        name: What to call it in messages.
        spill: A folder for copies, where one exists.
        encoding: Its encoding, where the caller knows it.

    Returns:
        Its table. A value that is no text is written as JSON writes it; null is null.

    Raises:
        InputError: No line of it is an object.
    """
    spill = spill or Spill()
    found = survey(path, name=name, encoding=encoding)
    text = path
    if not found.scannable:
        text = spill.new_file(".json")
        scannable_copy(path, found, text, name=name)
    target = spill.new_file(".csv")
    keys, unread, rows = _convert(text, target)
    if not rows:
        raise InputError("no line of it is a JSON object", where=name, hint="Save the list as CSV.")
    columns, notes = name_columns(keys, where=name)
    frame = pl.scan_csv(
        target, has_header=False, schema=dict.fromkeys(columns, pl.String), row_index_name=ROW_ID, glob=False
    ).with_columns(empty_to_null(pl.col(columns)))
    return Table(
        frame,
        format="ndjson",
        columns=columns,
        rows=rows + len(unread),
        encoding=found.encoding,
        assumptions=[*found.notes, *notes],
        unread=unread,
        spill=spill,
    )


def _convert(path: Path, target: Path) -> tuple[list[str], list[Unread], int]:
    """Write the objects as delimited text; the keys are those of all objects, in the order they appear."""
    keys: dict[str, None] = {}
    while True:
        unread, rows, complete = _write(path, target, keys)
        if complete:
            return list(keys), unread, rows


def _write(path: Path, target: Path, keys: dict[str, None]) -> tuple[list[Unread], int, bool]:
    """Write the objects under the keys that are known, and take in all others that they have.

    Most files name every key in the first object. Where a later one has a key of its own, the file is only
    gone through to its end for the keys, and has to be written once more.
    """
    unread: list[Unread] = []
    rows, complete = 0, True
    with target.open("w", encoding="utf-8", newline="") as copy:
        write = csv.writer(copy, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        for number, (line, found) in enumerate(_objects(path), 1):
            if not isinstance(found, dict):
                unread.append(Unread(number, line.number, "it is not a JSON object", line.text))
                continue
            if not found.keys() <= keys.keys():
                complete = complete and not rows
                keys.update(dict.fromkeys(found))
            rows += 1
            if complete:
                write([_text(found.get(key)) for key in keys])
    return unread, rows, complete


def _objects(path: Path) -> Iterator[tuple[_Line, Any]]:
    """Every line that is not blank, or item of an array, with what it holds; null where it is no JSON."""
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        if file.read(1 << 10).lstrip().startswith("["):
            file.seek(0)
            yield from _items(file.read())
            return
        file.seek(0)
        lines = (_Line(number, text.strip()) for number, text in enumerate(file, 1))
        written = (line for line in lines if line.text)
        while batch := list(islice(written, _BATCH)):
            yield from zip(batch, _decode(batch), strict=True)


def _items(text: str) -> Iterator[tuple[_Line, Any]]:
    try:
        items = _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        items = [None]
    for item in items:
        yield _Line(1, "" if isinstance(item, dict) else str(item)), item


def _decode(batch: list[_Line]) -> Iterable[Any]:
    """All lines at once where they are all good, else one by one."""
    try:
        found = _DECODER.decode(f"[{','.join(line.text for line in batch)}]")
    except (ValueError, RecursionError):
        found = []
    return found if len(found) == len(batch) else [_decode_one(line.text) for line in batch]


def _decode_one(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
