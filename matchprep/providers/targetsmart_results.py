"""What SmartMatch gives back: a CSV, gzipped or zipped, with further matches and a summary beside it."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from matchprep.errors import InputError, PermanentProviderError
from matchprep.files import passing_folder, written_whole
from matchprep.providers.jobs import Facts
from matchprep.read import read_people

#: Passed through by SmartMatch. Source: Supported field identifiers.
KEY = "matchback_id"
#: `Y` where the row matched.
CODE = "tsmart_match_code"
PERSON = "vb.voterbase_id"
#: The best match of each row; the further ones; where both go.
RETURNED, ADDITIONAL = "returned.csv", "additional_matches.csv"
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"


def unpack(fetched: Path, folder: Path, *, rows: int) -> Facts:
    """Take a result apart, whatever it is packed in.

    Args:
        fetched: What was downloaded.
        folder: Where its files go.
        rows: How many rows were sent.

    Returns:
        Counts, and the names of the files.

    Raises:
        PermanentProviderError: It is damaged, or not the result of what was sent.
    """
    try:
        with passing_folder(folder) as loose:
            tables = sorted(filter(None, map(_table, _members(fetched, loose))), key=_best_first)
            if not tables or tables[0].people > rows:
                raise _damaged("the result is not of the list that was sent")
            return {**_keep(tables, folder), **_counts(tables)}
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, InputError, pl.exceptions.PolarsError):
        raise _damaged("the result cannot be read") from None


@dataclass(frozen=True)
class _Table:
    """A table of a result."""

    path: Path
    frame: pl.LazyFrame
    rows: int
    people: int


def _best_first(table: _Table) -> tuple[int, int]:
    # NOTE: the document does not say what the files are called. That of the best matches has one row for
    # each that was sent; that of the further matches has several for some, and none for others.
    return -table.people, table.rows


def _members(fetched: Path, loose: Path) -> Iterator[Path]:
    """Unpack each file under a name of our own: what the archive calls it decides nothing."""
    with fetched.open("rb") as file:
        start = file.read(4)
    if start == _ZIP:
        with zipfile.ZipFile(fetched) as archive:
            for place, one in enumerate(archive.infolist()):
                if one.filename.lower().endswith(".csv"):
                    with archive.open(one) as member:
                        yield _write(member, loose / f"{place}.csv")
    elif start[:2] == _GZIP:
        with gzip.open(fetched) as member:
            yield _write(member, loose / "0.csv")
    else:
        yield fetched


def _write(source: IO[bytes] | gzip.GzipFile, target: Path) -> Path:
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    return target


def _table(path: Path) -> _Table | None:
    """Read a file of the result; null for one that is not of people, as a summary."""
    frame = read_people(path).frame
    if not {KEY, CODE} <= set(frame.collect_schema().names()):
        return None
    counts = frame.select(pl.len().alias("rows"), pl.col(KEY).n_unique().alias("people"))
    return _Table(path, frame, *counts.collect(engine="streaming").row(0))


def _keep(tables: Sequence[_Table], folder: Path) -> Facts:
    (folder / ADDITIONAL).unlink(missing_ok=True)  # of an earlier result
    kept = dict(zip((RETURNED, ADDITIONAL), tables, strict=False))
    for name, table in kept.items():
        with written_whole(folder / name) as temporary:
            shutil.copyfile(table.path, temporary)
    return {"files": list(kept)}


def _counts(tables: Sequence[_Table]) -> Facts:
    best, further = tables[0], tables[1:2]
    matched = pl.col(CODE).str.strip_chars().str.to_uppercase() == "Y"
    names = best.frame.collect_schema().names()
    people = pl.col(PERSON).filter(matched).n_unique() if PERSON in names else pl.lit(None)
    counts = best.frame.select(matched.sum().alias("matched"), people.alias("people"))
    matched_rows, unique = counts.collect(engine="streaming").row(0)
    return {
        "returned_rows": best.rows,
        "matched_rows": matched_rows,
        "unique_matches": unique,
        "additional_rows": further[0].rows if further else None,
    }


def _damaged(what: str) -> PermanentProviderError:
    hint = "Look at the file in the smartmatch folder of your TargetSmart file transfer account."
    return PermanentProviderError(what, where="the result", hint=hint)
