"""One line a provider: is the list ready, how many rows are usable, what is missing, what would help."""

from __future__ import annotations

from matchprep.report.formats.outcome import Outcome
from matchprep.report.words import count, counted, field, shown

HEADINGS = ("provider", "verdict", "usable rows", "what is missing", "what would help most")


def overview(outcome: Outcome) -> tuple[str, str, str, str, str]:
    """Say the most important of an outcome in five cells, as `HEADINGS` names them.

    Args:
        outcome: What was found.

    Returns:
        Five texts without line breaks.
    """
    rows = outcome.rows
    usable = f"{count(rows.kept)} of {count(rows.read)}" if rows else ""
    helps = f"add {field(outcome.gains[0].field)}: {outcome.gain(outcome.gains[0])}" if outcome.gains else ""
    provider = outcome.provider
    name = (
        f"{provider.id} ({provider.profile})" if provider.profile not in {None, provider.id} else provider.id
    )
    return name, outcome.verdict, usable, _missing(outcome), helps


def _missing(outcome: Outcome) -> str:
    """Name what keeps the list from being sent, and else what costs most rows."""
    worst = next((one for one in outcome.findings if one.severity != "note"), None)
    if worst is not None and (worst.severity == "error" or not outcome.rejections):
        return shown(worst.do or worst.says)
    return "; ".join(f"{shown(one.reason)} ({counted(one.rows, 'row')})" for one in outcome.rejections[:2])
