"""Draws charts: a process of its own, which starts a JavaScript engine while its parent is at work.

Reads one chart a line, as JSON, and answers each with one line: the SVG, or null where it cannot be drawn.
`drawing` starts this file as a script, so that it imports nothing of the package.
"""

from __future__ import annotations

import json
import signal
import sys

#: The engine starts with its first chart.
_FIRST = {
    "data": {"values": [{"x": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}


def serve() -> None:
    """Draw until there is nothing more to read: the parent has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed in the terminal is meant for the parent
    import vl_convert  # noqa: PLC0415 - after the signal, for it takes a while

    vl_convert.vegalite_to_svg(_FIRST)
    for line in sys.stdin:
        try:
            answer = vl_convert.vegalite_to_svg(json.loads(line))
        except ValueError:
            answer = None
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
