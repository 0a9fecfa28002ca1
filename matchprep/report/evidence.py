"""The pictures of the matches: how strong the evidence is, and which fields agreed."""

from __future__ import annotations

import functools

from matchprep.report import charts, words
from matchprep.report.charts import Bar
from matchprep.report.figure import Figure
from matchprep.report.model import RunReport
from matchprep.report.words import count, percent, share


def weights(report: RunReport) -> Figure | None:
    """Picture how strong the evidence is for the best candidate of each row."""
    match = report.match
    if match is None or not any(one.matched or one.unmatched for one in match.weights):
        return None
    return Figure(
        name="weights",
        title="How strong the evidence is",
        takeaway=f"{words.counted(match.matched, 'row was', 'rows were')} taken as matches, and "
        f"{count(match.unmatched)} had a candidate that was not good enough."
        + (
            " Two hills far apart mean that few decisions were close."
            if match.matched and match.unmatched
            else ""
        ),
        draw=functools.partial(charts.histogram, match.weights),
        header=("Match weight", "Matched rows", "Rows not matched"),
        table=tuple(
            (f"{b.low:g} to {b.high:g}", count(b.matched), count(b.unmatched)) for b in match.weights
        ),
        legend=(("bar", "taken as the same person"), ("neutral", "not taken")),
    )


#: How a level's name begins or goes on, the color of its kind; the first that fits counts.
_KINDS = (
    (("missing", "none", "on one side"), "track"),
    (("differ", "other"), "warn"),
    (("exact", "same"), "bar"),
)
_MEANINGS = {"bar": "the same", "bar-soft": "similar", "warn": "different", "track": "not compared"}


def _kind(level: str) -> str:
    return next((color for signs, color in _KINDS if any(sign in level for sign in signs)), "bar-soft")


def agreement(report: RunReport) -> Figure | None:
    """Picture how each field agreed between the matched rows and their people in the reference."""
    match = report.match
    if match is None:
        return None
    parts: dict[str, dict[str, int]] = {}
    for one in match.agreement:
        parts.setdefault(one.field, dict.fromkeys(_MEANINGS, 0))[_kind(one.level)] += one.count
    compared = {name: sum(kinds.values()) - kinds["track"] for name, kinds in parts.items()}
    if not any(compared.values()):
        return None
    items = [_agreement(name, kinds, compared[name]) for name, kinds in parts.items()]
    worst = max(parts, key=lambda name: share(parts[name]["warn"], compared[name]))
    differs = percent(share(parts[worst]["warn"], compared[worst]))
    return Figure(
        name="agreement",
        title="How the fields agreed where a match was found",
        takeaway="Each bar stands for all matched rows. The field that differs most often is the "
        f"{words.field(worst)}: in {differs} of the rows in which it was compared. A field is "
        "not compared where it is missing, or counted with another.",
        draw=functools.partial(charts.bars, items),
        header=("Field", "How it agreed", "Matched rows", "Share"),
        table=tuple(
            (words.field(a.field), a.level, count(a.count), percent(share(a.count, match.matched)))
            for a in match.agreement
        ),
        legend=tuple(_MEANINGS.items()),
    )


def _agreement(name: str, kinds: dict[str, int], compared: int) -> Bar:
    segments = tuple((share(n, sum(kinds.values())), f"var(--{color})") for color, n in kinds.items())
    note = f"{percent(share(kinds['bar'], compared))} the same" if compared else "not compared"
    return Bar(words.field(name), segments, note)
