"""Time, as the clients see it: the machine's own, or the sandbox's, which a client can turn forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Any, Protocol


class Clock(Protocol):
    """What time it is, and waiting."""

    def now(self) -> float:
        """Give the time.

        Units: seconds since 1970-01-01 UTC.
        """

    def sleep(self, seconds: float, rung: Event | None = None) -> None:
        """Wait.

        Args:
            seconds: How long.
            rung: What ends the wait before.
        """


class WallClock:
    """The machine's own time."""

    def now(self) -> float:
        """Give the time.

        Returns:
            Seconds since 1970-01-01 UTC.
        """
        return time.time()

    def sleep(self, seconds: float, rung: Event | None = None) -> None:
        """Wait.

        Args:
            seconds: How long.
            rung: What ends the wait before.
        """
        if rung is None:
            time.sleep(seconds)
        else:
            rung.wait(seconds)


class SandboxClock:
    """The sandbox's time: instead of waiting, it is turned forward.

    Args:
        url: Of one of the sandbox's servers.
        exchange: Talks to it.
    """

    def __init__(self, url: str, exchange: Callable[[str, str, Any], Any]) -> None:
        self._url = f"{url.rstrip('/')}/__sandbox__/clock"
        self._exchange = exchange

    def now(self) -> float:
        """Give the time.

        Returns:
            Seconds since 1970-01-01 UTC.
        """
        return float(self._exchange("GET", self._url, None)["now"])

    def sleep(self, seconds: float, rung: Event | None = None) -> None:
        """Turn the clock forward.

        Args:
            seconds: How far.
            rung: What ends the wait before.
        """
        if rung is None or not rung.is_set():
            self._exchange("POST", self._url, {"turn": seconds})
