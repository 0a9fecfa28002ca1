"""The order of day and month, decided from whole columns."""

from __future__ import annotations

import polars as pl
import pytest

from matchprep.errors import UsageError
from matchprep.normalize import date_order


def order_of(*values, default="mdy"):
    return date_order(pl.DataFrame({"x": values}, schema={"x": pl.String}), "x", default=default)


@pytest.mark.parametrize(
    ("values", "order", "counts"),
    [
        (["05/25/1990", "05/06/1990"], "mdy", (1, 0, 1)),
        (["25.05.1990", "05.06.90", None], "dmy", (0, 1, 1)),
        (["05251990", "05061990"], "mdy", (1, 0, 1)),
        (["1990-05-25", "May 5, 1990", "19900525"], "mdy", (0, 0, 0)),
        (["5/25/1990", "6/30/1990", "25/5/1990"], "mdy", (2, 1, 0)),
        ([], "mdy", (0, 0, 0)),
    ],
)
def test_the_majority_of_telling_values_decides(values, order, counts):
    found = order_of(*values)
    assert found.order == order
    assert (found.month_first, found.day_first, found.either) == counts


def test_confidence_grows_with_the_evidence():
    assert order_of("5/6/1990").confidence == 0.5
    assert order_of("5/25/1990").confidence == pytest.approx(2 / 3)
    assert order_of(*["5/25/1990"] * 98).confidence == 0.99


def test_the_default_holds_where_nothing_tells():
    assert order_of("5/6/1990", default="dmy").order == "dmy"


def test_it_says_so_in_words():
    assert str(order_of("25/5/1990")) == "day before month (1 of 1 telling values)"
    assert "assumed" in str(order_of("5/5/1990"))


def test_a_column_that_is_not_there():
    with pytest.raises(UsageError):
        date_order(pl.DataFrame({"x": ["1"]}), "y")
