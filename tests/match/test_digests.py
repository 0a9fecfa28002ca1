"""Lists that came hashed: one row's digest meets the reference's own, in every documented form."""

from __future__ import annotations

import base64
import hashlib

import polars as pl
import pytest

from matchprep.match import (
    Semantics,
    at_provider,
    build_index,
    dedupe_people,
    explain_blocking,
    match_people,
)
from matchprep.match.index import ReferenceIndex
from matchprep.rulebook import Requirement

#: Each as hashlib has it, the slow reference.
ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
PHONES = {"e164": "+1{}", "digits": "1{}", "national": "{}"}


def digests(values, algorithm, *, written="{}"):
    return [value and hashlib.new(algorithm, written.format(value).encode()).hexdigest() for value in values]


@pytest.fixture(scope="module")
def known(voters):
    """The reference with an email and a phone of one's own each."""
    return voters.with_columns(
        email=pl.format("{}@example.com", pl.col("id").str.to_lowercase()),
        phone=pl.format("+1217{}", (pl.col("row_id") + 5_550_000).cast(pl.String)),
    )


@pytest.fixture(scope="module")
def some(known):
    """Sixty people of the reference, by email and phone, and twenty whom it does not hold."""
    inside = known.gather_every(7).head(60).select("email", pl.col("phone").str.tail(10))
    outside = pl.DataFrame(
        {"email": [f"n{n}@example.com" for n in range(20)], "phone": [f"31255501{n:02d}" for n in range(20)]}
    )
    return pl.concat([inside, outside]).with_row_index("row_id", offset=1).cast({"row_id": pl.Int64})


def found_in(hashed, known):
    matches = match_people(hashed, known, agreements=True)
    right = matches.pairs.filter("is_match").select("row_id", "reference_id")
    return matches, right.rows()


@pytest.fixture(scope="module")
def truth(some, known):
    pairs = some.join(known.select("email", pl.col("id").alias("reference_id")), on="email")
    return pairs.select("row_id", "reference_id").rows()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_hashed_emails_find_their_people(algorithm, some, known, truth):
    hashed = some.select("row_id", email_hash=pl.Series(digests(some["email"], algorithm)))
    matches, found = found_in(hashed, known)
    assert found == truth
    assert matches.expected_matches == pytest.approx(60, abs=1.5)
    assert {one.rule for one in matches.blocking if one.pairs} == {"email"}


@pytest.mark.parametrize("form", PHONES)
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_hashed_phones_find_their_people_in_each_input_form(form, algorithm, some, known, truth):
    column = pl.Series(digests(some["phone"], algorithm, written=PHONES[form]))
    assert found_in(some.select("row_id", phone_hash=column), known)[1] == truth


def test_algorithms_and_encodings_may_be_mixed(some, known, truth):
    plain = digests(some["email"], "sha256")
    half = len(plain) // 2
    mixed = [
        *(base64.b64encode(bytes.fromhex(one)).decode() for one in plain[:half]),
        *digests(some["email"], "md5")[half:],
    ]
    assert found_in(some.select("row_id", email_hash=pl.Series(mixed)), known)[1] == truth


def test_a_hashed_list_matches_as_the_same_list_in_clear(people, known):
    clear = people.drop("phone").join(
        known.select(pl.col("id").alias("voter"), "email"), left_on=pl.col("id").str.extract("-(V.*)"),
        right_on="voter", how="left", maintain_order="left",
    )  # fmt: skip
    hashed = clear.with_columns(email_hash=pl.Series(digests(clear["email"], "sha256"))).drop("email")
    of_clear, of_hashed = (match_people(one, known).pairs for one in (clear, hashed))
    for column in ("row_id", "reference_id", "is_match", "agree_email"):
        assert of_clear[column].to_list() == of_hashed[column].to_list(), column


def test_an_index_answers_as_the_file_does(some, known, truth, tmp_path):
    build_index(known, tmp_path / "ref", source={"name": "x"}, made_by="0")
    hashed = some.select("row_id", email_hash=pl.Series(digests(some["email"], "sha1")))
    assert found_in(hashed, ReferenceIndex.open(tmp_path / "ref"))[1] == truth


def test_the_forecast_of_a_single_column_counts_digests(some, known):
    hashed = some.select("row_id", email_hash=pl.Series(digests(some["email"], "sha256")))
    semantics = Semantics(Requirement(field="email"), ("email",), anybody=True)
    found = at_provider(match_people(hashed, known, agreements=True), semantics)
    assert found.expected_matches == 60
    assert found.columns[0].missing == 0


def test_rows_of_one_digest_are_one_person(some):
    twice = pl.concat([some, some.with_columns(pl.col("row_id") + 1_000)])
    hashed = twice.select("row_id", email_hash=pl.Series(digests(twice["email"], "md5")))
    assert dedupe_people(hashed).persons == 80


def test_blocking_is_explained_for_digests(some, known):
    hashed = some.select("row_id", email_hash=pl.Series(digests(some["email"], "sha256")))
    planned = {one.rule: one.brings.pairs for one in explain_blocking(hashed, known).rules}
    assert planned["email"] == 60
