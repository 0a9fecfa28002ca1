"""Whether addresses are read exactly as usaddress reads them, with a fresh seed each time.

Every component, the type and the repeated-label case of varied addresses and of fuzzed strings are held
against `usaddress.tag`. The seed is printed, so that a difference can be looked at again.

    python benchmarks/agree_address.py                      a smoke run
    python benchmarks/agree_address.py --rows 60000 --fuzzed 200000
"""

from __future__ import annotations

import argparse
import json
import os
import sys

import polars as pl
import usaddress
from corpus_addresses import fuzzed, varied

from matchprep.normalize.address import COMPONENTS, address_components
from matchprep.normalize.address.runs import snake_case


def tagged(address: str | None) -> dict[str, str | bool | None] | None:
    """Let usaddress itself tag an address, in the columns of `address_components`."""
    if address is None:
        return None
    columns: dict[str, str | bool | None] = dict.fromkeys(COMPONENTS.to_schema())
    try:
        parts, kind = usaddress.tag(address)
    except usaddress.RepeatedLabelError:
        return columns | {"repeated": True}
    named = {snake_case(label).replace("second", "second_"): text for label, text in parts.items()}
    named = {name.replace("__", "_"): text for name, text in named.items()}
    unknown = named.keys() - columns.keys()
    assert not unknown, unknown
    return columns | named | {"address_type": kind, "repeated": False}


def differences(addresses: pl.Series) -> list[str]:
    """Find the addresses that are read differently."""
    frame = (
        addresses.to_frame("address").lazy().select("address", parts=address_components(pl.col("address")))
    )
    rows = frame.collect(engine="streaming").iter_rows()
    return [address for address, parts in rows if parts != tagged(address)]


def main() -> int:
    """Compare, print, and fail if anything differs."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rows", type=int, default=3000, help="varied addresses")
    options.add_argument("--fuzzed", type=int, default=None, help="as many as rows if not given")
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)), help="fresh if not given")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    corpora = {
        "varied": varied(given.rows, given.seed),
        "fuzzed": fuzzed(given.rows if given.fuzzed is None else given.fuzzed, given.seed),
    }
    found = {name: differences(corpus) for name, corpus in corpora.items()}
    result = {
        "seed": given.seed,
        **{f"{name}_rows": len(corpus) for name, corpus in corpora.items()},
        **{f"{name}_distinct": corpus.n_unique() for name, corpus in corpora.items()},
        **{f"{name}_different": len(wrong) for name, wrong in found.items()},
    }
    if given.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:18} {value:>12,}")
        for wrong in found.values():
            for address in wrong[:5]:
                print(repr(address))
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
