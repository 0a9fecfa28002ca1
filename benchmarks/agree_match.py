"""How well the matching agrees with the truth: precision, recall, calibration, and the forecast's error.

    python benchmarks/agree_match.py                                  sample_data and the pairs of --data
    python benchmarks/agree_match.py LIST REFERENCE TRUTH             files of your own
    python benchmarks/agree_match.py --simulate SEED                  a list drawn by benchmarks/simulate.py

Truth files have two columns, the list's id and the reference's; an empty one means: not in the reference.
Every file goes the public way: read, map the columns without help, normalize, match. Social security
numbers are left out, since no list would carry them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from matchprep.columns import map_columns, suggest_columns
from matchprep.estimate import forecast_matches
from matchprep.match import Matches, match_people
from matchprep.normalize import normalize_people
from matchprep.read import read_people

ROOT = Path(__file__).parent.parent
PAIRS = {
    "febrl4": ("febrl4_list.csv", "febrl4_reference.csv", "febrl4_truth.csv"),
    "tax list": (
        "pseudopeople_tax_list.csv",
        "pseudopeople_census_reference.csv",
        "pseudopeople_tax_truth.csv",
    ),
}


@dataclass(frozen=True)
class Agreement:
    """One line of the table; rates from 0 to 1."""

    name: str
    rows: int
    reference_rows: int
    seconds: float
    precision: float
    recall: float
    f1: float
    #: Recall at the threshold that leaves 99 % of the matches right.
    recall_at_99: float
    #: Expected calibration error: the mean distance of probability and truth over fifteen bins.
    calibration_error: float
    forecast: float
    low: float
    high: float
    true_rate: float
    candidates: int


def clean(path: Path) -> pl.DataFrame:
    """Read, map and normalize a file, without help."""
    people = read_people(path)
    return normalize_people(map_columns(people.frame, suggest_columns(people.frame))).collect()


def compare(name: str, matches: Matches, ids: pl.DataFrame, truth: pl.DataFrame, seconds: float) -> Agreement:
    """Hold a matching against the truth.

    Args:
        name: Of the line.
        matches: The matching.
        ids: `row_id` and `list_id` of the list.
        truth: `list_id` and `reference_id`.
        seconds: What the matching took.
    """
    known = truth.with_columns(pl.when(pl.col("reference_id") != "").then("reference_id").alias("true_id"))
    known = known.select("list_id", "true_id")
    judged = matches.pairs.join(ids, on="row_id", how="left").join(known, on="list_id", how="left")
    right = (judged["reference_id"] == judged["true_id"]).fill_null(value=False).to_numpy()
    taken = judged["is_match"].to_numpy()
    present = int(known["true_id"].count())
    precision = right[taken].mean() if taken.any() else 0.0
    recall = right[taken].sum() / present
    probability = judged["probability"].to_numpy()
    forecast = forecast_matches(matches)
    return Agreement(
        name=name,
        rows=matches.rows,
        reference_rows=matches.reference_rows,
        seconds=round(seconds, 2),
        precision=float(precision),
        recall=float(recall),
        f1=float(2 * precision * recall / max(precision + recall, 1e-9)),
        recall_at_99=recall_at(probability, right, present, 0.99),
        calibration_error=calibration_error(probability, right),
        forecast=forecast.match_rate,
        low=forecast.low,
        high=forecast.high,
        true_rate=present / matches.rows,
        candidates=matches.candidates,
    )


def recall_at(
    probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], present: int, precision: float
) -> float:
    """Give the greatest recall among thresholds that reach a precision."""
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(right[order])
    good = np.flatnonzero(hits / np.arange(1, len(hits) + 1) >= precision)
    return float(hits[good[-1]] / present) if len(good) else 0.0


def calibration_error(probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Give the mean distance of probability and truth over fifteen bins of equal width."""
    bins = np.minimum((probability * 15).astype(int), 14)
    size = np.bincount(bins, minlength=15)
    said, true = (np.bincount(bins, weights=one, minlength=15) for one in (probability, right.astype(float)))
    return float(np.abs(said - true).sum() / max(size.sum(), 1))


def judge(name: str, people: Path, reference: Path, truth: Path) -> Agreement:
    """Match two files and hold the outcome against the truth."""
    listed, known = clean(people), clean(reference)
    start = time.perf_counter()
    matches = match_people(listed, known)
    seconds = time.perf_counter() - start
    ids = listed.select("row_id", pl.col("id").alias("list_id"))
    answers = pl.read_csv(truth, infer_schema=False)
    answers.columns = ["list_id", "reference_id"]
    return compare(name, matches, ids, answers, seconds)


def table(lines: list[Agreement]) -> str:
    """Lay the lines out as a Markdown table."""
    head = (
        "| pair | list | reference | s | precision | recall | F1 | recall at precision .99 | ECE | forecast"
        " | interval | true rate |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| {one.name} | {one.rows:,} | {one.reference_rows:,} | {one.seconds:.1f} | {one.precision:.4f}"
        f" | {one.recall:.4f} | {one.f1:.4f} | {one.recall_at_99:.4f} | {one.calibration_error:.4f}"
        f" | {one.forecast:.2%} | {one.low:.2%} to {one.high:.2%} | {one.true_rate:.2%} |"
        for one in lines
    ]
    return "\n".join([head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="LIST REFERENCE TRUTH")
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of labelled pairs"
    )
    parser.add_argument("--simulate", type=int, metavar="SEED", nargs="*", default=[])
    parser.add_argument("--reference", type=int, default=50_000, help="rows of a simulated reference")
    parser.add_argument("--list", type=int, default=5_000, dest="rows", help="rows of a simulated list")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.files and len(options.files) != 3:
        parser.error("give a list, a reference and a truth file, or none of them")
    jobs = [("files", *options.files)] if options.files else []
    if not jobs and not options.simulate:
        sample = ROOT / "sample_data"
        jobs = [("sample data", sample / "list.csv", sample / "reference.csv", sample / "truth.csv")]
        if options.data.is_dir():
            jobs += [(name, *(options.data / one for one in files)) for name, files in PAIRS.items()]
    lines = [judge(*job) for job in jobs]
    for seed in options.simulate:
        from simulate import simulate

        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{name}.csv" for name in ("list", "reference", "truth")]
            for path, frame in zip(
                paths, simulate(seed, reference=options.reference, rows=options.rows), strict=True
            ):
                frame.write_csv(path)
            lines.append(judge(f"simulated, seed {seed}", *paths))
    print(json.dumps([asdict(one) for one in lines], indent=2) if options.json else table(lines))


if __name__ == "__main__":
    main()
