"""The page: whole in itself, safe against strangers' headers, and complete when parts are missing."""

import json
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from matchprep.report import RunReport, publish, schema, write_html, write_json

WHOLE = json.loads(Path(__file__).with_name("whole.json").read_text(encoding="utf-8"))
WITHOUT = {
    "a provider": {"provider": None, "findings": [], "sealed": None},
    "a reference": {"reference": None, "match": None, "forecast": None},
    "a forecast": {"forecast": None},
    "rejected rows": {"rows": {"read": 2000, "kept": 2000, "rejected": 0}, "rejections": []},
    "findings": {"findings": []},
    "columns": {"columns": []},
    "a sealed file": {"sealed": None},
    "rows": {
        "rows": {"read": 0, "kept": 0, "rejected": 0},
        "rejections": [],
        "columns": [{"column": "a", "filled": 0}],
        "match": None,
        "reference": None,
        "forecast": None,
    },
    "anything": {
        "rows": {"read": 0, "kept": 0, "rejected": 0},
        "options": {},
        "versions": {},
        "seconds": {},
    }
    | dict.fromkeys(("provider", "sealed", "reference", "match", "forecast"))
    | {name: [] for name in ("columns", "rejections", "findings", "gains")},
}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</title></style></svg><b>",
    "{{ 7 * 7 }}",
    "]]><!--",
    "&lt;script&gt;",
    "javascript:alert(1)",
)


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, ids, headings, text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.headings, self.words = [], [], [], []
        self.open = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data):
        self.words.append(data)

    def named(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def page(report):
    return Page(publish.html(report))


@pytest.fixture(scope="module")
def html():
    return publish.html(RunReport.model_validate(WHOLE))


def test_nothing_is_loaded_from_anywhere(html):
    assert "http://" not in html
    assert "https://" not in html
    assert not re.search(r"url\(|@import|\bsrc=|\bhref=", html)
    assert "default-src 'none'" in html
    assert not Page(html).named("script")


def test_the_page_is_small(html):
    assert len(html.encode()) < 300_000


def test_it_says_what_a_client_wants_to_know(html):
    text = " ".join("".join(Page(html).words).split())
    for words in (
        "Ready for IQM",
        "72% of the rows to be sent should match at IQM: about 1,397 of 1,948 rows",
        "the true rate lies between 69% and 75%: 1,344 to 1,462 rows",
        "52 rows were set aside, 3% of the list",
        "27 email addresses cannot be used.",
        "Fellegi and Sunter",
        "dae981da5661a99fd66af29bade561bff9c7945f98119f2e516e0fd7ea6a0354",
    ):
        assert words in text


FORECAST = WHOLE["forecast"] | {
    "coverage": "sample:0.5",
    "assumes": ["The reference is a sample."],
    "notes": ["Something seems odd."],
    "doubts": {"who matches": 0.003, "the model": 0.004},
    "chances": [
        {"low": 0.0, "high": 0.1, "rows": 500, "expected_matches": 5.0},
        {"low": 0.9, "high": 1.0, "rows": 1448, "expected_matches": 1392.0},
    ],
    "segments": [
        {"by": by, "kind": kind, "rows": 900, "match_rate": rate, "low": low, "high": high,
         "expected_matches": 900 * rate}
        for by in ("completeness", "fields", "state", "Source")
        for kind, rate, low, high in (("phone", 0.8, 0.7, 0.9), ("name", 0.0, 0.0, 0.1), ("x", 1, 0.9, 1))
    ],
}  # fmt: skip


def test_the_forecast_is_told_by_kinds_of_rows_with_its_doubts(changed):
    seen = page(changed(forecast=FORECAST))
    text = " ".join("".join(seen.words).split())
    for words in (
        "Lowest: name (0% of 900 rows). Highest: x (100% of 900 rows).",
        "By what is filled in",
        "By state",
        "By Source",
        "sample:0.5. The reference is a sample.",
        "Mind this: Something seems odd.",
        "Most of the doubt, 64%, comes from this: the model.",
        "For 100% of the rows the answer is all but settled",
    ):
        assert words in text
    assert "By fields" not in text
    assert len(seen.ids) == len(set(seen.ids))


def test_it_says_why_there_is_no_forecast(changed):
    why = {"reason": "the sample is too small", "do": "Take a larger one.", "coverage": "sample:0.01"}
    text = " ".join("".join(page(changed(forecast=None, no_forecast=why)).words).split())
    assert "There is no forecast: the sample is too small. Take a larger one." in text


def test_the_terms_of_a_provider_are_laid_out(changed):
    terms = {"audience": {"size": 1200, "columns": [{"column": "zip", "share": 0.25}], "none": None}}
    text = " ".join(" ".join(page(changed(provider_terms=terms)).words).split())
    for words in ("audience.size 1,200", "audience.columns column share zip 0.25", "audience.none –"):
        assert words in text


def test_the_track_record_stands_beside_the_forecast(changed):
    point = {"run": "a1", "made": "2026-03-01T00:00:00Z", "rows": 900, "forecast": 0.7, "low": 0.65,
             "high": 0.75, "uncorrected": 0.7, "corrected_by": 0, "actual": 0.56, "slip": False}  # fmt: skip
    earlier = {"provider": "iqm", "name": "IQM", "outcomes": 1, "factor": 0.8, "mean_error": 0.14,
               "mean_absolute_error": 0.14, "within": 0, "points": [point]}  # fmt: skip
    text = " ".join("".join(page(changed(track_record=earlier)).words).split())
    assert "How earlier forecasts at IQM did" in text
    assert "Forecasts were off by 14.0% of the rows on average" in text


def test_errors_come_before_where_the_rows_go(changed, whole):
    refused = changed(provider=whole.provider.model_dump() | {"ready": False})
    for report, first in ((refused, "findings"), (whole, "funnel")):
        ids = page(report).ids
        assert min(ids.index("findings"), ids.index("funnel")) == ids.index(first)


def test_every_picture_has_a_name_a_description_and_a_table(html):
    seen = Page(html)
    pictures = seen.named("svg")
    assert len(pictures) == 18
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= set(seen.ids)
    assert len(seen.named("details")) == len(pictures) / 2 == len(seen.named("figcaption"))


def test_the_page_is_in_order(html):
    seen = Page(html)
    assert seen.named("html") == [{"lang": "en"}]
    assert len(seen.ids) == len(set(seen.ids))
    assert seen.headings[0] == 1
    assert seen.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(seen.headings, seen.headings[1:], strict=False))


