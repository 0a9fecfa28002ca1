"""A user's account at a provider, or the sandbox in its place, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from matchprep.errors import TransientProviderError, UsageError
from matchprep.providers import (
    Clock,
    Job,
    Pace,
    Provider,
    ProviderSettings,
    SandboxClock,
    WallClock,
    client_of,
    exchange,
    ledger_path,
    load_settings,
)


@dataclass(frozen=True)
class Account:
    """What it takes to ask a provider.

    Args:
        client: Its endpoints.
        clock: What time it is there.
        settings: Where it is, and the secrets.
    """

    client: Provider
    clock: Clock
    settings: ProviderSettings


@contextmanager
def account_at(provider: str, sandbox: str | None = None) -> Iterator[Account]:
    """Open the account at a provider, or at the sandbox that plays it.

    Args:
        provider: Its id.
        sandbox: The address of the sandbox's server; null for the provider itself.

    Yields:
        The account.

    Raises:
        UsageError: There is no such provider, or a setting is missing.
    """
    kind = client_of(provider)
    given: dict[str, Any] = {}
    clock: Clock = WallClock()
    if sandbox:
        account = import_module(f"matchprep.sandbox.{provider}").ACCOUNT
        given = {"base_url": sandbox, "storage_url": _storage(provider, sandbox), **account}
        clock = SandboxClock(sandbox, exchange)
    pace = Pace(ledger_path().with_name("sandbox-pace.sqlite" if sandbox else "pace.sqlite"), clock)
    settings = load_settings(kind.Settings, **given)
    client = kind(settings, clock=clock, pace=pace)
    try:
        yield Account(client, clock, settings)
    finally:
        client.close()


def still_playing(job: Job) -> None:
    """Refuse to go on with a job whose sandbox is gone, and with it all that it remembered.

    Args:
        job: The job.

    Raises:
        UsageError: It is gone.
    """
    if (sandbox := job.options.get("sandbox")) is None:
        return
    try:
        exchange("GET", f"{sandbox}/__sandbox__")
    except TransientProviderError:
        hint = "Submit its folder anew with --sandbox; `matchprep sandbox start` keeps one running."
        raise UsageError("the sandbox that it was sent to has ended", where=job.job, hint=hint) from None


def _storage(provider: str, sandbox: str) -> str:
    """Ask for the storage that the sandbox plays beside a provider; a rehearsal needs none that answers."""
    try:
        urls = exchange("GET", f"{sandbox}/__sandbox__")["urls"]
    except TransientProviderError:
        return sandbox
    return str(urls.get(f"{provider}-storage", sandbox))
