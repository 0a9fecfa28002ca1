"""The errors of matchprep, all of them.

* MatchprepError                  what is wrong, where, and what to do about it
  x InputError                    the file: unreadable, ambiguous header, missing column
  x UsageError                    the call: an unknown name, a missing option, an unwritable folder
  x RulesError                    a rule file: path, line, key
  x ReferenceIndexError           the reference: stale, of another version, too small for the question
  x ContractError                 our own bug: a stage gave columns other than it promised
  x ProviderError                 the provider
    + TransientProviderError      may be tried again, after `wait_s` seconds
    + PermanentProviderError      will not get better by trying again
    + AmbiguousProviderError      may have happened: find out before trying again

A message never holds a value of a person: row numbers, columns, rules and counts only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from rapidfuzz import fuzz, process


class MatchprepError(Exception):
    """Something went wrong that the reader of the message can understand and mend.

    Args:
        what: What is wrong, as a sentence without the final dot.
        where: The file, line, column or rule at fault.
        hint: What to do about it.
    """

    #: The exit code of the command line for this kind of error.
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        hint = f"\n  -> {self.hint}" if self.hint else ""
        return f"{where}{self.what}{hint}"


class InputError(MatchprepError):
    """The file cannot be read as a list of people."""


class UsageError(MatchprepError):
    """The call itself cannot be carried out: an unknown name, a missing option."""

    exit_code = 2


class RulesError(MatchprepError):
    """A rule file is missing, malformed, or names something that does not exist."""

    exit_code = 2


class ReferenceIndexError(MatchprepError):
    """The reference cannot answer: no usable field, stale, or of another version."""


class ContractError(MatchprepError):
    """A stage of the walk broke its own promise; a bug in matchprep."""

    exit_code = 4


#: What a provider may say again of what it was sent: emails, phones, digests, and queries with signatures.
_VALUES = re.compile(
    r"""
    [^\s"'<>(),;]+@[^\s"'<>(),;]+
    | \+?\(?\d(?:[\s().-]*\d){9,}
    | \b[0-9A-Fa-f]{32,}\b
    | (?<=\?)\S*=\S*
    """,
    re.VERBOSE,
)


class ProviderError(MatchprepError):
    """The provider refused, failed, or could not be reached.

    Args:
        what: What is wrong, often in the provider's words; values of people in it are masked.
        where: The call at fault.
        hint: What to do about it.

    Example:
        >>> ProviderError("400: ada@example.com is no email").what
        '400: *** is no email'
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(_VALUES.sub("***", what), where=where, hint=hint)


class TransientProviderError(ProviderError):
    """The same call may succeed later.

    Args:
        what: What is wrong.
        where: The call at fault.
        hint: What to do about it.
        wait_s: Seconds to wait before the next try, where the provider said so.
    """

    def __init__(
        self, what: str, *, where: str | None = None, hint: str | None = None, wait_s: float | None = None
    ) -> None:
        self.wait_s = wait_s
        super().__init__(what, where=where, hint=hint)


class PermanentProviderError(ProviderError):
    """The same call will fail again.

    Args:
        what: What is wrong.
        where: The call at fault.
        hint: What to do about it.
        status: The status of HTTP, where there was one.
    """

    def __init__(
        self, what: str, *, where: str | None = None, hint: str | None = None, status: int | None = None
    ) -> None:
        self.status = status
        super().__init__(what, where=where, hint=hint)


class AmbiguousProviderError(ProviderError):
    """The call may have taken effect; its outcome must be looked up before it is repeated."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Name the closest known name, for the hint of an error.

    Args:
        name: What was written.
        known: Every name that would have been right.

    Returns:
        "Did you mean ...?" when one is close, and else the known names.

    Example:
        >>> did_you_mean("iqn", ["iqm", "matchbook"])
        'Did you mean iqm?'
    """
    choices = sorted(known)
    close = process.extractOne(name.lower(), choices, scorer=fuzz.ratio, processor=str.lower, score_cutoff=60)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are: {', '.join(choices)}."
