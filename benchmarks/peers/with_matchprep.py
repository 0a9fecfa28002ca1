"""matchprep on prepared files, in a process of its own, at its defaults.

    python benchmarks/peers/with_matchprep.py FOLDER

FOLDER holds `clean_list.parquet` and, for a linkage, `clean_reference.parquet`, as `matchprep prepare` gives
them. Writes `matchprep.parquet` (the best pairs), for one list also `matchprep_people.parquet`, and
`matchprep.json`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import polars as pl

from matchprep.match import dedupe_people, match_people


def peak_mb() -> float:
    """Read the most memory that this process held; `ru_maxrss` would start from that of its parent."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    folder = Path(sys.argv[1])
    began, cpu = time.perf_counter(), time.process_time()
    clean = pl.scan_parquet(folder / "clean_list.parquet")
    ids = clean.select("row_id", "id")
    reference = folder / "clean_reference.parquet"
    if reference.exists():
        matches = match_people(clean, pl.scan_parquet(reference))
        pairs = matches.pairs.lazy().join(ids, on="row_id")
        pairs = pairs.select(list_id="id", reference_id="reference_id", probability="probability")
        expected = matches.expected_matches
    else:
        groups = dedupe_people(clean)
        groups.people.lazy().join(ids, on="row_id").select("id", "person").sink_parquet(
            folder / "matchprep_people.parquet"
        )
        pairs = (
            groups.pairs.lazy()
            .join(ids, on="row_id")
            .join(ids, left_on="other_row_id", right_on="row_id", suffix="_other")
        )
        pairs = pairs.select(list_id="id", reference_id="id_other", probability="probability")
        expected = groups.expected_pairs
    pairs.sink_parquet(folder / "matchprep.parquet")
    told = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "training": 0.0,
        "peak_mb": peak_mb(),
        "expected": expected,
    }
    (folder / "matchprep.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
