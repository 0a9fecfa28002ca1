from __future__ import annotations

from importlib import resources

import polars as pl
import pytest
import yaml

from matchprep.normalize.name import nickname


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("BOB", "ROBERT"),
        ("BOBBY", "ROBERT"),
        ("PEGGY", "MARGARET"),
        ("ROBERT", "ROBERT"),
        ("XQ", "XQ"),
        (None, None),
    ],
)
def test_nicknames_become_names(short, name):
    assert pl.select(nickname(pl.lit(short, pl.String))).item() == name


def test_each_name_stands_once_and_in_match_form():
    text = (resources.files("matchprep.normalize") / "data/nicknames.yaml").read_text("utf-8")
    lines = yaml.safe_load(text)
    names = [name for key, shorts in lines.items() for name in (key, *shorts.split())]
    assert len(names) == len(set(names))
    assert all(name.isascii() and name.isalpha() and name.isupper() for name in names)
