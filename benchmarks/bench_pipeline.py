"""The whole pipeline against a plain copy of the file, and against a loop over the parsers of the trade.

* copy:    Polars `scan_csv` -> `sink_csv` of the list, every column as text.
* prepare: `matchprep.prepare.prepare_people`, every field understood, six digests (SHA-1, SHA-256 and MD5 of
           email and phone), CSV to CSV.
* loop:    the same with usaddress, phonenumbers, nameparser, dateutil and hashlib, a row at a time, as
           scripts do it.

Each measurement is a process of its own, the sides take turns, and the figures are medians of 3. Seconds
begin after the imports; peak memory is that of the whole process.

    python benchmarks/bench_pipeline.py                    1,000,000 rows; the loop on 100,000
    python benchmarks/bench_pipeline.py --rows 5000000 --loop-rows 0
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from corpus_people import write_people

ALGORITHMS = ("sha1", "sha256", "md5")
TIMES = 3


def copy(source: Path, target: Path, _columns: str) -> Callable[[], object]:
    return lambda: pl.scan_csv(source, infer_schema=False).sink_csv(target)


def prepare(source: Path, target: Path, columns: str) -> Callable[[], object]:
    from matchprep.prepare import prepare_people

    return lambda: prepare_people(source, target, columns=columns, hashes=ALGORITHMS)  # type: ignore[arg-type]


def loop(source: Path, target: Path, _columns: str) -> Callable[[], object]:
    from peer_loop import prepare_in_a_loop

    return lambda: prepare_in_a_loop(source, target)


SIDES = {"copy": copy, "prepare": prepare, "loop": loop}


def measure(side: str, source: Path, columns: str) -> dict[str, float]:
    """Run one side in a process of its own."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        command = [
            sys.executable,
            __file__,
            "--side",
            side,
            str(source),
            str(Path(folder) / "out.csv"),
            columns,
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(result.stdout)
    return found


def run_side(side: str, source: Path, target: Path, columns: str) -> dict[str, float]:
    work = SIDES[side](source, target, columns)
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    # NOTE: ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "seconds": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30,
    }


def in_turn(sides: tuple[str, str], source: Path, columns: str) -> dict[str, dict[str, float]]:
    """Measure two sides in turn, and give the medians."""
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
    for _ in range(TIMES):
        for side in sides:
            runs[side].append(measure(side, source, columns))
    return {
        side: {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]}
        for side, found in runs.items()
    }


def bench(rows: int, loop_rows: int, columns: str, folder: Path) -> dict[str, Any]:
    people = folder / "people.csv"
    write_people(people, rows)
    sides = in_turn(("copy", "prepare"), people, columns)
    found: dict[str, Any] = {
        "rows": rows,
        "size_bytes": people.stat().st_size,
        "columns": columns,
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "polars": pl.__version__,
        **sides,
        "times_copy": round(sides["prepare"]["seconds"] / sides["copy"]["seconds"], 2),
    }
    if loop_rows:
        write_people(people, loop_rows)
        sides = in_turn(("loop", "prepare"), people, columns)
        found["loop_rows"] = {"rows": loop_rows, **sides}
        found["faster_than_loop"] = round(sides["loop"]["seconds"] / sides["prepare"]["seconds"], 1)
    return found


def show(found: dict[str, Any]) -> None:
    size, rows = found["size_bytes"] / 1e6, found["rows"]
    print(f"{rows:,} rows, {size:,.0f} MB, {found['cores']} cores, --columns {found['columns']}")
    for side in ("copy", "prepare"):
        print(f"  {side:8} {found[side]['seconds']:8.2f} s {found[side]['peak_gib']:6.2f} GiB")
    print(f"  {found['times_copy']} x copy, {rows / found['prepare']['seconds'] / 1e3:,.0f}k rows/s")
    if "loop_rows" in found:
        one = found["loop_rows"]
        print(f"{one['rows']:,} rows")
        for side in ("loop", "prepare"):
            print(f"  {side:8} {one[side]['seconds']:8.2f} s {one[side]['peak_gib']:6.2f} GiB")
        print(f"  {found['faster_than_loop']} x faster than the loop")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--loop-rows", type=int, default=100_000, help="0: leave the loop out")
    parser.add_argument("--columns", choices=["beside", "in-place", "only"], default="in-place")
    parser.add_argument("--folder", type=Path, help="where the lists are written; a temporary one by default")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--side", nargs=4, metavar=("SIDE", "LIST", "FILE", "COLUMNS"), help=argparse.SUPPRESS
    )
    options = parser.parse_args()
    if options.side:
        side, source, target, columns = options.side
        print(json.dumps(run_side(side, Path(source), Path(target), columns)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = bench(options.rows, options.loop_rows, options.columns, Path(folder))
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)


if __name__ == "__main__":
    main()
