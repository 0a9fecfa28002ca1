"""Whose row a person is that came back: by ids where they came back, else by what must agree."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchprep.fields import Field
from matchprep.pipeline import Request, walk
from matchprep.pipeline.recognizing import recognize
from matchprep.pipeline.rejoining import rejoin
from matchprep.providers import Outcome

NAMES = ("first_name", "last_name")


def people(*rows):
    """CLEAN of a few people: first name, last name, and what else is known."""
    columns = {"first_name": pl.String, "last_name": pl.String, "dob": pl.Date, "phone": pl.String}
    frame = pl.DataFrame(
        [dict(zip(columns, (*row, None, None), strict=False)) for row in rows], schema=columns
    )
    return frame.with_row_index("row_id", offset=1).lazy()


DAY, OTHER = dt.date(1980, 2, 3), dt.date(1991, 5, 6)


@pytest.mark.parametrize(
    ("sent", "back", "pairs", "open_lines", "strange"),
    [
        pytest.param([("Ada", "Byron")], [("ADA", "BYRON")], [(1, 1)], 0, 0, id="alone on both sides"),
        pytest.param([("Zo\u00eb", "O'Neil")], [("ZOE", "ONEIL")], [(1, 1)], 0, 0, id="as vendors write it"),
        pytest.param([("Ada", "Byron")], [("ADA", "LOVELACE")], [], 0, 1, id="agrees with no row"),
        pytest.param([("Ada", "Byron")] * 2, [("ADA", "BYRON")], [], 1, 0, id="either of two rows"),
        pytest.param([("Ada", "Byron")], [("ADA", "BYRON")] * 2, [], 2, 0, id="either of two people"),
        pytest.param(
            [("Ada", "Byron", DAY), ("Ada", "Byron", OTHER)],
            [("ADA", "BYRON", OTHER)],
            [(2, 1)], 0, 0, id="a date of birth tells them apart",
        ),
        pytest.param(
            [("Ada", "Byron", DAY, "+12125550123"), ("Ada", "Byron", DAY)],
            [("ADA", "BYRON", DAY)],
            [(1, 1), (2, 1)], 0, 0, id="one person twice in the list",
        ),
        pytest.param(
            [("Ada", "Byron", DAY)], [("ADA", "BYRON", OTHER)], [], 1, 0, id="alone, yet born on another day"
        ),
        pytest.param(
            [("Ada", "Byron", None, "+12125550123")] * 2,
            [("ADA", "BYRON", DAY, "+12125550123"), ("ADA", "BYRON", OTHER, "+12125550123")],
            [], 2, 0, id="a shared phone is no proof for two",
        ),
        pytest.param([(None, "Byron")], [(None, "BYRON")], [], 0, 1, id="nothing agrees with nothing"),
    ],
)  # fmt: skip
def test_a_line_is_of_a_row_only_where_that_is_sure(sent, back, pairs, open_lines, strange):
    found = recognize(people(*sent), people(*back), NAMES)
    assert found.pairs.rows() == pairs
    assert (found.open_lines, found.strange_lines) == (open_lines, strange)


def test_where_nothing_that_must_agree_came_back_nothing_is_told():
    assert recognize(people(("Ada", "Byron")), people(("ADA", "BYRON")).drop(*NAMES), NAMES) is None


ROW = st.tuples(
    st.sampled_from(["Ada", "Bea"]), st.sampled_from(["Byron", "Cole"]), st.sampled_from([DAY, OTHER, None])
)


@given(st.lists(ROW, max_size=6), st.lists(ROW, max_size=6))
def test_it_is_what_a_slow_reader_would_say(sent, back):
    """Written plainly: every row is held against every line."""
    pairs = set()
    for row, one in enumerate(sent, 1):
        same = [line for line, other in enumerate(back, 1) if other[:2] == one[:2]]
        alone = len(same) == 1 and [other[:2] for other in sent].count(one[:2]) == 1
        proved = {line for line in same if one[2] is not None and back[line - 1][2] == one[2]}
        against = alone and None not in {one[2], back[same[0] - 1][2]} and not proved
        lines = proved | (set(same) if alone and not against else set())
        pairs |= {(row, line) for line in lines if len(lines) == 1}
    found = recognize(people(*sent), people(*back), NAMES)
    assert set(found.pairs.rows()) == pairs
    taken = {line for _row, line in pairs}
    left = [one for line, one in enumerate(back, 1) if line not in taken]
    names = {one[:2] for one in sent}
    assert found.open_lines == len([one for one in left if one[:2] in names])
    assert found.strange_lines == len(left) - found.open_lines


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of a list whose ids are its row numbers."""
    base = tmp_path_factory.mktemp("rejoining")
    path = base / "list.csv"
    path.write_text("First,Last,Zip\nAda,Byron,10001\nBea,Cole,10002\nCy,Dean,10003\n", encoding="utf-8")
    walk(Request(people=path, provider="matchbook", out=base / "out"))
    return base / "out"


def joined(run: Path, text: str, **more):
    back = run / "back.csv"
    back.write_text(text, encoding="utf-8")
    return rejoin(run, Outcome(returned=back, **more), run)


def test_row_numbers_are_ids_under_the_name_that_was_sent_only(run):
    assert json.loads((run / "manifest.json").read_text())["sealed"]["id_column"] == ["id", "row number"]
    told = joined(run, "ID,Voter\n1,V1\n3,V3\n")
    assert (told.by, told.rows) == (("ID",), 2)
    lines = told.file.read_text(encoding="utf-8").splitlines()
    assert lines == [
        "row_number,First,Last,Zip,Voter",
        "1,Ada,Byron,10001,V1",
        "2,Bea,Cole,10002,",
        "3,Cy,Dean,10003,V3",
    ]
    # A column of small numbers is not taken for them.
    assert joined(run, "Precinct,Voter\n1,V1\n3,V3\n") is None


def test_an_id_of_the_providers_own_is_not_taken_for_ours(run):
    told = joined(run, "id,First name,Last name\n77,ADA,BYRON\n", agree_on=NAMES)
    assert (told.by, told.rows) == (NAMES, 1)


def test_fields_are_named_as_everywhere():
    assert set(NAMES) <= {str(field) for field in Field}
