"""Rules that can never speak, and rules that no list can satisfy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from matchprep.fields import Field
from matchprep.rulebook.fault import Fault
from matchprep.rulebook.model import ProviderRules, Rule
from matchprep.rulebook.requirement import Requirement, holds, resolve

#: All sets of so many fields are tried; of more, none.
_MOST = 12


def unreachable_rules(rules: ProviderRules) -> Iterator[Fault]:
    """Find rules that can never speak, and requirements that nothing can satisfy.

    Args:
        rules: A rule file that fits the model.

    Yields:
        Each fault.
    """
    for index, rule in enumerate(rules.rules):
        path = ("rules", index)
        profiles = [name for name in rules.profiles if not rule.profiles or name in rule.profiles]
        if rule.value is not None and not _goes_out(rules, profiles, rule.value.field):
            what = f"{rule.id} can never speak: no profile it holds in writes {rule.value.field}"
            yield Fault(path, what, "Name another profile, or add the field to the columns of one.")
        if rule.limit is not None and not _bounds(rule):
            what = f"{rule.id} can never be met: rows_min is greater than rows_max, or neither is given"
            yield Fault((*path, "limit"), what, "Give rows_min, rows_max, or both in order.")
        for key in ("when", "require", "advise", "forbid"):
            node = getattr(rule, key)
            if node is not None and not _possible(node, rules, profiles):
                speaks = "can never speak" if key in {"when", "forbid"} else "can never be met"
                yield Fault(
                    (*path, key), f"{rule.id} {speaks}: no fields satisfy its {key}", "Check none_of."
                )


def _goes_out(rules: ProviderRules, profiles: list[str], field: Field) -> bool:
    columns = {column for name in profiles for column in rules.profiles[name].columns}
    parts = {part for column in columns if column in rules.fields for part in rules.fields[column].made_of}
    return field in columns | parts


def _bounds(rule: Rule) -> bool:
    assert rule.limit is not None  # noqa: S101 - the caller asked
    least, most = rule.limit.rows_min, rule.limit.rows_max
    return (least, most) != (None, None) and (least is None or most is None or least <= most)


def _possible(node: Requirement, rules: ProviderRules, profiles: list[str]) -> bool:
    matching = tuple(dict.fromkeys(field for name in profiles for field in rules.profiles[name].columns))
    groups = dict.fromkeys(("required fields", "optional fields", "matching fields"), matching)
    written = resolve(node, groups)
    fields = list(dict.fromkeys(written.fields()))
    if len(fields) > _MOST:
        return True
    sets = chain.from_iterable(combinations(fields, size) for size in range(len(fields) + 1))
    return any(holds(written, some) for some in sets)
