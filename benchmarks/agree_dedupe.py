"""How well the grouping of one list by person agrees with the truth: pairs of rows, and whole persons.

    python benchmarks/agree_dedupe.py                           the labelled lists of --data
    python benchmarks/agree_dedupe.py LIST TRUTH                files of your own
    python benchmarks/agree_dedupe.py --simulate SEED           households with duplicates, drawn here

Truth files have two columns: the list's id and the person. Every file goes the public way: read, map the
columns without help, normalize, group. Social security numbers are left out, since no list would carry them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
from agree_match import clean
from population import draw_people
from simulate import Noise, fill_forms

from matchprep.match import dedupe_people

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
LISTS = ("febrl3", "fake_1000")


@dataclass(frozen=True)
class Agreement:
    """One line of the table; rates from 0 to 1."""

    name: str
    rows: int
    seconds: float
    cpu_seconds: float
    persons: int
    true_persons: int
    #: Of all pairs of rows that were given one person.
    precision: float
    recall: float
    f1: float
    #: Share of the persons whose rows were found together, all of them and no other.
    whole: float
    expected_pairs: float
    true_pairs: int


def duplicated(seed: int, rows: int, *, noise: float = 1.0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw a list in which whole households stand, some of their members several times.

    Args:
        seed: The same seed gives the same rows.
        rows: How many, roughly.
        noise: 1 is an ordinary list, 2 a filthy one.

    Returns:
        The list and the truth (`list_id`, `person`), all strings.
    """
    rng = np.random.default_rng(seed)
    world = draw_people(rng, rows).with_row_index("person")
    homes = world["household"].unique(maintain_order=True).sample(fraction=0.7, seed=seed)
    people = world.filter(
        pl.col("household").is_in(homes.implode()) | (pl.Series(rng.random(world.height)) < 0.2)
    )
    copies = rng.choice((1, 2, 3, 4, 6), p=(0.72, 0.17, 0.06, 0.03, 0.02), size=people.height)
    people = people.with_columns(pl.Series("copies", copies)).select(pl.all().repeat_by("copies").explode())
    people = people.sample(fraction=1, shuffle=True, seed=seed).with_columns(reference_id=pl.lit(""))
    table = fill_forms(rng, people, world.with_columns(reference_id=pl.lit("")), Noise().times(noise))
    table = table.drop("reference_id").with_row_index("number", offset=1)
    table = table.with_columns(pl.format("L{}", "number").alias("list_id")).drop("number")
    truth = table.select("list_id").with_columns(person=people["person"].cast(pl.String))
    return table.select("list_id", pl.exclude("list_id")), truth


def pairs_within(table: pl.DataFrame, *columns: str) -> int:
    """Count the pairs of rows that agree in all of the columns."""
    sizes = table.group_by(*columns).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def judge(name: str, people: Path, truth: Path) -> Agreement:
    """Group a file and hold the outcome against the truth."""
    listed = clean(people)
    start, cpu = time.perf_counter(), time.process_time()
    groups = dedupe_people(listed)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    answers = pl.read_csv(truth, infer_schema=False)
    answers.columns = ["id", "true"]
    both = listed.select("row_id", "id").join(groups.people, on="row_id").join(answers, on="id")
    right, said, true = (pairs_within(both, *by) for by in (("person", "true"), ("person",), ("true",)))
    whole = both.group_by("true").agg(pl.col("person").n_unique().alias("n"), pl.col("person").first())
    sizes = both.group_by("person").agg(pl.col("true").n_unique().alias("mixed"))
    whole = whole.join(sizes, on="person").select(((pl.col("n") == 1) & (pl.col("mixed") == 1)).mean()).item()
    return Agreement(
        name=name,
        rows=both.height,
        seconds=round(seconds, 2),
        cpu_seconds=round(cpu, 2),
        persons=groups.persons,
        true_persons=both["true"].n_unique(),
        precision=right / max(said, 1),
        recall=right / max(true, 1),
        f1=2 * right / max(said + true, 1),
        whole=whole,
        expected_pairs=groups.expected_pairs,
        true_pairs=true,
    )


def table(lines: list[Agreement]) -> str:
    """Lay the lines out as a Markdown table."""
    head = (
        "| list | rows | s | CPU s | persons | true persons | precision | recall | F1 | whole persons"
        " | expected pairs | true pairs |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    rows = [
        f"| {one.name} | {one.rows:,} | {one.seconds:.1f} | {one.cpu_seconds:.1f} | {one.persons:,}"
        f" | {one.true_persons:,} | {one.precision:.4f} | {one.recall:.4f} | {one.f1:.4f} | {one.whole:.4f}"
        f" | {one.expected_pairs:,.0f} | {one.true_pairs:,} |"
        for one in lines
    ]
    return "\n".join([head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="LIST TRUTH")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of labelled lists")
    parser.add_argument("--simulate", type=int, metavar="SEED", nargs="*", default=[])
    parser.add_argument("--rows", type=int, default=10_000, help="rows of a simulated list")
    parser.add_argument("--noise", type=float, default=1.0, help="1 is an ordinary list, 2 a filthy one")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.files and len(options.files) != 2:
        parser.error("give a list and a truth file, or neither")
    jobs = [("files", *options.files)] if options.files else []
    if not jobs and not options.simulate:
        jobs = [(n, options.data / f"{n}_list.csv", options.data / f"{n}_truth.csv") for n in LISTS]
    lines = [judge(*job) for job in jobs]
    for seed in options.simulate:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{name}.csv" for name in ("list", "truth")]
            drawn = duplicated(seed, options.rows, noise=options.noise)
            for path, frame in zip(paths, drawn, strict=True):
                frame.write_csv(path)
            lines.append(judge(f"simulated, seed {seed}", *paths))
    print(json.dumps([asdict(one) for one in lines], indent=2) if options.json else table(lines))


if __name__ == "__main__":
    main()
