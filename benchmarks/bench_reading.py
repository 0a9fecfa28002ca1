"""How fast a people list is read, in every form it comes in, and what becomes of lines that are broken.

The same seeded list as UTF-8 and Windows-1252 CSV, with quoted line breaks, in gzip and zip, with broken
lines, as NDJSON, Parquet, Arrow and XLSX. Each is opened and streamed once through (every value counted);
XLSX is also prepared. Rows read = rows in the frame + rows set aside, in every case. Medians of 3.

    python benchmarks/bench_reading.py                     a smoke run
    python benchmarks/bench_reading.py --rows 1000000 --xlsx-rows 100000
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
from corpus_people import people, write_people

from matchprep.prepare import prepare_people
from matchprep.read import read_people

TIMES = 3
#: One line in so many is broken.
BROKEN = 1000


def in_every_form(rows: int, folder: Path) -> dict[str, Path]:
    """Write the list in every form but XLSX."""
    plain = folder / "plain.csv"
    write_people(plain, rows)
    text = plain.read_bytes()
    frame = pl.scan_csv(plain, infer_schema=False)
    forms = {"csv": plain}

    def form(name: str, file: str) -> Path:
        forms[name] = folder / file
        return forms[name]

    form("csv, cp1252", "cp1252.csv").write_bytes(text.decode().encode("cp1252", "replace"))
    form("csv, utf-16", "utf16.csv").write_bytes(text.decode().encode("utf-16"))
    noted = frame.with_columns(Note=pl.lit('two\nlines, and "quoted"'))
    noted.sink_csv(form("csv, quoted line breaks", "quoted.csv"))
    lines = text.splitlines(keepends=True)
    lines[BROKEN::BROKEN] = [b"one,field,too,few\n"] * len(lines[BROKEN::BROKEN])
    form("csv, broken lines", "broken.csv").write_bytes(b"".join(lines))
    form("csv, gzip", "plain.csv.gz").write_bytes(gzip.compress(text, 1))
    with zipfile.ZipFile(
        form("csv, zip", "plain.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        archive.write(plain, "plain.csv")
    frame.sink_ndjson(form("ndjson", "plain.ndjson"))
    frame.sink_parquet(form("parquet", "plain.parquet"))
    frame.sink_ipc(form("arrow", "plain.arrow"))
    return forms


def read_through(path: Path) -> Mapping[str, int]:
    """Open a file, stream it once through, and account for every row."""
    opened = read_people(path)
    counts = opened.frame.select(pl.len().alias("rows"), pl.exclude("row_id").count())
    rows = int(counts.collect(engine="streaming")["rows"].item())
    assert opened.facts.rows == rows + opened.unread.height, path.name
    return {"rows": opened.facts.rows, "set_aside": opened.unread.height}


def prepared(path: Path) -> Mapping[str, int]:
    made = prepare_people(path, path.with_name("prepared.csv"))
    assert made.facts.rows == made.rows + made.rejected, path.name
    return {"rows": made.facts.rows, "set_aside": made.rejected}


def measure(path: Path, work: Callable[[Path], Mapping[str, int]]) -> dict[str, float]:
    took, found = [], {}
    for _ in range(TIMES):
        start = time.perf_counter()
        found = dict(work(path))
        took.append(time.perf_counter() - start)
    seconds = statistics.median(took)
    size = path.stat().st_size
    return {
        **found,
        "size_bytes": size,
        "seconds": round(seconds, 3),
        "rows_per_s": round(found["rows"] / seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--xlsx-rows", type=int, default=2_000)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form, path in in_every_form(options.rows, folder).items():
            found[form] = measure(path, read_through)
        workbook = folder / "plain.xlsx"
        people(options.xlsx_rows).write_excel(workbook)
        found["xlsx"] = measure(workbook, read_through)
        found["xlsx, prepared to csv"] = measure(workbook, prepared)
    if options.json:
        print(json.dumps({"cores": os.cpu_count(), "polars": pl.__version__, "forms": found}, indent=2))
        return
    for form, one in found.items():
        aside = f", {one['set_aside']:,} set aside" if one["set_aside"] else ""
        speed = f"{one['seconds']:8.2f} s {one['rows_per_s'] / 1e6:6.2f}M rows/s"
        print(f"{form:26} {speed} of {one['rows']:,}{aside}")


if __name__ == "__main__":
    main()
