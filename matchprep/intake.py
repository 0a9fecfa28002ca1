"""How a file comes in: read it, understand its columns, normalize it. The same for list and reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from matchprep.columns import ColumnMap, map_columns, mapping_file, suggest_columns, with_choices, with_saved
from matchprep.errors import InputError
from matchprep.normalize import normalize_people
from matchprep.normalize.date_order import Order, said_order
from matchprep.read import People, in_large_batches, read_people


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file shall be read, where the file itself does not say.

    Args:
        choices: `HEADER=FIELD` where the guess of a column shall be overruled.
        sheet: The sheet of a workbook, or the member of an archive; the first when left out.
        header: Whether the first record names the columns.
        encoding: The encoding of a text file.
        delimiter: The delimiter of a text file.
        dates: The order of day, month and year in dates of birth; decided from the whole column when left
            out.
    """

    choices: tuple[str, ...] = ()
    sheet: str | None = None
    header: bool = True
    encoding: str | None = None
    delimiter: str | None = None
    dates: Order | None = None


@dataclass(frozen=True)
class Opened:
    """A file that was read, and whose columns were understood."""

    people: People
    columns: ColumnMap
    #: The order of dates, where the caller said it.
    dates: Order | None = None

    def clean(self, *, region: str = "US") -> pl.LazyFrame:
        """Normalize its people.

        Args:
            region: The region that phone numbers without a country code belong to.

        Returns:
            CLEAN, lazily.
        """
        raw = in_large_batches(self.people.frame, size=self.people.facts.rows)
        dates = said_order(self.dates) if self.dates else None
        return normalize_people(map_columns(raw, self.columns), region=region, dates=dates)


@dataclass(frozen=True)
class Prepared(Opened):
    """An opened file whose CLEAN was kept on disk."""

    kept: pl.LazyFrame = field(repr=False, kw_only=True)


def open_people(source: Path, reading: Reading) -> Opened:
    """Read a file and understand its columns.

    A mapping that was saved beside the file (`LIST.columns.yaml`) overrules the guesses, and the
    choices of the caller overrule both.

    Args:
        source: The file.
        reading: How to read it.

    Returns:
        The file's people and columns; nothing has been normalized yet.

    Raises:
        InputError: The file cannot be read, or none of its columns holds a known field.
        UsageError: A choice names an unknown header or field.
    """
    people = read_people(
        source,
        sheet=reading.sheet,
        header=reading.header,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
    )
    columns = suggest_columns(people.frame)
    saved = mapping_file(source)
    if str(source) != "-" and saved.is_file():
        columns = with_saved(columns, saved)
    return Opened(people, with_choices(columns, reading.choices), reading.dates)


def prepare(source: Path, reading: Reading, spill: Path, *, of_people: bool = True) -> Prepared:
    """Read, map and normalize one file, and keep the outcome on disk for the later stages.

    Args:
        source: The file.
        reading: How to read it.
        spill: A Parquet file to write CLEAN into.
        of_people: Refuse a file none of whose columns holds a known field.

    Returns:
        The file's facts, its columns, and CLEAN as a lazy scan.

    Raises:
        InputError: The file cannot be read, or none of its columns holds a known field.
        UsageError: A choice names an unknown header or field.
    """
    opened = open_people(source, reading)
    if of_people and not opened.columns.mapping:
        raise InputError(
            "no column holds a field of a person that matchprep knows",
            where=str(source),
            hint="Say what the columns hold with --map HEADER=FIELD; `matchprep inspect` shows the guesses.",
        )
    try:
        opened.clean().sink_parquet(spill, compression="lz4")
    except pl.exceptions.ComputeError as error:
        if opened.people.facts.format not in {"parquet", "arrow"}:
            raise
        # NOTE: damage inside a data page shows only when the page is read.
        raise InputError(
            "the file is damaged: it cannot be read to its end",
            where=str(source),
            hint="Get it anew, or export it again.",
        ) from error
    return Prepared(opened.people, opened.columns, opened.dates, kept=pl.scan_parquet(spill))
