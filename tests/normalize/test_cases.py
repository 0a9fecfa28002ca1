"""The tables in `cases/`: what is written, and what it means."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import yaml

from matchprep import normalize

CASES = Path(__file__).parent / "cases"
TODAY = dt.date(2026, 9, 1)


def tables(*kinds: str):
    return [
        pytest.param(builder, str(written), meant, id=f"{builder}: {written!r}")
        for kind in kinds
        for builder, cases in yaml.safe_load((CASES / f"{kind}.yaml").read_text("utf-8")).items()
        for written, meant in cases.items()
    ]


@pytest.mark.parametrize(("builder", "written", "meant"), tables("names", "places", "emails", "ids"))
def test_what_is_written_is_understood(builder, written, meant):
    got = pl.select(getattr(normalize, builder)(pl.lit(written))).item()
    assert (list(got.values()) if isinstance(got, dict) else got) == meant


@pytest.mark.parametrize(("order", "written", "meant"), tables("dates"))
def test_dates_are_understood(order, written, meant):
    order = {"month_first": "mdy", "day_first": "dmy"}[order]
    read = pl.select(normalize.birth_date(pl.lit(written), order=order, today=TODAY)).item()
    known = [int(part) for part in str(meant).split("-")] if meant else []
    parts = [read["birth_year"], read["birth_month"], read["birth_day"]]
    assert parts == known + [None] * (3 - len(known))
    assert read["dob"] == (dt.date(*known) if len(known) == 3 else None)
    assert bool(read["readable"]) == bool(known)
