"""What would raise a match rate is found, in the right order, and comes true when it is done."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import matchprep as mp
from matchprep.estimate import advise
from matchprep.estimate.advice import AMBIGUOUS, MOVED, OTHER_VALUES

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def people(count, **lacking):
    """So many rows with a name, a ZIP, a phone and an email; `lacking` says which rows lack a field."""
    fields = ("first_name", "last_name", "zip", "phone", "email")
    columns = {
        name: [None if n in lacking.get(name, ()) else "x" for n in range(1, count + 1)] for name in fields
    }
    return pl.DataFrame({"row_id": pl.Series(range(1, count + 1), dtype=pl.Int64), **columns})


def presence(clean, chance):
    return clean.select("row_id", pl.Series("probability", [chance(n) for n in clean["row_id"]]))


def by_cause(advised):
    return {one.cause: one for one in advised.advice}


def test_a_field_is_worth_what_it_is_to_rows_that_have_it():
    clean = people(2000, phone=range(1, 501), email=range(1801, 2001))
    found = presence(clean, lambda n: 0.4 if n <= 500 else 0.7)
    advised = advise(clean, found)
    one = by_cause(advised)["no phone number"]
    assert (one.rows, one.gain) == (500, pytest.approx(150, abs=3))
    assert one.low < 150 < one.high
    assert advised.advice[0] == one
    assert "no email address" not in by_cause(advised)
    assert set(advised.worklist["row_id"]) == set(range(1, 501))


def test_what_is_written_but_unreadable_is_a_cause_of_its_own():
    clean = people(900, phone=range(1, 301)).with_columns((pl.col("row_id") <= 100).alias("phone_invalid"))
    found = by_cause(advise(clean, presence(clean, lambda n: 0.4 if n <= 300 else 0.7)))
    assert {name: one.rows for name, one in found.items()} == {
        "no phone number": 200, "phone number cannot be read": 100
    }  # fmt: skip


def test_few_rows_promise_little_and_say_so():
    clean = people(203, phone=range(1, 4))
    one = by_cause(advise(clean, presence(clean, lambda n: 0.0 if n <= 3 else 0.7)))["no phone number"]
    assert one.high - one.low > 0.8 * one.gain
    many = people(2030, phone=range(1, 31))
    other = by_cause(advise(many, presence(many, lambda n: 0.0 if n <= 30 else 0.7)))["no phone number"]
    assert (one.high - one.low) / one.gain > (other.high - other.low) / other.gain


def test_rows_that_were_not_sent_would_match_as_those_sent_do():
    clean = people(1000, zip=range(1, 101))
    rejected = pl.DataFrame({"row_id": range(1, 101), "reasons": [["no ZIP code"]] * 100})
    found = presence(clean, lambda _: 0.6).filter(pl.col("row_id") > 100)
    (one,) = advise(clean, found, rejected=rejected).advice
    assert (one.cause, one.rows) == ("not sent: no ZIP code", 100)
    assert one.gain == pytest.approx(60, abs=0.5)
    assert one.low < 60 < one.high <= 100


def test_people_whom_the_provider_would_not_know():
    clean = people(30)
    known = presence(clean, lambda _: 0.9)
    seen = presence(clean, lambda n: 0.0 if n <= 10 else 0.9)
    pairs = known.with_columns(
        pl.when(pl.col("row_id") <= 6)
        .then(pl.lit("differs"))
        .otherwise(pl.lit("exact"))
        .alias("agree_address"),
        (pl.col("probability") - pl.when(pl.col("row_id") > 28).then(0.5).otherwise(0.0)).alias(
            "probability"
        ),
        (pl.col("row_id") <= 28).alias("is_match"),
    )
    found = by_cause(advise(clean, seen, people=known, pairs=pairs))
    assert (found[MOVED].rows, found[MOVED].gain) == (6, pytest.approx(5.4))
    assert (found[OTHER_VALUES].rows, found[OTHER_VALUES].gain) == (4, pytest.approx(3.6))
    assert (found[AMBIGUOUS].rows, found[AMBIGUOUS].gain) == (2, 0)


def test_a_list_without_faults_needs_no_advice():
    clean = people(50)
    advised = advise(clean, presence(clean, lambda _: 0.8))
    assert (advised.advice, advised.worklist.height) == ((), 0)


def test_mending_brings_what_was_promised():
    """Fields are masked at random, so what mending brings is known: matching with them less without."""
    clean, known = (
        mp.normalize_people(mp.map_columns(mp.read_people(SAMPLE / f"{name}.csv").frame)).collect()
        for name in ("list", "reference")
    )
    clean = clean.drop("phone", "email")  # which would make up for the lack of a birth date
    some = pl.col("row_id").is_in(clean["row_id"].sample(fraction=0.4, seed=7).to_list())
    masked = ["dob", "birth_year", "birth_month", "birth_day"]
    poorer = clean.with_columns(pl.when(~some).then(pl.col(masked)))
    whole, part = (mp.match_people(one, known) for one in (clean, poorer))
    promised = by_cause(advise(poorer, part.presence, pairs=part.pairs))["no date of birth"]
    truth = surely_found(whole) - surely_found(part)
    assert truth > 10
    assert promised.low <= truth <= promised.high


def surely_found(matches):
    return float(matches.pairs.filter("is_match")["probability"].sum())


def test_the_worklist_is_the_users_own_and_runs_no_formula(tmp_path):
    rows = list(csv.reader((SAMPLE / "list.csv").read_text().splitlines()))[:300]
    for row in rows[1:60]:
        row[3] = ""  # phones
    for row in rows[1:]:
        row[7] = "=1+1"  # towns
    with (tmp_path / "list.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    done = subprocess.run(
        [sys.executable, "-m", "matchprep", "run", "list.csv", "-p", "iqm", "-r", SAMPLE / "reference.csv",
         "-o", "out", "--worklist", "work.csv", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300, env=dict(os.environ),
    )  # fmt: skip
    report = json.loads(done.stdout)
    gains = [one["gain"] for one in report["improvements"]]
    assert gains == sorted(gains, reverse=True) != []
    with (tmp_path / "work.csv").open(newline="") as file:
        work = list(csv.DictReader(file))
    assert [float(row["expected_gain"]) for row in work] == sorted(
        (float(row["expected_gain"]) for row in work), reverse=True
    )
    assert {row["Town"] for row in work} == {"'=1+1"}
    assert (tmp_path / "work.csv").stat().st_mode & 0o777 == 0o600
    assert "What would raise the match rate" in (tmp_path / "out" / "report.html").read_text()
