"""What a comparison is: levels, and the few forms that their conditions take."""

from __future__ import annotations

import re
from dataclasses import dataclass

MISSING = "missing"

#: How many reference people share a value: name -> the features that make up the value.
SHARERS: dict[str, tuple[str, ...]] = {
    "initial_sharers": ("initial",),
    "given_sharers": ("given",),
    "given_canon_sharers": ("given_canon",),
    "surname_sharers": ("surname",),
    "birth_sharers": ("year", "month", "day"),
    "year_sharers": ("year",),
    "place_sharers": ("house", "street", "zip"),
    "line_sharers": ("house", "street"),
    "zip_sharers": ("zip",),
    "city_sharers": ("city",),
    "state_sharers": ("state",),
    "phone_sharers": ("phone",),
    "email_sharers": ("email",),
    "identifier_sharers": ("identifier",),
}


@dataclass(frozen=True)
class Level:
    """One way two values agree or differ."""

    #: Name, in the words of the report.
    name: str
    #: SQL condition; the last level of a comparison is `TRUE`.
    when: str
    #: The kind of evidence that this level is a share of.
    form: str = "full"
    #: SQL for the number of reference people who share the value, where the level is an equality.
    sharers: str | None = None
    #: Of people who are not in the reference, the share whose value somebody there has. Everyone's first
    #: name is borne by others, too; a phone is handed on now and then, an email hardly ever.
    reach: float = 1.0

    @property
    def features(self) -> tuple[str, ...]:
        """The features without which nobody can be a sharer."""
        values = [SHARERS[name] for name in re.findall(r"l\.(\w+_sharers)", self.sharers or "")]
        return tuple(name for name in (values[0] if values else ()) if all(name in one for one in values))


@dataclass(frozen=True)
class Comparison:
    """The levels of one field."""

    name: str
    #: Features that both sides must have for the comparison to take place at all.
    needs: tuple[str, ...]
    #: SQL condition under which nothing can be said.
    missing: str
    levels: tuple[Level, ...]
    #: Features of which one is enough, where `needs` is empty.
    any_of: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The names of the levels by their numbers."""
        return [MISSING, *(level.name for level in self.levels)]


#: What is left when nothing else agrees.
DIFFERS = Level("differs", "TRUE")


def exact(feature: str, *, reach: float = 1.0) -> Level:
    """Make the level of one value on both sides, which tells more the fewer share it.

    Args:
        feature: The value.
        reach: As of a level.

    Returns:
        The level.
    """
    return Level("exact", same(feature), sharers=f"l.{feature}_sharers", reach=reach)


def same(feature: str) -> str:
    """Write that both sides have one value.

    Args:
        feature: The value.

    Returns:
        SQL.
    """
    return f"l.{feature} = r.{feature}"


def lacks(feature: str) -> str:
    """Write that a side has no value.

    Args:
        feature: The value.

    Returns:
        SQL, not in brackets.
    """
    return f"l.{feature} IS NULL OR r.{feature} IS NULL"


def both(*features: str) -> str:
    """Write that both sides have values.

    Args:
        features: The values.

    Returns:
        SQL in brackets.
    """
    return f"({' AND '.join(f'l.{one} IS NOT NULL AND r.{one} IS NOT NULL' for one in features)})"


def similarity(feature: str) -> str:
    """Write how alike two values are.

    Args:
        feature: The value.

    Returns:
        SQL of a number from 0 to 1.
    """
    return f"jaro_winkler_similarity(l.{feature}, r.{feature})"


def begins(feature: str) -> str:
    """Write that a value is the beginning of the other.

    Args:
        feature: The value.

    Returns:
        SQL, not in brackets.
    """
    return f"starts_with(l.{feature}, r.{feature}) OR starts_with(r.{feature}, l.{feature})"
