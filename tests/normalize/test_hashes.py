"""Hashing: published vectors, hashlib as the slow reference, and never twice."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.fields import Field
from matchprep.normalize import dob, hash_algorithm, hashed, hashed_once, identifier, phone
from matchprep.normalize.hashes import (
    ALGORITHMS,
    DATE_FORMS,
    EMAIL_FORMS,
    ENCODINGS,
    NAME_FORMS,
    PHONE_FORMS,
    recoded,
)

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
INPUTS = {
    "email": lambda text, form: EMAIL_FORMS[form](text),
    "phone": lambda text, form: PHONE_FORMS[form](phone(text, region="US")),
    "name": lambda text, form: NAME_FORMS[form](text),
    "date": lambda text, form: DATE_FORMS[form](dob(text, today=dt.date(2026, 9, 1))),
    "screen name": lambda text, _form: identifier(text, Field.TWITTER_USER),
    "text": lambda text, _form: text,
}


def is_trap(vector):
    return vector.get("note", "").startswith(("trap: the page prints", "negative"))


def name(vector):
    return f"{vector['source']}: {vector['written']} {vector['encoding']}"


@pytest.mark.parametrize("vector", [one for one in VECTORS if not is_trap(one)], ids=name)
def test_published_vector(vector):
    text = INPUTS[vector["kind"]](pl.lit(vector["written"]), vector["form"])
    got = pl.select(
        text.alias("text"), hashed(text, "sha256", encoding=vector["encoding"]).alias("digest")
    ).row(0)
    assert got == (vector["hashed"], vector["digest"])


@pytest.mark.parametrize("vector", [one for one in VECTORS if is_trap(one)], ids=name)
def test_no_form_gives_the_digest_of_a_trap(vector):
    """The digest is of the text listed, and none of our forms makes that text of what is written."""
    assert pl.select(hashed(pl.lit(vector["hashed"]), encoding=vector["encoding"])).item() == vector["digest"]
    for form in EMAIL_FORMS.values():
        digest = hashed(form(pl.lit(vector["written"])), encoding=vector["encoding"])
        assert pl.select(digest).item() != vector["digest"]


def test_all_vectors_are_here():
    assert len(VECTORS) == 80
    assert sum(map(is_trap, VECTORS)) == 2


def test_the_plus_makes_another_digest():
    """TikTok's page speaks of E.164 with its plus, its digest is of the digits alone."""
    (vector,) = (one for one in VECTORS if "its plus" in one.get("note", ""))
    with_plus = hashed(PHONE_FORMS["e164"](phone(pl.lit(vector["written"]))))
    assert pl.select(with_plus).item() != vector["digest"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.one_of(st.text(max_size=20), st.none())))
def test_equal_to_hashlib(algorithm, encoding, values):
    def slow(value):
        if not value:
            return None
        digest = hashlib.new(algorithm, value.encode("utf-8"))
        written = {"hex": digest.hexdigest(), "hex_upper": digest.hexdigest().upper()}
        return written.get(encoding) or base64.b64encode(digest.digest()).decode()

    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    got = frame.select(y=hashed(pl.col("x"), algorithm, encoding=encoding))
    assert got["y"].to_list() == [slow(value) for value in values]
    found = got.select(hash_algorithm(pl.col("y"))).to_series().drop_nulls()
    assert (found == algorithm).all()


def test_nothing_is_not_hashed():
    assert pl.select(hashed(pl.lit(""))).item() is None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_digest_is_not_hashed_again(algorithm):
    once = pl.select(x=hashed(pl.lit("pat@example.com"), algorithm))
    for encoding in ENCODINGS:
        written = once.select(x=recoded(pl.col("x"), encoding=encoding))
        assert written.select(hashed_once(pl.col("x"), algorithm)).item() == once.item()


def test_a_digest_of_another_algorithm_is_neither_passed_nor_hashed():
    md5 = hashed(pl.lit("pat@example.com"), "md5")
    assert pl.select(hashed_once(md5, "sha256")).item() is None
