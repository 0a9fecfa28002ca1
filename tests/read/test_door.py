"""What goes in beside a plain file: several files, standard input, packings; and what stays behind."""

import gc
import gzip
import hashlib
import io
import sys
import zipfile

import polars as pl
import pytest

from matchprep.errors import InputError, UsageError
from matchprep.read import read_people, records, spill


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def spills(monkeypatch, tmp_path):
    """The folder that spills are made in."""
    folder = tmp_path / "spills"
    folder.mkdir()
    monkeypatch.setattr(spill.tempfile, "tempdir", str(folder))
    return folder


def test_several_files_are_one_list_with_running_numbers(write, tmp_path):
    write("a.csv", "name,city\nAnn,Troy\nBob\nCy,Rome\n")
    write("b.csv", "city;name;zip\nBath;Dee;14810\n")

    people = read_people(tmp_path / "*.csv")

    assert people.frame.collect().rows() == [
        (1, "Ann", "Troy", None),
        (3, "Cy", "Rome", None),
        (4, "Dee", "Bath", "14810"),
    ]
    assert people.unread.rows() == [(2, 3, "a.csv: it has 1 field where the header has 2", "Bob")]
    assert people.facts.rows == 4
    assert [one.name for one in people.files] == ["a.csv", "b.csv"]
    assert "a.csv has no column zip; it is blank there." in people.facts.assumptions


def test_files_without_a_common_column_are_no_list(write):
    files = [write("a.csv", "name\nAnn\n"), write("b.csv", "city\nTroy\n")]

    with pytest.raises(InputError, match=r"b\.csv: has no column in common with a\.csv"):
        read_people(files)


def test_a_pattern_that_finds_nothing_is_refused(tmp_path):
    with pytest.raises(InputError, match="no file has a name like that"):
        read_people(tmp_path / "*.csv")


def test_a_name_that_looks_like_a_pattern_is_a_name(write):
    path = write("list[1].csv", "name\nAnn\n")

    assert read_people(path).frame.collect().rows() == [(1, "Ann")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read_whatever_comes(monkeypatch, pack):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pack(b"name|city\nAnn|Troy\n"))))

    people = read_people("-")

    assert people.frame.collect().rows() == [(1, "Ann", "Troy")]
    assert people.facts.name == "standard input"


def test_facts_are_those_of_the_file_as_given(write):
    packed = gzip.compress(b"name\nAnn\n")

    facts = read_people(write("list.csv.gz", packed)).facts

    assert (facts.size_bytes, facts.sha256) == (len(packed), hashlib.sha256(packed).hexdigest())


def test_a_member_of_an_archive_and_a_sheet_can_be_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "lists.zip", "w") as archive:
        archive.writestr("a.csv", "name\nAnn\n")
        archive.writestr("b.csv", "name\nBob\n")

    assert read_people(tmp_path / "lists.zip", sheet="b.csv").frame.collect().rows() == [(1, "Bob")]
    with pytest.raises(InputError, match=r"Did you mean b\.csv"):
        read_people(tmp_path / "lists.zip", sheet="bb.csv")


def test_without_the_extra_a_workbook_says_how_to_get_it(monkeypatch, request):
    monkeypatch.setitem(sys.modules, "fastexcel", None)

    with pytest.raises(UsageError, match=r"pip install 'matchprep\[xlsx\]'"):
        read_people(request.path.with_name("broken") / "workbook.xlsx")


def test_an_unknown_sheet_is_answered_with_the_nearest(request):
    with pytest.raises(UsageError, match=r"no sheet Peple\n  -> Did you mean People\?"):
        read_people(request.path.with_name("broken") / "workbook.xlsx", sheet="Peple")


def test_a_file_that_may_not_be_read_says_so(write, monkeypatch):
    path = write("list.csv", "name\nAnn\n")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(InputError, match="cannot be read"):
        read_people(path)


def test_a_record_too_long_for_a_person_is_set_aside(write, monkeypatch):
    monkeypatch.setattr(records, "LONGEST_RECORD", 1000)
    long = "x" * 2000
    path = write("list.csv", f'name,city\nAnn,Troy\n{long},Rome\nBob,"{long}\n{long}\nCy,Bath\n')

    people = read_people(path)

    assert people.frame.collect().rows() == [(1, "Ann", "Troy"), (4, "Cy", "Bath")]
    assert people.unread.select("row_id", "line").rows() == [(2, 3), (3, 4)]
    assert "longer than" in people.unread["reason"][0]


def test_a_spill_is_the_owners_only_and_goes_with_the_last_frame(write, spills):
    people = read_people(write("list.csv", "name,city\nAnn,Troy\nBob\nCy,Rome\n"))
    (folder,) = spills.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700

    frame = people.frame.filter(pl.col("city") == "Rome")
    del people
    gc.collect()
    assert frame.collect().height == 1

    del frame
    gc.collect()
    assert not list(spills.iterdir())


def test_a_good_file_is_scanned_where_it_lies(write, spills):
    people = read_people(write("list.csv", 'name,city\n"Lee, Ann",Troy\n'))

    assert people.frame.collect().height == 1
    assert not list(spills.iterdir())


def test_nothing_is_left_behind_by_a_refusal(write, spills):
    with pytest.raises(InputError):
        read_people(write("list.csv.gz", gzip.compress(b"ann@example.com,Lee\nbob@example.com,Day\n")))
    gc.collect()

    assert not list(spills.iterdir())


def test_no_person_is_in_the_message_or_the_repr(write):
    people = read_people(write("list.csv", "name,city\nCanary,Troy\nCanary\n"))
    assert "Canary" not in repr(people)

    with pytest.raises(InputError) as caught:
        read_people(write("bad.csv", "canary@example.com,Troy\nb@example.com,Rome\n"))
    assert "canary" not in str(caught.value)
