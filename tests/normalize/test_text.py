from __future__ import annotations

import polars as pl
import pytest

from matchprep.normalize.text import (
    blank_to_null,
    fold,
    fold_alphanumeric,
    mend_mojibake,
    plain_words,
    squeeze,
)


def one(builder, value):
    return pl.DataFrame({"x": [value]}, schema={"x": pl.String}).select(builder(pl.col("x"))).item()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("José", "JOSE"),
        ("Straße", "STRASSE"),
        ("Łukasz Ærø", "LUKASZAERO"),
        ("O'Brien-Smith 3", "OBRIENSMITH"),
        ("İstanbul", "ISTANBUL"),
        ("ﬁn", "FIN"),
        ("정", None),
        ("", None),
        ("12", None),
    ],
)
def test_match_form_is_a_to_z(written, folded):
    assert one(fold, written) == folded


def test_alphanumeric_match_form_keeps_digits():
    assert one(fold_alphanumeric, "SW1A 1aa") == "SW1A1AA"


def test_plain_words_keep_word_borders_but_no_apostrophes():
    assert one(plain_words, "  O'Fallon / St. José ") == "OFALLON ST JOSE"


@pytest.mark.parametrize(
    "blank", ["", "  ", "N/A", "#N/A", "null", "None", "-", "???", "\u200b", "NaN", "<NA>", None]
)
def test_blank_like_text_is_null(blank):
    assert one(blank_to_null, blank) is None


@pytest.mark.parametrize("text", ["Nan", "Noah", "0", "정"])
def test_what_is_a_value_stays(text):
    assert one(blank_to_null, text) == text


def test_display_form_drops_what_cannot_be_seen():
    assert one(squeeze, "\ufeffa\u200bb\u00a0\u3000 c\x1f\t") == "ab c"


@pytest.mark.parametrize("name", ["José", "Núñez", "Müller", "Łukasz", "Åse", "Çelik", "O’Brien"])
def test_mojibake_is_mended(name):
    ruined = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in name.encode())
    assert one(mend_mojibake, ruined) == name
    assert one(mend_mojibake, name) == name
