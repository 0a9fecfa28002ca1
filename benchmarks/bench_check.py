"""What holding a list against a provider's rules adds to reading and normalizing it.

Twelve messy columns are read and normalized into a Parquet file, as every walk does; then the list is
checked: every rule, the findings with their first rows, the reasons, what would help. Each provider is
measured in a process of its own, in turn; the figures are medians. `added` is the time of the check against
that of reading and normalizing (aim: 0.25 at most); peak memory is that of the whole process (aim: 3 GiB).

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


def measure(provider: str, source: Path) -> dict[str, Any]:
    """Check for one provider in a process of its own."""
    command = [sys.executable, __file__, "--provider", provider, "--source", str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def run(provider: str, source: Path) -> dict[str, Any]:
    rules = load_rules(provider)
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        began = time.perf_counter()
        listed = prepare(source, Reading(), Path(folder) / "list.parquet")
        read_s, read_gib = time.perf_counter() - began, peak_gib()
        began = time.perf_counter()
        checked = check_people(listed.kept, rules)
        check_s = time.perf_counter() - began
    return {
        "read_s": read_s,
        "check_s": check_s,
        "added": check_s / read_s,
        "read_peak_gib": read_gib,
        "peak_gib": peak_gib(),
        "rows": checked.rows,
        "usable": checked.usable,
    }


def peak_gib() -> float:
    # NOTE: ru_maxrss is in KiB on Linux and in bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30


def bench(rows: int, times: int, providers: list[str], folder: Path) -> dict[str, Any]:
    people = folder / "people.csv"
    write_people(people, rows)
    runs: dict[str, list[dict[str, Any]]] = {provider: [] for provider in providers}
    for _ in range(times):
        for provider in providers:
            runs[provider].append(measure(provider, people))
    return {
        "rows": rows,
        "columns": len(HEADER),
        "size_bytes": people.stat().st_size,
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "polars": pl.__version__,
        "providers": {
            provider: {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]}
            for provider, found in runs.items()
        },
    }


def show(found: dict[str, Any]) -> None:
    size = found["size_bytes"] / 1e6
    print(f"{found['rows']:,} rows x {found['columns']} columns, {size:,.0f} MB, {found['cores']} cores")
    print(f"{'':16}{'read, normalize':>16}{'check':>10}{'added':>8}{'peak':>11}")
    for provider, one in found["providers"].items():
        times = f"{one['read_s']:14.2f} s{one['check_s']:8.2f} s"
        print(f"{provider:16}{times}{one['added']:8.1%}{one['peak_gib']:7.2f} GiB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--provider", action="append", help="only this one; may be repeated")
    options = parser.parse_args()
    if options.source:
        print(json.dumps(run(options.provider[0], options.source)))
        return
    with tempfile.TemporaryDirectory() as folder:
        providers = options.provider or list(list_providers())
        found = bench(options.rows, options.times, providers, Path(folder))
    print(json.dumps(found, indent=2)) if options.json else show(found)


if __name__ == "__main__":
    main()
