"""Blocking: which pairs are worth comparing. Named exact keys, one hash join each, joined by UNION.

A rule finds the reference people who share its key with a list person. Where more than `cap` of them
do, the key says too little; they must then also share the rule's `refine` key, and a key that is still
too common is skipped. How many keys were refined and skipped is counted and reported.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

#: Most reference people that one key may bring a list person.
CAP = 40
#: Rows of a small reference, where rules that would be too loose elsewhere find the worst typed rows.
SMALL = 50_000


@dataclass(frozen=True)
class Rule:
    """One way in which the two rows of a person find each other."""

    name: str
    #: What must agree: names of `keys.PARTS`.
    key: tuple[str, ...]
    #: Features that must agree, too, where the key alone is too common.
    refine: tuple[str, ...] = ()
    #: Most reference people that one key may bring.
    cap: int = CAP
    #: Rows of the largest reference that it is asked of; in a larger one it would bring little but work.
    most_rows: int | None = None

    @property
    def needs(self) -> frozenset[str]:
        """Features that both sides must have."""
        return frozenset(name for part in self.key for name in _MADE_OF.get(part, (part,)))

    def unfit(self, shared: AbstractSet[str], reference_rows: int) -> str | None:
        """Say why the rule is not asked.

        Args:
            shared: Features that both sides have.
            reference_rows: Rows of the reference.

        Returns:
            The reason; null when the rule is asked.
        """
        if not self.needs <= shared:
            return f"one side lacks {', '.join(sorted(self.needs - shared))}"
        if reference_rows > (self.most_rows or reference_rows):
            return f"the reference has more than {self.most_rows:,} rows"
        return None


_MADE_OF = {
    "names": ("given", "surname"),
    "birth date": ("year", "month", "day"),
    "birthday": ("month", "day"),
    "last initial": ("surname",),
    "given_canon": ("given",),
    "given_sound": ("given",),
    "surname_sound": ("surname",),
    "initial": ("given",),
}

RULES: tuple[Rule, ...] = (
    Rule("voter id", ("identifier",)),
    Rule("email", ("email",)),
    Rule("phone", ("phone",), refine=("given_canon",)),
    Rule("birth date + last name by sound", ("birth date", "surname_sound"), refine=("given",)),
    Rule("birth date + first name", ("birth date", "given_canon"), refine=("surname",)),
    Rule("birth date + ZIP", ("birth date", "zip"), refine=("given_sound",)),
    Rule("names + birth year", ("names", "year"), refine=("zip",)),
    Rule("names + ZIP", ("names", "zip"), refine=("middle_initial",)),
    Rule("names + city", ("names", "city"), refine=("middle_initial",)),
    Rule("names", ("names",), cap=10, refine=("middle_initial",)),
    Rule("address + last name by sound", ("house", "street", "surname_sound"), refine=("given",)),
    Rule("address", ("house", "street"), cap=8, refine=("initial",)),
    Rule("house number + ZIP + first name by sound", ("house", "zip", "given_sound"), refine=("surname",)),
    Rule("names by sound + birth year", ("given_sound", "surname_sound", "year"), refine=("zip",)),
    Rule("first name + street", ("given_canon", "street"), cap=3, refine=("house",)),
    Rule("last name + ZIP", ("surname", "zip"), cap=8, refine=("initial",)),
    Rule("last name + birth year", ("surname", "year"), cap=5, refine=("initial",)),
    Rule("first name + ZIP + birth year", ("given_canon", "zip", "year"), cap=6, refine=("middle_initial",)),
    Rule(
        "first name + ZIP + last initial",
        ("given_canon", "zip", "last initial"),
        refine=("middle_initial",),
        cap=5,
    ),
    Rule("last name", ("surname",), cap=4, refine=("initial", "middle_initial")),
    Rule("names by sound", ("given_sound", "surname_sound"), cap=4, refine=("city",)),
    Rule("birth date", ("birth date",), cap=4, refine=("city",)),
    Rule("last name + house number", ("surname", "house"), cap=6, refine=("given",)),
    Rule("street", ("street",), cap=12, most_rows=SMALL),
    Rule("house number + city", ("house", "city"), cap=12, most_rows=SMALL),
    Rule("house number + ZIP", ("house", "zip"), cap=12, most_rows=SMALL),
    Rule("first name + city", ("given_canon", "city"), cap=12, most_rows=SMALL),
    Rule("last name + city", ("surname", "city"), cap=12, most_rows=SMALL),
    Rule("first name by sound + ZIP", ("given_sound", "zip"), cap=12, most_rows=SMALL),
    Rule("last name by sound + ZIP", ("surname_sound", "zip"), cap=12, most_rows=SMALL),
    Rule("last name by sound + first initial", ("surname_sound", "initial"), cap=12, most_rows=SMALL),
    Rule("birth month and day + ZIP", ("birthday", "zip"), cap=12, most_rows=SMALL),
)  # fmt: skip
