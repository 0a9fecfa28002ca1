"""MAPPED -> CLEAN, whole lists."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matchprep.fields import Field
from matchprep.normalize import hashed, normalize_people
from matchprep.normalize.date_order import decide_order
from matchprep.tables import CLEAN

DIGEST = pl.select(hashed(pl.lit("pat@example.com"))).item()


def mapped(**columns):
    rows = len(next(iter(columns.values())))
    source = {f"source.{name}": values for name, values in columns.items()}
    row_id = pl.Series("row_id", range(1, rows + 1), dtype=pl.Int64)
    return pl.DataFrame(
        {**columns, **source}, schema_overrides=dict.fromkeys([*columns, *source], pl.String)
    ).select(row_id, pl.all())


def clean(**columns):
    return normalize_people(mapped(**columns)).collect()


def first(**columns):
    return clean(**{name: [value] for name, value in columns.items()}).row(0, named=True)


def test_only_what_the_list_can_fill_is_there():
    people = clean(email=["pat@example.com"])
    assert people.columns == ["row_id", "email", "email_invalid", "source.email"]


@pytest.mark.parametrize("field", [field for field in Field if field != "phone_area_code"])
def test_every_field_gives_columns_of_the_promised_types(field):
    people = clean(**{field: ["1", None, "N/A", "x"]})
    assert all(people.schema[name] == CLEAN[name] for name in people.columns if name in CLEAN)
    assert set(people.columns) - {"row_id", f"source.{field}"}, "a mapped field must give something"
    flags = people.select(pl.selectors.ends_with("_invalid"))
    assert all(flag.null_count() == 0 for flag in flags)
    assert not any(flag[1] for flag in flags), "nothing written is not invalid"
    assert not any(flag[2] for flag in flags), "a blank is not invalid"


def test_several_columns_of_a_field_give_the_first_readable_one():
    people = first(phone="123", phone__2="(212) 555-0123", email="none", email__2="PAT@example.com")
    assert (people["phone"], people["phone_valid"], people["phone_invalid"]) == ("+12125550123", True, False)
    assert (people["email"], people["email_invalid"]) == ("pat@example.com", False)


@pytest.mark.parametrize(
    ("address", "unit", "line", "read"),
    [
        ("5 Elm St", "Penthouse", "5 ELM ST PH", "PH"),
        ("5 Elm St", "Upstairs", "5 ELM ST UPSTAIRS", "UPSTAIRS"),
        ("5 Elm St", "Rear Bldg", "5 ELM ST REAR BLDG", "REAR BLDG"),
        ("PO Box 3", "Upstairs", "PO BOX 3 UPSTAIRS", "UPSTAIRS"),
        ("5 Elm St", "PO Box 12", "5 ELM ST", None),
        (None, "PO Box 12", "PO BOX 12", None),
        (None, "Rear Bldg", "REAR BLDG", "REAR BLDG"),
        ("5 Elm St", None, "5 ELM ST", None),
    ],
)
def test_what_a_column_of_units_says_is_kept(address, unit, line, read):
    people = first(address=address, unit=unit)
    assert (people["address"], people["unit"]) == (line, read)


def test_what_cannot_be_read_is_flagged_and_null():
    people = first(
        phone="call me", email="pat at example.com", dob="02/30/1980", zip="2134", state="XX", npi="12"
    )
    for field in ("phone", "email", "dob", "zip", "state", "npi"):
        assert people[field] is None
        assert people[f"{field}_invalid"] is True


def test_a_whole_name_fills_what_the_parts_leave_open():
    people = clean(full_name=["Smith, John Q, Jr", "Ann Lee"], first_name=[None, "Anna"])
    assert people.select("first_name", "middle_name", "last_name", "name_suffix").rows() == [
        ("John", "Q", "Smith", "JR"),
        ("Anna", None, "Lee", None),
    ]


def test_parts_of_a_name_in_one_anothers_columns():
    people = first(first_name="Dr. John Q.", last_name="Smith Jr.")
    names = ["name_prefix", "first_name", "middle_name", "last_name", "name_suffix"]
    assert [people.get(name) for name in names] == [None, "John", "Q", "Smith", "JR"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Daniel B.", ("Daniel", "B")),
        ("Mary Ann", ("Mary", "Ann")),
        ("Jo Ann", ("Jo Ann", None)),
        ("De Andre", ("De Andre", None)),
        ("Anne-Marie", ("Anne-Marie", None)),
    ],
)
def test_a_middle_name_in_the_column_of_the_first(written, names):
    people = first(first_name=written)
    assert (people["first_name"], people["middle_name"]) == names


def test_two_people_in_one_column():
    people = first(first_name_combined="Bonnie and Clyde", last_name="Parker")
    assert (people["first_name"], people["last_name"]) == ("Bonnie", "Parker")


def test_the_street_line_is_put_together():
    people = first(house_number="12", street="North Main Street", unit="4B", po_box=None)
    assert (people["address"], people["house_number"]) == ("12 N MAIN ST # 4B", "12")


def test_a_whole_address_gives_its_parts():
    people = first(full_address="12 N Main St, Springfield, MA 01101-1234")
    parts = ["address", "city", "state", "zip", "zip4", "postal_code", "region"]
    assert [people[part] for part in parts] == [
        "12 N MAIN ST", "SPRINGFIELD", "MA", "01101", "1234", "01101", "MA",
    ]  # fmt: skip


def test_a_zip_gets_its_zero_back_where_the_state_agrees():
    people = clean(zip=["2134", "2134", "2134", "2000"], state=["Mass.", "CA", None, "nsw"])
    assert people["zip"].to_list() == ["02134", None, None, None]
    assert people["postal_code"].to_list() == ["02134", "2134", "2134", "2000"]
    assert people["region"].to_list() == ["MA", "CA", None, "NSW"]


def test_digests_are_known_in_the_columns_of_what_they_were_made_of():
    people = clean(email=[DIGEST.upper(), "pat@example.com"], phone=[DIGEST, "212-555-0123"])
    assert people["email_hash"].to_list() == [DIGEST, None]
    assert people["email"].to_list() == [None, "pat@example.com"]
    assert people["phone_hash"].to_list() == [DIGEST, None]
    assert people["phone"].to_list() == [None, "+12125550123"]
    assert not people["email_invalid"].any()
    assert not people["phone_invalid"].any()


def test_what_spreadsheets_do_to_phones():
    people = clean(phone=["2125550123.0", "2.13E+09"])
    assert people["phone"].to_list() == ["+12125550123", None]
    assert people["phone_invalid"].to_list() == [False, True]


def test_area_code_and_number_apart():
    assert first(phone_area_code="212", phone_local="555-0123")["phone"] == "+12125550123"


def test_day_and_month_are_decided_from_the_whole_column():
    people = clean(dob=["05/09/1946", "25/09/1946", "31/01/1950"])
    assert people["dob"].to_list() == [dt.date(1946, 9, 5), dt.date(1946, 9, 25), dt.date(1950, 1, 31)]


def test_the_callers_word_on_dates_counts():
    table = mapped(dob=["05/09/1946"])
    people = normalize_people(table, dates=decide_order(0, 1, 0)).collect()
    assert people["dob"].item() == dt.date(1946, 9, 5)


def test_a_birth_in_three_columns():
    people = first(birth_year="1946", birth_month="May", birth_day="9")
    assert people["dob"] == dt.date(1946, 5, 9)


def test_a_partial_birth_keeps_what_is_known():
    people = first(dob="1946-05")
    assert (people["dob"], people["birth_year"], people["birth_month"], people["birth_day"]) == (
        None,
        1946,
        5,
        None,
    )
    assert people["dob_invalid"] is False


def test_lazy_eager_and_streaming_are_alike_and_the_source_goes_through():
    table = mapped(
        full_name=["Ann Lee", None, "N/A"], email=["A@example.com", "x", ""], zip=["2134", "90210", None],
        state=["MA", "CA", "TX"], dob=["1/2/1990", "soon", None], phone=["212-555-0123", None, "1"],
    )  # fmt: skip
    lazy = normalize_people(table.lazy())
    assert_frame_equal(lazy.collect(), lazy.collect(engine="streaming"))
    assert_frame_equal(lazy.collect(), normalize_people(table).collect())
    sources = [name for name in table.columns if name.startswith("source.")]
    assert_frame_equal(lazy.select("row_id", *sources).collect(), table.select("row_id", *sources))


def test_every_step_takes_rows_as_they_come():
    """A step that gathers a whole column would hold a large file in memory."""
    table = mapped(**{field.value: ["1"] for field in Field})
    plan = normalize_people(table.lazy()).show_graph(
        plan_stage="physical", engine="streaming", raw_output=True
    )
    steps = {label.split(r"\n")[0] for label in re.findall(r'label="([^"]+)', plan)}
    assert steps <= {"in-memory-source", "map", "select", "with-columns", "simple-projection"}


def test_only_the_columns_asked_for_are_read():
    columns = {"first_name": ["Ann"], "email": ["a@example.com"], "city": ["Reno"]}
    plan = normalize_people(mapped(**columns).lazy()).select("row_id", "email").explain()
    assert 'PROJECT["row_id", "email"]' in plan


def test_no_rows_are_no_trouble():
    assert clean(first_name=[], email=[], dob=[]).is_empty()
