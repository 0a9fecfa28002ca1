from __future__ import annotations

import polars as pl
import pytest

from matchprep.errors import InputError, UsageError
from matchprep.match import match_people, read_labels


def with_doubles(people):
    return pl.concat([people, people.head(5).with_columns(pl.col("row_id") + 5_000)])


@pytest.mark.parametrize("candidates", [1, 3])
def test_one_to_one_takes_nobody_from_those_who_have_a_match(candidates, people, voters):
    plain = match_people(with_doubles(people), voters)
    found = match_people(with_doubles(people), voters, one_to_one=True, max_matches=candidates)
    assert found.duplicates == 0
    assert found.matched == plain.unique == 80


def labels_of(people):
    true = pl.when(pl.col("first_name") != "Zenobia").then(pl.col("id").str.extract("-(V.*)"))
    return people.select("row_id", true.alias("reference_id"))


def test_labels_teach_the_weights(people, voters):
    taught = match_people(people, voters, labels=labels_of(people))
    assert taught.rate == pytest.approx(80 / 120, abs=0.01)
    some = match_people(people, voters, labels=labels_of(people).head(30))
    assert some.matched == taught.matched == 80


def test_wrong_labels_are_believed(people, voters):
    """Whoever says that nobody is in the reference gets a rate near 0; labels are no decoration."""
    nobody = labels_of(people).with_columns(reference_id=pl.lit(None, dtype=pl.String))
    assert match_people(people, voters, labels=nobody).rate < 0.05


def test_labels_without_learning_are_refused(people, voters):
    with pytest.raises(UsageError):
        match_people(people, voters, labels=labels_of(people), refit=False)


def test_labels_are_read_by_the_own_id_of_a_row(tmp_path, people):
    path = tmp_path / "labels.csv"
    path.write_text("row_id,reference_id,note\nL90-V00045,,\nL1-V00000,V00000,sure\n", encoding="utf-8")
    read = read_labels(path, people.lazy())
    assert read.rows() == [(1, "V00000"), (90, None)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot read the labels"),
        ("", "cannot read the labels"),
        ("row,person\n1,V1\n", "no column row_id and no reference_id"),
        ("row_id,reference_id\nL1-V00000,V1\nL1-V00000,V2\n", "two things of one row"),
        ("row_id,reference_id\nL1-V00000,V1\nMoses,V2\n", "lacks 1 of the 2 rows"),
    ],
)
def test_unusable_labels_are_refused_without_a_value_of_theirs(text, says, tmp_path, people):
    path = tmp_path / "labels.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as refused:
        read_labels(path, people.lazy())
    assert "Moses" not in str(refused.value)
    assert refused.value.hint
