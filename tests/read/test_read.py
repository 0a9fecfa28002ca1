"""Reading: every record is either a row or set aside with its line and a reason."""

import polars as pl
import pytest

from matchprep.errors import InputError, UsageError
from matchprep.read import read_people
from matchprep.tables import ROW_ID


def rows(people):
    return people.frame.collect(engine="streaming").rows()


@pytest.fixture
def write(tmp_path):
    def write(content, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.mark.parametrize(
    ("delimiter", "encoding", "bom"),
    [
        (",", "utf-8", b""),
        (";", "utf-8", b"\xef\xbb\xbf"),
        ("\t", "utf-16-le", b"\xff\xfe"),
        ("|", "utf-16-be", b"\xfe\xff"),
        ("\t", "utf-16-le", b""),
        (",", "cp1252", b""),
    ],
)
def test_delimiter_and_encoding_are_found(write, delimiter, encoding, bom):
    text = "id,name,city\r\n1,José,Zürich\r\n2,Ann,Bern\r\n".replace(",", delimiter)

    people = read_people(write(bom + text.encode(encoding)))

    assert rows(people) == [(1, "1", "José", "Zürich"), (2, "2", "Ann", "Bern")]
    assert people.facts.encoding == encoding
    assert people.facts.delimiter == delimiter
    assert people.facts.columns == ("id", "name", "city")


def test_ragged_records_are_set_aside_and_keep_their_numbers(write):
    people = read_people(write('a,b,c\n1,2,3\n4,5\n"6\n6",7,8\n9,10,11,12\n13,14,15\n'))

    assert rows(people) == [(1, "1", "2", "3"), (3, "6\n6", "7", "8"), (5, "13", "14", "15")]
    assert people.unread.rows() == [
        (2, 3, "it has 2 fields where the header has 3", "4,5"),
        (4, 6, "it has 4 fields where the header has 3", "9,10,11,12"),
    ]
    assert people.facts.rows == 5


def test_an_unclosed_quotation_mark_costs_its_own_line_only(write):
    people = read_people(write('a,b,c\n1,"x,y\n2,x,y\n3,"x, ""y""",z\n4,x,y\n'))

    assert rows(people) == [
        (1, "1", '"x', "y"),
        (2, "2", "x", "y"),
        (3, "3", 'x, "y"', "z"),
        (4, "4", "x", "y"),
    ]


def test_a_frame_outlives_the_people_it_came_with(write):
    path = write("a,b\n1,2\n3\n4,5\n")

    frame = read_people(path).frame.select("b", ROW_ID)

    assert frame.collect().rows() == [("2", 1), ("5", 3)]


def test_parquet_becomes_text_without_a_loss(tmp_path):
    path = tmp_path / "list.parquet"
    table = pl.DataFrame(
        {
            "zip": [2134, None],
            "phone": [2125550123.0, float("nan")],
            "score": [0.5, 1e300],
            "born": ["1980-02-01", None],
            "seen": ["2020-01-01T00:00:00", "2020-01-01T10:30:00"],
            "ok": [True, False],
        }
    ).with_columns(pl.col("born").str.to_date(), pl.col("seen").str.to_datetime())
    table.write_parquet(path)

    assert rows(read_people(path)) == [
        (1, "2134", "2125550123", "0.5", "1980-02-01", "2020-01-01", "true"),
        (2, None, None, "1e+300", None, "2020-01-01T10:30:00", "false"),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,b\n\n", "no rows"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(256)) * 8, "not a text file"),
        (b"\0" * 500, "not a text file"),
        (b"PAR1 not really", "damaged"),
        (b"<html><table>", "web page"),
        (b"ann@example.com,Ann\nbob@example.com,Bob\n", "looks like a person"),
        (b"a,b,c\n1,2\n3,4\n", "no record has as many"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(write, content, says):
    with pytest.raises(InputError, match=says):
        read_people(write(content))


def test_a_missing_file_is_answered_with_its_neighbor(write):
    path = write("a\n1\n", "members.csv")

    with pytest.raises(InputError, match=r"Did you mean members\.csv\?"):
        read_people(path.with_name("membres.csv"))


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_people(tmp_path)


def test_unknown_encoding_and_delimiter_are_usage_errors(write):
    path = write("a,b\n1,2\n")

    with pytest.raises(UsageError, match="Did you mean"):
        read_people(path, encoding="cp1253x")
    with pytest.raises(UsageError, match="single ASCII"):
        read_people(path, delimiter="::")
