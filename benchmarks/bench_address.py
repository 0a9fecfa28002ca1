"""How fast addresses are read, against a loop over usaddress: the two in turn in one run, medians of 3.

Two columns: a list of people (about 69 in 100 rows distinct) and one without repetition. Each round starts
with nothing learnt, as a new process does. The loop is timed on a share of the rows and stands for them all.

    python benchmarks/bench_address.py                      a smoke run
    python benchmarks/bench_address.py --rows 1000000
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import polars as pl
import usaddress
from corpus_addresses import distinct, listed

from matchprep.normalize.address import COMPONENTS, STREET_ADDRESS
from matchprep.normalize.address.components import components
from matchprep.normalize.address.crf import address_model
from matchprep.normalize.address.postal import postal
from matchprep.normalize.address.tagger import Tagger

ROUNDS = 3
LOOP = 20_000


def stream(addresses: pl.Series, read: Callable[[pl.Series], pl.Series], dtype: pl.Struct) -> None:
    """Read a column as a pipeline does, batch by batch."""
    expr = pl.col("address").map_batches(read, return_dtype=dtype, is_elementwise=True)
    addresses.to_frame("address").lazy().select(expr).collect(engine="streaming")


def loop(addresses: list[str]) -> None:
    """Tag addresses one by one."""
    for address in addresses:
        try:
            usaddress.tag(address)
        except usaddress.RepeatedLabelError:
            continue


def measure(addresses: pl.Series) -> dict[str, float]:
    """Time both sides in turn."""
    sample = addresses.sample(min(LOOP, len(addresses)), seed=1).to_list()
    rates: dict[str, list[float]] = {"components": [], "postal": [], "usaddress": []}
    for _ in range(ROUNDS):
        tagger = Tagger(address_model())
        split = partial(components, tagger=tagger, dtype=COMPONENTS)
        begin = time.perf_counter()
        stream(addresses, split, COMPONENTS)
        rates["components"].append(len(addresses) / (time.perf_counter() - begin))
        tagger = Tagger(address_model())
        write = partial(postal, tagger=tagger, dtype=STREET_ADDRESS, whole=False)
        begin = time.perf_counter()
        stream(addresses, write, STREET_ADDRESS)
        rates["postal"].append(len(addresses) / (time.perf_counter() - begin))
        begin = time.perf_counter()
        loop(sample)
        rates["usaddress"].append(len(sample) / (time.perf_counter() - begin))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "rows": len(addresses),
        "distinct": addresses.n_unique(),
        **{f"{name}_rows_per_s": round(value) for name, value in medians.items()},
        "components_times_faster": round(medians["components"] / medians["usaddress"], 1),
        "postal_times_faster": round(medians["postal"] / medians["usaddress"], 1),
    }


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    result = {
        "list": measure(listed(given.rows, given.seed)),
        "all_distinct": measure(distinct(given.rows, given.seed)),
    }
    if given.json:
        print(json.dumps(result))
        return 0
    for name, figures in result.items():
        print(name)
        for figure, value in figures.items():
            print(f"  {figure:26} {value:>12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
