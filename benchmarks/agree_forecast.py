"""How well the forecast agrees with the truth: two hundred lists, drawn from towns on different rules.

    python benchmarks/agree_forecast.py                      200 lists, about ten minutes
    python benchmarks/agree_forecast.py --lists 40 --most 5000
    python benchmarks/agree_forecast.py --picture            draws forecast against actual, to results/
    python benchmarks/agree_forecast.py --splink 10          Splink's sum of probabilities on ten of them
    python benchmarks/agree_forecast.py --coverage           references that are samples of the universe

Sizes are mostly 500 to 20,000, a few of 100,000; true rates 5 % to 95 %; dirt from clean to filthy; fields
from all to names and addresses only (`towns.py`). The error is signed: forecast less truth, in points.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from learn_weights import clean
from towns import FAMILIES, FIELDS, Region, draw_region, with_fields

from matchprep.estimate import Coverage, estimate_people
from matchprep.match import ReferenceIndex, build_index, match_people

RESULTS = Path(__file__).parent / "results"
LARGE = 100_000
LEVEL = 0.9


@dataclass(frozen=True)
class Drawn:
    """What list to draw."""

    seed: int
    family: str
    fields: str
    rows: int
    rate: float
    dirt: float
    #: Share of the universe that the reference holds.
    sampled: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """One forecast and the truth; rates from 0 to 1."""

    drawn: Drawn
    forecast: float
    low: float
    high: float
    actual: float
    splink: float | None = None
    #: Matches expected beyond the candidates, as a share of the rows, and truly there.
    beyond: float = 0.0


def draws(seed: int, lists: int, most: int, large: int, *, sampled: bool) -> list[Drawn]:
    """Say which lists are drawn: every family and field stratum in turn, the rest by chance."""
    rng = np.random.default_rng(seed)
    chosen = []
    for number in range(lists):
        rows = int(np.exp(rng.uniform(np.log(500), np.log(most))))
        chosen.append(
            Drawn(
                seed=seed * 100_000 + number,
                family=FAMILIES[number % len(FAMILIES)],
                fields=tuple(FIELDS)[number // len(FAMILIES) % len(FIELDS)],
                rows=rows if number >= large else LARGE,
                rate=float(rng.uniform(0.05, 0.95)) if number >= large else float(rng.uniform(0.4, 0.9)),
                dirt=float(np.exp(rng.uniform(np.log(0.3), np.log(2.2)))),
                sampled=float(rng.uniform(0.01, 0.5)) if sampled else 1.0,
            )
        )
    return chosen


def judged(chosen: list[Drawn], *, reference: int, seed: int, splink: int) -> Iterator[Outcome]:
    """Draw, match and forecast, one family after the other."""
    for family in FAMILIES:
        mine = [one for one in chosen if one.family == family]
        if not mine:
            continue
        rows = max(reference, *(one.rows for one in mine))
        region = draw_region(family, seed, rows)
        known = clean(region.reference)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reference"
            build_index(known, path, source={}, made_by="benchmark")
            index = ReferenceIndex.open(path)
            for number, one in enumerate(mine):
                outcome = judge(one, region, known, index, splink=number < splink / len(FAMILIES))
                if outcome is not None:
                    yield outcome


def judge(
    drawn: Drawn, region: Region, known: pl.DataFrame, index: ReferenceIndex, *, splink: bool
) -> Outcome | None:
    """Forecast one list; null where the reference cannot answer."""
    people, truth = region.listed(drawn.seed, drawn.rows, drawn.rate, drawn.dirt)
    people = with_fields(people, drawn.fields)
    actual = truth.filter(pl.col("reference_id") != "").height / truth.height
    listed = clean(people)
    reference: pl.DataFrame | ReferenceIndex = index
    if drawn.sampled < 1:
        reference = known.sample(fraction=drawn.sampled, seed=drawn.seed)
    matches = match_people(listed, reference)
    coverage = Coverage(fraction=drawn.sampled, said=True)
    forecast = estimate_people(listed, reference, coverage=coverage, level=LEVEL, matches=matches).forecast
    if forecast is None:
        return None  # the sample is too small to answer, and says so
    outcome = Outcome(drawn, forecast.match_rate, forecast.low, forecast.high, actual)
    outcome = replace(outcome, beyond=matches.beyond_candidates / matches.rows)
    if splink:
        outcome = replace(outcome, splink=by_splink(people, region.reference))
    return outcome


def by_splink(people: pl.DataFrame, reference: pl.DataFrame) -> float:
    """Sum Splink's probabilities of each row's best candidate."""
    from side_by_side import prepared, run

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side, frame in (("list", people), ("reference", reference)):
            frame.write_csv(folder / f"{side}.csv")
            prepared(folder / f"{side}.csv", folder, side)
        run("simulated", "splink", folder)
        pairs = pl.read_parquet(folder / "splink.parquet")
    return (
        float(pairs.group_by("list_id").agg(pl.col("probability").max())["probability"].sum()) / people.height
    )


def strata(outcomes: list[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """Name groups of outcomes."""
    yield "all", outcomes
    for name in ("family", "fields"):
        values = dict.fromkeys(getattr(one.drawn, name) for one in outcomes)
        for value in values:
            yield value, [one for one in outcomes if getattr(one.drawn, name) == value]
    for name, edges in {
        "rows": (0, 2_000, 10_000, 1e9), "dirt": (0, 0.6, 1.2, 9), "rate": (0, 0.3, 0.7, 1)
    }.items():  # fmt: skip
        for low, high in pairwise(edges):
            title = f"{name} {low:,g} to {high:,g}" if high < 1e9 else f"{name} from {low:,g}"
            yield title, [one for one in outcomes if low < getattr(one.drawn, name) <= high]


def table(outcomes: list[Outcome]) -> str:
    """Lay the outcomes out as a Markdown table, in points."""
    lines = [
        "| lists | | mean absolute error | mean error | 90 % interval holds | width | Splink's mean error |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, some in strata(outcomes):
        if not some:
            continue
        error = np.array([one.forecast - one.actual for one in some]) * 100
        holds = np.mean([one.low <= one.actual <= one.high for one in some])
        width = np.mean([one.high - one.low for one in some]) * 100
        peer = [(one.splink - one.actual) * 100 for one in some if one.splink is not None]
        said = f"{np.mean(peer):+.2f} ({len(peer)} lists)" if peer else "–"
        lines.append(
            f"| {name} | {len(some)} | {np.abs(error).mean():.2f} | {error.mean():+.2f}"
            f" | {holds:.0%} | {width:.2f} | {said} |"
        )
    return "\n".join(lines)


def draw(outcomes: list[Outcome], target: Path) -> None:
    """Draw forecast against actual, with intervals, and the error by family below."""
    import altair as alt

    rows = [
        {
            "actual": one.actual, "forecast": one.forecast, "low": one.low, "high": one.high,
            "town": one.drawn.family, "error": (one.forecast - one.actual) * 100,
            "below": (one.low - one.actual) * 100, "above": (one.high - one.actual) * 100,
        }
        for one in outcomes
    ]  # fmt: skip
    points = alt.Chart(pl.DataFrame(rows)).encode(
        x=alt.X("actual:Q", title="true match rate", axis=alt.Axis(format="%")),
        color=alt.Color("town:N", title="town"),
    )
    ideal = alt.Chart(pl.DataFrame({"x": [0.0, 1.0]})).mark_line(color="#999999", strokeDash=[4, 4])
    rates = alt.layer(
        ideal.encode(x="x:Q", y="x:Q"),
        points.mark_rule(opacity=0.6).encode(y="low:Q", y2="high:Q"),
        points.mark_circle(size=22).encode(
            y=alt.Y("forecast:Q", title="forecast", axis=alt.Axis(format="%"))
        ),
    )
    errors = alt.layer(
        points.mark_rule(opacity=0.6).encode(y="below:Q", y2="above:Q"),
        points.mark_circle(size=22).encode(y=alt.Y("error:Q", title="forecast less truth, points")),
    )
    chart = rates.properties(width=420, height=320, title=f"{len(rows)} forecasts, 90 % intervals")
    target.parent.mkdir(exist_ok=True)
    alt.vconcat(chart, errors.properties(width=420, height=180)).save(target)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--lists", type=int, default=200)
    parser.add_argument("--most", type=int, default=20_000, help="rows of a list, but for the large ones")
    parser.add_argument("--large", type=int, default=3, help=f"lists of {LARGE:,} rows")
    parser.add_argument("--reference", type=int, default=100_000, help="rows of each reference, at least")
    parser.add_argument("--splink", type=int, default=0, help="lists that Splink forecasts, too")
    parser.add_argument("--coverage", action="store_true", help="references that are samples")
    parser.add_argument("--picture", action="store_true")
    parser.add_argument("--json", type=Path, help="write every forecast here")
    options = parser.parse_args()
    chosen = draws(options.seed, options.lists, options.most, options.large, sampled=options.coverage)
    outcomes = list(judged(chosen, reference=options.reference, seed=options.seed, splink=options.splink))
    print(table(outcomes))
    if silent := len(chosen) - len(outcomes):
        print(f"\n{silent} of {len(chosen)} lists had no answer: their samples are too small, which is said.")
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in outcomes], indent=1))
    if options.picture:
        name = "forecast_sampled" if options.coverage else "forecast"
        draw(outcomes, RESULTS / f"{name}.svg")


if __name__ == "__main__":
    main()
