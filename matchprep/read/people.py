"""What the door hands on: the people, the facts about their file, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from matchprep.read.spill import Spill
from matchprep.tables import ROW_ID

#: Columns of `People.unread`.
UNREAD = {ROW_ID: pl.Int64, "line": pl.Int64, "reason": pl.String, "text": pl.String}
#: The text of a record that could not be read is kept up to this many characters.
TEXT_LIMIT = 32_768


class Unread(NamedTuple):
    """A record that could not be read.

    Args:
        row_id: Its 1-based number among the records of the source.
        line: The 1-based physical line it begins on; null where the source has no lines.
        reason: Why, in words, without any value of it.
        text: The record as it stands in the source.
    """

    row_id: int
    line: int | None
    reason: str
    text: str


@dataclass(frozen=True)
class SourceFacts:
    """What was found out about a file, and what was assumed where it did not say.

    Args:
        name: The name of the file, without its folder.
        format: `csv`, `parquet`, `arrow`, `xlsx` or `ndjson`.
        encoding: `utf-8`, `utf-16-le`, `cp1252`, ...; null where the format settles it.
        delimiter: The character between fields; null where the format has none.
        compression: `gzip` or `zip`, or null.
        size_bytes: Its size as given, compressed or not.
        sha256: Digest of its bytes as given.
        columns: Its headers, in order.
        rows: Records read, those set aside included.
        assumptions: What the reader assumed or mended, one sentence each; no values of people.
    """

    name: str
    format: str
    encoding: str | None
    delimiter: str | None
    compression: str | None
    size_bytes: int
    sha256: str
    columns: tuple[str, ...]
    rows: int
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class People:
    """A people file, opened.

    Args:
        frame: RAW: `row_id`, then every column of the source under its header, all strings.
        facts: What was found out about the file, or about all of them together.
        unread: The records that could not be read: `row_id`, `line`, `reason`, `text`.
        files: The facts of every file.
    """

    frame: pl.LazyFrame = field(repr=False)
    facts: SourceFacts
    unread: pl.DataFrame = field(repr=False)
    files: tuple[SourceFacts, ...] = ()


@dataclass(frozen=True)
class Table:
    """What a reader makes of one file; the door adds where it came from and numbers its rows.

    Args:
        frame: `row_id` as 0-based positions, then every column, all strings.
        format: As in `SourceFacts`.
        columns: As in `SourceFacts`.
        rows: As in `SourceFacts`.
        encoding: As in `SourceFacts`.
        delimiter: As in `SourceFacts`.
        assumptions: As in `SourceFacts`.
        unread: The records that could not be read.
        spill: The folder the frame reads from, where that is a temporary one.
    """

    frame: pl.LazyFrame
    format: str
    columns: tuple[str, ...]
    rows: int
    encoding: str | None = None
    delimiter: str | None = None
    assumptions: Sequence[str] = ()
    unread: Sequence[Unread] = ()
    spill: Spill | None = None


def counted(count: int, thing: str) -> str:
    """Say how many of a thing there are, with the verb: `1 line was`, `2 lines were`.

    Args:
        count: How many.
        thing: The thing, in the singular.

    Returns:
        The beginning of a sentence.
    """
    return f"{count:,} {thing} was" if count == 1 else f"{count:,} {thing}s were"


def unread_table(records: Iterable[Unread] = ()) -> pl.DataFrame:
    """Make the table of records that could not be read.

    Args:
        records: The records, in the order of the source.

    Returns:
        The columns of `UNREAD`.
    """
    rows = [record._replace(text=record.text[:TEXT_LIMIT]) for record in records]
    return pl.DataFrame(rows, schema=UNREAD, orient="row")
