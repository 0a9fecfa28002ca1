from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.normalize.name import phonetic

CODES = {letter: code for letters, code in [
    ("BFPV", "1"), ("CGJKQSXZ", "2"), ("DT", "3"), ("L", "4"), ("MN", "5"), ("R", "6"),
] for letter in letters}  # fmt: skip


def slow_soundex(name: str) -> str:
    """The National Archives' rule, letter by letter."""
    key, last = name[0], CODES.get(name[0], "")
    for letter in name[1:]:
        if letter in "HW":
            continue
        code = CODES.get(letter, "")
        if code and code != last:
            key += code
        last = code
    return (key + "000")[:4]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ROBERT", "R163"),
        ("RUPERT", "R163"),
        ("ASHCRAFT", "A261"),
        ("TYMCZAK", "T522"),
        ("PFISTER", "P236"),
        ("HONEYMAN", "H555"),
        ("LEE", "L000"),
        ("GUTIERREZ", "G362"),
        ("JACKSON", "J250"),
        ("VANDEUSEN", "V532"),
        ("WASHINGTON", "W252"),
    ],
)
def test_examples_of_the_national_archives(name, key):
    assert pl.select(phonetic(pl.lit(name))).item() == key
    assert slow_soundex(name) == key


@given(st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)))
def test_equal_to_the_slow_rule(names):
    got = (
        pl.DataFrame({"x": names}, schema={"x": pl.String})
        .select(phonetic(pl.col("x")))
        .to_series()
        .to_list()
    )
    assert got == [slow_soundex(name) for name in names]
