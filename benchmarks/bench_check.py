"""What holding a list against a provider's rules adds to reading and normalizing it.

Twelve messy columns are read and normalized into a Parquet file, as every walk does; then the list is
checked: every rule, the findings with their first rows, the reasons, what would help. Reading and each check
run in processes of their own, in turn; the figures are medians. `added` is the time of a check against that
of reading and normalizing (aim: 25 % at most); peak memory is that of its process (aim: 3 GiB at most).

    python benchmarks/bench_check.py                    a smoke run
    python benchmarks/bench_check.py --rows 5000000 --times 1
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
from pathlib import Path
from typing import Any

import polars as pl
from corpus_people import HEADER, write_people

from matchprep.check import check_people
from matchprep.intake import Reading, prepare
from matchprep.rulebook import list_providers, load_rules


def measure(*arguments: str) -> dict[str, Any]:
    """Do one part in a process of its own."""
    command = [sys.executable, __file__, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def read(source: Path, clean: Path) -> dict[str, Any]:
    began = time.perf_counter()
    prepare(source, Reading(), clean)
    return {"seconds": time.perf_counter() - began, "peak_gib": peak_gib()}


def check(provider: str, clean: Path) -> dict[str, Any]:
    rules = load_rules(provider)
    began = time.perf_counter()
    checked = check_people(pl.scan_parquet(clean), rules)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "peak_gib": peak_gib(), "rows": checked.rows, "usable": checked.usable}


def peak_gib() -> float:
    # NOTE: ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: round(statistics.median(one[key] for one in runs), 3) for key in runs[0]}


def bench(rows: int, times: int, providers: list[str], folder: Path) -> dict[str, Any]:
    people, clean = folder / "people.csv", folder / "clean.parquet"
    write_people(people, rows)
    reading: list[dict[str, Any]] = []
    checks: dict[str, list[dict[str, Any]]] = {provider: [] for provider in providers}
    for _ in range(times):
        reading.append(measure("--read", str(people), "--clean", str(clean)))
        for provider in providers:
            checks[provider].append(measure("--check", provider, "--clean", str(clean)))
    read_s = statistics.median(one["seconds"] for one in reading)
    return {
        "rows": rows,
        "columns": len(HEADER),
        "size_bytes": people.stat().st_size,
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "polars": pl.__version__,
        "reading": medians(reading),
        "providers": {
            provider: {**medians(runs), "added": round(medians(runs)["seconds"] / read_s, 4)}
            for provider, runs in checks.items()
        },
    }


def show(found: dict[str, Any]) -> None:
    size, reading = found["size_bytes"] / 1e6, found["reading"]
    print(f"{found['rows']:,} rows x {found['columns']} columns, {size:,.0f} MB, {found['cores']} cores")
    print(f"  {'read, normalize':18}{reading['seconds']:8.2f} s{reading['peak_gib']:7.2f} GiB")
    for provider, one in found["providers"].items():
        times = f"{one['seconds']:8.2f} s{one['peak_gib']:7.2f} GiB"
        print(f"  {provider:18}{times}{one['added']:8.1%} added")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--provider", action="append", help="only this one; may be repeated")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--check", help=argparse.SUPPRESS)
    parser.add_argument("--clean", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.clean:
        part = read(options.read, options.clean) if options.read else check(options.check, options.clean)
        print(json.dumps(part))
        return
    with tempfile.TemporaryDirectory() as folder:
        providers = options.provider or list(list_providers())
        found = bench(options.rows, options.times, providers, Path(folder))
    print(json.dumps(found, indent=2)) if options.json else show(found)


if __name__ == "__main__":
    main()
