"""The way that uses most rows, its document, and the reasons in words."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from matchprep.check import Finding
from matchprep.check.ways import Way, ways_of
from matchprep.columns import ColumnMap
from matchprep.errors import InputError
from matchprep.fields import Field
from matchprep.propose import documents
from matchprep.propose.headers import Chosen, chosen_headers
from matchprep.read import People, SourceFacts
from matchprep.rulebook import ProviderRules, words

#: The samples of a mapping document are the values of so many rows.
SAMPLE_ROWS = 3
#: What stands for a person's value where it is printed.
MASK = "***"
#: So many other ways are named.
_OTHERS = 5


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A mapping document, ready for the provider.

    Args:
        kind: selection, columns, upload or headers.
        document: The document. It may hold values of people: write it to a file of its owner's only.
        way: The way of sending that it stands for.
        rows: All rows of the list.
        explanation: Why it is so, a sentence each; no values of people.
    """

    kind: documents.Kind
    document: Mapping[str, Any]
    way: Way
    rows: int
    explanation: tuple[str, ...]

    def __repr__(self) -> str:
        """Show the kind and the way, never the document."""
        return f"Proposal(kind={self.kind!r}, way={self.way!r})"

    @property
    def shown(self) -> Mapping[str, Any]:
        """The document with a mask in the place of each value of a person."""
        masked = copy.deepcopy(dict(self.document))
        values = masked.get("metadata", {}).get("columnValues", {})
        for header, samples in values.items():
            values[header] = [MASK for _ in samples]
        return masked


def propose_mapping(
    people: People,
    columns: ColumnMap,
    clean: pl.LazyFrame | pl.DataFrame,
    rules: ProviderRules,
    *,
    profile: str | None = None,
) -> Proposal:
    """Propose the provider's own mapping document for a list.

    Fields are required only where the provider or the rule file's choice wants them to be; every other
    column is optional, because an optional column never costs a row.

    Args:
        people: The list, as read.
        columns: What its columns were taken for.
        clean: CLEAN of it.
        rules: The provider.
        profile: Only this way of using the provider.

    Returns:
        The document of the way under which most rows are usable, among those whose document passes the
        provider's own rules.

    Raises:
        InputError: No column of the list can be mapped to what the provider needs.
        UsageError: The provider has no such profile.
    """
    ways = ways_of(clean, rules, profile=profile)
    samples, repeated = _samples(people), _repeated(clean.lazy(), rules)
    found: list[Finding] = []
    for way in ways:
        chosen = chosen_headers(rules, columns, way, without=repeated)
        document = _document(rules, way, chosen, people.facts, samples)
        found = list(documents.faults(rules, way, document, chosen, people.facts))
        if not found:
            reasons = _explanation(rules, way, ways, chosen, people.facts)
            left_out = (f"The {words(one)} is left out, because it repeats." for one in repeated)
            explanation = (*reasons, *left_out)
            kind = documents.kind_of(rules)
            return Proposal(
                kind=kind, document=document, way=way, rows=people.facts.rows, explanation=explanation
            )
    raise InputError(
        f"no columns of the list can be mapped to what {rules.name} needs",
        where=people.facts.name,
        hint=" ".join(dict.fromkeys(one.do for one in found)) or None,
    )


def _repeated(clean: pl.LazyFrame, rules: ProviderRules) -> tuple[Field, ...]:
    """Name the fields that must differ from row to row, and do not."""
    there = clean.collect_schema().names()
    fields = [rule.unique for rule in rules.rules if rule.unique is not None and rule.unique in there]
    if not fields:
        return ()
    several = [(pl.col(field).count() > pl.col(field).drop_nulls().hash().n_unique()) for field in fields]
    repeats = clean.select(several).collect(engine="streaming").row(0)
    return tuple(field for field, repeat in zip(fields, repeats, strict=True) if repeat)


def _samples(people: People) -> dict[str, list[str]]:
    headers = list(people.facts.columns)
    first = people.frame.select(pl.col(headers).fill_null("")).head(SAMPLE_ROWS).collect()
    return first.to_dict(as_series=False)


def _document(
    rules: ProviderRules,
    way: Way,
    chosen: Sequence[Chosen],
    facts: SourceFacts,
    samples: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    match documents.kind_of(rules):
        case "selection":
            return documents.selection(rules, way, chosen)
        case "columns":
            return documents.columns(rules, way, chosen, facts, samples)
        case "upload":
            return documents.upload(rules, way, facts)
        case "headers":
            return documents.headers(rules, chosen)


def _explanation(
    rules: ProviderRules, way: Way, ways: Sequence[Way], chosen: Sequence[Chosen], facts: SourceFacts
) -> Iterator[str]:
    usable = f"{way.usable:,} of {facts.rows:,} rows are usable"
    yield f"{_named(way)}: {usable}. {rules.profiles[way.profile].says}"
    others = [one for one in ways if one is not way and one.usable][:_OTHERS]
    if others:
        yield f"Instead of: {'; '.join(f'{_named(one)}: {one.usable:,} rows' for one in others)}."
    for one in chosen:
        part = rules.fields[one.field]
        held = f"digests of {words(one.field)}" if one.digests else words(one.field)
        yield f"{one.header}: {held}{_role(rules, way, one)}, because {one.why}." + (
            f" {part.says}" if part.says else ""
        )
    if documents.kind_of(rules) == "upload":
        yield "`matchprep run` writes the file to upload; write the key that comes back into the document."
    else:
        yield "This is for the list as it is; `matchprep run` writes a cleaner one, which can be mapped too."


def _named(way: Way) -> str:
    required = ", ".join(words(field) for field in way.required)
    return f"profile {way.profile}{f' with {required} required' if required else ''}"


def _role(rules: ProviderRules, way: Way, one: Chosen) -> str:
    if documents.kind_of(rules) != "selection":
        return ""
    return ", required" if documents.is_required(rules, way, one.field) else ", optional"
