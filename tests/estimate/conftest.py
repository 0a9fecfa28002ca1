from __future__ import annotations

from pathlib import Path

import pytest

import matchprep as mp
from matchprep.match import match_people

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def clean(name):
    return mp.normalize_people(mp.map_columns(mp.read_people(SAMPLE / name).frame)).collect()


@pytest.fixture(scope="session")
def listed():
    return clean("list.csv")


@pytest.fixture(scope="session")
def known():
    return clean("reference.csv")


@pytest.fixture(scope="session")
def matched(listed, known):
    return match_people(listed, known, agreements=True)
