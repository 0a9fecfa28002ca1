"""Do recorded outcomes correct the forecasts at a provider whose match rates are not ours?

Simulated providers: each finds `factor` times what we forecast (or, above one, so much more of the rest),
give or take a spread; ten outcomes are recorded in a real ledger, and further forecasts are corrected by
them. The same again with one wild outcome among the ten. Printed: the error of the corrected forecasts in
points of the match rate against that of the bare ones, and how many outcomes their 90 % intervals hold.
Exit code 1 where, at a factor of 0.8, one forecast of twenty is off by 2 points or more.

    python benchmarks/agree_ledger.py
    python benchmarks/agree_ledger.py --providers 10 --outcomes 10
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from matchprep.estimate import Correction, Entry, Ledger, Outcome, correction_at

#: What a provider finds, as a multiple of the forecast.
FACTORS = (0.5, 0.8, 1.0, 1.25)
#: A slip: the outcome that is recorded in place of the true one.
WILD = (None, 0.02, 1.0)
#: Standard deviations: of a forecast, and of a provider's outcomes beyond that.
DOUBT, SPREAD = 0.007, 0.01
LEVEL = 0.9
#: The bar: points of the match rate.
MOST_POINTS = 2.0


def found_by(rate: float, factor: float) -> float:
    """Give what a provider finds of a list, without chance."""
    return rate * factor if factor <= 1 else 1 - (1 - rate) / factor


def drawn(rate: float, factor: float, dice: random.Random) -> float:
    true = found_by(rate, factor)
    return min(max(dice.gauss(true, math.hypot(DOUBT, SPREAD)), 0.0), 1.0)


def asked(factor: float) -> Iterator[float]:
    """Give the forecasts whose true rates are 10 % to 90 %, where there is such a forecast."""
    for step in range(1, 10):
        true = step / 10
        rate = true / factor if factor <= 1 else 1 - (1 - true) * factor
        if 0 < rate <= 1:
            yield rate


def entry(run: str, rate: float) -> Entry:
    return Entry(
        run=run, made=run, provider="simulated", profile=None, list_sha256="0" * 64, rows=10_000, rate=rate,
        doubt=DOUBT, corrected_by=0, told=rate, low=rate, high=rate, level=LEVEL, coverage="whole",
        version="0",
    )  # fmt: skip


def taught(factor: float, wild: float | None, outcomes: int, seed: int, folder: Path) -> Correction:
    """Record outcomes in a ledger of their own, and learn from it."""
    dice = random.Random(seed)
    slip = dice.randrange(outcomes) if wild is not None else None
    with Ledger(folder / f"{factor}-{wild}-{seed}.sqlite") as ledger:
        for n in range(outcomes):
            rate = dice.choice(list(asked(factor)))
            ledger.forecast(entry(f"{n:04}", rate))
            actual = wild if wild is not None and n == slip else drawn(rate, factor, dice)
            ledger.record(Outcome(run=f"{n:04}", recorded="", actual=actual))
        learned = correction_at("simulated", ledger.known())
    assert learned is not None
    return learned


def measured(
    factor: float, wild: float | None, providers: int, outcomes: int, folder: Path
) -> dict[str, float]:
    """Give errors in points, over providers and true rates."""
    errors, bare, within = [], [], []
    for seed in range(providers):
        correction = taught(factor, wild, outcomes, seed, folder)
        dice = random.Random(seed + 1_000_000)
        for rate in asked(factor):
            told = correction.correct(rate, DOUBT, level=LEVEL)
            errors.append(100 * abs(told.rate - found_by(rate, factor)))
            bare.append(100 * abs(rate - found_by(rate, factor)))
            within.append(told.low <= drawn(rate, factor, dice) <= told.high)
    return {
        "mean": statistics.mean(errors), "worst": max(errors), "most": statistics.quantiles(errors, n=20)[-1],
        "bare": statistics.mean(bare), "within": statistics.mean(within),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--providers", type=int, default=40, help="simulated providers a line")
    parser.add_argument("--outcomes", type=int, default=10, help="recorded outcomes a provider")
    options = parser.parse_args()
    kept = True
    print("factor  wild    mean error  95 % below  worst  uncorrected  in the 90 % interval")
    with tempfile.TemporaryDirectory() as folder:
        for factor in FACTORS:
            for wild in WILD:
                got = measured(factor, wild, options.providers, options.outcomes, Path(folder))
                kept &= factor != 0.8 or got["most"] < MOST_POINTS
                slip = "-" if wild is None else f"{wild:.0%}"
                print(
                    f"{factor:6.2f}  {slip:>5}  {got['mean']:10.2f}  {got['most']:10.2f}  {got['worst']:6.2f}"
                    f"  {got['bare']:10.2f}  {got['within']:10.1%}"
                )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
