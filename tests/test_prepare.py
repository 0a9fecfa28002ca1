"""A list made clean without a provider: its columns, its rows, its file."""

from __future__ import annotations

import csv
import hashlib
import stat
from pathlib import Path

import polars as pl
import pytest
import usaddress
from polars.testing import assert_frame_equal

from matchprep.columns import map_columns, suggest_columns
from matchprep.errors import InputError, UsageError
from matchprep.fields import Field
from matchprep.intake import Reading, open_people
from matchprep.normalize import normalize_people
from matchprep.prepare import is_prepared, prepare_people, scan_prepared
from matchprep.prepare.layout import lay_out
from matchprep.read import read_people
from matchprep.tables import SOURCE

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data" / "list.csv"
HEADER = "Key,First Name,Last Name,Phone,Email,Street Address,City,State,Zip,DOB,Note"
ROWS = (
    (
        'A1,"Dr. Jane Q.",Doe Jr,(212) 555-0123,Jane.Doe@Example.com,123 N Main Street Apt 4,'
        "Albany,New York,12207-1234,1/2/1980,=1+1"
    ),
    "A2,N/A,Roe,call office,nobody@,PO Box 12,Boston,MA,2134,1973,+1",
    "A3,José,Núñez,,,,,,,06/1975,plain",
)


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_beside_keeps_the_originals_and_adds_the_normalized(people, tmp_path):
    prepared = prepare_people(people, tmp_path / "out.csv")
    rows = rows_of(tmp_path / "out.csv")
    assert list(rows[0])[:11] == HEADER.split(",")
    assert rows[0]["First Name"] == "Dr. Jane Q."
    assert (rows[0]["first_name"], rows[0]["middle_name"], rows[0]["name_suffix"]) == ("Jane", "Q", "JR")
    assert rows[0]["address"] == "123 N MAIN ST APT 4"
    assert (rows[1]["zip_clean"], rows[1]["Zip"]) == ("02134", "2134")
    assert (rows[1]["phone_clean"], rows[1]["phone_invalid"]) == ("", "true")
    assert prepared.unreadable["phone"] == 1
    assert list(prepared.columns) == list(rows[0])


def test_a_taken_name_is_taken_in_any_case(people, tmp_path):
    columns = prepare_people(people, tmp_path / "out.csv", components=True, hashes=("md5",)).columns
    assert len({name.casefold() for name in columns}) == len(columns)
    assert {"Email", "email_clean", "phone_clean", "phone_e164", "email_md5"} <= set(columns)


def test_in_place_keeps_the_headers_and_loses_nothing_that_is_understood(people, tmp_path):
    prepare_people(people, tmp_path / "out.csv", columns="in-place")
    first, second, third = rows_of(tmp_path / "out.csv")
    assert list(first) == HEADER.split(",")
    assert (first["First Name"], first["Last Name"]) == ("Jane Q", "Doe JR")
    assert (first["Phone"], first["Email"], first["Zip"]) == (
        "+12125550123",
        "jane.doe@example.com",
        "12207-1234",
    )
    assert (first["State"], first["DOB"]) == ("NY", "1980-01-02")
    assert (second["First Name"], second["Phone"], second["DOB"]) == ("", "", "1973")
    assert (third["DOB"], third["First Name"], third["Note"]) == ("1975-06", "José", "plain")


def test_in_place_reads_each_of_several_phones_by_itself(tmp_path):
    (tmp_path / "list.csv").write_text(
        "Home Phone,Cell Phone,Email\n,212-555-0123,a@example.com\n2125550124,n/a,b@example.com\n"
    )
    prepare_people(tmp_path / "list.csv", tmp_path / "out.csv", columns="in-place")
    first, second = rows_of(tmp_path / "out.csv")
    assert (first["Home Phone"], first["Cell Phone"]) == ("", "+12125550123")
    assert (second["Home Phone"], second["Cell Phone"]) == ("+12125550124", "")


def test_in_place_keeps_the_unit_in_its_own_column(tmp_path):
    (tmp_path / "list.csv").write_text(
        "Last Name,Street Address,Apt,City,State,Zip\nDoe,12 Oak Avenue,4B,Albany,NY,12207\n"
    )
    prepare_people(tmp_path / "list.csv", tmp_path / "out.csv", columns="in-place")
    (row,) = rows_of(tmp_path / "out.csv")
    assert row["Street Address"] == "12 OAK AVE"
    assert "4B" in row["Apt"]


