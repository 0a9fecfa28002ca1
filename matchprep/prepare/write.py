"""Writing a table by the ending of its file: CSV and Parquet as a stream, XLSX as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from matchprep.errors import UsageError
from matchprep.normalize import spreadsheet_safe
from matchprep.normalize.text import table_safe

#: What Excel can hold: rows below the header, and characters in a cell.
EXCEL_ROWS = 1_048_575
EXCEL_CELL = 32_767


@dataclass(frozen=True)
class Table:
    """What is to be written.

    Args:
        frame: The rows.
        metadata: What a Parquet file shall say about itself.
    """

    frame: pl.LazyFrame
    metadata: Mapping[str, str] = field(default_factory=dict)


def check_ending(path: Path) -> None:
    """Make sure that a file of this name can be written, before any work is done.

    Args:
        path: The file.

    Raises:
        UsageError: Its ending is unknown, it is a folder, or the extra `xlsx` is not installed.
    """
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        hint = "Let its name end in .csv, .parquet or .xlsx."
        raise UsageError("cannot tell the format to write from the ending", where=str(path), hint=hint)
    if path.is_dir():
        raise UsageError("is a folder", where=str(path), hint="Name a file with -o.")
    if ending == ".xlsx" and find_spec("xlsxwriter") is None:
        hint = 'Install it with: pip install "matchprep[xlsx]". Or write CSV or Parquet.'
        raise UsageError("writing a workbook needs the extra `xlsx`", where=str(path), hint=hint)


def write_table(table: Table, counts: pl.LazyFrame, target: Path, name: Path) -> dict[str, int]:
    """Write a table and count what it is made of, in one pass.

    Args:
        table: What is to be written.
        counts: One row of counts, from the same source as the table.
        target: Where to write.
        name: The name that the file will have; its ending says the format.

    Returns:
        The counts by their names.

    Raises:
        UsageError: The table does not fit into a workbook.
    """
    counted = _WRITERS[name.suffix.lower()](table, counts, target, name)
    return {key: int(value or 0) for key, value in counted.row(0, named=True).items()}


def _write_csv(table: Table, counts: pl.LazyFrame, target: Path, _name: Path) -> pl.DataFrame:
    return _streamed(_safe(table.frame).sink_csv(target, lazy=True), counts)


def _write_parquet(table: Table, counts: pl.LazyFrame, target: Path, _name: Path) -> pl.DataFrame:
    return _streamed(table.frame.sink_parquet(target, metadata=dict(table.metadata), lazy=True), counts)


def _streamed(sink: pl.LazyFrame, counts: pl.LazyFrame) -> pl.DataFrame:
    # NOTE: together, so that what both need is worked out once.
    return pl.collect_all([sink, counts], engine="streaming")[1]


def _write_xlsx(table: Table, counts: pl.LazyFrame, target: Path, name: Path) -> pl.DataFrame:
    # NOTE: imported here: the extra may be missing.
    from xlsxwriter import Workbook  # noqa: PLC0415

    frame, counted = pl.collect_all([_safe(table.frame).head(EXCEL_ROWS + 1), counts], engine="streaming")
    longest = frame.select(pl.max_horizontal(pl.col(pl.String).str.len_chars().max())).item()
    if frame.height > EXCEL_ROWS or (longest or 0) > EXCEL_CELL:
        limit = (
            f"{EXCEL_ROWS:,} rows" if frame.height > EXCEL_ROWS else f"{EXCEL_CELL:,} characters in a cell"
        )
        hint = "Write CSV or Parquet instead."
        raise UsageError(f"Excel holds at most {limit}", where=str(name), hint=hint)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(target, options) as workbook:
        frame.write_excel(workbook, worksheet="people", autofilter=True, freeze_panes=(1, 0))
    return counted


def _safe(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Keep a spreadsheet from running a value, or a header, as a formula."""
    names = frame.collect_schema().names()
    safe = pl.select(spreadsheet_safe(pl.lit(pl.Series(names, dtype=pl.String)))).to_series()
    return table_safe(frame).rename(dict(zip(names, safe, strict=True)))


Writer = Callable[[Table, pl.LazyFrame, Path, Path], pl.DataFrame]
_WRITERS: Mapping[str, Writer] = {".csv": _write_csv, ".parquet": _write_parquet, ".xlsx": _write_xlsx}
