"""The calls of TargetSmart SmartMatch, each as it is sent, what it costs, and what its answers say.

Source: the SmartMatch service endpoint.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from matchprep.providers.call import Call
from matchprep.providers.flow import Price
from matchprep.providers.pace import Rate

#: Source: Poll Endpoint (Rate-Limited).
POLL_EVERY_S = 30.0
_POLL_RATE = {"poll": Rate(1, POLL_EVERY_S)}
_INCLUDES = ("include_email", "include_landline", "include_wireless", "include_voip")
#: What satisfies both revisions of the document.
_LONGEST_NAME = 45


def register(params: Mapping[str, Any]) -> Call:
    """Register a file. Source: Request parameters."""
    return Call(
        kind="look",
        method="GET",
        path="/service/smartmatch",
        params={name: _text(value) for name, value in params.items()},
    )


def ask_for(filename: str) -> Call:
    """Ask whether a result is there. Source: Poll Endpoint (Rate-Limited)."""
    return Call(
        kind="look",
        method="GET",
        path="/service/smartmatch/poll",
        params={"filename": filename},
        rates=_POLL_RATE,
    )


def filename_for(name: str) -> str:
    """Make a name that TargetSmart takes: letters, digits and underscores.

    Args:
        name: What the job is called; its last word, the job's id, is kept whole.

    Returns:
        The name.

    Source: Request parameters, filename.

    Example:
        >>> filename_for("Spring donors, 2026 targetsmart-1a2b3c4d")
        'Spring_donors_2026_targetsmart_1a2b3c4d'
    """
    words, _space, job = name.rpartition(" ")
    own = cleaned(job)
    return f"{cleaned(words)[: _LONGEST_NAME - len(own) - 1]}_{own}".lstrip("_")


def price(params: Mapping[str, Any]) -> Price:
    """Say what a match costs beyond the contract. Source: Additional parameter details; Max Matches."""
    paid = [name for name in _INCLUDES if _text(params.get(name, False)) == "True"]
    if int(params.get("max_matches", 1)) > 1:
        paid.append("max_matches")
    return Price(math.inf if paid else 0.0, "USD", ", ".join(paid))


def cleaned(text: str) -> str:
    """Set an underscore for whatever a name may not hold.

    Args:
        text: Of any kind.

    Returns:
        Letters, digits and underscores.
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")


def refused(document: Any) -> str | None:
    """Read the reason. Source: Poll Endpoint, "the error field is present as usual"."""
    if not isinstance(document, dict):
        return None
    said = document.get("error") or document.get("message")
    return str(said)[:300] if said else None


def _text(value: Any) -> str:
    """Write a parameter; truth as the document writes it."""
    return str(value).title() if str(value).casefold() in {"true", "false"} else str(value)
