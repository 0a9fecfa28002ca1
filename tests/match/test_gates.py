"""Gates: what they hold back can change no level."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.match.gates import LEAST, PARTS, Letters, can_matter

WORDS = st.lists(st.text("ABCEZ09", min_size=1, max_size=9), min_size=1, max_size=30)


def held_back(feature: str, left: list[str], right: list[str]) -> pl.DataFrame:
    """Measure all pairs that a gate holds back, with the database's own functions."""
    one, other = (Letters.of(pl.Series(texts, dtype=pl.String).to_arrow()) for texts in (left, right))
    mine, theirs = (grid.ravel() for grid in np.meshgrid(np.arange(len(left)), np.arange(len(right))))
    closed = ~can_matter(feature, one, other, mine, theirs)
    pairs = pl.DataFrame(
        {"l": pl.Series(left).gather(mine[closed]), "r": pl.Series(right).gather(theirs[closed])}
    )
    return (
        duckdb.sql(
            "SELECT l, r, jaro_winkler_similarity(l, r) AS similarity, starts_with(l, r) OR starts_with(r, l)"
            " OR ends_with(l, r) OR ends_with(r, l) AS part FROM pairs"
        ).pl()
        if pairs.height
        else pairs.with_columns(similarity=0.0, part=False)
    )


def test_the_least_similarities_are_those_of_the_levels():
    assert dict(LEAST)["given"] == 0.82
    assert dict(LEAST)["street"] == 0.86
    assert "email" not in LEAST
    assert {"given", "surname"} == PARTS


@pytest.mark.parametrize("feature", sorted(LEAST))
@settings(deadline=None)
@given(WORDS, WORDS)
def test_nothing_that_matters_is_held_back(feature, left, right):
    closed = held_back(feature, left, right)
    assert not (closed["similarity"] >= LEAST[feature]).any()
    assert feature not in PARTS or not closed["part"].any()


def test_strangers_are_held_back():
    names = ["JOHN", "MARY", "ELIZABETH", "KEVIN", "PATRICIA", "LUIS"]
    assert held_back("given", names, names).height >= len(names) * (len(names) - 1) * 0.7


@pytest.mark.parametrize("texts", [[], ["A" * 400], ["", "A"]])
def test_odd_texts(texts):
    letters = Letters.of(pl.Series(texts, dtype=pl.String).to_arrow())
    places = np.arange(len(texts))
    assert can_matter("surname", letters, letters, places, places).all()