def test_in_place_writes_whole_names_and_whole_addresses_in_one_column(tmp_path):
    (tmp_path / "list.csv").write_text(
        'Full Name,Full Address\n"DOE, JANE Q","123 Main Street, Albany, NY 12207-1234"\n'
    )
    prepare_people(tmp_path / "list.csv", tmp_path / "out.csv", columns="in-place")
    (row,) = rows_of(tmp_path / "out.csv")
    assert row == {"Full Name": "JANE Q DOE", "Full Address": "123 MAIN ST, ALBANY, NY 12207-1234"}


def test_components_are_those_of_usaddress(people, tmp_path):
    prepare_people(people, tmp_path / "out.csv", components=True)
    tags, kind = usaddress.tag("123 N Main Street Apt 4")
    row = rows_of(tmp_path / "out.csv")[0]
    assert row["address_type"] == kind
    assert row["address_display"] == "123 N Main St Apt 4"
    written = {
        name for name in row if row[name] and name.startswith(("address_n", "street_name", "occupancy"))
    }
    assert {label.lower() for label in tags} == {name.replace("_", "") for name in written}
    assert sorted(tags.values()) == sorted(row[name] for name in written)


def test_components_name_every_part_even_where_the_list_has_none(people, tmp_path):
    prepare_people(people, tmp_path / "out.parquet", components=True, columns="only")
    frame = pl.read_parquet(tmp_path / "out.parquet")
    parts = {
        "phone_e164", "phone_possible", "phone_valid", "name_prefix", "first_name", "middle_name",
        "last_name", "name_suffix", "dob",
        "birth_year", "birth_month", "birth_day", "address_type", "address_repeated",
    }  # fmt: skip
    assert parts <= set(frame.columns)
    assert frame["phone_possible"].to_list() == [True, False, None]
    assert frame["birth_year"].to_list() == [1980, 1973, 1975]
    assert frame["birth_month"].to_list() == [1, None, 6]


def test_digests_are_those_of_hashlib(people, tmp_path):
    prepare_people(people, tmp_path / "out.csv", columns="only", hashes=("sha1", "sha256", "md5"))
    row = rows_of(tmp_path / "out.csv")[0]
    for algorithm in ("sha1", "sha256", "md5"):
        for name, value in (("email", b"jane.doe@example.com"), ("phone", b"+12125550123")):
            assert row[f"{name}_{algorithm}"] == hashlib.new(algorithm, value).hexdigest()
    assert rows_of(tmp_path / "out.csv")[1]["email_md5"] == ""


def test_a_value_that_came_hashed_is_not_hashed_again(tmp_path):
    digest = hashlib.sha256(b"jane.doe@example.com").hexdigest()
    (tmp_path / "list.csv").write_text(f"Email Hash,Last Name\n{digest.upper()},Doe\n")
    prepare_people(
        tmp_path / "list.csv",
        tmp_path / "out.csv",
        hashes=("sha256", "md5"),
        reading=Reading(choices=("Email Hash=email_hash",)),
    )
    (row,) = rows_of(tmp_path / "out.csv")
    assert (row["email_sha256"], row["email_md5"]) == (digest, "")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_spreadsheet_runs_no_formula(people, tmp_path, ending):
    people.write_text(people.read_text().replace("Note", "=Note"))
    out = tmp_path / f"out.{ending}"
    prepare_people(people, out)
    table = pl.read_excel(out) if ending == "xlsx" else pl.read_csv(out, infer_schema=False)
    assert "'=Note" in table.columns
    assert table["'=Note"].to_list()[0] == "'=1+1"
    assert not [name for name in table.columns if name.startswith(("=", "+", "-", "@"))]


def test_parquet_is_what_was_understood(people, tmp_path):
    prepare_people(people, tmp_path / "out.parquet", columns="only")
    raw = read_people(people).frame
    clean = normalize_people(map_columns(raw, suggest_columns(raw))).select(~pl.selectors.starts_with(SOURCE))
    assert_frame_equal(pl.read_parquet(tmp_path / "out.parquet"), clean.collect())


def test_a_prepared_file_is_known_and_not_normalized_again(people, tmp_path):
    out = tmp_path / "out.parquet"
    prepare_people(people, out, columns="only", hashes=("md5",))
    assert is_prepared(out)
    clean = scan_prepared(out)
    written = pl.read_parquet(out)
    ours = clean.select(~pl.selectors.starts_with(SOURCE)).collect()
    assert_frame_equal(ours, written.select(ours.columns))
    assert "email_md5" not in ours.columns
    assert clean.select(SOURCE + "email_md5").collect().item(0, 0) == written["email_md5"][0]


