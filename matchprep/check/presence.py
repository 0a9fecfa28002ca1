"""Which fields a row has, as the provider sees it: there, of the right form, or hashed beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from dataclasses import field as made

import polars as pl

from matchprep.check.values import passes
from matchprep.errors import UsageError, did_you_mean
from matchprep.fields import Field
from matchprep.normalize.hashes import hash_algorithm
from matchprep.rulebook import FieldRules, ProviderRules, Rule, unreadable, words
from matchprep.rulebook.model import Algorithm
from matchprep.tables import INVALID


@dataclass
class Facts:
    """What has to be known of each row, each under a name of its own."""

    known: dict[str, pl.Expr] = made(default_factory=dict)

    def column(self, name: str, expr: pl.Expr) -> pl.Expr:
        """Remember a fact, and stand for it.

        Args:
            name: Its name; the same name always means the same expression.
            expr: A boolean expression over CLEAN, never null.

        Returns:
            The column that will hold it.
        """
        self.known.setdefault(name, expr)
        return pl.col(name)


@dataclass(frozen=True)
class Presence:
    """The fields of one table under one profile.

    Args:
        rules: The provider.
        profile: The profile's name.
        columns: The columns of the table.
        algorithm: The hash asked for, if another than the field's own; `raw` for none.
        supposed: A field to take for granted, to see what it would bring.
        facts: Where to put what has to be known of each row, so that it is worked out once; without it
            the expressions stand on the columns themselves.
    """

    rules: ProviderRules
    profile: str
    columns: frozenset[str]
    algorithm: str | None = None
    supposed: Field | None = None
    facts: Facts | None = None

    def _fact(self, name: str, expr: pl.Expr) -> pl.Expr:
        return self.facts.column(name, expr) if self.facts is not None else expr

    def passes(self, rule: Rule) -> pl.Expr:
        """Say where a value breaks no rule of severity error; true where there is no value."""
        assert rule.value is not None  # noqa: S101 - the caller asked
        expr = passes(rule.value, self.column(rule.value.field), self.columns)
        return self._fact(f"passes {rule.id}", expr.fill_null(value=True))

    def written(self, column: str) -> pl.Expr:
        """Say where a column holds anything."""
        return self._fact(f"written {column}", pl.col(column).is_not_null())

    def invalid(self, field: Field) -> pl.Expr:
        """Say where something is written that cannot be read as the field."""
        return self._fact(f"invalid {field}", pl.col(f"{field}{INVALID}").fill_null(value=False))

    def column(self, field: Field) -> str:
        """Name the column of CLEAN that holds a field."""
        part = self.rules.fields.get(field)
        return (part.column if part else None) or str(field)

    def hash_of(self, field: Field) -> Algorithm | None:
        """Name the algorithm that a field is hashed with here, if it is."""
        part = self.rules.fields[field]
        if part.hash is None or not self.rules.profiles[self.profile].hashed:
            return None
        if self.algorithm == "raw":
            return None if part.hash.raw else part.hash.default
        return next((name for name in part.hash.algorithms if name == self.algorithm), part.hash.default)

    def given(self, field: Field) -> str | None:
        """Name the column of digests that came with the list and can stand for a field, if there is one."""
        part = self.rules.fields.get(field)
        if part is None or part.hash is None or part.hash.given is None or self.hash_of(field) is None:
            return None
        return str(part.hash.given) if part.hash.given in self.columns else None

    def by_algorithm(self) -> Iterator[Presence]:
        """Vary the hash where the list decides it: digests came with it, and no values beside them."""
        yield self
        if self.algorithm is not None:
            return
        for field in self.rules.profiles[self.profile].columns:
            part = self.rules.fields[field]
            if part.hash is not None and self.given(field) and self.column(field) not in self.columns:
                for name in part.hash.algorithms:
                    if name != part.hash.default:
                        yield replace(self, algorithm=name)

    def available(self, field: Field) -> bool:
        """Say whether the table has a column for a field at all, or is supposed to have one."""
        part = self.rules.fields.get(field)
        if part is None:
            return False
        if field == self.supposed:
            return True
        if self.column(field) in self.columns or self.given(field):
            return True
        return bool(part.made_of) and all(self.available(one) for one in part.made_of)

    def all_available(self) -> frozenset[Field]:
        """List the fields that the table has a column for."""
        return frozenset(field for field in self.rules.fields if self.available(field))

    def value_rules(self, field: Field) -> Iterator[Rule]:
        """List the rules that keep a value of a field from counting."""
        for rule in self.rules.rules_for(self.profile):
            if rule.value is not None and rule.value.field == field and rule.severity == "error":
                yield rule

    def own(self, field: Field) -> pl.Expr:
        """Say where the field's own column holds a value that counts; never null."""
        column = self.column(field)
        if column not in self.columns:
            return pl.lit(value=False)
        return pl.all_horizontal(
            self.written(column), *(self.passes(rule) for rule in self.value_rules(field))
        )

    def digest_given(self, field: Field) -> pl.Expr:
        """Say where a digest of the right algorithm came with the list; never null."""
        column, algorithm = self.given(field), self.hash_of(field) if field in self.rules.fields else None
        if column is None or algorithm is None:
            return pl.lit(value=False)
        digest = hash_algorithm(pl.col(column)).eq_missing(algorithm)
        return self._fact(f"{algorithm} in {column}", digest)

    def filled(self, field: Field) -> pl.Expr:
        """Say where a field is there and counts; never null."""
        if field == self.supposed:
            return pl.lit(value=True)
        part = self.rules.fields.get(field)
        if part is not None and part.made_of and self.column(field) not in self.columns:
            return pl.all_horizontal(self.filled(one) for one in part.made_of)
        given = self.given(field)
        return self.own(field) | self.digest_given(field) if given else self.own(field)

    def faults(self, field: Field) -> list[tuple[pl.Expr, str]]:
        """Say in words why a field is not there, each with the rows it holds for.

        Args:
            field: A field.

        Returns:
            Conditions that exclude one another, and a clause for each. The last one is "no ...".
        """
        part = self.rules.fields.get(field)
        if part is not None and part.made_of and self.column(field) not in self.columns:
            return [fault for one in part.made_of for fault in self.faults(one)]
        column, missing = self.column(field), ~self.filled(field)
        found: list[tuple[pl.Expr, str]] = []
        blank = missing
        if f"{field}{INVALID}" in self.columns:
            invalid = self.invalid(field)
            found.append((missing & invalid, unreadable(field)))
            blank &= ~invalid
        if (given := self.given(field)) is not None:
            other = missing & self.written(given)
            found.append((other, f"{words(field)} is hashed, and not with {self.hash_of(field)}"))
            blank &= ~other
        if column in self.columns:
            rules = self.value_rules(field)
            found.extend((missing & ~self.passes(rule), rule.reason or rule.says) for rule in rules)
            blank &= ~self.written(column)
        return [*found, (blank, f"no {words(field)}")]

    def check_algorithm(self) -> None:
        """Refuse an algorithm that no column of the profile may be hashed with.

        Raises:
            UsageError: The provider does not take it.
        """
        if self.algorithm is None:
            return
        hashes = [part.hash for part in self._parts() if part.hash]
        known = {name for one in hashes for name in one.algorithms} | {"raw" for one in hashes if one.raw}
        if not known:
            what = f"{self.rules.name} takes no hashed columns in the profile {self.profile}"
            raise UsageError(what, where="hash algorithm", hint="Leave the hash algorithm out.")
        if self.algorithm not in known:
            what = f"{self.rules.name} does not take {self.algorithm}"
            raise UsageError(what, where="hash algorithm", hint=did_you_mean(self.algorithm, known))

    def _parts(self) -> Iterator[FieldRules]:
        for field in self.rules.profiles[self.profile].columns:
            yield self.rules.fields[field]
