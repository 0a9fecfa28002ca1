"""How fast phones are read, against a loop over phonenumbers: the two in turn in one run, medians of 3.

Both sides give E.164, possibility and validity of a list. The loop is timed on a share of the rows.

    python benchmarks/bench_phone.py                        a smoke run
    python benchmarks/bench_phone.py --rows 1000000
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import phonenumbers
import polars as pl
from corpus_phones import listed

from matchprep.normalize.phone import phone_parts

ROUNDS = 3
LOOP = 30_000


def loop(phones: list[str]) -> None:
    """Read phones one by one."""
    for phone in phones:
        try:
            number = phonenumbers.parse(phone, "US")
        except phonenumbers.NumberParseException:
            continue
        phonenumbers.is_possible_number(number)
        phonenumbers.is_valid_number(number)
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def measure(phones: pl.Series) -> dict[str, float]:
    """Time both sides in turn."""
    sample = phones.head(LOOP).to_list()
    frame = phones.to_frame("phone").lazy().select(phone_parts(pl.col("phone")).struct.unnest())
    chosen = frame.select("e164", "possible", "valid")
    begin = time.perf_counter()
    pl.select(phone_parts(pl.lit("(212) 555-0123")))
    rates: dict[str, list[float]] = {"matchprep": [], "phonenumbers": []}
    first = time.perf_counter() - begin
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        chosen.collect(engine="streaming")
        rates["matchprep"].append(len(phones) / (time.perf_counter() - begin))
        begin = time.perf_counter()
        loop(sample)
        rates["phonenumbers"].append(len(sample) / (time.perf_counter() - begin))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "rows": len(phones),
        "distinct": phones.n_unique(),
        "first_call_s": round(first, 3),
        **{f"{name}_rows_per_s": round(value) for name, value in medians.items()},
        "times_faster": round(medians["matchprep"] / medians["phonenumbers"], 1),
    }


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    result = measure(listed(given.rows, given.seed))
    if given.json:
        print(json.dumps(result))
        return 0
    for name, value in result.items():
        print(f"{name:26} {value:>14,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
