"""Learn how many matches no blocking rule finds, on towns on many rules whose truth is known.

    python benchmarks/learn_unseen.py --towns 40        some minutes

Matches that one rule alone found, and those that two found, without the help of a phone or an email, tell
of those that none did. Towns are drawn with other names, households, habits and typing errors each, every
third one of them by `peers/elsewhere.py`; seeds 5000 and up are for this only. Prints the shares that go into
`matchprep/match/unseen.py`, once as they suit the matches that no rule found and once as they suit all that
the forecast would otherwise lack, those that are shipped, and what Chao's lower bound would have said.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import polars as pl
from learn_weights import clean
from population import Generator, Town
from simulate import Noise
from towns import ELSEWHERE, FIELDS, LATER, Kind, draw_region, region_of, with_fields

from matchprep.match.coded import coded
from matchprep.match.engine import Engine
from matchprep.match.learn import fit
from matchprep.match.lookup import Lookup
from matchprep.match.matching import LEARNING_PAIRS, reference_of
from matchprep.match.model import weigh
from matchprep.match.unseen import UNSEEN_OF_ONCE, UNSEEN_OF_TWICE, by_itself

#: What a form asks for is drawn evenly, habits around those of an ordinary list.
EVENLY = {"near": (0.1, 0.9), "no_middle": (0.05, 0.8), "middle_initial": (0.05, 0.2), "maiden": (0.0, 0.6)}
_SIZES = (0.28, 0.35, 0.15, 0.13, 0.06, 0.03)


def drawn_kind(rng: Generator) -> Kind:
    """Draw the rules of a town, and the habits of those who fill in its forms."""
    town = Town(
        sizes=tuple(rng.dirichlet(np.array(_SIZES) * 12)),
        people_a_zip=int(np.exp(rng.uniform(np.log(1_500), np.log(25_000)))),
        streets_a_zip=int(rng.integers(40, 300)),
        crowding=rng.uniform(0.2, 1),
        related=rng.uniform(0.05, 0.5),
        flats=rng.uniform(0.05, 0.6),
        strangers=rng.uniform(0.02, 0.25),
        own_name=rng.uniform(0.05, 0.4),
        junior=rng.uniform(0.01, 0.12),
        landline=rng.uniform(0.1, 0.7),
        surname_power=rng.uniform(0.75, 1.25),
        given_power=rng.uniform(0.8, 1.2),
    )
    usual = Noise() if rng.random() < 0.7 else LATER
    kept = {*EVENLY, "careless", "duplicates"}
    habits = {
        one.name: float(min(0.9, getattr(usual, one.name) * np.exp(rng.normal(0, 0.6))))
        for one in fields(Noise)
        if one.name not in kept
    }
    asked = {name: float(rng.uniform(*between)) for name, between in EVENLY.items()}
    careless = float(np.exp(rng.uniform(np.log(0.25), np.log(20))))
    noise = replace(usual, careless=careless, **habits, **asked)
    return Kind(town, noise, share=float(rng.uniform(0.4, 0.75)), together=bool(rng.random() < 0.4))


def lesson(seed: int) -> tuple[float, float, int, float, int]:
    """Match one list: matches that one rule found, that two found, that none found, all lacking; rows."""
    rng = np.random.default_rng(seed)
    kind, size = drawn_kind(rng), int(rng.choice((20_000, 60_000)))
    region = region_of("drawn", kind, seed, size) if seed % 3 else draw_region(ELSEWHERE, seed, size)
    rows = int(rng.choice((1_000, 3_000, 5_000)))
    dirt = float(np.exp(rng.uniform(np.log(0.4), np.log(2.2))))
    people, truth = region.listed(seed, rows, float(rng.uniform(0.05, 0.95)), dirt)
    people = with_fields(people, tuple(FIELDS)[seed % len(FIELDS)])
    listed, known = clean(people), clean(region.reference)
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder)) as engine:
        lookup = Lookup(coded(listed.lazy()), reference_of(known, threads=2), threads=2)
        left, right, found_by, _ = lookup.candidates()
        evidence = lookup.evidence(engine, left, right, found_by)
        model = fit(lookup.model(engine), *evidence.sample(LEARNING_PAIRS))
    probability = weigh(model, evidence).probability
    place = pl.DataFrame({"reference_id": known["id"], "true": np.arange(known.height)})
    true = listed.select("id").join(
        truth.rename({"list_id": "id"}), on="id", how="left", maintain_order="left"
    )
    true_row = true.join(place, on="reference_id", how="left", maintain_order="left")["true"].fill_null(-1)
    same = true_row.to_numpy()[evidence.list_row] == evidence.reference_row
    telling = np.where(by_itself(evidence, model.comparisons), 0.0, probability)
    once, twice = (float(telling[evidence.found_by == number].sum()) for number in (1, 2))
    true_matches = int((true_row >= 0).sum())
    return once, twice, true_matches - int(same.sum()), true_matches - float(probability.sum()), rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=5_000)
    parser.add_argument("--towns", type=int, default=40)
    options = parser.parse_args()
    lessons = np.array([lesson(options.seed + number) for number in range(options.towns)])
    once, twice, unseen, lacking, rows = lessons.T
    shares = [(a / 20, b / 20) for a in range(31) for b in range(17)]
    chao = once * np.maximum(once - 1, 0) / (2 * (twice + 1))
    print("shares of once and twice, mean absolute error, mean error; in points of the rows")
    for name, truth in (("found by no rule", unseen), ("lacking in all", lacking)):
        errors = {pair: ((pair[0] * once + pair[1] * twice - truth) / rows * 100).round(6) for pair in shares}
        print(f"{name}, {(truth / rows).mean():.3%} of the rows")
        best = sorted(shares, key=lambda pair: np.abs(errors[pair]).mean())[:5]
        for pair in (*best, (UNSEEN_OF_ONCE, UNSEEN_OF_TWICE)):
            print(*pair, f"{np.abs(errors[pair]).mean():.3f} {errors[pair].mean():+.3f}")
        bound = (chao - truth) / rows * 100
        print(f"Chao's bound {np.abs(bound).mean():.3f} {bound.mean():+.3f}")


if __name__ == "__main__":
    main()
