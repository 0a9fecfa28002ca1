"""Whether phones are read exactly as phonenumbers reads them, with a fresh seed each time.

E.164, national number, extension, possibility, validity and type are held against the library's own answers:
on every prefix of the North American plan, on adversarial strings (for several regions) and on a list.

    python benchmarks/agree_phone.py                        a smoke run
    python benchmarks/agree_phone.py --rows 1000000 --adversarial 100000
"""

from __future__ import annotations

import argparse
import json
import os
import sys

import polars as pl
from corpus_phones import adversarial, listed, prefixes

from matchprep.normalize.phone import phone_parts
from matchprep.normalize.phone.library import PARTS, ask

REGIONS = ("US", "CA", "PR", "AG", "GB")


def differences(phones: pl.Series, region: str) -> list[str]:
    """Find the phones that are read differently."""
    nothing = dict.fromkeys(PARTS.to_schema())
    parts = phone_parts(pl.col("phone"), region=region)
    frame = phones.to_frame("phone").lazy().select("phone", parts=parts)
    rows = frame.collect(engine="streaming").iter_rows()
    return [phone for phone, read in rows if read != {**nothing, **ask(phone, region)}]


def main() -> int:
    """Compare, print, and fail if anything differs."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rows", type=int, default=5000, help="prefixes, and rows of the list")
    options.add_argument("--adversarial", type=int, default=5000, help="adversarial strings a region")
    options.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)), help="fresh if not given")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    twisted = adversarial(given.adversarial, given.seed)
    found = {
        "prefixes": differences(prefixes(given.rows, given.seed), "US"),
        "list": differences(listed(given.rows, given.seed), "US"),
        **{f"adversarial_{region}": differences(twisted, region) for region in REGIONS},
    }
    result = {
        "seed": given.seed,
        "prefixes_rows": given.rows,
        "list_rows": given.rows,
        "adversarial_rows": len(twisted),
        **{f"{name}_different": len(wrong) for name, wrong in found.items()},
    }
    if given.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:26} {value:>14,}")
        for name, wrong in found.items():
            for phone in wrong[:5]:
                print(name, repr(phone))
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
