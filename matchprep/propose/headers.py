"""Which header of the list stands for which field of the provider."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from matchprep.check.ways import Way
from matchprep.columns import ColumnMap
from matchprep.fields import Field
from matchprep.rulebook import ProviderRules


@dataclass(frozen=True)
class Chosen:
    """One column of the list that takes part.

    Args:
        header: Its header.
        why: Why it was understood so.
        field: The provider's field.
        digests: Whether it holds digests of the field, made before the list came to us.
    """

    header: str
    why: str
    field: Field
    digests: bool = False


def chosen_headers(
    rules: ProviderRules, columns: ColumnMap, way: Way, *, without: Collection[Field] = ()
) -> tuple[Chosen, ...]:
    """Choose one column a field, in the order of the provider's fields.

    Args:
        rules: The provider.
        columns: What the columns of the list were taken for.
        way: How the list shall be sent.
        without: Fields to leave out.

    Returns:
        The columns that take part. The full name stands in where first and last name are not both there.
    """
    surest = _surest(columns)
    found = []
    for field in _wanted(rules, way, frozenset(surest)):
        if field in without:
            continue
        part = rules.fields[field]
        given = part.hash.given if part.hash else None
        if field in surest:
            found.append(Chosen(*surest[field], field))
        elif given is not None and given in surest:
            found.append(Chosen(*surest[given], field, digests=True))
    return tuple(found)


def _surest(columns: ColumnMap) -> Mapping[Field, tuple[str, str]]:
    """Take the surest column of each field, the first of several."""
    best: dict[Field, tuple[float, str, str]] = {}
    for one in columns.suggestions:
        if one.field is not None and one.confidence > best.get(one.field, (-1.0, "", ""))[0]:
            best[one.field] = (one.confidence, one.column, one.why)
    return {field: (column, why) for field, (_, column, why) in best.items()}


def _wanted(rules: ProviderRules, way: Way, there: frozenset[Field]) -> list[Field]:
    profile = rules.profiles[way.profile]
    everywhere = {field for one in rules.profiles.values() for field in one.columns}
    digests = {part.hash.given for part in rules.fields.values() if part.hash}
    # What no profile writes, because we write something better in its place, the list may still have.
    stand_in = [
        field
        for field, part in rules.fields.items()
        if field in there - everywhere - digests and part.purpose == "matching"
    ]
    wanted = [*profile.columns, *stand_in]
    parsed = {Field.FIRST_NAME, Field.LAST_NAME}
    whole = Field.FULL_NAME in wanted and not parsed <= there
    unwanted = parsed if whole else {Field.FULL_NAME}
    return [field for field in wanted if field not in unwanted]
