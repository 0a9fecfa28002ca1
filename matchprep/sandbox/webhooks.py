"""Calls that the providers make: to the addresses that users left, in the background."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any
from urllib.request import Request

from matchprep.sandbox.loopback import FAULTS, is_here, opener

#: Seconds that a receiver may take.
_PATIENCE_S = 5.0


class Webhooks:
    """What the servers do by themselves, beside their answers: a slow receiver holds no server up."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="sandbox-webhook")
        self._under_way: set[Future[None]] = set()

    def run(self, act: Callable[[], None]) -> None:
        """Do something in the background.

        Args:
            act: What.
        """
        doing = self._threads.submit(act)
        self._under_way.add(doing)
        doing.add_done_callback(self._under_way.discard)

    def settle(self, patience_s: float = 60.0) -> None:
        """Wait until all is done that was begun.

        Args:
            patience_s: The longest to wait.
        """
        wait(tuple(self._under_way), timeout=patience_s)

    def close(self) -> None:
        """End; what has not begun is left."""
        self._threads.shutdown(cancel_futures=True)


def call_webhook(url: Any, document: Any, *, times: int = 1) -> None:
    """Send a document to an address; to one of this machine only.

    Args:
        url: The address, as it was left.
        document: What is told.
        times: How often.
    """
    if not isinstance(url, str) or not is_here(url):
        return
    body = json.dumps(document).encode()
    for _ in range(times):
        try:
            request = Request(url, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - here
            with opener().open(request, timeout=_PATIENCE_S):
                pass
        except FAULTS:  # nobody listens; who left it can ask, too
            continue
