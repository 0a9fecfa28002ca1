"""The picture of how evidence adds up, field by field, from before any field was looked at to the end."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from matchprep.report import charts, words
from matchprep.report.charts import Bar
from matchprep.report.figure import Figure

#: Evidence smaller than this is not drawn: it says nothing.
_LEAST_BITS = 0.05


@dataclass(frozen=True)
class Step:
    """What adds to the evidence: its name, how it agreed, and its bits."""

    label: str
    says: str
    bits: float


def steps_of(
    prior: float, reference_rows: int, fields: Iterable[tuple[str, str, float]], household: float | None
) -> tuple[Step, ...]:
    """Give the steps of a candidate.

    Args:
        prior: What was known before any field was looked at, in bits.
        reference_rows: How many people the candidate is one of.
        fields: Name, how it agreed, and its bits.
        household: Whether others of the household were found, in bits; null where it cannot be told.

    Returns:
        The steps, in order.
    """
    return (
        Step("before any field", f"one of {reference_rows:,}", prior),
        *(Step(words.field(name), says, bits) for name, says, bits in fields),
        *([] if household is None else [Step("household", "others of it found, or not", household)]),
    )


def waterfall(steps: Sequence[Step], *, name: str, title: str, takeaway: str) -> Figure:
    """Picture how evidence adds up.

    Args:
        steps: In order; the first is what was known before any field was looked at.
        name: A name that no other figure of the page has.
        title: What the picture is.
        takeaway: What it shows.

    Returns:
        The figure; the last of its bars is the sum.
    """
    shown = [step for step in steps if abs(step.bits) >= _LEAST_BITS]
    total = sum(step.bits for step in steps)
    ends = [0.0, *accumulate(step.bits for step in shown)]
    low, width = min(ends), (max(ends) - min(ends)) or 1.0

    def bar(step: Step, start: float, color: str) -> Bar:
        before = (min(start, start + step.bits) - low) / width
        label = f"{words.sentence(step.label)}: {step.says}"
        return Bar(label, ((before, charts.TRACK), (abs(step.bits) / width, color)), words.bits(step.bits))

    bars = [
        bar(step, start, charts.BAR if step.bits > 0 else charts.WARN)
        for step, start in zip(shown, ends, strict=False)
    ]
    bars.append(bar(Step("Together", "against nobody", total), 0.0, charts.NEUTRAL))
    return Figure(
        name=name,
        title=title,
        takeaway=takeaway,
        draw=functools.partial(charts.bars, bars),
        header=("Evidence", "How it agreed", "Bits"),
        table=(
            *((words.sentence(step.label), step.says, words.bits(step.bits)) for step in steps),
            ("Together", "", words.bits(total)),
        ),
        legend=(("bar", "speaks for the same person"), ("warn", "speaks against"), ("neutral", "the sum")),
    )
