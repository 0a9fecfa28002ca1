from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.match.blocking import RULES
from matchprep.match.features import FEATURES
from matchprep.match.keys import PARTS, keyed
from matchprep.match.plan import key_column

KEYS = {key_column(number): rule.key for number, rule in enumerate(RULES)}
TEXT = st.text(alphabet="ABCDEÉ ÅØ'-", max_size=8) | st.none()


def keys_of(first, last):
    people = pl.DataFrame(
        {"row_id": [1], "first_name": [first], "last_name": [last]},
        schema={"row_id": pl.Int64, "first_name": pl.String, "last_name": pl.String},
    )
    return keyed(people.lazy(), KEYS, row="list_row").collect()


def test_a_key_never_changes():
    """The index on disk holds such numbers: this one is for good."""
    names = key_column(next(n for n, rule in enumerate(RULES) if rule.name == "names"))
    assert keys_of("Bob", "Smith")[names].item() == 15231523118536187650


def test_swapped_names_find_each_other():
    number = key_column(next(n for n, rule in enumerate(RULES) if rule.name == "names"))
    assert keys_of("Lee", "Park")[number].item() == keys_of("Park", "Lee")[number].item()


def test_a_nickname_finds_its_name():
    number = key_column(next(n for n, rule in enumerate(RULES) if rule.name == "names"))
    assert keys_of("Bob", "Smith")[number].item() == keys_of("Robert", "Smith")[number].item()


@settings(deadline=None, max_examples=40)
@given(TEXT, TEXT)
def test_keys_are_null_where_a_part_is_and_never_raise(first, last):
    row = keys_of(first, last)
    missing = row["given"].item() is None or row["surname"].item() is None
    for number, rule in enumerate(RULES):
        if rule.key == ("names",):
            assert (row[key_column(number)].item() is None) == missing


def test_day_and_month_in_either_order_give_one_key(voters):
    people = voters.head(2).with_columns(
        birth_year=pl.lit(1970, pl.Int16), birth_month=pl.Series([3, 4], dtype=pl.Int8),
        birth_day=pl.Series([4, 3], dtype=pl.Int8),
    )  # fmt: skip
    number = key_column(next(n for n, rule in enumerate(RULES) if rule.key == ("birth date",)))
    assert keyed(people.lazy(), KEYS, row="r").collect()[number].n_unique() == 1


def test_rules_are_made_of_known_parts_and_features():
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule.key) <= set(PARTS)
        assert rule.needs <= set(FEATURES)
        assert set(rule.refine) <= set(FEATURES)
