"""Checks beside the walk: of one list for several providers, and of an audience document."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from matchprep.check import CheckedDocument, check_document
from matchprep.errors import UsageError, did_you_mean
from matchprep.pipeline.request import OnStage, Request
from matchprep.pipeline.stages import Walk, begun, check_the_rules, read_the_list, set_people_aside
from matchprep.pipeline.walking import report_of
from matchprep.report import RunReport, assemble
from matchprep.report.formats import Outcome, outcome_of_document
from matchprep.rulebook import ProviderRules, load_rules


def check_for_each(
    request: Request, providers: Sequence[str], *, on_stage: OnStage = lambda _stage: None
) -> tuple[RunReport, ...]:
    """Read a list once, and hold it against the rules of several providers.

    Args:
        request: What is asked for; its provider and profile are passed over.
        providers: The providers' ids.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        One report a provider, in their order.

    Raises:
        MatchprepError: A file, a rule or an option is at fault.
    """
    rulebooks = [load_rules(provider) for provider in providers]
    known = {name for one in rulebooks for call in one.requests.values() for name in call.params}
    for name in request.params:
        if name not in known:
            raise UsageError(
                f"no provider has a parameter {name}", where="param", hint=did_you_mean(name, known)
            )
    with begun(replace(request, profile=None), None) as state:
        on_stage("read the list")
        began = time.perf_counter()
        read_the_list(state)
        set_people_aside(state)
        state.seconds["read the list"] = round(time.perf_counter() - began, 3)
        return tuple(_checked_for(state, one, on_stage) for one in rulebooks)


def _checked_for(state: Walk, rules: ProviderRules, on_stage: OnStage) -> RunReport:
    known = {name for call in rules.requests.values() for name in call.params}
    params = {name: value for name, value in state.request.params.items() if name in known}
    request = replace(state.request, provider=rules.provider, params=params)
    own = replace(state, request=request, rules=rules, seconds=dict(state.seconds))
    on_stage(f"check for {rules.name}")
    began = time.perf_counter()
    check_the_rules(own)
    own.seconds["check the rules"] = round(time.perf_counter() - began, 3)
    return report_of(own)


def check_audience_file(
    path: Path, provider: str, *, permitted: bool = False
) -> tuple[Outcome, CheckedDocument]:
    """Hold an audience document against the rules of a provider, and compile it.

    Args:
        path: YAML or JSON.
        provider: The provider's id.
        permitted: Whether the provider has granted the special permissions for first parameters.

    Returns:
        What was found, for the formats; and the document with the body of the request.

    Raises:
        InputError: The file cannot be read as a document.
        UsageError: The provider has no audience documents.
    """
    started, rules = dt.datetime.now(dt.UTC), load_rules(provider)
    checked = check_document(path, rules, permitted=permitted)
    findings = tuple(assemble.finding(one) for one in checked.findings)
    about = assemble.document(rules, checked)
    outcome = outcome_of_document(str(path), about, findings, lines=checked.lines, started=started)
    return outcome, checked
