"""Do digests agree with hashlib, on every value, nulls and empties included?

A million seeded values of all lengths and scripts, each algorithm and each encoding; then the speed of
three digests a row against a list comprehension over hashlib. Exit code 1 on any difference.

    python benchmarks/agree_hashes.py                    a smoke run
    python benchmarks/agree_hashes.py --rows 1000000
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import random
import statistics
import sys
import time

import polars as pl

from matchprep.normalize.hashes import ALGORITHMS, ENCODINGS, hashed

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz0123456789@.+-_", "áéíóúñüßøæł", "정李иλ", "\U0001f60a\u200b\x00")


def values(rows: int, seed: int = 11) -> list[str | None]:
    """Make values: a tenth null or empty, most like addresses, some longer than a block of the digest."""
    dice = random.Random(seed)

    def value() -> str | None:
        roll = dice.random()
        if roll < 0.1:
            return None if roll < 0.05 else ""
        alphabet = ALPHABETS[0] if roll < 0.9 else dice.choice(ALPHABETS)
        return "".join(dice.choices(alphabet, k=dice.choice((1, 10, 20, 30, 55, 56, 64, 119, 200))))

    return [value() for _ in range(rows)]


def slow(value: str | None, algorithm: str, encoding: str) -> str | None:
    if not value:
        return None
    digest = hashlib.new(algorithm, value.encode())
    if encoding == "base64":
        return base64.b64encode(digest.digest()).decode()
    return digest.hexdigest().upper() if encoding == "hex_upper" else digest.hexdigest()


def differences(column: pl.Series) -> int:
    """Count the values on which any digest differs."""
    total = 0
    for algorithm in ALGORITHMS:
        for encoding in ENCODINGS:
            got = pl.select(hashed(pl.lit(column), algorithm, encoding=encoding)).to_series()  # type: ignore[arg-type]
            want = pl.Series([slow(value, algorithm, encoding) for value in column], dtype=pl.String)
            different = int(got.ne_missing(want).sum())
            print(f"{algorithm:7} {encoding:10} {different} differences")
            total += different
    return total


def speeds(column: pl.Series) -> tuple[float, float]:
    """Take turns: three digests a row here, and in a loop over hashlib; rows a second, medians of 3."""
    frame = column.to_frame("x").lazy()
    ours, theirs = [], []
    for _ in range(3):
        start = time.perf_counter()
        frame.select(
            a=hashed(pl.col("x")), b=hashed(pl.col("x"), "sha1"), c=hashed(pl.col("x"), "md5")
        ).collect(engine="streaming")
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        for algorithm in ("sha256", "sha1", "md5"):
            [slow(value, algorithm, "hex") for value in column]
        theirs.append(time.perf_counter() - start)
    return len(column) / statistics.median(ours), len(column) / statistics.median(theirs)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    options = parser.parse_args(arguments)
    column = pl.Series("x", values(options.rows), dtype=pl.String)
    total = differences(column)
    ours, theirs = speeds(column)
    print(f"three digests: {ours / 1e6:.2f} M rows/s; a loop over hashlib: {theirs / 1e6:.2f} M rows/s")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
