"""One question, one answer, whatever the threads, the order of rows and rules, the seed and the storage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matchprep.columns import map_columns
from matchprep.match import ReferenceIndex, blocking, build_index, lookup, match_people
from matchprep.normalize import normalize_people
from matchprep.read import read_people

pytestmark = pytest.mark.slow
SIMULATOR = Path(__file__).resolve().parents[2] / "benchmarks" / "simulate.py"
#: As long as the shortest list whose weights are learned on a sample first.
SIZES = ("--reference", "50000", "--list", "6000", "--seed", "12")
#: Matches in a process of its own, and keeps the pairs.
ALONE = """
import sys
import polars as pl
from matchprep.match import match_people
people, known, out = sys.argv[1:]
match_people(pl.scan_parquet(people), pl.scan_parquet(known)).pairs.write_parquet(out)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Simulate a list and a reference in which some people stand twice, under two ids."""
    folder = tmp_path_factory.mktemp("simulated")
    subprocess.run([sys.executable, SIMULATOR, *SIZES, "-o", folder], check=True, capture_output=True)
    for name in ("list", "reference"):
        table = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        id_column = table.columns[0]
        again = table.gather_every(20).with_columns(pl.format("A{}", id_column).alias(id_column))
        pl.concat([table, again]).write_csv(folder / f"{name}.csv")
        clean = normalize_people(map_columns(read_people(folder / f"{name}.csv").frame))
        clean.collect().write_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def people(folder):
    return pl.read_parquet(folder / "list.parquet")


@pytest.fixture(scope="module")
def voters(folder):
    return pl.read_parquet(folder / "reference.parquet")


@pytest.fixture(scope="module")
def answer(people, voters):
    pairs = match_people(people, voters).pairs
    assert pairs["is_match"].sum() > people.height / 2
    assert pairs["reference_id"].str.starts_with("A").any()
    return pairs


def assert_same(answer, pairs):
    """Hold every column of the pairs against the answer: the same people, and the same numbers."""
    assert_frame_equal(answer.sort("row_id"), pairs.sort("row_id"), abs_tol=1e-9, rel_tol=0)


def shuffled(table, seed):
    return table.sample(fraction=1, shuffle=True, seed=seed)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_number_of_threads_does_not_matter(answer, people, voters, threads):
    assert_same(answer, match_people(people, voters, threads=threads).pairs)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_list_does_not_matter(answer, people, voters, seed):
    assert_same(answer, match_people(shuffled(people, seed), voters).pairs)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_reference_does_not_matter(answer, people, voters, seed):
    assert_same(answer, match_people(people, shuffled(voters, seed)).pairs)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_rules_does_not_matter(answer, people, voters, seed, monkeypatch):
    order = shuffled(pl.DataFrame({"number": range(len(blocking.RULES))}), seed)["number"]
    monkeypatch.setattr(lookup, "RULES", tuple(blocking.RULES[number] for number in order))
    assert_same(answer, match_people(people, voters).pairs)


def test_an_index_in_another_order_gives_the_same(answer, people, voters, tmp_path):
    build_index(shuffled(voters, 3), tmp_path / "index", source={}, made_by="0", threads=1)
    assert_same(answer, match_people(people, ReferenceIndex.open(tmp_path / "index")).pairs)


@pytest.mark.parametrize("number", ["1", "2"])
def test_neither_the_threads_of_polars_nor_the_seed_of_hashes_matters(answer, folder, tmp_path, number):
    out = tmp_path / "pairs.parquet"
    subprocess.run(
        [sys.executable, "-c", ALONE, folder / "list.parquet", folder / "reference.parquet", out],
        check=True,
        env={**os.environ, "POLARS_MAX_THREADS": number, "PYTHONHASHSEED": number},
    )
    assert_same(answer, pl.read_parquet(out))
