"""`read_people`: one call for every kind of file."""

from __future__ import annotations

from pathlib import Path

from matchprep.errors import InputError
from matchprep.read.columnar import read_columnar
from matchprep.read.delimited import read_delimited
from matchprep.read.people import People
from matchprep.read.source import find_file, kind_of


def read_people(
    source: str | Path,
    *,
    sheet: str | None = None,
    header: bool = True,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> People:
    """Open a people file of any kind.

    Args:
        source: The file: CSV or its kin, or Parquet.
        sheet: The sheet of a workbook; the first when left out.
        header: Whether the first record names the columns; else they are `column_1`, `column_2`, ...
        encoding: The encoding of a text file, where detection would err.
        delimiter: The delimiter of a text file, where detection would err.

    Returns:
        The people, lazily; what was found out about the file; and the records that could not be read.

    Raises:
        InputError: The file is missing, empty, damaged, or no table of people.
        UsageError: There is no such encoding, or the delimiter is not one character.

    Rows: all of them, in order; those that cannot be read are in `People.unread`.
    Columns: the source -> RAW.

    Example:
        >>> people = read_people("list.csv")  # doctest: +SKIP
        >>> people.frame.head(3).collect()  # doctest: +SKIP
    """
    del sheet
    path = find_file(Path(source))
    kind = kind_of(path)
    if kind in {"parquet", "arrow"}:
        return read_columnar(path, name=path.name, kind=kind)
    if kind in {"text", "json"}:
        return read_delimited(path, name=path.name, header=header, encoding=encoding, delimiter=delimiter)
    raise InputError(
        f"is a {kind} file, which cannot be read yet", where=str(path), hint="Save the list as CSV."
    )
