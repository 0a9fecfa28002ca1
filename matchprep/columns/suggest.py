"""Suggesting what each column is: first by its header, then by its values, then so that all of them agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from matchprep.columns.agree import Guess, agree
from matchprep.columns.aliases import Alias, load_aliases, match_name
from matchprep.columns.content import SAMPLE_ROWS, Content, load_forms, measure
from matchprep.columns.headless import by_neighbors
from matchprep.columns.model import ColumnMap, Suggestion
from matchprep.columns.spelling import key, words
from matchprep.fields import Field
from matchprep.tables import ROW_ID


class Correction(NamedTuple):
    """When the values of a column contradict its header.

    Args:
        says: Fields that the header may say.
        form: The form that is looked for in the values.
        least: Smallest share of it.
        most: Largest share of it.
        field: What the column is then; null to leave it alone.
        why: The reason; `{share}` stands for the share.
    """

    says: frozenset[Field]
    form: str
    least: float
    most: float
    field: Field | None
    why: str


class Sighting(NamedTuple):
    """When the values of a column say what it is, where its header says nothing.

    Args:
        form: The form of the values.
        least: Smallest share of it.
        field: What the column is then.
        confidence: From 0 to 1.
        why: What the values are, in words.
        unless: Kinds of header or value that speak against it; see `_speaks_against`.
    """

    form: str
    least: float
    field: Field
    confidence: float
    why: str
    unless: frozenset[str] = frozenset()


_ANY = frozenset(Field) - {Field.ID, Field.EMAIL}
_CORRECTIONS = (
    Correction(_ANY, "email", 0.8, 1, Field.EMAIL, "{share} of its values are email addresses"),
    Correction(
        frozenset({Field.EMAIL}), "digest", 0.8, 1, Field.EMAIL_HASH, "{share} of its values are digests"
    ),
    Correction(
        frozenset({Field.PHONE}), "digest", 0.8, 1, Field.PHONE_HASH, "{share} of its values are digests"
    ),
    Correction(
        frozenset({Field.EMAIL}), "email", 0, 0.05, None, "its header says email, but its values are none"
    ),
    Correction(
        frozenset({Field.PHONE}),
        "seven_digits",
        0,
        0.05,
        None,
        "its header says phone, but its values are none",
    ),
    Correction(
        frozenset({Field.PHONE}), "local_phone", 0.8, 1, Field.PHONE_LOCAL, "its values have no area code"
    ),
    Correction(frozenset({Field.DOB}), "day", 0.8, 1, Field.BIRTH_DAY, "its values are days of a month"),
    Correction(frozenset({Field.DOB}), "year", 0.8, 1, Field.BIRTH_YEAR, "its values are years"),
    Correction(
        frozenset({Field.ADDRESS}),
        "one_line_address",
        0.5,
        1,
        Field.FULL_ADDRESS,
        "{share} of its values are whole addresses",
    ),
    Correction(
        frozenset({Field.FULL_ADDRESS}),
        "one_line_address",
        0,
        0.2,
        Field.ADDRESS,
        "its values have no city and ZIP",
    ),
    Correction(
        frozenset({Field.FIRST_NAME}),
        "two_people",
        0.2,
        1,
        Field.FIRST_NAME_COMBINED,
        "{share} of its values name two people",
    ),
)
_SIGHTINGS = (
    Sighting("email", 0.8, Field.EMAIL, 0.9, "email addresses"),
    Sighting("phone", 0.8, Field.PHONE, 0.8, "phone numbers", frozenset({"identifier"})),
    Sighting("one_line_address", 0.8, Field.FULL_ADDRESS, 0.7, "whole addresses"),
    Sighting("street_line", 0.6, Field.ADDRESS, 0.7, "street addresses"),
    Sighting("state", 0.95, Field.STATE, 0.7, "states"),
    Sighting("gender", 0.98, Field.GENDER, 0.6, "genders"),
    Sighting("date", 0.8, Field.DOB, 0.6, "dates, few of them recent", frozenset({"event", "recent"})),
    Sighting("zip", 0.95, Field.ZIP, 0.5, "ZIP codes by their form", frozenset({"identifier", "distinct"})),
)


def suggest_columns(frame: pl.LazyFrame) -> ColumnMap:
    """Suggest what each column of a list is, and say why.

    Headers are compared with the table of aliases; the values of a sample correct what the header says
    and decide where it says nothing. Of several addresses one is chosen, residence before mailing.
    Several columns may be phones or emails; of any other field the better column is taken.

    Args:
        frame: RAW.

    Returns:
        One suggestion a column.

    Columns: RAW -> unchanged.
    """
    columns = [name for name in frame.collect_schema().names() if name != ROW_ID]
    contents = measure(frame, columns)
    guesses = [_guess(column, contents[column]) for column in columns]
    settled = agree(by_neighbors(guesses, contents), contents)
    return ColumnMap(tuple(_with_identifier(settled, contents)))


def _guess(column: str, content: Content) -> Guess:
    named = match_name(column)
    if named:
        return _corrected(Guess(column, **named._asdict()), content)
    if key(column) in load_aliases().not_people:
        return Guess.none(column, "its header is known to be something else")
    return _by_content(column, content)


def _corrected(guess: Guess, content: Content) -> Guess:
    """Let the values have the last word where they contradict the header."""
    if not content.filled:
        return guess
    for rule in _CORRECTIONS:
        share = content.share(rule.form)
        if guess.field in rule.says and rule.least <= share <= rule.most:
            why = rule.why.format(share=f"{share:.0%}")
            return guess.turned(rule.field, why) if rule.field else Guess.none(guess.column, why)
    return guess


def _by_content(column: str, content: Content) -> Guess:
    """What the values say where the header says nothing."""
    for rule in _SIGHTINGS:
        share = content.share(rule.form)
        if share >= rule.least and not any(_speaks_against(kind, column, content) for kind in rule.unless):
            why = f"{share:.0%} of its values are {rule.why}"
            return Guess(column, Alias(rule.field, 0, 99), why=why, confidence=rule.confidence)
    return Guess.none(column, "neither its header nor its values say what it is")


def _speaks_against(kind: str, column: str, content: Content) -> bool:
    forms, said = load_forms(), words(column)
    if kind == "identifier":
        return not forms.identifiers.isdisjoint(said) and content.share("phone_written") < 0.2
    if kind == "event":
        return not forms.events.isdisjoint(said)
    if kind == "recent":
        return content.share("recent") >= 0.15
    return content.unique >= 0.9


def _with_identifier(settled: Sequence[Suggestion], contents: Mapping[str, Content]) -> list[Suggestion]:
    """Where no header names the identifier: the first column that ends like one and never repeats."""
    if any(one.field is Field.ID for one in settled):
        return list(settled)
    found = next((one for one in settled if one.field is None and _may_identify(one.column, contents)), None)
    if found is None:
        return list(settled)
    why = f"its header ends like an identifier's and its first {SAMPLE_ROWS:,} values are distinct"
    named = Suggestion(found.column, Field.ID, why, 0.6)
    return [named if one is found else one for one in settled]


def _may_identify(column: str, contents: Mapping[str, Content]) -> bool:
    parts = words(column)
    if not parts or key(column) in load_aliases().not_people or match_name(column):
        return False
    ends = parts[-1] in load_forms().identifiers or (len(parts) == 1 and parts[0].endswith("id"))
    content = contents[column]
    return ends and content.filled > 0.999 and content.unique > 0.999
