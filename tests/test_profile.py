"""Profiles: counts and shapes of columns, and values only when asked for."""

import polars as pl
import pytest

from matchprep.columns import ColumnMap, Suggestion
from matchprep.fields import Field
from matchprep.profile import profile_columns, shape

CLEAN = pl.DataFrame(
    {
        "row_id": [1, 2, 3, 4],
        "zip_invalid": [False, True, False, False],
        "source.Zip": ["12345", "1234x", "N/A", " 12345"],
        "source.Note": ["Ann Lee", None, "", "José"],
    }
)
COLUMNS = ColumnMap(
    (Suggestion("Zip", Field.ZIP, "its header", 1.0), Suggestion("Note", None, "nothing", 0.0))
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann Lee-O'Neil", "Aaa Aaa-A'Aaaa"),
        ("McDonaldson", "AaAaaaa+"),
        ("(212) 555-0123", "(999) 999-9999"),
        ("ÉLODIE élodie", "AAAA+ aaaa+"),
        ("李小龙", "aaa"),
        ("90210-1234567890123456", "99999-99999999999+"),
        (None, None),
    ],
)
def test_a_shape_shows_the_writing_and_not_the_value(value, expected):
    assert pl.select(shape(pl.lit(value, pl.String))).item() == expected


def test_counts_are_of_what_is_written():
    zip_code, note = profile_columns(CLEAN, COLUMNS)

    assert (zip_code.rows, zip_code.filled, zip_code.distinct, zip_code.valid) == (4, 3, 2, 2)
    assert zip_code.shapes == (("99999", 2), ("9999a", 1))
    assert (note.field, note.filled, note.valid) == (None, 2, None)
    assert note.filled_share == 0.5


def test_values_are_shown_only_when_asked_for():
    assert all(not one.values for one in profile_columns(CLEAN, COLUMNS))

    zip_code, _ = profile_columns(CLEAN.lazy(), COLUMNS, show_values=True)

    assert zip_code.values == (("12345", 2), ("1234x", 1))
