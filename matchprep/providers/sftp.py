"""Picking a result up by SFTP, from a server whose host key is known, when the file is whole.

No host key is ever taken on trust: it stands in a file of known hosts, or nothing is sent, not even a
password. The user's own configuration of SSH does not count, since it may switch that off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import Field, SecretStr

from matchprep.errors import MatchprepError, PermanentProviderError, TransientProviderError, UsageError
from matchprep.files import written_whole
from matchprep.providers.flow import Work
from matchprep.providers.making import NotDoneError
from matchprep.providers.settings import ProviderSettings, missing

if TYPE_CHECKING:
    import asyncssh

#: Seconds in which a file that is whole does not change.
_STILL_S = 5.0
_PIECE = 1 << 20
#: Seconds between two signs of life; after so many without an answer the line counts as dead.
_ALIVE_S, _ALIVE_TIMES = 15.0, 4


class SftpSettings(ProviderSettings):
    """Where results are picked up: with a password, or with a key from a file."""

    sftp_host: str | None = None
    sftp_port: int = Field(default=22, ge=1, le=65_535)
    sftp_user: str | None = None
    sftp_password: SecretStr | None = None
    sftp_key_file: Path | None = None
    #: Of the key's file.
    sftp_passphrase: SecretStr | None = None
    sftp_known_hosts: Path = Path("~/.ssh/known_hosts")
    sftp_folder: str = "."


@dataclass(frozen=True)
class _Look:
    """A file as a look saw it."""

    name: str
    size: int
    changed: int


def pick_up(settings: SftpSettings, work: Work, target: Path, *, is_it: Callable[[str], bool]) -> None:
    """Bring a file down, when it is there and does not grow any more.

    Args:
        settings: Where it is picked up.
        work: What the steps work with.
        target: Where to write; it appears whole or not at all.
        is_it: Says by its name whether a file is the one; the newest counts.

    Raises:
        UsageError: A setting is missing or wrong, or the extra `sftp` is not installed.
        TransientProviderError: The file is not there yet, still grows, or the connection broke.
        PermanentProviderError: The server is not known, or refused.
    """
    if find_spec("asyncssh") is None:
        raise UsageError(
            "SFTP needs the extra `sftp`", hint='Install it with: pip install "matchprep[sftp]".'
        )
    options = _options(settings)
    with _as_ours(settings):
        asyncio.run(_pick_up(options, settings.sftp_folder, work, target, is_it))


def _options(settings: SftpSettings) -> dict[str, Any]:
    lacking = [name for name in ("sftp_host", "sftp_user") if getattr(settings, name) is None]
    if settings.sftp_password is None and settings.sftp_key_file is None:
        lacking.append("sftp_password")
    if lacking:
        raise missing(type(settings), lacking)
    known, key = settings.sftp_known_hosts.expanduser(), settings.sftp_key_file
    if not known.is_file():
        raise UsageError("there is no file of known hosts", where=str(known), hint=_how_to_know(settings))
    if key is not None and not key.expanduser().is_file():
        hint = f"Set MATCHPREP_{settings.provider}_SFTP_KEY_FILE to the file of your key.".upper()
        raise UsageError("there is no such key", where=str(key), hint=hint)
    return {
        "host": settings.sftp_host,
        "port": settings.sftp_port,
        "username": settings.sftp_user,
        "password": _text(settings.sftp_password),
        "client_keys": None if key is None else [str(key.expanduser())],
        "passphrase": _text(settings.sftp_passphrase),
        "known_hosts": str(known),  # NOTE: null would switch the check off
        "config": None,
        "agent_path": None,
        "connect_timeout": settings.timeout_s,
        "login_timeout": settings.timeout_s,
        "keepalive_interval": _ALIVE_S,
        "keepalive_count_max": _ALIVE_TIMES,
    }


async def _pick_up(
    options: dict[str, Any], folder: str, work: Work, target: Path, is_it: Callable[[str], bool]
) -> None:
    import asyncssh  # noqa: PLC0415 - the extra may be missing

    async with asyncssh.connect(**options) as connection, connection.start_sftp_client() as sftp:
        look = await _newest(sftp, folder, is_it)
        if look is None:
            raise NotDoneError("the provider is not done: the result is not there yet", where=folder)
        await asyncio.to_thread(work.clock.sleep, _STILL_S)
        if await _newest(sftp, folder, is_it) != look:
            raise NotDoneError("the provider is not done: the result still grows", where=folder)
        with written_whole(target) as temporary:
            await _copy(sftp, f"{folder}/{look.name}", temporary, look.size, work)
            if await _newest(sftp, folder, is_it) != look or temporary.stat().st_size != look.size:
                raise NotDoneError("the provider is not done: the result still grows", where=folder)


async def _newest(sftp: asyncssh.SFTPClient, folder: str, is_it: Callable[[str], bool]) -> _Look | None:
    from asyncssh import FILEXFER_TYPE_REGULAR  # noqa: PLC0415 - the extra may be missing

    found = []
    async for one in sftp.scandir(folder):
        name, attributes = one.filename, one.attrs
        # An empty one has only been begun.
        is_file = attributes.type == FILEXFER_TYPE_REGULAR and attributes.size
        if isinstance(name, str) and is_file and is_it(name):
            found.append(_Look(name, attributes.size or 0, attributes.mtime or 0))
    return max(found, key=lambda look: (look.changed, look.name), default=None)


async def _copy(sftp: asyncssh.SFTPClient, path: str, target: Path, size: int, work: Work) -> None:
    """Copy a file, and no more of it than a look saw: one that grows as fast as it is read has no end."""
    with target.open("wb") as file:
        async with sftp.open(path, "rb") as source:
            while left := size - file.tell():
                piece = cast("bytes", await source.read(min(left, _PIECE)))
                if not piece:
                    return
                file.write(piece)
                work.watch.on_bytes(file.tell(), size)


@contextmanager
def _as_ours(settings: SftpSettings) -> Iterator[None]:
    """Turn what the library raises into our errors; its own messages may hold names and paths."""
    import asyncssh  # noqa: PLC0415 - the extra may be missing

    where = f"sftp://{settings.sftp_host}:{settings.sftp_port}"
    try:
        yield
    except MatchprepError:
        raise
    except asyncssh.HostKeyNotVerifiable:
        what, hint = "the server's host key is none that is known; nothing was sent", _how_to_know(settings)
        raise PermanentProviderError(what, where=where, hint=hint) from None
    except asyncssh.PermissionDenied:
        hint = f"Look at the settings sftp_user, sftp_password and sftp_key_file of {settings.provider}."
        raise PermanentProviderError("the server refuses the login", where=where, hint=hint) from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        hint = "It must be a private key; what encrypts it goes into sftp_passphrase."
        raise UsageError("the key cannot be read", where=str(settings.sftp_key_file), hint=hint) from None
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPPermissionDenied) as error:
        what, hint = f"the server refuses ({type(error).__name__})", "Look at the setting sftp_folder."
        raise PermanentProviderError(what, where=f"{where}/{settings.sftp_folder}", hint=hint) from None
    except (asyncssh.Error, OSError) as error:
        what = f"the connection could not be made, or broke ({type(error).__name__})"
        raise TransientProviderError(what, where=where, hint="Try again later.") from None


def _how_to_know(settings: SftpSettings) -> str:
    port = "" if settings.sftp_port == 22 else f"-p {settings.sftp_port} "
    return (
        f"Ask the provider for the fingerprint of its host key, compare it with that of `ssh-keyscan {port}"
        f"{settings.sftp_host} | ssh-keygen -lf -`, and add the key to {settings.sftp_known_hosts}."
    )


def _text(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
