"""Charts are drawn by another process, and by this one where that cannot be."""

import json
import re

import pytest
import vl_convert

from matchprep.report import charts, drawing
from matchprep.report.examples import charts_of_examples

CHART = charts.bars([charts.Bar("é <b>", ((0.25, charts.BAR),), "250 · 25.0%")], 760)


def plain(svg):
    """Leave out the numbers that the library gives to clipping paths as it goes."""
    return re.sub(r"clip\d+", "clip", svg)


def test_the_process_draws_what_the_library_draws():
    assert plain(drawing.svg_of(CHART)) == plain(vl_convert.vegalite_to_svg(CHART))


def test_what_is_no_chart_is_refused_as_the_library_refuses_it():
    with pytest.raises(ValueError, match="Vega"):
        drawing.svg_of({"mark": "no such mark"})
    assert drawing.svg_of(CHART).startswith("<svg")


def test_a_process_that_has_ended_leaves_the_drawing_to_this_one(monkeypatch):
    ended = drawing._Drawer()
    ended.end()
    monkeypatch.setattr(drawing, "_drawer", lambda: ended)
    assert plain(drawing.svg_of(CHART)) == plain(vl_convert.vegalite_to_svg(CHART))


def test_where_no_process_can_be_started_this_one_draws(monkeypatch):
    monkeypatch.setattr(drawing.sys, "executable", "no such program")
    drawing._drawer.cache_clear()
    try:
        assert drawing.svg_of(CHART).startswith("<svg")
    finally:
        drawing._drawer.cache_clear()


def test_what_is_kept_are_the_examples_as_the_library_draws_them():
    kept = json.loads(drawing.KEPT_FILE.read_text(encoding="utf-8"))
    assert list(kept) == [json.dumps(chart) for chart in charts_of_examples()], (
        "run: python -m matchprep.report"
    )
    for chart, picture in kept.items():
        assert plain(picture) == plain(vl_convert.vegalite_to_svg(json.loads(chart)))
