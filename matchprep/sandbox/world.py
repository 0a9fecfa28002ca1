"""What all the sandbox's servers share: a clock that can be turned, faults on order, a log of requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import polars as pl
from pydantic import BaseModel, ConfigDict

from matchprep.sandbox.webhooks import Webhooks

Remembered = TypeVar("Remembered")
Does = Literal[
    "status",
    "slow",
    "cut",
    "malformed",
    "unknown status",
    "error in 200",
    "duplicate webhook",
    "expire token",
]


class Fault(BaseModel):
    """A fault on order.

    `when` says on which side of the work it falls: before it, nothing has happened; after it, all has
    happened, and only the answer is lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Start of `METHOD /path`; every request when empty.
    at: str = ""
    does: Does
    when: Literal["before", "after"] = "before"
    #: How many requests of this kind go well first.
    skip: int = 0
    #: How many requests it falls on.
    times: int = 1
    #: The status, for `status`.
    status: int = 500
    #: Seconds: of `slow`, and of the header `Retry-After` with `status`.
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Plays:
    """Which faults a provider's server can play besides those that need no knowledge of it.

    Args:
        refusal: How the provider says no inside HTTP 200; null where it never does.
        has_statuses: Whether its answers hold statuses.
        acts: Fault -> what it does to the server, before or after the request that it falls on.
    """

    refusal: Mapping[str, Any] | None = None
    has_statuses: bool = True
    acts: Mapping[str, Callable[[World], None]] = field(default_factory=dict)

    def lacks(self, does: Does) -> str | None:
        """Say why a fault cannot befall this provider.

        Args:
            does: The fault.

        Returns:
            The reason in words; null when it can.
        """
        cannot = {
            "error in 200": (self.refusal is None, "never says no inside HTTP 200"),
            "unknown status": (not self.has_statuses, "tells no status"),
            "duplicate webhook": ("duplicate webhook" not in self.acts, "calls no webhook"),
            "expire token": ("expire token" not in self.acts, "gives no token or session that ends"),
        }
        is_so, reason = cannot.get(does, (False, ""))
        return reason if is_so else None


@dataclass
class Ordered:
    """A fault at a provider with what is left of it."""

    provider: str
    fault: Fault
    skip: int
    left: int


@dataclass(frozen=True)
class Logged:
    """One request, without secrets: header names only, no query, no body."""

    at: float
    provider: str
    method: str
    path: str
    status: int
    headers: tuple[str, ...]


@dataclass
class World:
    """The state of one sandbox.

    Args:
        reference: The people that every provider knows.
        folder: Where uploaded files are kept while the sandbox runs.
        started: The time that its clock begins at.
    """

    reference: Path
    folder: Path
    started: float = field(default_factory=time.time)
    turned: float = 0.0
    urls: dict[str, str] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    orders: list[Ordered] = field(default_factory=list)
    #: What each provider's server remembers; its own type.
    state: dict[str, Any] = field(default_factory=dict)
    #: The reference, normalized when it is first needed.
    people: pl.DataFrame | None = None
    #: What came of each file, by its digest and what it was told of its columns.
    matched: dict[tuple[str, ...], Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    #: What will be done when the clock has come so far.
    plans: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    webhooks: Webhooks = field(default_factory=Webhooks)

    def now(self) -> float:
        """Give the sandbox's time: it stands still but for being turned.

        Returns:
            Seconds since 1970-01-01 UTC.
        """
        return self.started + self.turned

    def turn(self, seconds: float) -> float:
        """Turn the clock forward.

        Args:
            seconds: How far.

        Returns:
            The new time.
        """
        with self.lock:
            self.turned += max(seconds, 0.0)
            now = self.now()
            due = [act for at, act in self.plans if at <= now]
            self.plans[:] = [one for one in self.plans if one[0] > now]
        for act in due:
            self.webhooks.run(act)
        return now

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Plan what a provider does by itself when time has passed; nobody who turns the clock waits for it.

        Args:
            seconds: How long from now, by the sandbox's clock.
            act: What it does.
        """
        with self.lock:
            self.plans.append((self.now() + seconds, act))

    def remembered(self, provider: str, kind: type[Remembered]) -> Remembered:
        """Give what a provider's server remembers.

        Args:
            provider: Its id.
            kind: What it remembers; made empty when it is asked for first.

        Returns:
            The memory.
        """
        with self.lock:
            found: Remembered = self.state.setdefault(provider, kind())
            return found

    def order(self, provider: str, fault: Fault) -> None:
        """Put a fault on order.

        Args:
            provider: At whose servers.
            fault: The fault.
        """
        with self.lock:
            self.orders.append(Ordered(provider, fault, fault.skip, fault.times))

    def due(self, provider: str, request: str) -> Fault | None:
        """Take the fault that falls on a request.

        Args:
            provider: At whose servers it came in.
            request: `METHOD /path`.

        Returns:
            The fault; null when all goes well.
        """
        with self.lock:
            for ordered in self.orders:
                if ordered.provider != provider or ordered.left == 0:
                    continue
                if not request.startswith(ordered.fault.at):
                    continue
                if ordered.skip:
                    ordered.skip -= 1
                    continue
                ordered.left -= 1
                return ordered.fault
        return None

    def reset(self) -> None:
        """Forget everything but the address and the people."""
        with self.lock:
            self.turned = 0.0
            self.log.clear()
            self.orders.clear()
            self.plans.clear()
            self.state.clear()
