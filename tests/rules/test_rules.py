"""The laws that every rule file keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matchprep.rulebook import list_providers, load_rules, sentence
from matchprep.rulebook.lint import _parts
from matchprep.rulebook.locate import rules_folder
from matchprep.rulebook.part import Cited, Named
from matchprep.rulebook.schema import schema_text

PROVIDERS = list_providers()


def test_the_schema_is_current():
    written = (Path(rules_folder()) / "schema.json").read_text(encoding="utf-8")
    assert written == schema_text(), "renew it with: python -m matchprep.rulebook > rules/schema.json"
    assert "https://json-schema.org/draft/2020-12/schema" in json.loads(written)["$schema"]


def test_the_five_providers():
    assert PROVIDERS == ("digitalaudience", "iqm", "matchbook", "statsocial", "targetsmart")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_everything_claimed_has_a_source_in_a_document(provider):
    rules = load_rules(provider)
    claims = [part for _, part in _parts(rules) if isinstance(part, Cited)]
    assert len(claims) > 20
    for claim in claims:
        assert claim.source.document in rules.documents
        assert len(claim.source.section) > 3


@pytest.mark.parametrize("provider", PROVIDERS)
def test_ids_share_the_prefix_of_their_provider(provider):
    ids = [part.id for _, part in _parts(load_rules(provider)) if isinstance(part, Named)]
    assert len({name[:3] for name in ids}) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_sentences_end_in_a_full_stop(provider):
    for path, part in _parts(load_rules(provider)):
        for text in (getattr(part, "says", None), getattr(part, "do", None)):
            assert text is None or text.endswith("."), path


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_document_is_cited(provider):
    rules = load_rules(provider)
    cited = {part.source.document for _, part in _parts(rules) if hasattr(part, "source") and part.source}
    assert cited == set(rules.documents)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_file_names_the_schema_for_editors(provider):
    first = (Path(rules_folder()) / f"{provider}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=./schema.json"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_requirements_can_be_said_in_words(provider):
    for rule in load_rules(provider).rules:
        for node in (rule.require, rule.advise, rule.forbid, rule.when):
            assert node is None or sentence(node)
