"""Knowing a file that is clean already: Parquet of `--columns only` need not be normalized again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from matchprep.errors import InputError
from matchprep.fields import Field
from matchprep.tables import CLEAN, CLEAN_VERSION, INVALID, ROW_ID, SOURCE, verify

#: What a prepared Parquet file says about itself; files of another version are normalized anew.
METADATA: Mapping[str, str] = {"matchprep.table": "CLEAN", "matchprep.version": CLEAN_VERSION}


def is_prepared(path: str | Path) -> bool:
    """Say whether a file holds CLEAN, in the version that this matchprep writes.

    Args:
        path: Any file; one that is missing or of another format is not prepared.

    Returns:
        Whether `scan_prepared` can open it.
    """
    try:
        with Path(path).open("rb") as file:
            if file.read(4) != b"PAR1":
                return False
        found = pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError):
        return False
    return all(found.get(key) == value for key, value in METADATA.items())


def scan_prepared(path: str | Path) -> pl.LazyFrame:
    """Open a prepared file as CLEAN, without normalizing it again.

    Args:
        path: A Parquet file that `prepare --columns only` wrote.

    Returns:
        CLEAN, lazy; the columns of the file as text are its `source.*`.

    Raises:
        InputError: The file is not prepared, or was prepared by another version.
        ContractError: It says that it is, and its columns are of other types.
    """
    if not is_prepared(path):
        raise InputError(
            "is not a prepared list of this version",
            where=str(path),
            hint="Prepare it: matchprep prepare LIST -o FILE.parquet --columns only",
        )
    frame = pl.scan_parquet(path, glob=False)
    names = frame.collect_schema().names()
    flags = {field + INVALID for field in Field}
    clean = [name for name in names if name in CLEAN or name in flags]
    originals = [name for name in names if name != ROW_ID and name not in flags]
    people = frame.select(
        ROW_ID, *clean, *(pl.col(name).cast(pl.String).alias(SOURCE + name) for name in originals)
    )
    verify(people, {ROW_ID: pl.Int64} | {name: CLEAN[name] for name in clean if name in CLEAN}, table="CLEAN")
    return people