def test_other_files_are_not_prepared(people, tmp_path):
    prepare_people(people, tmp_path / "beside.parquet")
    pl.DataFrame({"row_id": [1]}).write_parquet(
        tmp_path / "old.parquet", metadata={"matchprep.table": "CLEAN"}
    )
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    for name in ("beside.parquet", "old.parquet", "broken.parquet", "list.csv", "gone.parquet"):
        assert not is_prepared(tmp_path / name)
        with pytest.raises(InputError, match="not a prepared list"):
            scan_prepared(tmp_path / name)


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
@pytest.mark.parametrize("columns", ["beside", "in-place", "only"])
def test_every_row_is_written_or_set_aside(tmp_path, ending, columns):
    out = tmp_path / f"out.{ending}"
    prepared = prepare_people(SAMPLE, out, columns=columns)
    read = {
        "csv": lambda path: pl.read_csv(path, infer_schema=False),
        "parquet": pl.read_parquet,
        "xlsx": pl.read_excel,
    }
    table = read[ending](out)
    rejects = rows_of(tmp_path / f"out.{ending}.rejects.csv")
    assert table.height == prepared.rows
    assert len(rejects) == prepared.rejected > 0
    assert prepared.facts.rows == prepared.rows + prepared.rejected
    assert list(prepared.columns) == table.columns
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_nothing_on_the_way_gathers_a_whole_column(tmp_path):
    """Every step takes the rows as they come, so that a list larger than memory streams through."""
    path = tmp_path / "list.csv"
    fields = [field for field in Field if field is not Field.ID]
    path.write_text(",".join(fields) + "\n" + ",".join("1" for _ in fields) + "\n")
    opened = open_people(path, Reading(choices=tuple(f"{field}={field}" for field in fields)))
    for columns in ("beside", "in-place", "only"):
        table = lay_out(
            opened.clean(), opened.columns, columns=columns, components=True, hashes=("md5", "sha1")
        )
        plan = table.show_graph(engine="streaming", plan_stage="physical", raw_output=True)
        assert '[label="streaming-python-scan' in plan
        gathering = ("columnar-function", "in-memory", "multiplexer", "sort")
        assert [step for step in gathering if f'[label="{step}' in plan] == []


def test_rejects_of_an_earlier_run_go(people, tmp_path):
    old = tmp_path / "out.csv.rejects.csv"
    old.write_text("of another list")
    assert prepare_people(people, tmp_path / "out.csv").rejects is None
    assert not old.exists()


def test_a_failing_run_leaves_everything_as_it_was(people, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    out.write_text("an older file")
    before = set(tmp_path.iterdir())
    monkeypatch.setattr("matchprep.prepare.people._counts", lambda clean: clean.select(rows=pl.lit(7)))
    with pytest.raises(Exception, match="3 rows were read, 7 written"):
        prepare_people(people, out)
    assert set(tmp_path.iterdir()) == before
    assert out.read_text() == "an older file"


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("out.txt", ".parquet"),
        ("out", ".parquet"),
        ("list.csv", "overwritten"),
        ("gone/out.csv", "-o"),
        ("folder.csv", "folder"),
    ],
)
def test_what_cannot_be_written_is_said_before_any_work(people, tmp_path, out, told):
    (tmp_path / "folder.csv").mkdir()
    before = people.read_text()
    with pytest.raises(UsageError) as caught:
        prepare_people(people, tmp_path / out, on_stage=pytest.fail)
    assert told in str(caught.value)
    assert people.read_text() == before


def test_a_missing_extra_is_named(people, tmp_path, monkeypatch):
    monkeypatch.setattr("matchprep.prepare.write.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"needs the extra"):
        prepare_people(people, tmp_path / "out.xlsx")


def test_a_table_too_large_for_excel_is_refused(people, tmp_path, monkeypatch):
    monkeypatch.setattr("matchprep.prepare.write.EXCEL_ROWS", 2)
    with pytest.raises(UsageError, match="at most 2 rows"):
        prepare_people(people, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_a_list_without_a_known_field_is_refused(tmp_path):
    (tmp_path / "list.csv").write_text("colour,shape\nred,round\n")
    with pytest.raises(InputError, match="no column holds a field"):
        prepare_people(tmp_path / "list.csv", tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        (None, ["1980-05-06", None, "1990-12-31"]),
        ("mdy", ["1980-05-06", None, "1990-12-31"]),
        ("dmy", ["1980-06-05", None, "1990-12-31"]),
        ("ymd", ["1980-05-06", "1999-02-03", "1990-12-31"]),
    ],
)
def test_the_order_of_dates_can_be_said(tmp_path, dates, read):
    (tmp_path / "list.csv").write_text("first name,dob\nAnn,05/06/1980\nBo,99-02-03\nCy,12/31/1990\n")
    out = tmp_path / "out.parquet"
    prepare_people(tmp_path / "list.csv", out, columns="only", reading=Reading(dates=dates))
    assert pl.read_parquet(out)["dob"].dt.to_string("iso").to_list() == read
