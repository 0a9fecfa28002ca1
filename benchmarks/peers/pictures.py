"""Pictures of how engines judge: precision against recall, and probability against truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl

Judged = Mapping[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], int]]
#: Points of a curve; more would not be seen.
POINTS = 300
COLORS = alt.Scale(domain=["matchprep", "splink"], range=["#0b6e4f", "#c8553d"])


def draw(task: str, judged: Judged, folder: Path) -> None:
    """Draw one task.

    Args:
        task: Its name.
        judged: By engine: probability and truth of each row's best candidate, and rows that have a true one.
        folder: Where `<task>_precision_recall.svg` and `<task>_reliability.svg` shall be.
    """
    folder.mkdir(exist_ok=True)
    name = task.replace(" ", "_")
    precision_recall(task, judged).save(folder / f"{name}_precision_recall.svg")
    reliability(task, judged).save(folder / f"{name}_reliability.svg")


def precision_recall(task: str, judged: Judged) -> alt.Chart:
    """Draw precision over recall, the threshold running from 1 to 0."""
    curves = []
    for engine, (probability, right, present) in judged.items():
        hits = np.cumsum(right[np.argsort(-probability, kind="stable")])
        some = np.unique(np.linspace(0, len(hits) - 1, POINTS).astype(int))
        points = {"recall": hits[some] / present, "precision": hits[some] / (some + 1)}
        curves.append(pl.DataFrame({"engine": engine, "order": some} | points))
    table = pl.concat(curves).filter(pl.col("recall") > 0.5)
    return (
        alt.Chart(table, title=f"{task}: precision and recall", width=360, height=280)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("recall:Q", scale=alt.Scale(zero=False), title="recall"),
            y=alt.Y("precision:Q", scale=alt.Scale(zero=False), title="precision"),
            color=alt.Color("engine:N", scale=COLORS, title=None),
            order="order:Q",
        )
    )


def reliability(task: str, judged: Judged) -> alt.LayerChart:
    """Draw the share of right ones over the probability that was said, in ten bins."""
    bins = []
    for engine, (probability, right, _) in judged.items():
        table = pl.DataFrame({"said": probability, "true": right.astype(float)})
        table = table.with_columns(bin=(pl.col("said") * 10).floor().clip(0, 9))
        table = table.group_by("bin").agg(pl.col("said", "true").mean(), pl.len().alias("rows")).sort("bin")
        bins.append(table.with_columns(engine=pl.lit(engine)))
    unit = alt.Scale(domain=[0, 1])
    ideal = alt.Chart(pl.DataFrame({"said": [0.0, 1.0], "true": [0.0, 1.0]})).mark_line(
        color="#999999", strokeDash=[4, 4]
    )
    lines = (
        alt.Chart(pl.concat(bins), title=f"{task}: said and true", width=300, height=280)
        .mark_line(point=True, strokeWidth=2)
        .encode(color=alt.Color("engine:N", scale=COLORS, title=None))
    )
    return alt.layer(ideal, lines).encode(
        x=alt.X("said:Q", scale=unit, title="probability"), y=alt.Y("true:Q", scale=unit, title="share right")
    )
