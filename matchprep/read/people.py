"""What the door hands on: the people, the facts about their file, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

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
        format: `csv`, `parquet`, `xlsx`, `arrow` or `ndjson`.
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
        facts: What was found out about the file; of the first file where there are several.
        unread: The records that could not be read: `row_id`, `line`, `reason`, `text`.
        files: The facts of every file, where a list is made of several.
    """

    frame: pl.LazyFrame = field(repr=False)
    facts: SourceFacts
    unread: pl.DataFrame = field(repr=False)
    files: tuple[SourceFacts, ...] = ()


def unread_table(records: Iterable[Unread] = ()) -> pl.DataFrame:
    """Make the table of records that could not be read.

    Args:
        records: The records, in the order of the source.

    Returns:
        The columns of `UNREAD`.
    """
    rows = [record._replace(text=record.text[:TEXT_LIMIT]) for record in records]
    return pl.DataFrame(rows, schema=UNREAD, orient="row")
