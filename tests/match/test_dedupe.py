from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matchprep.errors import InputError, UsageError
from matchprep.match import dedupe_people
from matchprep.match.groups import Links, connected, grouped

NAMES = """
    Agnes Arthur Bernard Beatrice Clara Conrad Daphne Desmond Edith Edgar Flora Felix Greta Gilbert Harriet
    Horace Ida Isaac Judith Jasper Kathleen Kenneth Lydia Lionel Martha Maurice Nora Norman Olive Oscar
    Phoebe Percy Rhoda Rupert Sybil Stanley Thelma Theodore Ursula Vernon Winifred Wilbur
"""
SURNAMES = """
    Abbott Barlow Castell Dunmore Eastly Farnham Gatley Hollis Ingleby Jessop Kirkham Lambton Morland Norbury
    Oakham Penrose Quenby Radford Selwyn Thorpe Upton Varley Whitby Yardley Ashdown Bramley Croxton Denholm
    Elstow Fenwick Garside Haddon Ilkley Kelsall Ludlow Marsden Newland Orford Pinner Rushton
"""


def numbered(frame, *, start=1):
    return frame.with_columns(pl.int_range(start, pl.len() + start).alias("row_id"))


@pytest.fixture(scope="module")
def residents(typed):
    """Couples and singles: a household has one surname, address and phone."""
    draw = np.random.default_rng(7)
    names, surnames = NAMES.split(), SURNAMES.split()
    rows = []
    for home in range(330):
        at = {
            "last_name": draw.choice(surnames),
            "house_number": str(draw.integers(1, 3000)),
            "street": f"{draw.choice(surnames)} {draw.choice(('St', 'Ave', 'Ln'))}".upper(),
            "city": draw.choice(("SPRINGFIELD", "FAIRVIEW")),
            "state": "IL",
            "postal_code": f"62{draw.integers(700, 740)}",
            "phone": f"+12175550{100 + home}" if home < 100 else None,
        }
        for first in draw.choice(names, 1 + home % 2, replace=False):
            born = dt.date(1930, 1, 1) + dt.timedelta(days=int(draw.integers(0, 26_000)))
            own = {"id": f"V{len(rows):04d}", "first_name": first, "middle_name": draw.choice(names)}
            rows.append(own | {"dob": born} | at)
    return typed(numbered(pl.DataFrame(rows)))


@pytest.fixture(scope="module")
def copies(residents, typed):
    """Sixty residents again: some as they were, some with a typing error, some at another address."""
    some = residents.gather_every(8).with_row_index("n")
    typo, moved = pl.col("n") % 3 == 1, pl.col("n") % 3 == 2
    written = some.with_columns(
        pl.when(typo)
        .then(pl.col("last_name").str.slice(0, 4) + "q")
        .otherwise("last_name")
        .alias("last_name"),
        pl.when(moved).then(pl.lit("77 LONG LN")).otherwise("street").alias("street"),
        pl.when(moved).then(None).otherwise("phone").alias("phone"),
    )
    return typed(written.drop("n"))


@pytest.fixture(scope="module")
def doubled(residents, copies):
    return numbered(pl.concat([residents, copies]))


@pytest.fixture(scope="module")
def groups(doubled):
    return dedupe_people(doubled)


def test_rows_of_one_person_are_found(groups, doubled):
    together = doubled.select("row_id", "id").join(groups.people, on="row_id")
    assert together.group_by("id").agg(pl.col("person").n_unique())["person"].max() == 1
    assert together.group_by("person").agg(pl.col("id").n_unique())["id"].max() == 1


def test_couples_stay_two_persons(groups, residents):
    """They share surname, address and phone, all of them."""
    first = groups.people.head(residents.height)
    assert first["person"].n_unique() == residents.height


def test_counts_add_up(groups, residents, copies):
    assert groups.rows == residents.height + copies.height == groups.people.height
    assert groups.persons == residents.height
    assert groups.duplicates == copies.height
    assert sum(rows * persons for rows, persons in groups.sizes.items()) == groups.rows
    assert sum(groups.sizes.values()) == groups.persons
    assert groups.expected_pairs == pytest.approx(copies.height, rel=0.1)


def test_persons_are_numbered_in_the_order_of_their_first_rows(groups):
    first = groups.people.unique("person", keep="first", maintain_order=True)
    assert first["person"].to_list() == list(range(1, groups.persons + 1))
    assert groups.people["row_id"].is_sorted()


