"""Finding a file, and finding out from its first bytes what kind of file it is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from matchprep.errors import InputError, did_you_mean

#: First bytes of the kinds that are read.
_KINDS = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow stream"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
)
#: First bytes of files that are no people lists, and what to say about them.
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"{\\rtf", "a rich text document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"$FL2", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|meta)\b", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"|\})')
#: Control characters that text does not hold; tab, line ends, form feed and the old separators are text.
_CONTROL = bytes(set(range(32)) - {0, *b"\t\n\x0b\x0c\r\x1a\x1b\x1c\x1d\x1e\x1f\x01"}) + b"\x7f"
_SAVE_AS = "Save the list as CSV, XLSX or Parquet."


def find_file(path: Path) -> Path:
    """Make sure that a path is a file that can be read.

    Args:
        path: What the caller named.

    Returns:
        The same path.

    Raises:
        InputError: It is missing, a folder, empty, or may not be read.
    """
    where = str(path)
    try:
        if path.is_dir():
            raise InputError("is a folder, not a file", where=where, hint="Name a file in it.")
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError("the file is empty", where=where, hint="Export the list again.")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("there is no such file", where=where, hint=_near(path)) from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=where, hint="Ask its owner.") from error
    except ValueError as error:
        raise InputError("is not the name of a file", where=repr(where)) from error
    return path


def _near(path: Path) -> str:
    """The hint for a file that is not there: a name like it, if the folder holds one."""
    try:
        names = [
            entry.name
            for entry in path.parent.iterdir()
            if entry.is_file() and not entry.name.startswith(".")
        ]
    except OSError:
        return f"There is no folder {path.parent} either."
    hint = did_you_mean(path.name, names) if names else ""
    return hint if hint.startswith("Did you mean") else "Check its name and the folder you are in."


def kind_of(path: Path, *, name: str | None = None) -> str:
    """Find out what kind of file this is, from its first bytes and not from its name.

    Args:
        path: The file.
        name: What to call it in messages; its path when left out.

    Returns:
        `parquet`, `arrow`, `arrow stream`, `gzip`, `zip`, `ole`, `json` or `text`.

    Raises:
        InputError: It is a file of a kind that holds no people list, or not text at all.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    where = name or str(path)
    for mark, kind in _KINDS:
        if head.startswith(mark):
            return kind
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            raise InputError(f"is {what}, not a list", where=where, hint=_SAVE_AS)
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise InputError("is a web page or XML, not a table", where=where, hint=_SAVE_AS)
    if _is_binary(head):
        raise InputError("is not a text file", where=where, hint=_SAVE_AS)
    if _JSON.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "json"
    return "text"


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    bare = head.replace(b"\0", b"")
    return len(bare) * 4 < len(head) or len(bare.translate(None, _CONTROL)) < 0.98 * len(bare)


def digest(path: Path) -> str:
    """Digest the bytes of a file.

    Args:
        path: The file.

    Returns:
        SHA-256, lower-case hex.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
