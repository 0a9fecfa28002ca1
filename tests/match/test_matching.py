from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matchprep.errors import InputError, ReferenceIndexError, UsageError
from matchprep.match import match_people
from matchprep.tables import PAIRS, verify


@pytest.fixture(scope="module")
def matches(people, voters):
    return match_people(people, voters)


def test_those_who_are_in_the_reference_are_found_and_the_others_are_not(matches, people):
    true = people.select("row_id", pl.col("id").str.extract("-(V.*)").alias("voter"), "first_name")
    judged = true.join(matches.pairs.filter("is_match"), on="row_id", how="left")
    assert (judged["reference_id"] == judged["voter"]).sum() == (judged["first_name"] != "Zenobia").sum()
    assert judged.filter(pl.col("first_name") == "Zenobia")["reference_id"].null_count() == 40


def test_pairs_are_as_promised(matches):
    verify(matches.pairs.lazy(), PAIRS, table="PAIRS")
    assert matches.pairs["row_id"].is_sorted()
    assert matches.pairs["row_id"].is_unique().all()
    assert matches.pairs["probability"].is_between(0, 1).all()
    assert {"agree_first_name", "agree_dob", "agree_address"} <= set(matches.pairs.columns)
    assert matches.pairs.filter("is_match")["agree_first_name"].unique().to_list() == ["exact"]


def test_counts_add_up(matches, people):
    assert matches.rows == people.height
    assert matches.without_candidate == people.height - matches.pairs.height
    assert sum(one.matched + one.unmatched for one in matches.histogram) == matches.pairs.height
    for field in {one.field for one in matches.agreement}:
        levels = [one for one in matches.agreement if one.field == field]
        assert sum(one.matched + one.unmatched for one in levels) == matches.pairs.height
    assert matches.presence.height == people.height
    assert matches.expected_matches == pytest.approx(80, abs=2)


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter(matches, people, voters):
    shuffled = match_people(
        people.sample(fraction=1, shuffle=True, seed=3),
        voters.sample(fraction=1, shuffle=True, seed=4),
        threads=1,
    )
    assert_frame_equal(matches.pairs, shuffled.pairs.sort("row_id"), abs_tol=1e-6)


def test_the_order_of_the_rules_does_not_matter(matches, monkeypatch, people, voters):
    from matchprep.match import blocking, lookup  # noqa: PLC0415

    backward = tuple(reversed(blocking.RULES))
    monkeypatch.setattr(lookup, "RULES", backward)
    turned = match_people(people, voters)
    assert [one.rule for one in turned.blocking] == [one.rule for one in reversed(matches.blocking)]
    assert_frame_equal(matches.pairs, turned.pairs, abs_tol=1e-6)


def test_people_of_one_household_are_told_apart(people, voters, typed):
    """The wife is listed, the reference holds the husband only: surname, address and phone are his, too."""
    wife = typed(voters.filter(pl.col("id") == "V00100").with_columns(
        first_name=pl.lit("Philippa"), middle_name=pl.lit("Q"), dob=pl.lit("1931-05-17").str.to_date(),
    ))  # fmt: skip
    longer = pl.concat([people, wife.with_columns(pl.lit(9_001, dtype=pl.Int64).alias("row_id"))])
    found = match_people(longer, voters).pairs.filter(pl.col("row_id") == 9_001)
    assert found["is_match"].to_list() == [False]


def test_a_column_that_never_varies_says_nothing(people, voters):
    constant = [
        pl.lit("00000").alias("postal_code"),
        pl.lit("ANYTOWN").alias("city"),
        pl.lit("WA").alias("state"),
    ]
    with_it = match_people(people.with_columns(constant), voters.with_columns(constant))
    without = match_people(
        people.drop("postal_code", "city", "state"), voters.drop("postal_code", "city", "state")
    )
    both = with_it.pairs.join(without.pairs, on=["row_id", "reference_id"]).filter(
        pl.col("probability") > 0.5
    )
    assert both.height >= 80
    assert (both["match_weight"] - both["match_weight_right"]).abs().max() < 1.0


def test_duplicates_of_the_list_are_counted(people, voters):
    again = people.head(5).with_columns(pl.col("row_id") + 5_000)
    found = match_people(pl.concat([people, again]), voters)
    assert found.duplicates == 5
    assert found.unique == found.matched - 5


def test_one_to_one_gives_each_reference_person_once(people, voters):
    again = people.head(5).with_columns(pl.col("row_id") + 5_000)
    found = match_people(pl.concat([people, again]), voters, one_to_one=True)
    assert found.duplicates == 0
    assert found.pairs.filter("is_match")["reference_id"].is_unique().all()


def test_more_candidates_come_ranked(people, voters):
    found = match_people(people, voters, max_matches=3).pairs
    assert found["rank"].max() == 3
    best = found.group_by("row_id").agg(pl.col("probability").sort_by("rank"))
    assert best["probability"].list.eval(pl.element().diff().max()).list.first().fill_null(0).max() <= 0


def test_a_wish_for_precision_raises_the_threshold(matches, people, voters):
    strict = match_people(people, voters, precision=0.999)
    assert strict.pairs.filter("is_match")["probability"].mean() >= 0.999
    assert strict.matched <= matches.matched


def test_without_refitting_the_shipped_weights_do(people, voters):
    found = match_people(people, voters, refit=False)
    assert found.matched == 80


def nothing(frame):
    return frame.head(0)


def same(frame):
    return frame


@pytest.mark.parametrize(
    ("of_list", "of_reference", "refusal"),
    [
        (nothing, same, (InputError, "no rows")),
        (same, nothing, (ReferenceIndexError, "no rows")),
        (same, lambda frame: frame.select("row_id", "id"), (ReferenceIndexError, "no field")),
        (lambda frame: frame.select("row_id", "state"), same, (InputError, "share no fields")),
    ],
)
def test_what_cannot_be_matched_is_refused(of_list, of_reference, refusal, people, voters):
    error, says = refusal
    with pytest.raises(error, match=says) as refused:
        match_people(of_list(people), of_reference(voters))
    assert refused.value.hint


@pytest.mark.parametrize("options", [{"threshold": 1.5}, {"precision": 0.0}, {"max_matches": 11}])
def test_options_out_of_range_are_refused(options, people, voters):
    with pytest.raises(UsageError):
        match_people(people, voters, **options)
