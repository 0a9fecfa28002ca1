"""One pass over the bytes of a text file: its encoding, and what keeps it from being scanned as it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from matchprep.errors import InputError, UsageError, did_you_mean
from matchprep.read.people import counted

#: What fits into a core's cache: half the time of four times as much.
CHUNK = 1 << 20
#: UTF-8 in which some characters are written in cp1252, as when two files were joined.
MIXED = "utf-8 and cp1252"
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Bytes that cp1252 leaves undefined; a file with one of them is latin-1.
_NOT_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_KNOWN = (
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
_CANONICAL = {
    "utf-8-sig": "utf-8",
    "ascii": "utf-8",
    "iso8859-1": "latin-1",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as cp1252, or as latin-1 where that has nothing."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return "".join(
        bytes([byte]).decode("latin-1" if byte in _NOT_CP1252 else "cp1252") for byte in stray
    ), error.end


codecs.register_error("matchprep-cp1252", _one_byte)


@dataclass(frozen=True)
class Survey:
    """What one pass over a text file found.

    Args:
        encoding: How its characters are written.
        bom: Length in bytes of the byte order mark at its start.
        scannable: Whether it can be scanned where it lies: UTF-8, line feeds, no NUL.
        notes: What was assumed, one sentence each.
    """

    encoding: str
    bom: int
    scannable: bool
    notes: tuple[str, ...]


def survey(path: Path, *, name: str, encoding: str | None = None) -> Survey:
    """Read a text file once and find out how it is written.

    A byte order mark decides; else UTF-16 where every other byte is NUL; else strict UTF-8; else UTF-8
    with strays where most of what is not ASCII is UTF-8; else cp1252, or latin-1 where it uses bytes
    that cp1252 lacks.

    Args:
        path: The file.
        name: What to call it in messages.
        encoding: Its encoding, where the caller knows better.

    Returns:
        What was found.

    Raises:
        InputError: The file is not in the encoding the caller named.
        UsageError: There is no encoding of that name.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
        mark, marked = _byte_order_mark(head)
        chosen = _known(encoding) if encoding else marked or _unmarked_utf16(head)
        file.seek(0)
        tally = _Tally()
        for chunk in _chunks(file):
            tally.add(chunk)
        if encoding and chosen == "utf-8" and not tally.utf8:
            hint = "Leave the encoding out to have it detected."
            raise InputError("is not written in UTF-8 throughout", where=name, hint=hint)
        if chosen in {None, "utf-8"}:
            chosen = "utf-8" if tally.utf8 else _eight_bits(file)
    wide = chosen.startswith(("utf-16", "utf-32"))
    lone_returns = not wide and tally.returns > tally.pairs
    nulls = 0 if wide else tally.nulls
    notes = []
    if not (encoding or marked or chosen == "utf-8"):
        notes.append(f"The file does not say its encoding and is not UTF-8; it was read as {chosen}.")
    if nulls:
        notes.append(f"{counted(nulls, 'NUL byte')} left out.")
    if lone_returns:
        lines = "Some lines end" if tally.feeds else "Lines end"
        notes.append(f"{lines} in a carriage return alone; it was read as the end of a line.")
    scannable = chosen == "utf-8" and not nulls and not lone_returns
    return Survey(chosen, mark if chosen == marked else 0, scannable, tuple(notes))


class _Tally:
    """Counts over the bytes of a file, fed in chunks."""

    def __init__(self) -> None:
        self.nulls = self.returns = self.pairs = 0
        self.feeds = False
        self.utf8 = True
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._pending = False
        self._last = b""

    def add(self, chunk: bytes) -> None:
        """Count one chunk; an empty one ends the file."""
        self.nulls += chunk.count(b"\0")
        if b"\r" in chunk or self._last == b"\r":
            self.returns += chunk.count(b"\r")
            self.pairs += chunk.count(b"\r\n") + (self._last == b"\r" and chunk[:1] == b"\n")
        self.feeds = self.feeds or b"\n" in chunk
        self._last = chunk[-1:]
        if self.utf8 and (self._pending or not chunk or not chunk.isascii()):
            try:
                self._decoder.decode(chunk, final=not chunk)
                self._pending = bool(self._decoder.getstate()[0])
            except UnicodeDecodeError:
                self.utf8 = False


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


def _eight_bits(file: BinaryIO) -> str:
    """The encoding of a file that is not UTF-8 throughout."""
    file.seek(0)
    letters = strays = 0
    cp1252 = True
    for chunk in _chunks(file):
        text = chunk.decode("utf-8", errors="replace")
        bad = text.count("\ufffd")
        strays += bad
        # Every letter beyond ASCII takes two bytes or more in UTF-8, a replacement three.
        letters += (len(text.encode()) - len(text) - 2 * bad) // 2 if not chunk.isascii() else 0
        cp1252 = cp1252 and len(chunk.translate(None, _NOT_CP1252)) == len(chunk)
    if letters > strays:
        return MIXED
    return "cp1252" if cp1252 else "latin-1"


def _known(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        hint = did_you_mean(encoding, _KNOWN)
        raise UsageError(f"no encoding is called {encoding}", hint=hint) from error
    return _CANONICAL.get(name, name)


def scannable_copy(path: Path, found: Survey, target: Path, *, name: str) -> None:
    """Write the file once more as UTF-8 with line feeds, without mark and NULs.

    Args:
        path: The file.
        found: What the survey found.
        target: Where the copy goes.
        name: What to call it in messages.

    Raises:
        InputError: Bytes that the encoding does not have.
    """
    codec, errors = ("utf-8", "matchprep-cp1252") if found.encoding == MIXED else (found.encoding, "strict")
    decoder = codecs.getincrementaldecoder(codec)(errors=errors)
    held = ""
    with path.open("rb") as source, target.open("wb") as copy:
        source.seek(found.bom)
        for chunk in _chunks(source):
            try:
                text = held + decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                hint = "Name its encoding with --encoding."
                raise InputError(
                    f"is not written in {found.encoding} throughout", where=name, hint=hint
                ) from error
            # A return at the end of a chunk may be the first half of a pair.
            cut = len(text.rstrip("\r")) if chunk else len(text)
            text, held = text[:cut], text[cut:]
            if "\0" in text:
                text = text.replace("\0", "")
            if "\r" in text:
                text = re.sub("\r+\n|\r", "\n", text)
            copy.write(text.encode("utf-8", errors="replace"))