def test_pairs_name_each_two_rows_once(groups):
    assert (groups.pairs["row_id"] < groups.pairs["other_row_id"]).all()
    assert groups.pairs.select("row_id", "other_row_id").is_unique().all()
    assert groups.pairs["probability"].is_between(0, 1).all()


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter(groups, doubled):
    shuffled = dedupe_people(doubled.sample(fraction=1, shuffle=True, seed=5), threads=1)
    assert_frame_equal(groups.people, shuffled.people)
    assert_frame_equal(groups.pairs, shuffled.pairs, abs_tol=1e-6)


def test_swapped_names_may_be_misspelled(residents):
    once = residents.slice(150, 1)
    first, last = once["first_name"].item(), once["last_name"].item()
    again = once.with_columns(first_name=pl.lit(last + "e"), last_name=pl.lit(first))
    found = dedupe_people(numbered(pl.concat([residents, again]))).people["person"]
    assert found[-1] == found[150]


def test_gaps_in_the_row_numbers_stay(doubled, groups):
    gapped = dedupe_people(doubled.with_columns(pl.col("row_id") * 3 + 7))
    assert gapped.people["row_id"].to_list() == (doubled["row_id"] * 3 + 7).to_list()
    assert gapped.people["person"].to_list() == groups.people["person"].to_list()


def test_a_stricter_threshold_makes_no_fewer_persons(doubled, groups):
    assert dedupe_people(doubled, threshold=0.999).persons >= groups.persons


def test_a_list_without_duplicates_stays_as_it_is(residents):
    found = dedupe_people(residents)
    assert found.persons == found.rows
    assert found.sizes == {1: residents.height}


@pytest.mark.parametrize("rows", [1, 2])
def test_a_tiny_list_is_grouped(residents, rows):
    assert dedupe_people(residents.head(rows)).persons == rows


def test_the_same_row_many_times_is_one_person(residents):
    same = numbered(pl.concat([residents.head(120), *[residents.slice(200, 1)] * 30]))
    found = dedupe_people(same)
    assert found.people.tail(30)["person"].n_unique() == 1
    assert found.persons == 121


def test_an_empty_list_and_one_without_fields_are_refused(residents):
    with pytest.raises(InputError, match="no rows"):
        dedupe_people(residents.clear())
    with pytest.raises(InputError, match="no fields") as found:
        dedupe_people(residents.select("row_id", "id"))
    assert "reference" not in str(found.value)
    with pytest.raises(UsageError, match="threshold"):
        dedupe_people(residents, threshold=1.5)


def test_no_value_of_a_person_is_in_what_prints(groups):
    assert "Abbott" not in repr(groups)
    assert "V00000" not in repr(groups)


def links(pairs):
    """Pairs of rows with the likelihood ratios of each field; None where a field is missing."""
    left, right, fields = zip(*pairs, strict=True)
    there = np.array([[one is not None for one in row] for row in fields])
    ratios = np.array([[[1.0 if one is None else one] for one in row] for row in fields])
    return Links(np.array(left), np.array(right), ratios, there, there)


def product(ratios):
    return ratios[:, :, 0].prod(axis=1)


def test_who_stands_between_two_people_does_not_make_them_one():
    """`J Smith` (1) is like John (0) and like Jane (2), who differ in first name and birth date."""
    between = links([(0, 1, (8.0, None)), (1, 2, (8.0, None)), (0, 2, (0.01, 0.01))])
    group = grouped(3, between, product)
    assert group[0] != group[2]
    assert group[1] == group[0]


def test_errors_in_different_fields_do_not_part_a_person():
    """Row 3 has an error in one field and row 4 in the other; both are like rows 0, 1 and 2 but for that."""
    clean = [(a, b, (100.0, 100.0, 100.0)) for a, b in ((0, 1), (0, 2), (1, 2))]
    third = [(a, 3, (0.02, 100.0, 100.0)) for a in range(3)]
    fourth = [(a, 4, (100.0, 0.02, 100.0)) for a in range(3)]
    pairs = links([*clean, *third, *fourth, (3, 4, (0.02, 0.02, 100.0))])
    assert (grouped(5, pairs, product) == 0).all()


def test_a_chain_that_was_not_compared_across_stays_apart():
    chain = links([(n, n + 1, (4.0,)) for n in range(7)])
    assert np.bincount(grouped(8, chain, product)).max() <= 3


def test_connected_gives_the_least_row():
    left, right = np.array([5, 4, 3, 9]), np.array([4, 3, 2, 8])
    assert connected(10, left, right).tolist() == [0, 1, 2, 2, 2, 2, 6, 7, 8, 8]
    assert connected(3, np.zeros(0, dtype=int), np.zeros(0, dtype=int)).tolist() == [0, 1, 2]
