"""One list, one matching, and the forecast at several providers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from matchprep.estimate import coverage_of
from matchprep.pipeline.remembering import remember
from matchprep.pipeline.request import OnStage, Request, workspace
from matchprep.pipeline.stages import (
    Walk,
    advise_what_to_mend,
    begun,
    check_the_rules,
    correct_the_forecast,
    forecast_the_match_rate,
    judge_the_list_alone,
    match_the_reference,
    read_the_list,
    read_the_reference,
    set_people_aside,
    state_it_in_the_providers_terms,
    write_the_files,
)
from matchprep.pipeline.walking import publish, report_of
from matchprep.report import RunReport
from matchprep.rulebook import ProviderRules, load_rules


def estimate_for_each(
    request: Request, providers: Sequence[str], *, on_stage: OnStage = lambda _stage: None
) -> tuple[RunReport, ...]:
    """Match a list once, and forecast its match rate at several providers.

    Args:
        request: What is asked for; its provider and profile are passed over.
        providers: The providers' ids; what is written goes into a folder for each.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        One report a provider, in their order.

    Raises:
        MatchprepError: A file, a rule or an option is at fault.
    """
    coverage_of(request.coverage)
    rulebooks = [load_rules(provider) for provider in providers]
    request = replace(request, provider=None, profile=None, params={})
    with begun(request, None) as state:
        for stage in (read_the_list, set_people_aside, read_the_reference, match_the_reference):
            name = stage.__name__.replace("_", " ")
            on_stage(name)
            began = time.perf_counter()
            stage(state)
            state.seconds[name] = round(time.perf_counter() - began, 3)
        return tuple(_estimated_for(state, one, on_stage) for one in rulebooks)


def _estimated_for(state: Walk, rules: ProviderRules, on_stage: OnStage) -> RunReport:
    request = replace(
        state.request,
        provider=rules.provider,
        out=state.request.out / rules.provider if state.request.out else None,
    )
    on_stage(f"forecast for {rules.name}")
    began = time.perf_counter()
    with workspace(request) as folder:
        own = replace(state, request=request, workspace=folder, rules=rules, run=secrets.token_hex(6))
        own.seconds = dict(state.seconds)
        check_the_rules(own)
        forecast_the_match_rate(own)
        judge_the_list_alone(own)
        correct_the_forecast(own)
        state_it_in_the_providers_terms(own)
        advise_what_to_mend(own)
        write_the_files(own)
        own.seconds["forecast the match rate"] = round(time.perf_counter() - began, 3)
        report = report_of(own)
        if own.outbox.is_dir():
            publish(own, report)
            remember(own)
    return report
