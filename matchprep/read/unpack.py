"""Standard input, gzip and zip: what is inside goes to a spill, and is read from there like any file."""

from __future__ import annotations

import gzip
import shutil
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from matchprep.errors import InputError, did_you_mean
from matchprep.read.source import kind_of
from matchprep.read.spill import Spill

_TABLES = frozenset(
    f".{suffix}"
    for suffix in (
        "csv",
        "tsv",
        "tab",
        "txt",
        "psv",
        "dat",
        "xlsx",
        "xlsm",
        "parquet",
        "arrow",
        "json",
        "jsonl",
        "ndjson",
    )
)
_BLOCK = 4 << 20
STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Opened:
    """A file that can be read where it lies.

    Args:
        path: Where it lies.
        name: What to call it.
        kind: What `kind_of` says it is, or `workbook`.
        compression: What it was packed with, or null.
        spill: The folder it lies in, where that is a temporary one.
        notes: What was assumed in unpacking it, one sentence each.
    """

    path: Path
    name: str
    kind: str
    compression: str | None = None
    spill: Spill | None = None
    notes: tuple[str, ...] = ()


def take_standard_input(spill: Spill) -> Path:
    """Copy standard input to a file.

    Args:
        spill: Where the copy goes.

    Returns:
        The copy.

    Raises:
        InputError: Nothing comes, or it is a terminal.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError(
            "standard input is a terminal", hint="Pipe a file into it: cat list.csv | matchprep ... -"
        )
    path = spill.new_file()
    with path.open("wb") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy, _BLOCK)
    if not path.stat().st_size:
        raise InputError("nothing came in", where="standard input")
    return path


def unpack(opened: Opened, *, member: str | None = None) -> Opened:
    """Take a file out of its packing, if it has one.

    Args:
        opened: The file.
        member: Which file of a zip archive; needed only where it holds several lists.

    Returns:
        The file inside, in a spill; or the same one where it is not packed.

    Raises:
        InputError: The packing is damaged, locked or empty, or holds several lists and none was named.
    """
    if opened.kind == "gzip":
        return _again(opened, _gunzip(opened), "gzip", member)
    if opened.kind == "zip":
        with _damage_named(opened.name), zipfile.ZipFile(opened.path) as archive:
            if _is_workbook(archive):
                return replace(opened, kind="workbook")
            return _again(opened, _extract(opened, archive, member), "zip", member)
    if opened.kind == "ole":
        return replace(opened, kind="workbook")
    return opened


def _again(opened: Opened, inside: Opened, compression: str, member: str | None) -> Opened:
    """What was inside, looked at in its turn; packings within packings are refused."""
    if not inside.path.stat().st_size:
        raise InputError("the file inside is empty", where=opened.name)
    inside = replace(inside, kind=kind_of(inside.path, name=opened.name), compression=compression)
    if inside.kind in {"gzip", "zip"}:
        inside = unpack(inside, member=member)
        if inside.kind != "workbook":
            raise InputError("is packed twice", where=opened.name, hint="Unpack it once.")
    return replace(inside, compression=compression)


def _gunzip(opened: Opened) -> Opened:
    spill = opened.spill or Spill()
    path = spill.new_file()
    with _damage_named(opened.name), opened.path.open("rb") as packed, path.open("wb") as copy:
        whole = _inflate(packed, copy)
    notes = () if whole else ("What stands behind the end of the packed data was left out.",)
    return replace(opened, path=path, spill=spill, notes=notes)


def _inflate(packed: BinaryIO, copy: BinaryIO) -> bool:
    """Unpack all members of a gzip file, one after the other; say whether nothing else stands behind them."""
    # NOTE: the module gzip loses what it has read when it comes upon what is no member.
    member, begun = zlib.decompressobj(wbits=31), False
    while block := packed.read(_BLOCK):
        while block:
            copy.write(member.decompress(block))
            begun, block = True, member.unused_data
            if member.eof:
                block = block.lstrip(b"\0") or packed.read(_BLOCK).lstrip(b"\0")
                if block and not block.startswith(b"\x1f"):
                    return False
                member, begun = zlib.decompressobj(wbits=31), False
    if begun:
        raise EOFError
    return True


def _extract(opened: Opened, archive: zipfile.ZipFile, member: str | None) -> Opened:
    spill = opened.spill or Spill()
    path = spill.new_file()
    chosen = _choose(opened.name, archive, member)
    if chosen.flag_bits & 1:
        raise InputError("is locked with a password", where=opened.name, hint="Unpack it first.")
    with archive.open(chosen) as packed, path.open("wb") as copy:
        shutil.copyfileobj(packed, copy, _BLOCK)
    return replace(opened, path=path, spill=spill)


def _choose(name: str, archive: zipfile.ZipFile, member: str | None) -> zipfile.ZipInfo:
    members = {one.filename: one for one in archive.infolist() if _counts(one)}
    if member:
        if member not in members:
            raise InputError(f"holds no file {member}", where=name, hint=did_you_mean(member, members))
        return members[member]
    lists = [one for file, one in members.items() if PurePosixPath(file).suffix.lower() in _TABLES]
    lists = [one for one in lists if "readme" not in one.filename.lower()] or lists or list(members.values())
    if not lists:
        raise InputError("the archive is empty", where=name)
    if len(lists) > 1:
        listed = ", ".join(sorted(one.filename for one in lists)[:10])
        raise InputError(
            f"holds several files: {listed}", where=name, hint="Name one with --sheet, or unpack it."
        )
    return lists[0]


def _counts(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not (member.is_dir() or hidden or stat.S_ISLNK(member.external_attr >> 16))


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    return "xl/workbook.xml" in names or "xl/workbook.bin" in names or {"mimetype", "content.xml"} <= names


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InputError("is damaged and cannot be unpacked", where=name, hint="Get it again.") from error
