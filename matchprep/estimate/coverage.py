"""What part of a provider's universe a reference is, as the user says it, and what that assumes.

    whole               it is the universe: the forecast is that of matching against it
    CA, state:CA,NY     it holds these states only
    sample:0.05         it is a random sample of the people of the universe, here one of twenty
    vintage:2024-11     it is the universe as it was then; or its age, `vintage:18m`, `vintage:1.5y`

These may be combined: `CA+sample:10%+vintage:2024`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from matchprep.errors import UsageError, did_you_mean
from matchprep.normalize.place import states_by_prefix

#: Part of the people on file who leave it within a year (deaths, removals), and how sure that is.
#: Source: U.S. Election Assistance Commission, Election Administration and Voting Survey 2022: 19.3
#: million registrations removed in two years, of some 226 million on file.
LEAVE_A_YEAR, LEAVE_DOUBT = 0.043, 0.02
#: Part of the people not on file who come onto it within a year; an assumption, hence its width.
JOIN_A_YEAR, JOIN_DOUBT = 0.06, 0.04
#: Standard deviation of match rates between states.
#: Source: U.S. Census Bureau, Current Population Survey, November 2022: registered adults are 56 % (Florida)
#: to 77 % (Oregon) of a state's.
STATES_DOUBT = 0.05
_DAYS_A_YEAR = 365.25
_KINDS = ("whole", "state", "sample", "vintage")
_HINT = "Say whole, CA, state:CA,NY, sample:0.05 or vintage:2024-11; join several with +."


@dataclass(frozen=True)
class Coverage:
    """What a reference is of the provider's universe."""

    #: The only states it holds; empty for all.
    states: tuple[str, ...] = ()
    #: The part of the universe's people that it holds, drawn at random.
    fraction: float = 1.0
    #: How old it is.
    years: float = 0.0
    #: Whether the user said so; otherwise it is an assumption of ours.
    said: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the reference is taken for the universe itself."""
        return not self.states and self.fraction == 1 and self.years == 0

    def __str__(self) -> str:
        """Write it as the user would."""
        parts = [
            f"state:{','.join(self.states)}" if self.states else "",
            f"sample:{self.fraction:g}" if self.fraction < 1 else "",
            f"vintage:{self.years:.2g}y" if self.years else "",
        ]
        return "+".join(filter(None, parts)) or "whole"

    def assumptions(self) -> Iterator[str]:
        """Say in sentences what the forecast assumes of the reference."""
        if self.is_whole:
            yield (
                "The reference is taken for the provider's whole universe"
                f"{'' if self.said else ', because --coverage does not say otherwise'}: whom it lacks, the"
                " provider is taken to lack."
            )
        if self.states:
            yield (
                f"The reference holds {_and(self.states)} only. It cannot answer for rows of other states;"
                " they are taken to match as rows of the same completeness do here, give or take"
                f" {STATES_DOUBT:.0%} a state."
            )
        if self.fraction < 1:
            yield (
                f"The reference is taken for a random {self.fraction:.3g} part of the people of the universe"
                f" (not of its households): what was found stands for {1 / self.fraction:.3g} times as much."
            )
        if self.years:
            yield (
                f"The reference is {self.years:.2g} years old. In a year {LEAVE_A_YEAR:.1%} of the people on"
                f" file are taken to leave it (give or take {LEAVE_DOUBT:.0%}) and {JOIN_A_YEAR:.0%} of the"
                f" others to come onto it (give or take {JOIN_DOUBT:.0%})."
            )


WHOLE = Coverage()


def coverage_of(texts: Sequence[str], *, today: dt.date | None = None) -> Coverage:
    """Understand what the user says of a reference.

    Args:
        texts: As above; several are combined.
        today: The day to reckon an age to; by default the present one, in UTC.

    Returns:
        The same as numbers; nothing said is the whole universe, as an assumption.

    Raises:
        UsageError: A text is none of these.

    Example:
        >>> str(coverage_of(["CA", "sample:5%"]))
        'state:CA+sample:0.05'
    """
    found = replace(WHOLE, said=bool(texts))
    for text in (part.strip() for one in texts for part in one.split("+")):
        kind, separator, value = text.partition(":")
        if kind.lower() == "whole" and not separator:
            continue
        if kind.lower() == "sample":
            found = replace(found, fraction=found.fraction * _fraction(value))
        elif kind.lower() == "vintage":
            found = replace(found, years=_age(value, today or dt.datetime.now(dt.UTC).date()))
        elif kind.lower() == "state" or not separator:
            found = replace(found, states=tuple(sorted({*found.states, *_states(value or text)})))
        else:
            raise UsageError(f"unknown coverage {kind}", where="coverage", hint=did_you_mean(kind, _KINDS))
    return found


def _fraction(text: str) -> float:
    percent = text.endswith("%")
    try:
        value = float(text.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise UsageError(
            f"a sample is a part of the universe, and {text!r} is none",
            where="coverage",
            hint="Write sample:0.05 or sample:5%.",
        )
    return value


def _states(text: str) -> list[str]:
    known = {state for states in states_by_prefix().values() for state in states}
    given = [one.strip().upper() for one in text.split(",")]
    for one in given:
        if one not in known:
            raise UsageError(f"{one or 'nothing'} is no state", where="coverage", hint=_HINT)
    return given


def _age(text: str, today: dt.date) -> float:
    if aged := re.fullmatch(r"(\d+(?:\.\d+)?)\s*([my]?)", text):
        number, unit = float(aged[1]), aged[2]
        if unit or number < 100:
            return number / 12 if unit == "m" else number
    if dated := re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text):
        year, month, day = (int(part or 0) for part in dated.groups())
        try:
            # NOTE: the middle of what is left open.
            then = dt.date(year, month or 7, day or (15 if month else 1))
        except ValueError:
            then = today
        return max((today - then).days / _DAYS_A_YEAR, 0.0)
    raise UsageError(
        f"{text!r} is neither a date nor an age",
        where="coverage",
        hint="Write vintage:2024-11, vintage:18m or vintage:1.5y.",
    )


def _and(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
