"""Who must not be contacted is set aside, in doubt too; who repeats a person goes where that is asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pytest

import matchprep as mp
from matchprep.match import repeats, suppressed

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"

PERSON = {
    "First Name": "Rosalind", "Last Name": "Ingleby", "Email": "ros@example.com", "Phone": "217-555-0102",
    "Street Address": "98 Poplar Ave", "City": "Fairview", "State": "IL", "Zip": "62710", "DOB": "11/30/1980",
}  # fmt: skip
STRANGER = {
    "First Name": "Gareth", "Last Name": "Lambton", "Email": "gl@example.org", "Phone": "217-555-0103",
    "Street Address": "7 Birch Rd", "City": "Fairview", "State": "IL", "Zip": "62711", "DOB": "01/15/1975",
}  # fmt: skip


def clean(*rows, columns=tuple(PERSON)):
    raw = pl.LazyFrame(
        {
            "row_id": pl.Series(range(1, len(rows) + 1), dtype=pl.Int64),
            **{name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in columns},
        }
    )
    return mp.normalize_people(mp.map_columns(raw)).collect().lazy()


def reasons(listed, excluded):
    return dict(suppressed(listed, excluded).rows())


@pytest.mark.parametrize(
    ("same", "reason"),
    [
        (("Email",), "the same email"),
        (("Phone",), "the same phone"),
        (("First Name", "Last Name", "Zip"), "the same name and ZIP code"),
        (("First Name", "Last Name", "DOB"), "the same name and birth date"),
    ],
)
def test_one_thing_the_same_is_enough(same, reason):
    other = {**STRANGER, **{name: PERSON[name] for name in same}}
    found = reasons(clean(PERSON, STRANGER), clean(other, columns=same))
    assert found == {1: f"on the exclusion list: {reason}"}


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("Email", "ros@example.com"),
        ("Phone", "+12175550102"),
        ("Phone", "12175550102"),
        ("Phone", "2175550102"),
    ],
)
def test_a_digest_is_enough(algorithm, column, written):
    digest = hashlib.new(algorithm, written.encode()).hexdigest()
    name = f"{column.lower()}_hash"
    excluded = pl.LazyFrame({"row_id": pl.Series([1], dtype=pl.Int64), name: [digest.upper().lower()]})
    found = reasons(clean(PERSON, STRANGER), excluded)
    assert found == {1: f"on the exclusion list: the same {column.lower()}, by its digest"}


def test_a_likely_person_is_enough():
    other = {**PERSON, "First Name": "Roz", "Last Name": "Inglebey", "Email": "", "Phone": ""}
    found = reasons(clean(PERSON, STRANGER), clean(other))
    assert list(found) == [1]


def test_blanks_are_the_same_as_nothing():
    blank = dict.fromkeys(PERSON, "") | {"Email": "else@example.net"}
    assert (
        reasons(clean(blank, STRANGER), clean({**blank, "Email": "no@example.net"}, columns=("Email",))) == {}
    )


def test_hardly_anybody_slips_through():
    listed, known = (
        mp.normalize_people(mp.map_columns(mp.read_people(SAMPLE / f"{name}.csv").frame)).collect()
        for name in ("list", "reference")
    )
    truth = pl.read_csv(SAMPLE / "truth.csv", infer_schema=False)
    chosen = truth["reference_id"].drop_nulls().unique(maintain_order=True).head(200)
    excluded = known.filter(pl.col("voter_id").is_in(chosen.implode()))
    theirs = set(truth.filter(pl.col("reference_id").is_in(chosen.implode()))["list_id"])
    found = suppressed(listed.lazy(), excluded.lazy())
    set_aside = set(listed.join(found, on="row_id")["id"])
    assert len(theirs & set_aside) / len(theirs) >= 0.99
    assert len(set_aside) < 1.4 * len(theirs)


def test_of_a_persons_rows_the_fullest_stays():
    short = {**PERSON, "Email": "", "DOB": ""}
    listed = clean(short, PERSON, STRANGER, {**PERSON})
    assert repeats(listed)["row_id"].to_list() == [1, 4]
