"""What the model cannot see: names that one part of a rule file uses and another must define."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from matchprep.errors import did_you_mean
from matchprep.fields import Field
from matchprep.rulebook.fault import Fault
from matchprep.rulebook.model import MOST_ROWS, FieldRules, ProviderRules, Rule
from matchprep.rulebook.parse import Path
from matchprep.rulebook.part import Cited, Named, Part, Source
from matchprep.rulebook.reach import unreachable_rules


def faults(rules: ProviderRules) -> Iterator[Fault]:
    """Find names that lead nowhere, ids used twice, and rules that can never speak.

    Args:
        rules: A rule file that fits the model.

    Yields:
        Each fault.
    """
    yield from _unknown_documents(rules)
    yield from _unknown_fields(rules)
    yield from _unknown_profiles(rules)
    yield from _repeated_ids(rules)
    yield from _unsure_without_note(rules)
    yield from _broken_patterns(rules)
    yield from _unreachable(rules)
    yield from unreachable_rules(rules)
    yield from _value_without_reason(rules)


def _parts(part: object, path: Path = ()) -> Iterator[tuple[Path, Part]]:
    if isinstance(part, Part):
        yield path, part
        for name in type(part).model_fields:
            key = type(part).model_fields[name].alias or name
            yield from _parts(getattr(part, name), (*path, key))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _parts(value, (*path, str(key)))
    elif isinstance(part, tuple):
        for index, value in enumerate(part):
            yield from _parts(value, (*path, index))


def _unknown_documents(rules: ProviderRules) -> Iterator[Fault]:
    for path, part in _parts(rules):
        if isinstance(part, Source) and part.document not in rules.documents:
            hint = did_you_mean(part.document, rules.documents)
            yield Fault(path, f"unknown document {part.document}", hint)


def _unknown_fields(rules: ProviderRules) -> Iterator[Fault]:
    def check(path: Path, fields: Iterable[Field]) -> Iterator[Fault]:
        for field in fields:
            if field not in rules.fields:
                hint = did_you_mean(field, [str(known) for known in rules.fields])
                yield Fault(path, f"{field} is not among the fields of this provider", hint)

    for field, part in rules.fields.items():
        yield from check(("fields", str(field), "made_of"), part.made_of)
        yield from check(("fields", str(field), "hash", "given"), _given(part))
    for index, rule in enumerate(rules.rules):
        yield from check(("rules", index), _fields_of(rule))
    for name, profile in rules.profiles.items():
        yield from check(("profiles", name, "columns"), profile.columns)
        for index, choice in enumerate(profile.choices):
            yield from check(("profiles", name, "choices", index), choice.required)
            for field in choice.required:
                if field in rules.fields and "required" not in rules.fields[field].roles:
                    yield Fault(("profiles", name, "choices", index), f"{field} may not be a required field")


def _given(part: FieldRules) -> tuple[Field, ...]:
    return (part.hash.given,) if part.hash is not None and part.hash.given is not None else ()


def _fields_of(rule: Rule) -> Iterator[Field]:
    for requirement in (rule.when, rule.require, rule.advise, rule.forbid):
        if requirement is not None:
            yield from requirement.fields()
    if rule.value is not None:
        yield rule.value.field
    if rule.unique is not None:
        yield rule.unique
    if rule.selected is not None:
        yield rule.selected.field


def _unknown_profiles(rules: ProviderRules) -> Iterator[Fault]:
    known = [*rules.profiles, MOST_ROWS]
    if rules.default_profile not in known:
        what = f"unknown profile {rules.default_profile}"
        yield Fault(("default_profile",), what, did_you_mean(rules.default_profile, known))
    for index, rule in enumerate(rules.rules):
        for name in rule.profiles:
            if name not in rules.profiles:
                path = ("rules", index, "profiles")
                yield Fault(path, f"unknown profile {name}", did_you_mean(name, rules.profiles))


def _repeated_ids(rules: ProviderRules) -> Iterator[Fault]:
    named = [(path, part.id) for path, part in _parts(rules) if isinstance(part, Named)]
    counts = Counter(name for _, name in named)
    seen: set[str] = set()
    for path, name in named:
        if counts[name] > 1 and name in seen:
            yield Fault((*path, "id"), f"the id {name} is used twice", "Give each rule an id of its own.")
        seen.add(name)


def _unsure_without_note(rules: ProviderRules) -> Iterator[Fault]:
    for path, part in _parts(rules):
        if isinstance(part, Cited) and part.confidence != "stated" and not part.note:
            what = f"confidence is {part.confidence}, and no note says why"
            yield Fault((*path, "confidence"), what, "Add `note:` with the reason and the side taken.")


def _broken_patterns(rules: ProviderRules) -> Iterator[Fault]:
    for path, part in _parts(rules):
        for name in ("matches", "prefer"):
            pattern = getattr(part, name, None)
            if isinstance(pattern, str):
                try:
                    re.compile(pattern)
                except re.error as error:
                    yield Fault((*path, name), f"this is not a regular expression ({error.msg})")


def _unreachable(rules: ProviderRules) -> Iterator[Fault]:
    columns = {field for profile in rules.profiles.values() for field in profile.columns}
    hashes = {part.hash.given for part in rules.fields.values() if part.hash}
    used = {field for rule in rules.rules for field in _fields_of(rule)} | columns | hashes
    for field, part in rules.fields.items():
        used |= set(part.made_of) if field in used else set()
    for field, part in rules.fields.items():
        if field not in used and part.purpose != "extra":
            what = f"no profile writes {field} and no rule speaks of it"
            yield Fault(("fields", str(field)), what, "Add it to the columns of a profile, or drop it.")


def _value_without_reason(rules: ProviderRules) -> Iterator[Fault]:
    for index, rule in enumerate(rules.rules):
        if rule.value is not None and rule.severity == "error" and not rule.reason:
            what = f"{rule.id} sets values aside, and no `reason:` says why in a clause"
            yield Fault(("rules", index), what, "As in `reason: phone is not a number of the United States`.")
