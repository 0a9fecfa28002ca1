"""The requirement algebra against its definition over every set of fields."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matchprep.fields import Field
from matchprep.rulebook import Requirement, holds, resolve, sentence, shortest, ways

FIELDS = [Field.EMAIL, Field.PHONE, Field.ZIP, Field.STATE]


def requirement(data):
    return Requirement.model_validate(data)


def test_the_combinations_of_a_provider():
    combos = requirement(
        {
            "any_of": [
                {"all_of": ["first_name", "last_name", "zip", "state"]},
                {"all_of": ["address", "zip", "state"]},
            ]
        }
    )
    assert holds(combos, {Field.ADDRESS, Field.ZIP, Field.STATE})
    assert not holds(combos, {Field.FIRST_NAME, Field.LAST_NAME, Field.ZIP})
    assert shortest(combos, {Field.LAST_NAME, Field.ZIP, Field.STATE}) == (
        frozenset({Field.FIRST_NAME}),
        frozenset({Field.ADDRESS}),
    )
    assert sentence(combos) == (
        "first name, last name, ZIP code and state; or street address, ZIP code and state"
    )


def test_groups_stand_for_the_fields_of_a_selection():
    one = requirement({"at_least": {"n": 1, "of": "required fields"}})
    assert not holds(resolve(one, {}), {Field.ZIP})
    assert holds(resolve(one, {"required fields": [Field.ZIP]}), {Field.ZIP})


def test_ways_are_written_as_an_analyst_says_them():
    assert ways([{Field.ZIP, Field.STATE}, {Field.EMAIL}]) == "state and ZIP code, or else email address"


_TREES = st.recursive(
    st.sampled_from([str(field) for field in FIELDS]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"all_of": some}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any_of": some}),
        st.tuples(st.integers(1, 2), st.lists(inner, min_size=2, max_size=3)).map(
            lambda pair: {"at_least": {"n": pair[0], "of": pair[1]}}
        ),
    ),
    max_leaves=6,
)


@given(tree=_TREES, present=st.sets(st.sampled_from(FIELDS)))
def test_what_is_said_to_be_missing_is_enough_and_no_smaller_set_is(tree, present):
    node = requirement(tree)
    sets = shortest(node, present)
    assert holds(node, present) == (sets == (frozenset(),))
    for way in sets:
        assert holds(node, present | way)
        assert not any(holds(node, present | (way - {field})) for field in way)
