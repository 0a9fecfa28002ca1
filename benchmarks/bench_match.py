"""Matching against a plain reference and against an index of it: seconds and peak memory of whole commands.

* prepare:        `matchprep prepare --columns only` of both files, once; not measured.
* build:          `matchprep reference build` from CSV, normalizing included.
* match, file:    `matchprep match` of the prepared files.
* match, index:   the same against the index.
* few, index:     a thousand rows of the list against the index.
* start-up:       `matchprep --version`.

Every measurement is a process of its own; seconds are those of the whole process, start-up and report
included, the median of `--times`. `cpu_s` tells more on a machine that others use, too.

    python benchmarks/bench_match.py                                1,000,000 known people, a list of 100,000
    python benchmarks/bench_match.py --rows 5000000 --times 1
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from simulate import simulate

FEW = 1_000


#: Runs a command and tells what it took. A small process of its own: the peak of a command would else start
#: from that of the process that began it.
LAUNCH = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, used = os.wait4(process.pid, 0)
seconds = time.perf_counter() - began
print(json.dumps({"s": seconds, "cpu_s": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def command(*arguments: str | Path) -> dict[str, float]:
    """Run a command; give its seconds, its processor seconds and its peak memory."""
    words = [sys.executable, "-m", "matchprep", *map(str, arguments)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCH, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    told = json.loads(done.stdout)
    # NOTE: ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return {"seconds": told["s"], "cpu_s": told["cpu_s"], "peak_gib": told["peak"] * unit / 2**30}


def median(times: int, *arguments: str | Path) -> dict[str, float]:
    runs = [command(*arguments) for _ in range(times)]
    return {key: round(statistics.median(one[key] for one in runs), 3) for key in runs[0]}


def bench(rows: int, list_rows: int, seed: int, times: int, folder: Path) -> dict[str, Any]:
    for name, frame in zip(
        ("list", "reference", "truth"), simulate(seed, reference=rows, rows=list_rows), strict=True
    ):
        frame.write_csv(folder / f"{name}.csv")
    clean = {name: folder / f"{name}.parquet" for name in ("list", "reference")}
    for name, path in clean.items():
        command("prepare", folder / f"{name}.csv", "-o", path, "--columns", "only")
    pl.read_csv(folder / "list.csv", infer_schema=False).head(FEW).write_csv(folder / "few.csv")
    command("prepare", folder / "few.csv", "-o", folder / "few.parquet", "--columns", "only")
    index = folder / "reference.index"
    out = ("-o", folder / "out")
    steps = {
        "build": median(times, "reference", "build", folder / "reference.csv", "-o", index),
        "match, file": median(times, "match", clean["list"], "--reference", clean["reference"], *out),
        "match, index": median(times, "match", clean["list"], "--reference", index, *out),
        "few, index": median(times, "match", folder / "few.parquet", "--reference", index, *out),
        "start-up": median(times, "--version"),
    }
    return {
        "rows": rows,
        "list_rows": list_rows,
        "seed": seed,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "index_bytes": sum(file.stat().st_size for file in index.iterdir()),
        "steps": steps,
    }


def show(found: dict[str, Any]) -> None:
    print(
        f"{found['list_rows']:,} rows against {found['rows']:,}, {found['cores']} cores,"
        f" load {found['load']}, index {found['index_bytes'] / 1e6:,.0f} MB\n"
    )
    print("| step | s | processor s | peak GiB |\n|---|---|---|---|")
    for name, one in found["steps"].items():
        print(f"| {name} | {one['seconds']:.2f} | {one['cpu_s']:.2f} | {one['peak_gib']:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the reference")
    parser.add_argument("--list", type=int, default=100_000, dest="list_rows", help="rows of the list")
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--times", type=int, default=3, help="how often each step is measured")
    parser.add_argument("--folder", type=Path, help="where the files are written; a temporary one by default")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = bench(options.rows, options.list_rows, options.seed, options.times, Path(folder))
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)


if __name__ == "__main__":
    main()