def test_colors_follow_the_theme(html):
    svg = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"}
    assert {color for color in used if not color.startswith("var(--")} <= {"#888", "#000", "black"}
    assert {"var(--bar)", "var(--warn)", "var(--ink)"} <= used


def test_a_strangers_text_stays_text(changed, whole):
    everything = " ".join(HOSTILE)
    hostile = changed(
        source=whole.source.model_dump() | {"file": everything, "assumptions": HOSTILE},
        columns=[
            *({"column": one, "field": "email", "why": one, "filled": 10, "valid": 5} for one in HOSTILE),
            {"column": "b", "filled": 3, "shapes": [{"shape": everything, "rows": 1}]},
        ],
        rejections=[{"reason": one, "rows": 52} for one in HOSTILE],
        findings=[{"rule": one, "severity": "error", "says": one, "do": one} for one in HOSTILE],
        options={everything: everything},
    )
    harmless = changed(columns=[{"column": "a", "field": "email", "filled": 10, "valid": 5}])
    seen, expected = page(hostile), page(harmless)
    for stranger in HOSTILE:
        assert "".join(seen.words).count(stranger) > 5
    assert {tag for tag, _ in seen.tags} == {tag for tag, _ in expected.tags}
    names = {name for _, attributes in seen.tags for name in attributes}
    assert names == {name for _, attributes in expected.tags for name in attributes}


def test_characters_that_hide_are_shown(changed):
    html = publish.html(
        changed(columns=[{"column": "mail\u202e\x00\x1b[31m", "field": "email", "filled": 1}])
    )
    assert not re.search("[\u202e\x00\x1b]", html)
    assert "mail\ufffd" in html


@pytest.mark.parametrize("part", WITHOUT)
def test_a_report_without(changed, part):
    seen = page(changed(**WITHOUT[part]))
    text = "".join(seen.words)
    assert "None" not in text
    assert "nan" not in text.lower().split()
    assert len(seen.ids) == len(set(seen.ids))


def test_nobody_matched(changed, whole):
    none = {"matched": 0, "duplicates": 0, "agreement": [], "weights": []}
    nothing = dict.fromkeys(
        ("match_rate", "low", "high", "expected_matches", "low_matches", "high_matches"), 0
    )
    report = changed(
        match=whole.match.model_dump() | none,
        forecast=whole.forecast.model_dump() | nothing | {"unique_matches": 0},
    )
    assert "No row was matched." in "".join(page(report).words)


def test_sixty_columns_with_long_names(changed):
    columns = [
        {"column": f"{'a very long header ' * 8}{n}", "field": "email", "filled": n, "valid": n // 2}
        for n in range(60)
    ]
    html = publish.html(changed(columns=columns))
    assert len(html.encode()) < 400_000
    assert "The chart shows the 30 first columns, the table all 60." in html


def test_files_are_whole_and_private(whole, tmp_path):
    write_html(whole, tmp_path / "report.html")
    write_json(whole, tmp_path / "report.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_json_is_the_report_and_fits_its_schema(whole, tmp_path):
    write_json(whole, tmp_path / "report.json")
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert RunReport.model_validate_json(text) == whole
    jsonschema.Draft202012Validator(schema.report_schema()).validate(document)
    assert (document["rows"]["read"], document["rows"]["kept"], document["rows"]["rejected"]) == (
        2000,
        1948,
        52,
    )
    assert [document["forecast"][name] for name in ("match_rate", "low", "high")] == [0.7171, 0.6899, 0.7505]


def test_the_published_schema_is_current():
    written = schema.SCHEMA_FILE.read_text(encoding="utf-8")
    assert written == schema.schema_text(), "run: python -m matchprep.report"
