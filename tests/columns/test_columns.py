"""Headers and values to fields: the cases of `headers.yaml`, and the caller's own word."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from matchprep.columns import (
    map_columns,
    mapping_file,
    save_columns,
    suggest_columns,
    with_choices,
    with_saved,
)
from matchprep.columns.aliases import load_aliases
from matchprep.errors import UsageError
from matchprep.fields import Field

CASES = yaml.safe_load(Path(__file__).with_name("headers.yaml").read_text(encoding="utf-8"))


def raw(columns):
    """RAW of a few columns of different lengths."""
    longest = max(map(len, columns.values()), default=0) or 3
    filled = {name: values + [""] * (longest - len(values)) for name, values in columns.items()}
    return pl.LazyFrame(filled, schema=dict.fromkeys(filled, pl.String)).with_row_index("row_id", offset=1)


@pytest.mark.parametrize("name", CASES)
def test_each_list_is_understood(name):
    case = {header: said if isinstance(said, list) else [said] for header, said in CASES[name].items()}
    frame = raw({header: [str(value) for value in said[1:]] for header, said in case.items()})
    if "matchback_id" in case:
        frame = frame.with_columns(pl.col("row_id").cast(pl.String).alias("matchback_id"))

    suggested = suggest_columns(frame).suggestions

    assert {one.column: one.field for one in suggested} == {header: said[0] for header, said in case.items()}
    assert all(one.why for one in suggested)


def test_parts_are_joined_in_the_order_of_an_address():
    frame = raw(
        {
            "RegStType": ["ST", "AVE"],
            "RegStName": ["OAK", " ELM "],
            "RegStPreDirection": ["N", ""],
            "RegStNum": ["12", "4"],
            "RegStUnitNum": ["4", ""],
            "RegUnitType": ["APT", ""],
        }
    )

    mapped = map_columns(frame).collect()

    assert mapped["street"].to_list() == ["N OAK ST", "ELM AVE"]
    assert mapped["unit"].to_list() == ["APT 4", None]
    assert mapped["source.RegStName"].to_list() == ["OAK", " ELM "]


def test_several_phones_become_numbered_columns():
    frame = raw({"Work Phone": ["212-555-0123"], "Cell": ["212-555-0124"], "phone 2": ["212-555-0125"]})

    mapped = map_columns(frame).collect()

    assert mapped.select("phone", "phone__2", "phone__3").row(0) == (
        "212-555-0125",
        "212-555-0124",
        "212-555-0123",
    )


def test_the_caller_has_the_last_word():
    suggested = suggest_columns(raw({"City": ["Troy"], "Where": ["Albany"], "Cell": ["212-555-0123"]}))

    chosen = with_choices(suggested, ["where = city", "Cell="])

    assert chosen.mapping == {"Where": Field.CITY}
    assert [one.why for one in chosen.suggestions] == [
        "you chose Where for city",
        "you said so",
        "left out: you said so",
    ]


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("Town=city", r"no column Town\n  -> Did you mean Towns\?"),
        ("Towns=citty", r"no field citty\n  -> Did you mean city\?"),
        ("Towns", "not of the form"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(choice, says):
    with pytest.raises(UsageError, match=says):
        with_choices(suggest_columns(raw({"Towns": ["Troy"]})), [choice])


def test_a_plain_mapping_is_checked_too():
    frame = raw({"A": ["Troy"]})

    assert map_columns(frame, {"A": "city"}).collect()["city"].to_list() == ["Troy"]
    with pytest.raises(UsageError):
        map_columns(frame, {"A": "town"})
    with pytest.raises(UsageError):
        map_columns(frame, {"B": "city"})


def test_every_field_can_be_named():
    assert {alias.field for alias in load_aliases().names.values()} == set(Field)


def test_a_mapping_is_kept_and_mended_by_hand(tmp_path):
    suggested = suggest_columns(raw({"Town: old": ["Troy"], "Cell": ["212-555-0123"], "Where": ["Albany"]}))
    path = mapping_file(tmp_path / "list.csv")
    save_columns(suggested, path)
    assert with_saved(suggested, path).mapping == suggested.mapping

    path.write_text(path.read_text().replace("Where: ~", "Where: city").replace("Cell: phone", "Cell: ~"))

    assert with_saved(suggested, path).mapping == {"Where": Field.CITY}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A: citty", "Did you mean city"),
        ("- A", "not a mapping"),
        ("A: [", "not YAML"),
        ("A: 1", "not a mapping"),
    ],
)
def test_a_kept_mapping_that_is_wrong_says_where(tmp_path, text, says):
    path = tmp_path / "columns.yaml"
    path.write_text(text)

    with pytest.raises(UsageError, match=says) as caught:
        with_saved(suggest_columns(raw({"A": ["Troy"]})), path)
    assert caught.value.where == str(path)
