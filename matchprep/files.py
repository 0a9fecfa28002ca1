"""Writing files: whole or not at all, readable by their owner only. Reading those of the package."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from matchprep.errors import UsageError

#: The passing folders that are in use.
_OPEN: set[str] = set()


#: The parser in C, where PyYAML was built with it, reads the same five times as fast.
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def package_table(package: str, name: str) -> Any:
    """Read a table that comes with the package.

    Args:
        package: Where it lies.
        name: The YAML file.

    Returns:
        What it holds.
    """
    return yaml.load(resources.files(package).joinpath(name).read_text("utf-8"), Loader=_YAML)  # noqa: S506


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; move it there when the block ends well.

    The file appears under its name complete, flushed to disk and with mode 0600; when the block
    raises, or the process is killed, nothing appears and an older file of that name stays as it was.

    Args:
        path: Where the file shall be.

    Yields:
        Where to write it meanwhile.

    Raises:
        UsageError: The folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise UsageError(
            f"cannot write here ({error.strerror})",
            where=str(path),
            hint="Choose a folder that exists, is yours and has room, with -o.",
        ) from error
    try:
        yield temporary
        temporary.chmod(0o600)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all.

    Args:
        path: Where the file shall be.
        text: All of it.

    Raises:
        UsageError: The folder cannot be written to.
    """
    with written_whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def output_folder(path: Path) -> Path:
    """Make sure that a folder exists and can be written to, before any work is done.

    Args:
        path: The folder; missing parents are made.

    Returns:
        The same path.

    Raises:
        UsageError: It cannot be made, is a file, or is not writable.
    """
    hint = "Name a folder that you may write to, with -o."
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UsageError("the output folder is a file", where=str(path), hint=hint) from error
    except OSError as error:
        raise UsageError(
            f"cannot make the output folder ({error.strerror})", where=str(path), hint=hint
        ) from error
    with written_whole(path / ".writable"):
        pass
    (path / ".writable").unlink()
    return path


@contextmanager
def passing_folder(parent: Path | None = None) -> Iterator[Path]:
    """Give a folder for intermediate files, readable by its owner only, and remove it at the end.

    Args:
        parent: Where it shall lie; by default where the system keeps temporary files.

    Yields:
        The folder.
    """
    with tempfile.TemporaryDirectory(prefix=".matchprep-", dir=parent) as folder:
        _OPEN.add(folder)
        try:
            yield Path(folder)
        finally:
            _OPEN.discard(folder)


def abandon() -> None:
    """Remove all passing folders; for a process that ends at once."""
    for folder in tuple(_OPEN):
        for _again in range(10):  # a thread may still be writing into it
            shutil.rmtree(folder, ignore_errors=True)
            if not Path(folder).exists():
                break
