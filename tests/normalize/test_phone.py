"""Phones: phonenumbers on every string."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path

import numpy as np
import phonenumbers
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matchprep.errors import UsageError
from matchprep.normalize.phone import (
    is_possible_phone,
    is_valid_phone,
    phone,
    phone_extension,
    phone_national,
    phone_parts,
    phone_type,
)
from matchprep.normalize.phone.automaton import build
from matchprep.normalize.phone.plan import dials_as_expected

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((Path(__file__).parent / "cases/phones.yaml").read_text("utf-8"))
REGIONS = ["US", "CA", "PR", "AG", "GB", "DE"]


@pytest.fixture(scope="module")
def agree():
    """The benchmark that compares with phonenumbers; it brings the corpora."""
    folder = ROOT / "benchmarks"
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("agree_phone", folder / "agree_phone.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(folder))
    return module


def read(phones, region="US", builder=phone_parts):
    frame = pl.Series("phone", phones, dtype=pl.String).to_frame()
    return frame.select(builder(pl.col("phone"), region=region)).to_series().to_list()


@pytest.mark.parametrize(
    ("region", "written", "meant"),
    [(region, written, meant) for region, cases in CASES.items() for written, meant in cases.items()],
)
def test_phones_are_understood(region, written, meant):
    parts = read([written], region)[0]
    assert [parts["e164"], parts["possible"], parts["valid"], parts["extension"]] == meant


@pytest.mark.parametrize("region", REGIONS)
def test_adversarial_phones_are_read_as_by_phonenumbers(agree, region):
    seed = int.from_bytes(os.urandom(4))
    assert not agree.differences(agree.adversarial(2000, seed), region), f"seed {seed}"


@pytest.mark.parametrize("corpus", ["listed", "prefixes"])
def test_phones_of_lists_are_read_as_by_phonenumbers(agree, corpus):
    seed = int.from_bytes(os.urandom(4))
    assert not agree.differences(getattr(agree, corpus)(4000, seed), "US"), f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("corpus", "rows"), [("prefixes", 1_000_000), ("listed", 200_000), ("adversarial", 100_000)]
)
def test_phones_are_read_as_by_phonenumbers_on_many(agree, corpus, rows):
    seed = int.from_bytes(os.urandom(4))
    assert not agree.differences(getattr(agree, corpus)(rows, seed), "US"), f"seed {seed}"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_read_as_by_phonenumbers(agree, phones):
    assert not agree.differences(pl.Series("phone", phones, dtype=pl.String), "US")


@settings(deadline=None, max_examples=60)
@given(st.from_regex(r"\A\+{0,2}[0-9]{0,18}\Z"), st.sampled_from(REGIONS))
def test_any_digits_are_read_as_by_phonenumbers(agree, digits, region):
    assert not agree.differences(pl.Series("phone", [digits]), region)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("0123456789 -().+x#", max_size=20), max_size=5), st.sampled_from(REGIONS))
def test_any_punctuation_is_read_as_by_phonenumbers(agree, phones, region):
    assert not agree.differences(pl.Series("phone", phones, dtype=pl.String), region)


def test_an_e164_number_is_read_as_itself(agree):
    frame = agree.listed(5000, 3).to_frame()
    once = frame.select(phone(pl.col("phone")))
    assert once.equals(once.select(phone(pl.col("phone"))))
    assert once.to_series().drop_nulls().str.contains(r"^\+[1-9]\d{1,14}$").all()


def test_each_part_has_a_builder_of_its_own():
    written = ["(212) 555-0123 x4", "800-234-5678", "12", None]
    parts = read(written)
    for builder, part in [
        (phone, "e164"),
        (phone_national, "national"),
        (phone_extension, "extension"),
        (phone_type, "type"),
        (is_possible_phone, "possible"),
        (is_valid_phone, "valid"),
    ]:
        assert read(written, builder=builder) == [known and known[part] for known in parts]
    assert [known and known["type"] for known in parts] == ["fixed_line_or_mobile", "toll_free", None, None]


def test_a_local_number_is_told_from_a_whole_one():
    assert [parts["local"] for parts in read(["555-0123", "212-555-0123", "55"])] == [True, False, False]


def test_null_stays_null_and_rows_stay_where_they_are():
    written = [None, "212-555-0123", "", "1-800-FLOWERS", None, "555-0123", "+44 20 7946 0958"]
    assert read(written) == [read([value])[0] for value in written]
    assert read([]) == []


def test_eager_lazy_and_streaming_agree(agree):
    frame = agree.adversarial(3000, 5).to_frame()
    expr = phone_parts(pl.col("phone"))
    assert frame.select(expr).equals(frame.lazy().select(expr).collect(engine="streaming"))


def test_an_unknown_region_is_refused():
    with pytest.raises(UsageError, match="no telephone region is called USA"):
        phone(pl.col("phone"), region="USA")


@pytest.mark.parametrize("region", phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])
def test_regions_with_their_own_way_to_dial_are_left_to_phonenumbers(region):
    assert dials_as_expected(region) == (region in {"US", "CA", "DO", "JM", "PR"})


@settings(deadline=None, max_examples=60)
@given(st.from_regex(r"\A[0-9]{1,8}\Z"))
def test_an_automaton_matches_what_its_patterns_match(number):
    patterns = [r"12\d{3}", r"(?:1[2-46]|2)\d{2,4}", r"[13]?7(?:0|[1-3]\d)", r"(?:1(?:2|3)){2}4?", r"\d{8}"]
    automaton = build({pattern: pattern for pattern in patterns})
    state = automaton.walk(np.array([[int(digit) for digit in number]], np.uint8))[0]
    assert automaton.matched[state] == {pattern for pattern in patterns if re.fullmatch(pattern, number)}


@pytest.mark.parametrize("pattern", ["a", r"\w", "(?=1)", "1)", "1+"])
def test_a_pattern_of_another_kind_is_refused(pattern):
    with pytest.raises(ValueError, match=r"pattern|brackets"):
        build({"x": pattern})
