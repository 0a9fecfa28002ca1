"""Workbooks: XLSX, and the older and freer formats that the same reader takes. Needs the extra `xlsx`."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import Any

import polars as pl

from matchprep.errors import InputError, UsageError, did_you_mean
from matchprep.read.headers import made_up_names, name_columns
from matchprep.read.people import Table, Unread, counted
from matchprep.read.totals import LAST_ROWS, TOTAL, is_total
from matchprep.tables import ROW_ID

_PREAMBLE = 30
#: How the reader writes a date, and a moment.
_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
_MOMENT = r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$"


def read_workbook(path: Path, *, name: str, sheet: str | None = None, header: bool = True) -> Table:
    """Open a sheet of a workbook.

    Numbers come without a point where they are whole, dates in ISO 8601, errors of formulas as nothing.

    Args:
        path: The workbook.
        name: What to call it in messages.
        sheet: The sheet; the first that holds anything when left out.
        header: Whether the first row names the columns.

    Returns:
        Its table.

    Raises:
        InputError: It is damaged or locked, or the sheet has no rows.
        UsageError: It has no such sheet, or the extra `xlsx` is not installed.
    """
    names, found, cells = _load(path, name, sheet)
    notes = (
        [f"The workbook has {len(names)} sheets; {found} was read."] if len(names) > 1 and not sheet else []
    )
    if header:
        first = _table_begins(cells)
        titles = [cell or "" for cell in cells.row(first)]
        while (
            titles and not titles[-1].strip() and cells[:, len(titles) - 1].slice(first + 1).is_null().all()
        ):
            titles.pop()
        columns, assumed = name_columns(titles, where=f"{name}, sheet {found}")
        notes += [f"{counted(first, 'row')} left out above the table."] if first else []
        notes += assumed
        rows = cells[:, : len(columns)].slice(first + 1)
    else:
        columns, rows = made_up_names(cells.width), cells
    rows.columns = list(columns)
    filled = rows.filter(~pl.all_horizontal(pl.all().is_null()))
    if not len(filled):
        raise InputError("has a header and no rows", where=f"{name}, sheet {found}")
    if len(filled) < len(rows):
        notes.append(f"{counted(len(rows) - len(filled), 'blank row')} left out and not counted.")
    totals = _totals(filled)
    frame = (
        filled.head(len(filled) - len(totals))
        .lazy()
        .with_columns(
            pl.all().str.replace(_MIDNIGHT, "${1}").str.replace(_MOMENT, "${1}T${2}"),
        )
    )
    return Table(
        frame.with_row_index(ROW_ID),
        format="xlsx",
        columns=columns,
        rows=len(filled),
        assumptions=notes,
        unread=totals,
    )


def _totals(rows: pl.DataFrame) -> list[Unread]:
    """The last rows that sum up the others."""
    tail = [[cell or "" for cell in row] for row in rows.tail(min(LAST_ROWS, len(rows) - 1)).rows()]
    below = list(takewhile(is_total, reversed(tail)))[::-1]
    first = len(rows) - len(below) + 1
    return [Unread(at, None, TOTAL, ",".join(row)) for at, row in enumerate(below, first)]


def _load(path: Path, name: str, sheet: str | None) -> tuple[list[str], str, pl.DataFrame]:
    """The names of the sheets, the sheet that was read, and its cells as text."""
    book = _open(path, name)
    names = list(book.sheet_names)
    if sheet and sheet not in names:
        raise UsageError(f"the workbook has no sheet {sheet}", where=name, hint=did_you_mean(sheet, names))
    hidden: tuple[str, pl.DataFrame] | None = None
    for candidate in [sheet] if sheet else names:
        loaded = book.load_sheet(candidate, header_row=None, dtypes="string", whitespace_as_null=True)
        cells = pl.DataFrame(loaded)
        if len(cells) and (sheet or loaded.visible == "visible"):
            return names, str(candidate), cells
        if len(cells) and hidden is None:
            hidden = str(candidate), cells
    if hidden:
        return names, *hidden
    raise InputError("the workbook is empty", where=name)


def _open(path: Path, name: str) -> Any:
    try:
        import fastexcel  # noqa: PLC0415  an extra: only needed here
    except ImportError as error:
        hint = "Install it with: pip install 'matchprep[xlsx]', or save the list as CSV."
        raise UsageError("workbooks need the extra xlsx", where=name, hint=hint) from error
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise InputError(
            "the workbook is damaged or locked", where=name, hint="Save it again, or as CSV."
        ) from error


def _table_begins(cells: pl.DataFrame) -> int:
    """The first row that fills several cells; a title above a table of three columns or more fills one."""
    head = cells.head(_PREAMBLE).select(pl.sum_horizontal(pl.all().is_not_null()).alias("filled"))
    filled = head.get_column("filled").to_list()
    wide = [at for at, count in enumerate(filled) if count > 1]
    first = next(at for at, count in enumerate(filled) if count) if any(filled) else 0
    return wide[0] if wide and cells.width > 2 else first
