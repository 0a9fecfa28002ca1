"""A rule file in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matchprep.rulebook import describe, list_providers, load_rules, read_rules
from matchprep.rulebook.locate import rules_folder


def test_a_provider_in_words():
    said = {section.title: section.lines for section in describe(load_rules("iqm"))}
    assert (
        "In columns, a row must have first name, last name, ZIP code and state; or last name, "
        "street address, ZIP code and state; or street address, ZIP code and state. [IQ-COMBO]"
    ) in said["What a row needs"]
    assert (
        "email: Match by email address alone. Chosen when it makes most rows usable."
        in said["Ways to use it"]
    )
    assert "A file has at most 5,000,000 records. [IQ-ROWS]" in said["The file"]


@pytest.mark.parametrize("provider", list_providers())
def test_every_provider_can_be_described(provider):
    sections = describe(load_rules(provider))
    assert len(sections) >= 7
    assert all(line.strip() == line and line for section in sections for line in section.lines)
    assert "nothing" not in str(sections[2])


def test_the_example_of_the_readme_is_a_rule_file():
    text = (Path(rules_folder()) / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    rules = read_rules(example.encode(), name="acme.yaml")
    assert [rule.id for rule in rules.rules] == ["AC-IDENTIFIER", "AC-ROWS"]
