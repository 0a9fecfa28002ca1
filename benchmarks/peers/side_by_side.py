"""matchprep and Splink 5 on the same people, side by side in one run: one table and two pictures a task.

    python benchmarks/peers/side_by_side.py                          a small run, a minute or so
    python benchmarks/peers/side_by_side.py --list 100000 --reference 1000000 --seed 77

Tasks: a simulated list against its reference; one of a town that nothing was learned on, built on other
rules (`elsewhere.py`); the labelled pairs of --data (FEBRL 4 without its number, a
tax list against a census), and FEBRL 3, one list with duplicates. Both engines start from files that were
read and normalized before; each runs in a process of its own, one after the other.

Needs the extra `peers`. Pictures go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from agree_dedupe import pairs_within  # noqa: E402
from agree_match import PAIRS, calibration_error, clean, recall_at  # noqa: E402
from elsewhere import draw_town  # noqa: E402
from pictures import draw  # noqa: E402
from simulate import Noise, simulate  # noqa: E402

from matchprep.match.features import FEATURES, features  # noqa: E402

ENGINES = ("matchprep", "splink")
DATA = HERE.parent.parent.parent / "shared" / "data"
RESULTS = HERE.parent / "results"
#: Tasks at which Splink does better with address and place as one comparison.
HOUSEHOLDS = ("simulated", "other town")


@dataclass(frozen=True)
class Line:
    """One engine at one task."""

    task: str
    engine: str
    seconds: float
    cpu_seconds: float
    training: float
    peak_mb: float
    f1: float
    precision: float
    recall: float
    recall_at_99: float | None
    calibration_error: float | None
    expected: float
    true: int


def prepared(source: Path, folder: Path, name: str) -> None:
    """Write a file as both engines take it: CLEAN for the one, its features for the other."""
    table = clean(source)
    if "id" not in table.columns:
        table = table.with_columns(pl.col("row_id").cast(pl.String).alias("id"))
    table.write_parquet(folder / f"clean_{name}.parquet")
    parts = [pl.col(one).cast(pl.String).str.zfill(2) for one in ("month", "day")]
    born = pl.concat_str([pl.col("year").cast(pl.String), *parts], separator="-")
    forms = features(table.lazy(), row="row").join(table.lazy().select("row_id", "id"), on="row_id")
    forms = forms.select(pl.col("id").alias("unique_id"), born.alias("dob"), *FEATURES)
    forms.collect().write_parquet(folder / f"{name}.parquet")


def run(task: str, engine: str, folder: Path) -> dict[str, float]:
    """Let an engine do its work in a process of its own."""
    how = ["together"] if engine == "splink" and task in HOUSEHOLDS else []
    subprocess.run([sys.executable, str(HERE / f"with_{engine}.py"), str(folder), *how], check=True)
    told: dict[str, float] = json.loads((folder / f"{engine}.json").read_text())
    return told


def linked(task: str, people: Path, reference: Path, truth: Path) -> list[Line]:
    """Link a list with its reference, and judge the best candidate of each row."""
    answers = pl.read_csv(truth, infer_schema=False)
    answers.columns = ["list_id", "true_id"]
    answers = answers.with_columns(pl.col("true_id").replace("", None))
    present, lines, judged = int(answers["true_id"].count()), [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(people, folder, "list")
        prepared(reference, folder, "reference")
        for engine in ENGINES:
            told = run(task, engine, folder)
            pairs = pl.read_parquet(folder / f"{engine}.parquet")
            best = pairs.sort("list_id", "probability", "reference_id", descending=[False, True, False])
            best = best.unique("list_id", keep="first").join(answers, on="list_id").sort("list_id")
            right = (best["reference_id"] == best["true_id"]).fill_null(value=False).to_numpy()
            probability = best["probability"].to_numpy()
            taken = probability >= 0.5
            precision, recall = right[taken].mean(), right[taken].sum() / present
            lines.append(
                Line(
                    task, engine, told["seconds"], told["cpu_seconds"], told["training"], told["peak_mb"],
                    float(2 * precision * recall / (precision + recall)), float(precision), float(recall),
                    recall_at(probability, right, present, 0.99), calibration_error(probability, right),
                    told.get("expected", float(probability.astype(float).sum())), present,
                )
            )  # fmt: skip
            judged[engine] = (probability, right, present)
    draw(task, judged, RESULTS)
    return lines


def grouped(task: str, people: Path, truth: Path) -> list[Line]:
    """Group one list by person, and judge the pairs of rows that were given one person."""
    answers = pl.read_csv(truth, infer_schema=False)
    answers.columns = ["id", "true"]
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(people, folder, "list")
        for engine in ENGINES:
            told = run(task, engine, folder)
            both = pl.read_parquet(folder / f"{engine}_people.parquet").join(answers, on="id")
            right, said, true = (
                pairs_within(both, *by) for by in (("person", "true"), ("person",), ("true",))
            )
            pairs = pl.read_parquet(folder / f"{engine}.parquet")
            expected = told.get("expected", float(pairs["probability"].to_numpy().astype(float).sum()))
            lines.append(
                Line(
                    task, engine, told["seconds"], told["cpu_seconds"], told["training"], told["peak_mb"],
                    2 * right / (said + true), right / said, right / true, None, None, expected, true,
                )
            )  # fmt: skip
    return lines


def table(lines: list[Line]) -> str:
    """Lay the lines out as a Markdown table."""
    head = (
        "| task | engine | s | CPU s | of it training s | peak MB | F1 at default | precision | recall"
        " | recall at precision .99 | ECE | sum of probabilities | true |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| {one.task} | {one.engine} | {one.seconds:.1f} | {one.cpu_seconds:.1f} | {one.training:.1f}"
        f" | {one.peak_mb:,.0f} | {one.f1:.4f} | {one.precision:.4f} | {one.recall:.4f}"
        f" | {_or_dash(one.recall_at_99)} | {_or_dash(one.calibration_error)} | {one.expected:,.0f}"
        f" | {one.true:,} |"
        for one in lines
    ]
    return "\n".join([head, *rows])


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--reference", type=int, default=20_000, help="rows of the simulated reference")
    parser.add_argument("--list", type=int, default=2_000, dest="rows", help="rows of the simulated list")
    parser.add_argument("--noise", type=float, default=1.0)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of labelled people")
    parser.add_argument(
        "--only", nargs="*", help="tasks to run: simulated, other, febrl4, 'tax list', febrl3"
    )
    options = parser.parse_args()
    lines: list[Line] = []

    def asked(task: str) -> bool:
        return not options.only or task in options.only

    with tempfile.TemporaryDirectory() as name:
        paths = [Path(name) / f"{one}.csv" for one in ("list", "reference", "truth")]
        if asked("simulated"):
            noise = Noise().times(options.noise)
            drawn = simulate(options.seed, reference=options.reference, rows=options.rows, noise=noise)
            for path, frame in zip(paths, drawn, strict=True):
                frame.write_csv(path)
            lines += linked("simulated", *paths)
        if asked("other"):
            drawn = draw_town(options.seed, reference=min(options.reference, 50_000), rows=options.rows)
            for path, frame in zip(paths, drawn, strict=True):
                frame.write_csv(path)
            lines += linked("other town", *paths)
        if options.data.is_dir():
            for task, files in PAIRS.items():
                if asked(task):
                    lines += linked(task, *(options.data / one for one in files))
            if asked("febrl3"):
                lines += grouped("febrl3", *(options.data / f"febrl3_{one}.csv" for one in ("list", "truth")))
    print(table(lines))


if __name__ == "__main__":
    main()
