"""What a user asks of Matchbook with `--param`, held against its rules before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchprep.check import check_request
from matchprep.errors import InputError, UsageError, did_you_mean
from matchprep.providers.provider import Submission
from matchprep.rulebook import ProviderRules
from matchprep.rulebook.parse import FaultError, parse

#: What --param understands, and what each means.
KNOWN = {
    "name": "what the audience shall be called",
    "customerId": "whose list it is",
    "url": "where Matchbook can fetch the file, if you have put it somewhere yourself",
    "export": "paid fields to buy, such as phone,address; or free",
    "lookalike": "size of a lookalike to build from the match",
    "includeOriginalAudience": "whether the lookalike includes the matched people",
    "filters": "a JSON or YAML file with the lookalike's filters",
}


@dataclass(frozen=True, kw_only=True)
class Lookalike:
    """A lookalike to build."""

    size: int
    include_original: bool | None
    filters: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What shall be done with a list besides matching it.

    Args:
        customer: Whose list it is.
        url: Where Matchbook can fetch the file; null where we publish it.
        export: Paid fields to buy, none for the free ones; null for no export.
        lookalike: A lookalike to build.
    """

    customer: str
    url: str | None = None
    export: tuple[str, ...] | None = None
    lookalike: Lookalike | None = None


def wishes_of(submission: Submission, customer: str) -> Wishes:
    """Read the parameters of a submission.

    Args:
        submission: What is sent.
        customer: Whose list it is, where no parameter says so.

    Returns:
        What is asked for.

    Raises:
        UsageError: A parameter is unknown, or breaks a rule of Matchbook.
        InputError: The file of filters cannot be read.
    """
    params = submission.params
    for name in params:
        if name not in KNOWN:
            raise UsageError("Matchbook has no such parameter", where=name, hint=did_you_mean(name, KNOWN))
    wishes = Wishes(
        customer=params.get("customerId", customer),
        url=params.get("url"),
        export=_fields(params["export"]) if "export" in params else None,
        lookalike=_lookalike(params) if "lookalike" in params else None,
    )
    _hold(submission, wishes)
    return wishes


def _fields(text: str) -> tuple[str, ...]:
    """Read the fields to buy. Example: `phone, address`; `free` stands for none."""
    names = [one.strip() for one in text.split(",")]
    return tuple(name for name in names if name and name != "free")


def _lookalike(params: Mapping[str, str]) -> Lookalike:
    size, original = params["lookalike"], params.get("includeOriginalAudience")
    if not size.isdecimal():
        raise UsageError("the size of a lookalike is a whole number", where="lookalike", hint="As in 2000.")
    if original not in {None, "true", "false"}:
        where, hint = "includeOriginalAudience", "Write true or false."
        raise UsageError("it is either true or false", where=where, hint=hint)
    return Lookalike(
        size=int(size),
        include_original=None if original is None else original == "true",
        filters=_filters(Path(params["filters"])) if "filters" in params else None,
    )


def _filters(path: Path) -> Mapping[str, Any]:
    hint = "Write a mapping, such as states: [CO, CA]; `matchprep providers matchbook` names the filters."
    try:
        found = parse(path.read_bytes()).data
    except (OSError, FaultError) as error:
        raise InputError("the filters cannot be read", where=str(path), hint=hint) from error
    if not isinstance(found, Mapping):
        raise InputError("the filters are no mapping", where=str(path), hint=hint)
    return {name: value for name, value in found.items() if name != "filters"} or dict(found["filters"])


def _hold(submission: Submission, wishes: Wishes) -> None:
    """Hold every call that was asked for against the rules; nothing has been sent yet."""
    rules, whose = submission.rules, {"customerId": wishes.customer}
    if wishes.url is not None:
        _hold_call(rules, "upload_csv", {**whose, "url": wishes.url})
    if wishes.export is not None:
        preview = {**whose, "audienceId": "0", "optionalFieldTypes": list(wishes.export)}
        _hold_call(rules, "create_preview_csv_export", preview)
    if wishes.lookalike is not None:
        wished = wishes.lookalike
        body: dict[str, Any] = {
            **whose,
            "baseAudienceId": "0",
            "size": wished.size,
            "audienceName": submission.name,
        }
        if wished.filters is not None:
            body["filters"] = dict(wished.filters)
        _hold_call(rules, "create_lookalike_audience", body)


def _hold_call(rules: ProviderRules, call: str, body: Mapping[str, Any]) -> None:
    wrong = [one for one in check_request(rules, call, body) if one.severity == "error"]
    if wrong:
        says = " ".join(f"{one.says} ({one.rule})" for one in wrong)
        raise UsageError(says.rstrip("."), where=call, hint=" ".join(one.do for one in wrong))
