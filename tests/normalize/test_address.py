"""Addresses: usaddress on every string, the USPS's forms on those of `cases/addresses.yaml`."""

from __future__ import annotations

import importlib.util
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import usaddress
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_series_equal

from matchprep.normalize.address import (
    COMPONENTS,
    STREET_ADDRESS,
    address_components,
    full_address,
    street_address,
    tagger,
)
from matchprep.normalize.address.components import components
from matchprep.normalize.address.crf import address_model
from matchprep.normalize.address.forms import bare_word
from matchprep.normalize.address.postal import postal
from matchprep.normalize.address.usps import standard_forms
from matchprep.normalize.lookup import Lookup, distinct

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((Path(__file__).parent / "cases/addresses.yaml").read_text("utf-8"))
TABLES = yaml.safe_load((ROOT / "matchprep/normalize/address/usps.yaml").read_text("utf-8"))
BUILDERS = {"street_address": street_address, "full_address": full_address}


@pytest.fixture(scope="module")
def agree():
    """The benchmark that compares with usaddress; it brings the corpora."""
    folder = ROOT / "benchmarks"
    sys.path.insert(0, str(folder))
    spec = importlib.util.spec_from_file_location("agree_address", folder / "agree_address.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(folder))
    return module


def read(addresses, builder=address_components):
    return pl.Series("address", addresses, dtype=pl.String).to_frame().select(builder(pl.col("address")))


@pytest.mark.parametrize(
    ("builder", "written", "meant"),
    [(builder, written, meant) for builder, cases in CASES.items() for written, meant in cases.items()],
)
def test_addresses_are_written_as_the_usps_writes_them(builder, written, meant):
    assert list(read([written], BUILDERS[builder]).item().values()) == meant


#: What `street_address` says that it leaves out; so is the military unit before a box (`CMR 450 BOX 123`).
LEFT_OUT = {
    "Recipient", "BuildingName", "LandmarkName", "CornerOf", "USPSBoxGroupType", "USPSBoxGroupID",
    "PlaceName", "StateName", "ZipCode", "ZipPlus4", "CountryName", "NotAddress", "USPSBoxType",
    "IntersectionSeparator",
}  # fmt: skip


@pytest.mark.parametrize("builder", [street_address, full_address])
@pytest.mark.parametrize("corpus", ["varied", "listed"])
def test_nothing_vanishes_from_the_line_but_what_is_said(agree, corpus, builder):
    seed = int.from_bytes(os.urandom(4))
    addresses = getattr(sys.modules["corpus_addresses"], corpus)(1500, seed)
    for address, written in zip(addresses, read(addresses, builder).to_series().to_list(), strict=True):
        words = set(" ".join(filter(None, written.values())).split())
        labelled = usaddress.parse(address)
        tokens = [token for token, label in labelled if label not in {*LEFT_OUT, "USPSBoxID"}]
        tokens += [token for token, label in labelled if label == "USPSBoxID"][-1:]
        for bare in pl.select(bare_word(pl.lit(pl.Series(tokens, dtype=pl.String)))).to_series():
            forms = {bare, *(standard_forms(table).get(bare, bare) for table in TABLES)}
            assert bare == "#" or any(words.issuperset(form.split()) for form in forms), (address, seed)


@pytest.mark.parametrize("corpus", ["varied", "fuzzed", "listed"])
def test_components_are_those_of_usaddress(agree, corpus):
    seed = int.from_bytes(os.urandom(4))
    addresses = getattr(sys.modules["corpus_addresses"], corpus)(2000, seed)
    assert not agree.differences(addresses), f"seed {seed}"


@pytest.mark.slow
@pytest.mark.parametrize(("corpus", "rows"), [("varied", 60_000), ("fuzzed", 200_000)])
def test_components_are_those_of_usaddress_on_many(agree, corpus, rows):
    seed = int.from_bytes(os.urandom(4))
    addresses = getattr(sys.modules["corpus_addresses"], corpus)(rows, seed)
    assert not agree.differences(addresses), f"seed {seed}"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_has_the_components_of_usaddress(agree, addresses):
    assert not agree.differences(pl.Series("address", addresses, dtype=pl.String))


words = st.sampled_from(sorted({name.rpartition(":")[2] for name in address_model().attributes} - {""}))


@settings(deadline=None, max_examples=60)
@given(st.lists(words, min_size=1, max_size=30).map(" ".join))
def test_words_of_the_model_in_any_order_have_the_components_of_usaddress(agree, address):
    assert not agree.differences(pl.Series("address", [address]))


@pytest.mark.parametrize(
    "address",
    [
        "123\x1cMain\x1dSt",  # a space to Python, not to Rust
        "½ Main St", "1\u0301 Main St", "Ⓐ St", "a‿b St", "٣ Main St",  # word characters, or not
        "O'Brien St, Lee's", "Main-St,", "(Main) St;)", "St.,.;)\n", "#&#", "((12)) Main",  # punctuation
        "main\x00x st", "\x00", "Main &#38; 1st", "Main &amp; 1st", "&amp;amp;",
        "İstanbul St", "ſt", "straße", "12345-6789", "94080-4918", "(12345-6789)", "12 " * 300, "x" * 500,
    ],
)  # fmt: skip
def test_traps_have_the_components_of_usaddress(agree, address):
    assert not agree.differences(pl.Series("address", [address]))


def test_columns_are_the_labels_of_usaddress():
    labels = [
        *usaddress.LABELS,
        *(label for label in usaddress.TAGGER.labels() if label not in usaddress.LABELS),
    ]
    names = list(COMPONENTS.to_schema())
    assert len(names) == len(labels) + sum("StreetName" in label for label in labels) + 2
    assert {"usps_box_group_id", "street_name_pre_directional", "second_street_name"} < set(names)


def test_a_repeated_label_is_flagged():
    parts = read(["123 Main St 456 Oak Ave Chicago IL 60601 123 Elm St"]).item()
    assert parts.pop("repeated")
    assert set(parts.values()) == {None}


@pytest.mark.parametrize("builder", [address_components, street_address, full_address])
def test_null_stays_null_and_rows_stay_where_they_are(builder):
    addresses = [None, "1 Elm St", "", None, "2 Oak St", " "]
    whole = read(addresses, builder)
    assert whole.to_series().is_null().to_list() == [value is None for value in addresses]
    assert whole.to_series().to_list() == [read([value], builder).item() for value in addresses]
    assert read([], builder).to_series().to_list() == []


@pytest.mark.parametrize("builder", [address_components, street_address, full_address])
def test_eager_lazy_and_streaming_agree(agree, builder):
    frame = sys.modules["corpus_addresses"].varied(3000, 5).to_frame("address")
    eager = frame.select(builder(pl.col("address")))
    lazy = frame.lazy().select(builder(pl.col("address")))
    assert eager.equals(lazy.collect())
    assert eager.equals(lazy.collect(engine="streaming"))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_postal_forms_are_upper_case_words(addresses):
    for parts in read(addresses, full_address).to_series().to_list():
        for text in filter(None, parts.values()):
            assert text == text.upper() == " ".join(text.split(" "))
            assert not set(text) & set(",;:.'\"()!?") - {"."}


def test_slices_and_threads_give_the_same_answers(agree, monkeypatch):
    addresses = sys.modules["corpus_addresses"].varied(4000, 7)
    split = partial(components, tagger=tagger.Tagger(address_model()), dtype=COMPONENTS)
    write = partial(postal, tagger=tagger.Tagger(address_model()), dtype=STREET_ADDRESS, whole=False)
    expected = split(addresses), write(addresses)
    monkeypatch.setattr(tagger, "MOST_TOKENS", 500)  # forget again and again
    pieces = [addresses.slice(begin, 100) for begin in range(0, 4000, 100)]
    with ThreadPoolExecutor(4) as pool:
        for work, whole in zip((split, write), expected, strict=True):
            assert_series_equal(pl.concat(pool.map(work, pieces)), whole)


def test_blank_addresses_may_come_first():
    blanks = pl.Series([" ", None, ""], dtype=pl.String)
    split = components(blanks, tagger.Tagger(address_model()), COMPONENTS)
    assert split.struct.field("address_type").to_list() == ["Ambiguous", None, "Ambiguous"]
    write = postal(blanks, tagger.Tagger(address_model()), STREET_ADDRESS, whole=False)
    assert write.is_null().to_list() == [False, True, False]


def test_standard_forms_name_each_spelling_once():
    for name, table in TABLES.items():
        if name != "units_alone":
            spellings = [spelling for form, others in table.items() for spelling in (form, *others)]
            assert len(spellings) == len(set(spellings)), name
            assert all(spelling == spelling.upper() for spelling in spellings), name
    assert set(TABLES["units_alone"]) < set(TABLES["units"])


def test_the_model_is_read_whole():
    model = address_model()
    assert list(model.labels) == usaddress.TAGGER.labels()
    assert np.count_nonzero(model.state) + np.count_nonzero(model.transition) == 2605


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 50), max_size=60), max_size=8))
def test_a_lookup_is_a_dictionary(batches):
    lookup, known = Lookup(bits=2), {}
    for batch in batches:
        low = np.array(batch, np.uint64) << np.uint64(60)  # few distinct slots: many collisions
        high = np.array(batch, np.uint64)
        found = lookup.find(low, high)
        assert found.tolist() == [known.get(key, -1) for key in batch]
        new = np.flatnonzero(found < 0)
        once, place = distinct(low[new], high[new])
        for key in high[new[once]].tolist():
            known[key] = len(known)
        lookup.add(low[new[once]], high[new[once]])
        assert (lookup.find(low[new], high[new]) == lookup.count - len(once) + place).all()
