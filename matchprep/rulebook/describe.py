"""A rule file in words, for `matchprep providers` and for people who ask what a provider accepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matchprep.fields import Field
from matchprep.rulebook.model import MOST_ROWS, FieldRules, Profile, ProviderRules, Rule
from matchprep.rulebook.requirement import Requirement, resolve
from matchprep.rulebook.words import sentence, series, words


@dataclass(frozen=True)
class Section:
    """One heading and what stands under it.

    Args:
        title: The heading.
        lines: One sentence or entry each.
    """

    title: str
    lines: tuple[str, ...]


def describe(rules: ProviderRules) -> tuple[Section, ...]:
    """Say in words what a provider accepts.

    Args:
        rules: The provider.

    Returns:
        Sections, in the order in which a newcomer asks: what it is, how to use it, what a row needs,
        what the file is like, what it costs. Sections without content are left out.
    """
    documents = rules.documents.values()
    sections = (
        Section("What it does", (" ".join(rules.about.split()),)),
        Section("Ways to use it", tuple(_profiles(rules))),
        Section("What a row needs", tuple(_needs(rules))),
        Section("Who is a match", tuple(_matches(rules))),
        Section("What each value must be", tuple(_values(rules))),
        Section("The file", tuple(_file(rules))),
        Section("Columns", tuple(_column(field, part) for field, part in rules.fields.items())),
        Section("Delivery and pace", (rules.delivery.says, *(pace.says for pace in rules.timing))),
        Section("Costs", tuple(f"{cost.what}: {cost.says}" for cost in rules.costs)),
        Section("Where the documents are unsure", tuple(_unsure(rules))),
        Section("Documents", tuple(f"{one.title} {one.url or ''}".strip() for one in documents)),
    )
    return tuple(section for section in sections if section.lines)


def _profiles(rules: ProviderRules) -> Iterator[str]:
    for name, profile in rules.profiles.items():
        yield f"{name}: {profile.says}{_when(rules, name, profile)}"


def _when(rules: ProviderRules, name: str, profile: Profile) -> str:
    if name == rules.default_profile:
        return " This is the default."
    if rules.default_profile == MOST_ROWS and profile.automatic:
        return " Chosen when it makes most rows usable."
    return " Only when asked for."


def _matches(rules: ProviderRules) -> Iterator[str]:
    says = {
        "the person": "the same person, where what is required agrees.",
        "agreeing values": "anybody who agrees on what is required.",
    }
    for kind, who in says.items():
        names = [name for name, profile in rules.profiles.items() if profile.matches == kind]
        if names:
            yield f"In {series(names, 'and')}: {who}"


def _needs(rules: ProviderRules) -> Iterator[str]:
    for rule in rules.rules:
        node = rule.require or rule.advise
        if node is not None and not rule.mapping_only:
            must = "must have" if rule.require is not None and rule.severity == "error" else "should have"
            yield f"{_scope(rule)}{must} {_said(rules, rule, node)}. [{rule.id}]"


def _scope(rule: Rule) -> str:
    place = f"In {series(rule.profiles, 'or')}, a row " if rule.profiles else "A row "
    return f"{place}with {sentence(rule.when)} " if rule.when is not None else place


def _said(rules: ProviderRules, rule: Rule, node: Requirement) -> str:
    profile = rule.profiles[0] if rule.profiles else next(iter(rules.profiles))
    matching = rules.matching(profile)
    if node.all_of == "required fields":
        return "a value in each required field"
    return sentence(resolve(node, {"required fields": matching, "matching fields": matching}))


def _values(rules: ProviderRules) -> Iterator[str]:
    for rule in rules.rules:
        if rule.value is not None:
            cost = "what is not is left out" if rule.severity == "error" else "what is not is only a warning"
            yield f"{rule.says.removesuffix('.')}; {cost}. [{rule.id}]"


def _file(rules: ProviderRules) -> Iterator[str]:
    ends = "CRLF" if rules.file.newline == "crlf" else "LF"
    yield rules.file.says
    yield f"We write CSV in {rules.file.encoding.upper()}, lines ended by {ends}."
    for rule in rules.rules:
        if rule.limit is not None:
            yield f"{rule.says} [{rule.id}]"


def _column(field: Field, part: FieldRules) -> str:
    written = f", written as {part.form}" if part.form != "as is" else ""
    made = f", made of {series(words(one) for one in part.made_of)}" if part.made_of else ""
    hashed = f"; hashed as {part.hash.default}: {part.hash.says}" if part.hash and part.hash.default else ""
    return f"{part.wire}: {words(field)}{written}{made}{hashed}"


def _unsure(rules: ProviderRules) -> Iterator[str]:
    claims = (*rules.rules, *rules.timing, *rules.profiles.values(), rules.delivery, rules.file)
    for claim in claims:
        if claim.confidence != "stated" and claim.note:
            yield f"{claim.says} ({claim.confidence}) {' '.join(claim.note.split())}"
