"""One pass over the bytes of a text file: its digest, its encoding, and what keeps it from being scanned."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from matchprep.errors import InputError, UsageError, did_you_mean

CHUNK = 4 << 20
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Bytes that cp1252 leaves undefined; a file with one of them is latin-1.
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_KNOWN_ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "cp1250",
    "cp437",
    "mac-roman",
)


@dataclass(frozen=True)
class Survey:
    """What one pass over a text file found.

    Args:
        size_bytes: Its size.
        sha256: Digest of its bytes.
        encoding: How its characters are written.
        bom: Length in bytes of the byte order mark at its start.
        nulls: NUL bytes that are not part of a character.
        lone_returns: Whether some lines end in a carriage return alone.
        returns_only: Whether all lines do.
        notes: What was assumed, one sentence each.
    """

    size_bytes: int
    sha256: str
    encoding: str
    bom: int
    nulls: int
    lone_returns: bool
    returns_only: bool
    notes: tuple[str, ...]

    @property
    def scannable(self) -> bool:
        """Whether the file can be scanned where it lies: UTF-8, line feeds, no NUL."""
        return self.encoding == "utf-8" and not self.nulls and not self.lone_returns


def survey(path: Path, *, encoding: str | None = None) -> Survey:
    """Read a text file once and find out how it is written.

    A byte order mark decides; else strict UTF-8; else UTF-16 where every other byte is NUL; else
    cp1252, which is latin-1 where it uses bytes that cp1252 lacks.

    Args:
        path: The file.
        encoding: Its encoding, where the caller knows better.

    Returns:
        What was found.

    Raises:
        InputError: The file is not text, or not in the encoding the caller named.
        UsageError: There is no encoding of that name.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
        bom, marked = _byte_order_mark(head)
        chosen = _known(encoding) if encoding else marked or _unmarked_utf16(head)
        file.seek(0)
        tally = _Tally()
        for chunk in _chunks(file):
            tally.add(chunk)
    if tally.size and not chosen:
        chosen = "utf-8" if tally.utf8 else "latin-1" if tally.not_cp1252 else "cp1252"
    chosen = chosen or "utf-8"
    wide = chosen.startswith(("utf-16", "utf-32"))
    if chosen == "utf-8" and not tally.utf8:
        raise InputError(
            "is not valid UTF-8", where=path.name, hint="Leave the encoding out to have it detected."
        )
    return Survey(
        size_bytes=tally.size,
        sha256=tally.digest.hexdigest(),
        encoding=chosen,
        bom=bom if chosen == marked else 0,
        nulls=0 if wide else tally.nulls,
        lone_returns=wide or tally.returns > tally.pairs,
        returns_only=not wide and tally.returns > 0 and not tally.feeds,
        notes=tuple(_notes(chosen, tally, given=bool(encoding), marked=bool(marked), wide=wide)),
    )


class _Tally:
    """Counts over the bytes of a file, fed in chunks."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size = self.nulls = self.returns = self.pairs = self.feeds = 0
        self.utf8 = True
        self.not_cp1252 = False
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._pending = False
        self._last = b""

    def add(self, chunk: bytes) -> None:
        """Count one chunk; an empty one ends the file."""
        self.digest.update(chunk)
        self.size += len(chunk)
        self.nulls += chunk.count(b"\0")
        if b"\r" in chunk or self._last == b"\r":
            self.returns += chunk.count(b"\r")
            self.pairs += chunk.count(b"\r\n") + (self._last == b"\r" and chunk[:1] == b"\n")
        self.feeds = self.feeds or chunk.count(b"\n")
        self._last = chunk[-1:]
        ascii_only = chunk.isascii()
        if self.utf8 and (self._pending or not ascii_only or not chunk):
            try:
                self._decoder.decode(chunk, final=not chunk)
                self._pending = bool(self._decoder.getstate()[0])
            except UnicodeDecodeError:
                self.utf8 = False
        if not ascii_only and not self.not_cp1252:
            self.not_cp1252 = _NOT_CP1252.search(chunk) is not None


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
    yield b""


def _byte_order_mark(head: bytes) -> tuple[int, str | None]:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return len(mark), name
    return 0, None


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: in western text every other byte is NUL, and only every other one."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.6 and even < 0.1:
        return "utf-16-le"
    if even > 0.6 and odd < 0.1:
        return "utf-16-be"
    return None


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        hint = did_you_mean(encoding, _KNOWN_ENCODINGS)
        raise UsageError(f"no encoding is called {encoding}", hint=hint) from error
    return {
        "utf-8-sig": "utf-8",
        "iso8859-1": "latin-1",
        "ascii": "utf-8",
        "utf-16": "utf-16-le",
        "utf-32": "utf-32-le",
    }.get(name, name)


def _notes(encoding: str, tally: _Tally, *, given: bool, marked: bool, wide: bool) -> Iterator[str]:
    if not given and not marked and encoding != "utf-8":
        yield f"The file does not say its encoding and is not UTF-8; it was read as {encoding}."
    if not wide and tally.nulls:
        yield f"{tally.nulls:,} NUL bytes were left out."
    if not wide and tally.returns > tally.pairs:
        kind = "Lines end" if not tally.feeds else "Some lines end"
        yield f"{kind} in a carriage return alone; it was read as the end of a line."


def scannable_copy(path: Path, found: Survey, target: Path) -> None:
    r"""Write the file once more as UTF-8 with line feeds, without mark and NULs.

    Args:
        path: The file.
        found: What the survey found.
        target: Where the copy goes.

    Raises:
        InputError: Bytes that the encoding does not have.
    """
    decoder = codecs.getincrementaldecoder(found.encoding)(errors="strict")
    held = ""
    with path.open("rb") as source, target.open("wb") as copy:
        source.seek(found.bom)
        for chunk in _chunks(source):
            try:
                text = held + decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                what = f"is not written in {found.encoding}"
                raise InputError(what, where=path.name, hint="Name its encoding with encoding=.") from error
            # A return at the end of a chunk may be the first half of a pair.
            cut = len(text.rstrip("\r")) if chunk else len(text)
            text, held = text[:cut], text[cut:]
            if "\0" in text:
                text = text.replace("\0", "")
            if "\r" in text:
                text = re.sub("\r+\n|\r", "\n", text)
            copy.write(text.encode("utf-8", errors="replace"))
