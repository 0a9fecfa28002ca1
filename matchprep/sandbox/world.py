"""What all the sandbox's servers share: a clock that can be turned, faults on order, a log of requests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

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


@dataclass
class Ordered:
    """A fault with what is left of it."""

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
            return self.now()

    def order(self, fault: Fault) -> None:
        """Put a fault on order.

        Args:
            fault: The fault.
        """
        with self.lock:
            self.orders.append(Ordered(fault, fault.skip, fault.times))

    def due(self, request: str) -> Fault | None:
        """Take the fault that falls on a request.

        Args:
            request: `METHOD /path`.

        Returns:
            The fault; null when all goes well.
        """
        with self.lock:
            for ordered in self.orders:
                if not request.startswith(ordered.fault.at) or ordered.left == 0:
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
            self.state.clear()
