"""What holds for every builder, whatever is written."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal

from matchprep import normalize
from matchprep.fields import Field
from matchprep.normalize import (
    address_components,
    address_display,
    age,
    age_on,
    birth_date,
    birth_date_of_parts,
    blank_to_null,
    city,
    digest,
    dob,
    email,
    email_domain,
    first_name,
    first_person,
    fold,
    fold_alphanumeric,
    full_address,
    gender,
    hash_algorithm,
    hashed,
    hashed_once,
    identifier,
    initial,
    is_disposable,
    is_npi,
    is_possible_phone,
    is_role,
    is_valid_phone,
    is_zip_in_state,
    last_name,
    latitude,
    longitude,
    middle_name,
    name_parts,
    name_prefix,
    name_suffix,
    nickname,
    npi,
    phone,
    phone_extension,
    phone_national,
    phone_parts,
    phone_type,
    phonetic,
    plain_words,
    region,
    split_full_name,
    spreadsheet_safe,
    squeeze,
    state,
    street_address,
    typo_suggestion,
    zip4,
    zip_code,
    zip_parts,
)  # fmt: skip

TODAY = dt.date(2026, 9, 1)


def dates(expr):
    return birth_date(expr, today=TODAY)


def voterbase_id(expr):
    return identifier(expr, Field.VOTERBASE_ID)


def birth_parts(expr):
    """Three columns; the same text in each."""
    return birth_date_of_parts(expr, expr, expr)


def name_of_parts(expr):
    return name_parts(full_name=expr, last_name=expr)


def age_on_a_day(expr):
    return age_on(dob(expr, today=TODAY), TODAY)


def domain_of_an_address(expr):
    return email_domain(email(expr))


def slip_of_an_address(expr):
    return typo_suggestion(email(expr))


def zip_in_state(expr):
    return is_zip_in_state(expr, state(expr))


#: Text to text, where reading what was read changes nothing.
IDEMPOTENT = (
    address_display, blank_to_null, city, digest, email, first_name, first_person, fold,
    fold_alphanumeric, gender, initial, last_name, middle_name, name_prefix, name_suffix, nickname, npi,
    phone, plain_words, region, squeeze, state, voterbase_id, zip4, zip_code,
)  # fmt: skip
OTHERS = (
    address_components, age_on_a_day, birth_parts, dob, full_address, is_possible_phone, is_valid_phone,
    name_of_parts, phone_extension, phone_national, phone_parts, phone_type, street_address, zip_in_state,
    age, dates, email_domain, hash_algorithm, hashed, hashed_once, is_disposable, is_npi, is_role, latitude,
    longitude, phonetic, split_full_name, spreadsheet_safe, typo_suggestion, zip_parts,
)  # fmt: skip
ALPHABETS = {
    fold: "[A-Z]+",
    fold_alphanumeric: "[A-Z0-9]+",
    plain_words: "[A-Z0-9]+( [A-Z0-9]+)*",
    initial: "[A-Z]",
    state: "[A-Z]{2}",
    region: "[A-Z]+",
    zip_code: "[0-9]{5}",
    zip4: "[0-9]{4}",
    gender: "[FMU]",
    npi: "[0-9]{10}",
    name_suffix: "[A-Z0-9]+",
    email: r"[^\s@]+@[^\s@]+\.[^\s@]+",
    phone: r"\+[0-9]{4,17}",
    phone_national: "[0-9]{2,17}",
    phone_extension: "[0-9]{1,20}",
    phone_type: "[a-z_]+",
    slip_of_an_address: r"[^\s@]+@[^\s@]+\.[^\s@]+",
    domain_of_an_address: r"[^\s@]+\.[^\s@]+",
    hashed_once: "(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})",
    hashed: "[0-9a-f]{64}",
    hash_algorithm: "md5|sha1|sha256|sha512",
}
FRAGMENTS = [
    " ", "  ", ",", ".", "-", "'", "’", "/", "&", " and ", "@", "gmail.com", "example.com", "mailto:", "<",
    ">", "(", ")", '"', "Jr", "III", "Ph.D.", "Dr. ", "van ", "de la ", "Smith", "José", "Ã©", "Ãƒ", "ß",
    "İ", "ﬁ", "\u200b", "\u00a0", "\ufeff", "\x00", "\x1c", "N/A", "null", "NaN", "#N/A", "nsw", "NY",
    "New York", "02134", "2134", "12", "-1234", "1990", "31", "0", "5", "Jan", "T00:00:00", "26817", ".0",
    "!", "=", "+", "0x", "NY-123", "정", "Ⅳ", "٣", "º", "e\u0301", "d41d8cd98f00b204e9800998ecf8427e",
    "(518) 555-0143", "+1 518-555-0143", "+44 20 7946 0958", " ext. 12", "1-800-FLOWERS", "5.19E+09",
    "12/31/1999", "123 Main St", "Apt 4", "PO Box 12", "RR 2 Box 18", "# 4", "Penthouse", "W164N4567",
    "CA", "90001",
]  # fmt: skip
WORDS = ["Ann", "O'Neil", "van", "Lee,", "Jr", "Dr", "Do", "NA", "unknown", "Smith-Jones", "B", "B.", " "]
texts = st.one_of(
    st.text(max_size=12), st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join), st.none()
)
columns = st.lists(texts, max_size=8)


def column(values):
    return pl.DataFrame({"x": values}, schema={"x": pl.String})


def every(*builders):
    return pytest.mark.parametrize("builder", builders, ids=lambda builder: builder.__name__)


@every(*IDEMPOTENT, *OTHERS)
@settings(max_examples=25, deadline=None)
@given(values=columns)
def test_one_answer_a_row_nulls_null_eager_lazy_and_streaming_alike(builder, values):
    frame = column(values)
    got = frame.select(y=builder(pl.col("x")))["y"]
    assert len(got) == len(values)
    for value, answer in zip(values, got.to_list(), strict=True):
        nothing = answer is None or (isinstance(answer, dict) and set(answer.values()) == {None})
        assert value is not None or nothing
    backwards = frame.reverse().lazy().select(y=builder(pl.col("x")))
    assert_series_equal(backwards.collect(engine="streaming")["y"], got.reverse())


@every(*IDEMPOTENT)
@settings(max_examples=40, deadline=None)
@given(values=columns)
def test_reading_what_was_read_changes_nothing(builder, values):
    once = column(values).select(x=builder(pl.col("x")))
    assert_series_equal(once.select(x=builder(pl.col("x")))["x"], once["x"])


@every(*ALPHABETS)
@settings(max_examples=30, deadline=None)
@given(values=columns)
def test_answers_keep_to_their_alphabet(builder, values):
    got = column(values).select(y=builder(pl.col("x")))["y"].drop_nulls()
    assert got.str.contains(f"^(?:{ALPHABETS[builder]})$").all()


@settings(max_examples=30, deadline=None)
@given(values=columns)
def test_a_builder_does_not_write_into_its_column(values):
    frame = column(values)
    frame.select(
        builder(pl.col("x")).alias(builder.__name__) for builder in (squeeze, fold, email, city, first_name)
    )
    assert frame["x"].to_list() == values


@pytest.mark.parametrize("builder", [zip_parts, split_full_name, dates], ids=lambda builder: builder.__name__)
@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.one_of(
            st.from_regex(r"[0-9]{5}", fullmatch=True),
            st.from_regex(
                r"[0-9]{1,2}/[0-9]{1,2}/(19|20)[0-9]{2}|(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]", fullmatch=True
            ),
            st.lists(
                st.sampled_from(WORDS),
                max_size=4,
            ).map(" ".join),
        ),
        max_size=6,
    )
)
def test_the_quick_way_gives_what_the_long_way_gives(builder, values):
    """A leading no-break space is trimmed by the long way, and the quick way does not know it."""
    quick = column(values).select(y=builder(pl.col("x")))["y"]
    slow = column([f"\u00a0{value}" for value in values]).select(y=builder(pl.col("x")))["y"]
    assert_series_equal(quick, slow)


#: Public names that are no builder over one column: a look at a whole column, a type, a list, the namespace.
NO_BUILDERS = {"DateOrder", "People", "date_order", "normalize_people"}
#: Builders of several columns or with a need of their own, tested under another name.
UNDER = {
    "age_on": age_on_a_day, "birth_date": dates, "birth_date_of_parts": birth_parts,
    "identifier": voterbase_id, "is_zip_in_state": zip_in_state, "name_parts": name_of_parts,
}  # fmt: skip


def test_every_builder_has_its_line():
    tested = {builder.__name__ for builder in (*IDEMPOTENT, *OTHERS)} | UNDER.keys()
    assert set(normalize.__all__) - tested == NO_BUILDERS
    assert set(UNDER.values()) <= {*IDEMPOTENT, *OTHERS}


def test_every_public_name_is_listed_and_documented():
    assert normalize.__all__ == sorted(normalize.__all__)
    assert all(getattr(normalize, name).__doc__ for name in normalize.__all__)
