"""Loading rule files: every fault with its line, its column, and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchprep.errors import RulesError, UsageError
from matchprep.rulebook import PlacedFault, lint_rules, list_providers, load_rules, read_rules
from matchprep.rulebook.locate import rules_folder

GOOD = """\
provider: acme
name: Acme
about: Matches emails.
documents:
  api: {title: Acme API}
delivery: {kind: portal, says: Upload it in the portal., source: "api, Upload"}
file: {says: A CSV with a header., source: "api, Upload"}
fields:
  email: {wire: email, source: "api, Columns"}
default_profile: plain
profiles:
  plain: {says: Emails as they are., source: "api, Columns", columns: [email]}
rules:
  - id: AC-EMAIL
    severity: error
    says: An email is required.
    do: Add the email.
    source: api, Columns
    require: email
"""


def test_the_smallest_rule_file():
    rules = read_rules(GOOD.encode(), name="acme.yaml")
    assert rules.rules_for("plain")[0].id == "AC-EMAIL"
    with pytest.raises(ValueError, match="frozen"):
        rules.name = "other"


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "hint"),
    [
        ("wire: email", "wier: email", "9:11", "unknown key wier", "wire"),
        ("require: email", "require: emial", "19:5", "unknown field emial", "email"),
        ("require: email", "require: zip", "14:5", "zip is not among the fields", "email"),
        ("require: email", "require: {any_off: [email]}", "19:15", "unknown key any_off", "any_of"),
        (
            "require: email",
            "require: {any_of: [email], all_of: [email]}",
            "19:5",
            "any_of and all_of|all_of and",
            "",
        ),
        ("require: email", "value: {field: email}", "19:5", "exactly one", ""),
        ("    require: email\n", "", "14:5", "exactly one of require", ""),
        ("severity: error", "severity: eror", "15:5", "severity", "error"),
        ("severity: error", "severity: 5", "15:5", "severity", ""),
        (
            "source: api, Columns\n    require",
            "source: apl, Columns\n    require",
            "18:5",
            "unknown document apl",
            "api",
        ),
        ("source: api, Columns\n    require", "source: api\n    require", "18:5", "document, section", ""),
        ("    source: api, Columns\n    require", "    require", "14:5", "source is missing", ""),
        ("default_profile: plain", "default_profile: plan", "10:1", "unknown profile plan", "plain"),
        ("columns: [email]", "columns: [email, phone]", "12:62", "phone is not among", "phone|email"),
        ("kind: portal", "kind: pigeon", "6:12", "kind", ""),
        ("id: AC-EMAIL", "id: email", "14:5", "id: ", ""),
        ("name: Acme\n", "name: [Acme]\n", "2:1", "name", ""),
        ("provider: acme", "provider: Acme!", "1:1", "provider", ""),
        ("says: An email is required.", "says: Email", "16:5", "says", ""),
        ("severity: error", "severity: error\n    confidence: inferred", "16:5", "no note", "note"),
        ("{wire: email,", "{wire: email, made_of: [zip],", "9:24", "zip is not among the fields", "email"),
        ("fields:\n", "fields:\n  fax: {wire: fax, source: 'api, x'}\n", "9:3", "unknown field fax", ""),
        ("fields:\n", "fields:\n  zip: {wire: zip, source: 'api, x'}\n", "9:3", "no profile writes zip", ""),
        ("require: email", "require: email\n    when: &w email", "20:11", "anchors", ""),
        ("do: Add the email.", "do: !!python/name:os.system", "17:9", "tag", "never code"),
        ("do: Add the email.", "do: Add the email.\n    exec: import os", "18:5", "unknown key exec", ""),
    ],
)
def test_a_fault_is_named_with_line_column_and_what_was_meant(old, new, where, what, hint):
    assert old in GOOD
    with pytest.raises(RulesError, match=what) as caught:
        read_rules(GOOD.replace(old, new).encode(), name="acme.yaml")
    assert caught.value.where.startswith(f"acme.yaml:{where}")
    assert any(word in (caught.value.hint or "") for word in hint.split("|"))


def test_all_faults_are_named_at_once():
    text = GOOD.replace("wire: email", "wier: email").replace("severity: error", "severity: eror")
    with pytest.raises(RulesError) as caught:
        read_rules(text.encode(), name="acme.yaml")
    assert "acme.yaml:9:11" in str(caught.value)
    assert "acme.yaml:15:5" in str(caught.value)


def test_a_file_that_is_found_faultless_can_be_used():
    assert lint_rules(GOOD.encode()) == ()
    (fault,) = lint_rules(GOOD.replace("wire: email", "wier: email, wire: email").encode())
    assert fault == PlacedFault(9, 11, "unknown key wier", "Did you mean wire?")
    (fault,) = lint_rules(b"\xff")
    assert (fault.line, fault.what) == (1, "the file is not UTF-8")


def test_ids_are_given_once():
    again = GOOD[GOOD.index("  - id: AC-EMAIL") :]
    with pytest.raises(RulesError, match="AC-EMAIL is used twice") as caught:
        read_rules((GOOD + again).encode(), name="acme.yaml")
    assert caught.value.where == "acme.yaml:20:5"


def test_a_provider_is_known_by_the_name_of_its_file(tmp_path):
    (tmp_path / "acme.yaml").write_text(GOOD)
    (tmp_path / "other.yaml").write_text(GOOD)
    assert list_providers(rules_dir=tmp_path) == ("acme", "other")
    assert load_rules("acme", rules_dir=tmp_path) is load_rules("acme", rules_dir=tmp_path)
    assert load_rules(tmp_path / "acme.yaml").name == "Acme"
    with pytest.raises(RulesError, match="named other"):
        load_rules("other", rules_dir=tmp_path)
    with pytest.raises(UsageError, match="acme"):
        load_rules("acne", rules_dir=tmp_path)
    with pytest.raises(RulesError, match="cannot be read"):
        load_rules(tmp_path / "none.yaml")


def test_the_folder_is_the_one_asked_for_or_none(tmp_path, monkeypatch):
    assert rules_folder(tmp_path) == tmp_path
    monkeypatch.setenv("MATCHPREP_RULES", str(tmp_path / "nowhere"))
    with pytest.raises(RulesError, match="MATCHPREP_RULES"):
        rules_folder()
    with pytest.raises(RulesError, match="asked for"):
        rules_folder(tmp_path / "nowhere")


def test_the_packaged_rules_come_before_a_checkout(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "matchprep"
    foreign = package.parent / "rules"
    foreign.mkdir(parents=True)
    monkeypatch.delenv("MATCHPREP_RULES", raising=False)
    monkeypatch.setattr("matchprep.rulebook.locate._PACKAGE", package)
    with pytest.raises(RulesError, match="the installed package"):
        rules_folder()  # a stranger's folder of the same name is not ours
    (foreign / "schema.json").touch()
    assert rules_folder() == foreign
    (package / "_rules").mkdir(parents=True)
    assert rules_folder() == package / "_rules"


def test_an_unknown_provider_gets_a_guess():
    with pytest.raises(UsageError, match="Did you mean iqm"):
        load_rules("iqn")


def test_the_rules_of_this_checkout_are_found():
    assert (Path(rules_folder()) / "schema.json").is_file()
