"""The provider's own file, byte for byte, and the hashes against the standard library."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import stat
from pathlib import Path

import polars as pl
import pytest

from matchprep.check import check_people
from matchprep.errors import InputError, UsageError
from matchprep.rulebook import list_providers, load_rules
from matchprep.seal import seal_people

GOLDEN = Path(__file__).parent / "sealed"
#: Digests that the documents print, and what they are the digests of.
PUBLISHED = {
    "bilbo.baggins@lotr.com": "43f5f8fabe82fc8dce2452267f5550bb036d0ddf33368682a9cd5da8286d63a0",
    "frodo.baggins@lotr.com": "ceb005d969f16f9a6a487849d27bf854fac1f0733aa61995bcbb5cb928dfc410",
    "samwise.gamgee@lotr.com": "986c1ae0d3cef60591d3b29aa54afb5d9654406d7cfa4fcbb65c3ad45ad1ce5c",
    "+13456789012": "26cc49f1a2133f3784b937017f9cc86e05b5413c7f91b0b6bd6375631b68371e",
    "+15678901234": "2f510ce904687db4b2706fdaf33f1d0e678be13cc5fe300cf695a546befa5fc8",
    "+17890123456": "453fc17260d034186d92d1e58cc557fea9cafc1bf886154b472057feed950605",
    "john.sam@mail.com": "A7DF77A9DB89B44110C704B680A24978579A3069B419DB95CBDA84541094ADBA",
}


@pytest.fixture
def people():
    """Three people who bring a comma, an accent, a formula, a leading zero and a foreign number."""
    return pl.DataFrame(
        {
            "row_id": [1, 2, 4],
            "id": ["M-1", "M-2", "M-3"],
            "first_name": ["Bilbo", "Zoë", "=SUM(A1)"],
            "last_name": ["Baggins", "Gamgee, Jr", "Took"],
            "address": ["11 MAIN ST APT 4", "22 MAIN ST", None],
            "house_number": ["11", "22", None],
            "city": ["NEW YORK", "NEW YORK", None],
            "state": ["NY", "NY", "DC"],
            "zip": ["10001", "02108", "20001"],
            "postal_code": ["10001", "02108", "20001"],
            "latitude": [38.8976805, 47.541887, None],
            "longitude": [-77.0387185, -121.837672, None],
            "phone": ["+13456789012", "+31614123456", None],
            "email": ["bilbo.baggins@lotr.com", None, None],
            "dob": [dt.date(1960, 9, 22), None, dt.date(2000, 1, 1)],
            "ethnicity": ["hobbit", "hobbit", "hobbit"],
            "source.E-mail": ["Bilbo.Baggins@LOTR.com", "-", ""],
        },
        schema_overrides={"row_id": pl.Int64},
    )


def sealed(people, provider, folder, **options):
    rules = load_rules(provider)
    checked = check_people(people, rules, **options)
    return seal_people(
        checked.kept,
        rules,
        folder / "sealed.csv",
        profile=checked.profile,
        hash_algorithm=checked.hash_algorithm,
    )


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.csv")), ids=lambda path: path.stem)
def test_the_file_is_the_one_written_by_hand(golden, people, tmp_path):
    provider, _, profile = golden.stem.partition("_")

    done = sealed(people, provider, tmp_path, profile=profile)

    assert done.path.read_bytes() == golden.read_bytes()
    assert done.digest == hashlib.sha256(golden.read_bytes()).hexdigest()
    assert (done.size_bytes, done.profile) == (len(golden.read_bytes()), profile)
    lines = list(csv.reader(golden.read_text(encoding="utf-8").splitlines()))
    assert (list(done.columns), done.rows) == (lines[0], len(lines) - 1)
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600


def test_every_provider_has_a_golden_file():
    assert {path.stem.partition("_")[0] for path in GOLDEN.glob("*.csv")} == set(list_providers())


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5", "sha512"])
@pytest.mark.parametrize(("profile", "form"), [("email", "bilbo.baggins@lotr.com"), ("phone", "3456789012")])
def test_iqm_hashes_are_those_of_the_standard_library(people, tmp_path, algorithm, profile, form):
    rules = load_rules("iqm")
    done = seal_people(people.head(1), rules, tmp_path / "s.csv", profile=profile, hash_algorithm=algorithm)
    digest = hashlib.new(algorithm, form.encode()).hexdigest()
    assert done.path.read_text() == f"{profile}-{algorithm}\n{digest}\n"
    assert done.hashed == {f"{profile}-{algorithm}": algorithm}


@pytest.mark.parametrize("value", PUBLISHED)
def test_published_digests(value, tmp_path):
    profile = "phone" if value.startswith("+") else "email"
    people = pl.DataFrame({"row_id": [1], profile: [value]})
    digest = PUBLISHED[value]
    if digest.isupper():
        done = seal_people(people, load_rules("digitalaudience"), tmp_path / "s.csv")
        assert done.path.read_bytes() == f"{profile}_sha256\r\n{digest}\r\n".encode()
    else:
        done = seal_people(people, load_rules("iqm"), tmp_path / "s.csv", profile=profile)
        assert done.path.read_bytes() == f"{profile}-sha256\n{digest}\n".encode()


def test_raw_is_sent_only_where_the_provider_takes_it(people, tmp_path):
    path = tmp_path / "s.csv"
    done = seal_people(people.head(1), load_rules("iqm"), path, profile="email", hash_algorithm="raw")
    assert done.path.read_text() == "email\nbilbo.baggins@lotr.com\n"
    with pytest.raises(UsageError, match="does not take sha1"):
        seal_people(people, load_rules("digitalaudience"), path, hash_algorithm="sha1")
    with pytest.raises(UsageError, match="Did you mean email"):
        seal_people(people, load_rules("iqm"), path, profile="mail")


HEX = PUBLISHED["bilbo.baggins@lotr.com"]
BASE64 = "Q/X4+r6C/I3OJFImf1VQuwNtDd8zNoaCqc1dqChtY6A="


@pytest.mark.parametrize("given", [HEX, HEX.upper(), BASE64])
@pytest.mark.parametrize(("provider", "expected"), [("iqm", HEX), ("digitalaudience", HEX.upper())])
def test_a_digest_is_never_hashed_again(given, provider, expected, tmp_path):
    people = pl.DataFrame({"row_id": [1], "email_hash": [given]})
    done = sealed(people, provider, tmp_path)
    assert done.path.read_text(encoding="utf-8").split()[1] == expected


def test_digests_stand_in_where_there_is_no_value(tmp_path):
    people = pl.DataFrame(
        {"row_id": [1, 2, 3], "email": ["john.sam@mail.com", None, None], "email_hash": [None, HEX, "0" * 32]}
    )
    done = sealed(people, "digitalaudience", tmp_path)
    assert done.path.read_text(encoding="utf-8").split()[1:] == [PUBLISHED["john.sam@mail.com"], HEX.upper()]


def test_digests_that_came_decide_the_algorithm(tmp_path):
    digest = hashlib.md5(b"a@example.com").hexdigest()  # noqa: S324 - what the list holds
    people = pl.DataFrame({"row_id": [1], "email_hash": [digest]})
    rules = load_rules("iqm")
    assert sealed(people, "iqm", tmp_path).path.read_text() == f"email-md5\n{digest}\n"
    assert seal_people(people, rules, tmp_path / "s.csv").hashed == {"email-md5": "md5"}


def test_row_numbers_stand_in_for_identifiers_that_repeat_or_lack(people, tmp_path):
    for ids in (["a", "a", "b"], ["a", None, "b"]):
        frame = people.with_columns(pl.Series("id", ids))
        done = sealed(frame, "matchbook", tmp_path)
        assert done.id_column == ("id", "row number")
        assert [line.split(",")[0] for line in done.path.read_text().splitlines()] == ["id", "1", "2", "4"]
    assert sealed(people.drop("id"), "targetsmart", tmp_path).id_column == ("matchback_id", "row number")
    assert sealed(people, "iqm", tmp_path).id_column is None


def test_nothing_but_the_columns_asked_for_leaves(people, tmp_path):
    for provider in list_providers():
        rules = load_rules(provider)
        for profile in rules.profiles:
            if check_people(people, rules, profile=profile).usable:
                done = sealed(people, provider, tmp_path, profile=profile)
                text = done.path.read_text(encoding="utf-8")
                assert "hobbit" not in text
                assert "LOTR" not in text
                if done.hashed:
                    assert "lotr" not in text


def test_a_value_that_does_not_count_is_left_out(people, tmp_path):
    frame = people.with_columns(pl.Series("gender", ["F", "X", None]))
    lines = list(csv.DictReader(sealed(frame, "targetsmart", tmp_path).path.read_text().splitlines()))
    assert [line["gender"] for line in lines] == ["F", "", ""]
    assert [line["phone"] for line in lines] == ["3456789012", "", ""]


def test_nothing_appears_when_there_is_nothing_to_write(people, tmp_path):
    path = tmp_path / "s.csv"
    with pytest.raises(InputError, match="no row is left"):
        seal_people(people.head(0), load_rules("iqm"), path, profile="columns")
    with pytest.raises(InputError, match="no row is left"):
        seal_people(people, load_rules("iqm"), path, profile="npi")
    assert list(tmp_path.iterdir()) == []


def test_a_file_larger_than_the_provider_takes_does_not_appear(people, tmp_path):
    rules = load_rules("iqm")
    small = rules.model_copy(update={"file": rules.file.model_copy(update={"max_bytes": 10})})
    with pytest.raises(InputError, match="10"):
        seal_people(people, small, tmp_path / "s.csv", profile="columns")
    assert list(tmp_path.iterdir()) == []


def test_the_profile_is_chosen_as_the_check_does(people, tmp_path):
    rules = load_rules("iqm")
    assert (
        seal_people(people, rules, tmp_path / "s.csv").profile
        == check_people(people, rules).profile
        == "columns"
    )
