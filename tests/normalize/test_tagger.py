"""The tagger among threads: whoever finds it taken goes on without it, and answers the same."""

from __future__ import annotations

import polars as pl

from matchprep.normalize import street_address
from matchprep.normalize.address import tagger


def test_a_tagger_that_is_taken_is_not_waited_for_without_an_end(monkeypatch):
    monkeypatch.setattr(tagger, "PATIENCE_S", 0.05)
    lines = pl.DataFrame({"line": ["5 N Elm St Apt 4", "PO Box 12", None, "77 Rue de l'Église Unit B"]})
    free = lines.select(street_address(pl.col("line")))
    with tagger.address_tagger()._lock:
        taken = lines.select(street_address(pl.col("line")))
    assert taken.equals(free)
