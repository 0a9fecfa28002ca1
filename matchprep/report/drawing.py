"""Drawing charts in another process, whose engine starts while this one is still at work."""

from __future__ import annotations

import atexit
import functools
import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PROGRAM = Path(__file__).with_name("vega.py")
#: Charts that every report has, with their pictures; `python -m matchprep.report` draws them anew.
KEPT_FILE = Path(__file__).with_name("drawn.json")


class _Drawer:
    """A process that draws; it ends with this one."""

    def __init__(self) -> None:
        # NOTE: without -P the modules beside the program would stand in the way of others of their names.
        self._process = subprocess.Popen(  # noqa: S603 - our own program, and nothing from outside
            [sys.executable, "-P", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._turn = threading.Lock()
        atexit.register(self.end)

    def draw(self, chart: dict[str, Any]) -> str | None:
        """Give a chart as SVG; null where the process cannot."""
        asks, answers = self._process.stdin, self._process.stdout
        if asks is None or answers is None:  # pragma: no cover - both are pipes
            return None
        with self._turn:
            try:
                asks.write(json.dumps(chart) + "\n")
                asks.flush()
                answer: str | None = json.loads(answers.readline() or "null")
            except (OSError, ValueError):
                return None
        return answer

    def end(self) -> None:
        """End the process; nothing is lost with it."""
        self._process.kill()
        self._process.communicate()


@functools.cache
def _drawer() -> _Drawer | None:
    """Start the process, once; null where no process can be started."""
    try:
        return _Drawer()
    except OSError:
        return None


def begin_to_draw() -> None:
    """Start what draws, since charts will be asked for soon; returns at once."""
    _drawer()


@functools.cache
def _kept() -> dict[str, str]:
    kept: dict[str, str] = json.loads(KEPT_FILE.read_text(encoding="utf-8"))
    return kept


def kept_text(charts: Iterable[dict[str, Any]]) -> str:
    """Draw charts that are the same in every report, to be kept in a file.

    Args:
        charts: In Vega-Lite.

    Returns:
        JSON: each chart, as JSON, and its SVG.
    """
    return json.dumps({json.dumps(one): _drawn(one) for one in charts}, indent=0) + "\n"


def svg_of(chart: dict[str, Any]) -> str:
    """Draw a chart, unless its picture is kept.

    Args:
        chart: In Vega-Lite.

    Returns:
        SVG, as the library writes it.
    """
    return _kept().get(json.dumps(chart)) or _drawn(chart)


def _drawn(chart: dict[str, Any]) -> str:
    drawer = _drawer()
    drawn = drawer.draw(chart) if drawer else None
    if drawn is not None:
        return drawn
    import vl_convert  # noqa: PLC0415 - brings a JavaScript engine along; only where no other process can

    alone: str = vl_convert.vegalite_to_svg(chart)
    return alone
