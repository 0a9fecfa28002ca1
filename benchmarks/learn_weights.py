"""Learn the probabilities that the product ships, on simulated people whose truth is known.

    python benchmarks/learn_weights.py            writes matchprep/match/weights.json

Lists of three kinds, from tidy to filthy, each against its own reference. What the same person's rows
share is counted over the true pairs, split into those who stayed and those who moved as the model itself
would; what strangers and families share comes from the references. Seeds 1000 and up are for this only.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from simulate import Noise, simulate

from matchprep.columns import map_columns, suggest_columns
from matchprep.match.comparisons import COMPARISONS
from matchprep.match.engine import Engine
from matchprep.match.evidence import Evidence, Floats
from matchprep.match.learn import fit
from matchprep.match.model import Model
from matchprep.match.steps import block, compare, load, reference_model
from matchprep.match.weights import RELATIONS, normalized
from matchprep.normalize import normalize_people

TARGET = Path(__file__).parent.parent / "matchprep" / "match" / "weights.json"
KINDS = (0.6, 1.0, 1.6)
#: Nothing that was never seen here is taken for impossible: least share of a level, by relation.
LEAST_SHARES = np.array([5e-4, 5e-4, 2e-5, 1e-5, 1e-7])


def clean(frame: pl.DataFrame) -> pl.DataFrame:
    """Normalize a simulated table, the public way."""
    raw = frame.with_columns(pl.when(pl.all() != "").then(pl.all())).with_row_index("row_id", offset=1)
    raw = raw.with_columns(pl.col("row_id").cast(pl.Int64))
    return normalize_people(map_columns(raw.lazy(), suggest_columns(raw.lazy()))).collect()


def labelled(seed: int, noise: float, reference: int, rows: int) -> tuple[Model, Evidence, Floats]:
    """Compare a simulated list with its reference; say which pairs are one person."""
    people, voters, truth = simulate(seed, reference=reference, rows=rows, noise=Noise().times(noise))
    listed, known = clean(people), clean(voters)
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder)) as engine:
        sides = load(engine, Path(folder), listed.lazy(), known.lazy())
        block(engine, sides)
        evidence = compare(engine, sides)
        model = reference_model(engine, sides)
    place = {name: number for number, name in enumerate(known["id"])}
    answers = dict(truth.rows())
    true_row = np.array([place.get(answers[name], -1) for name in listed["id"]])
    return model, evidence, (true_row[evidence.list_row] == evidence.reference_row).astype(float)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--reference", type=int, default=60_000)
    parser.add_argument("--list", type=int, default=20_000, dest="rows")
    options = parser.parse_args()
    sums: dict[str, Floats] = {one.name: np.zeros((len(one.levels), len(RELATIONS))) for one in COMPARISONS}
    seen: dict[str, int] = dict.fromkeys(sums, 0)
    for number, noise in enumerate(KINDS):
        model, evidence, same = labelled(options.seed + number, noise, options.reference, options.rows)
        model = fit(replace(model, rate=0.7), evidence, known=same, strength=2.0)
        for comparison, table in zip(model.comparisons, model.tables, strict=True):
            sums[comparison.name] += table
            seen[comparison.name] += 1
        print(f"noise {noise}: {int(same.sum()):,} true pairs among {len(same):,}")
    shipped = json.loads(TARGET.read_text(encoding="utf-8"))["probabilities"]
    for comparison in COMPARISONS:
        if seen[comparison.name]:
            means = normalized(
                comparison, np.maximum(sums[comparison.name] / seen[comparison.name], LEAST_SHARES)
            )
            shipped[comparison.name] = {
                level.name: [float(f"{share:.3g}") for share in means[n]]
                for n, level in enumerate(comparison.levels)
            }
    data = {"relations": RELATIONS, "probabilities": shipped}
    TARGET.write_text(_laid_out(data), encoding="utf-8")


def _laid_out(data: dict[str, object]) -> str:
    """Write JSON with one line a level."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


if __name__ == "__main__":
    main()
