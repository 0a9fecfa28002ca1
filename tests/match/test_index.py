"""The reference index: the same answer as the file itself, or a clear refusal."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from matchprep.errors import ReferenceIndexError, UsageError
from matchprep.match import ReferenceIndex, build_index, building, is_index, match_people
from matchprep.match import facts as told


def source_of(path, text=b"a,b\n"):
    path.write_bytes(text)
    stat = path.stat()
    return {
        "name": path.name, "path": str(path), "size_bytes": stat.st_size, "modified_ns": stat.st_mtime_ns,
        "sha256": told.digest(path),
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory, voters):
    folder = tmp_path_factory.mktemp("index")
    source = source_of(folder / "voters.csv")
    build_index(voters, folder / "voters.index", source=source, made_by="1.2.3")
    return folder / "voters.index"


@pytest.fixture
def copied(built, tmp_path):
    shutil.copytree(built, tmp_path / "voters.index")
    return tmp_path / "voters.index"


@pytest.mark.parametrize("size", [1, 7, 120])
def test_an_index_gives_the_same_answer_as_the_file(built, people, voters, size):
    plain = match_people(people.head(size), voters)
    indexed = match_people(people.head(size), ReferenceIndex.open(built))
    assert_frame_equal(indexed.pairs, plain.pairs)
    assert_frame_equal(indexed.presence, plain.presence)
    assert indexed.blocking == plain.blocking
    assert indexed.expected_matches == plain.expected_matches
    assert indexed.agreement == plain.agreement


def test_it_matters_not_in_what_order_the_reference_was(built, people, voters, tmp_path):
    shuffled = voters.sample(fraction=1, shuffle=True, seed=5)
    build_index(shuffled, tmp_path / "x", source={}, made_by="1.2.3", threads=1)
    one, other = (match_people(people, ReferenceIndex.open(path)).pairs for path in (built, tmp_path / "x"))
    assert_frame_equal(one, other, abs_tol=1e-6)


def test_a_list_without_some_fields_is_matched_by_the_others(built, people, voters):
    bare = people.drop("dob", "birth_year", "birth_month", "birth_day", "phone", "street")
    assert_frame_equal(match_people(bare, ReferenceIndex.open(built)).pairs, match_people(bare, voters).pairs)


def test_many_read_it_at_once(built, people):
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: match_people(people, ReferenceIndex.open(built)).pairs, range(3)))
    assert all(one.equals(found[0]) for one in found)


def test_it_says_what_it_holds(built, voters):
    facts = ReferenceIndex.open(built).facts
    assert facts.rows == voters.height
    assert facts.made_by == "1.2.3"
    assert facts.filled["surname"] == voters.height
    assert facts.filled["email"] == 0
    assert facts.blocks["names"]["people"] > 0
    assert facts.size_bytes == sum(file.stat().st_size for file in built.glob("*.arrow"))


def test_it_is_readable_by_its_owner_only(built):
    assert built.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o077 for file in built.glob("*.arrow")} == {0}


def test_a_whole_one_is_verified_and_a_changed_byte_is_seen(copied):
    ReferenceIndex.open(copied).verify()
    file = copied / "people.arrow"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ReferenceIndexError, match=r"people\.arrow is not as it was written") as refused:
        ReferenceIndex.open(copied).verify()
    assert refused.value.hint


def cut_off(path):
    file = path / "keys_10.arrow"
    file.write_bytes(file.read_bytes()[:-8])


def gone(path):
    (path / "sample.arrow").unlink()


def nonsense(path):
    (path / told.MANIFEST).write_text("{")


def older(path):
    said = json.loads((path / told.MANIFEST).read_text())
    (path / told.MANIFEST).write_text(json.dumps({**said, "version": 0}))


def otherwise_made(path):
    said = json.loads((path / told.MANIFEST).read_text())
    (path / told.MANIFEST).write_text(json.dumps({**said, "design": "another"}))


def no_index(path):
    shutil.rmtree(path)
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (cut_off, "damaged"),
        (gone, "damaged"),
        (nonsense, "damaged"),
        (older, "another version"),
        (otherwise_made, "another version"),
        (no_index, "no reference index"),
    ],
)
def test_what_cannot_be_trusted_is_refused(copied, harm, says):
    harm(copied)
    with pytest.raises(ReferenceIndexError, match=says) as refused:
        ReferenceIndex.open(copied)
    assert "reference build" in refused.value.hint


def test_a_changed_source_makes_it_stale_and_a_moved_one_does_not(tmp_path, voters):
    file = tmp_path / "voters.csv"
    build_index(voters, tmp_path / "x", source=source_of(file), made_by="1")
    file.write_bytes(b"a,b\n")  # touched, yet the same
    ReferenceIndex.open(tmp_path / "x")
    file.write_bytes(b"a,c\n")
    with pytest.raises(ReferenceIndexError, match="has changed") as refused:
        ReferenceIndex.open(tmp_path / "x")
    assert "reference update" in refused.value.hint
    file.unlink()
    ReferenceIndex.open(tmp_path / "x")


def test_nothing_is_left_of_one_that_failed(tmp_path, voters, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "seen_families", fail)
    with pytest.raises(UsageError, match="No space left"):
        build_index(voters, tmp_path / "x", source={}, made_by="1")
    assert list(tmp_path.iterdir()) == []


def test_an_older_one_is_replaced_and_anything_else_is_left_alone(copied, voters, tmp_path):
    build_index(voters.head(50), copied, source={}, made_by="1")
    assert ReferenceIndex.open(copied).facts.rows == 50
    assert [path.name for path in tmp_path.iterdir()] == ["voters.index"]
    (tmp_path / "letters").mkdir()
    with pytest.raises(UsageError, match="something else"):
        build_index(voters, tmp_path / "letters", source={}, made_by="1")
    assert not is_index(tmp_path / "letters")


def test_a_reference_that_cannot_be_matched_is_refused(tmp_path, voters):
    for frame, says in ((voters.head(0), "no rows"), (voters.select("row_id", "id"), "no field")):
        with pytest.raises(ReferenceIndexError, match=says):
            build_index(frame, tmp_path / "x", source={}, made_by="1")
        assert list(tmp_path.iterdir()) == []


def test_any_program_can_read_it(built):
    words = pl.read_ipc(built / "words_names.arrow")
    assert words["hash"].is_sorted()
    assert "LAMBTON" in words["text"]
