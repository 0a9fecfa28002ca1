"""Going through the stages, and what is left behind at the end.

Everything is written into a folder of its own first and moves to its place together.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from matchprep.check import check_params
from matchprep.errors import InputError
from matchprep.estimate import coverage_of
from matchprep.pipeline.indexing import facts_of, mapping_of
from matchprep.pipeline.remembering import entry_of, remember
from matchprep.pipeline.request import OnStage, Request
from matchprep.pipeline.stages import STAGES, Walk, begun
from matchprep.quality import Quality
from matchprep.report import RunReport, assemble, write_html, write_json
from matchprep.results import versions, write_manifest
from matchprep.rulebook import load_rules


def walk(request: Request, *, on_stage: OnStage = lambda _stage: None) -> RunReport:
    """Go through all stages.

    Args:
        request: What is asked for.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What was found, in counts.

    Raises:
        MatchprepError: A file, a rule or an option is at fault; then nothing has been written.
    """
    request.wish.check()
    rules = load_rules(request.provider) if request.provider else None
    if rules:
        check_params(rules, request.params)  # an unknown name is told before the list is read
    coverage_of(request.coverage)
    if request.people in {request.reference, request.exclude}:
        raise InputError("the list and the reference are the same file", where=str(request.people))
    with begun(request, rules) as state:
        for stage in STAGES:
            name = stage.__name__.replace("_", " ")
            on_stage(name)
            began = time.perf_counter()
            stage(state)
            state.seconds[name] = round(time.perf_counter() - began, 3)
        report = report_of(state)
        if state.outbox.is_dir():
            publish(state, report)
            remember(state)
    return report


def report_of(walk: Walk) -> RunReport:
    """Put together what the stages found.

    Args:
        walk: All of it.

    Returns:
        The report; counts only.
    """
    people, request = walk.list.people, walk.request
    profiles, quality = walk.looked.result() if walk.looked else ([], Quality())
    return RunReport(
        command=request.command,
        started=walk.started,
        source=assemble.source(people.facts, quality),
        reference=assemble.source(facts_of(walk.reference)) if walk.reference else None,
        rows=assemble.rows(people, walk.checked, walk.aside),
        columns=assemble.columns(walk.list.columns, profiles, quality),
        rejections=assemble.rejections(people, walk.checked, walk.aside),
        findings=tuple(assemble.finding(one) for one in walk.checked.findings) if walk.checked else (),
        quality=assemble.observations(quality),
        gains=assemble.gains(walk.checked) if walk.checked else (),
        improvements=assemble.improvements(walk.advised) if walk.advised else (),
        match=assemble.match(walk.matches) if walk.matches else None,
        at_provider=assemble.at_provider(walk.rules, walk.checked, walk.estimate.at)
        if walk.rules and walk.checked and walk.estimate and walk.estimate.at
        else None,
        forecast=assemble.forecast(walk.estimate, walk.forecast) if walk.estimate else None,
        no_forecast=assemble.no_forecast(walk.estimate) if walk.estimate else None,
        provider_terms=walk.terms,
        track_record=assemble.track_record(walk.rules.provider, walk.known) if walk.rules else None,
        persons=assemble.persons(walk.groups) if walk.groups else None,
        matchability=assemble.matchability(walk.matchability) if walk.matchability else None,
        provider=assemble.provider(walk.rules, walk.checked) if walk.rules and walk.checked else None,
        sealed=assemble.sealed(walk.sealed) if walk.sealed else None,
        options=request.options,
        versions=versions(),
        seconds=walk.seconds,
    )


def publish(walk: Walk, report: RunReport) -> None:
    """Write the reports, then move everything from the outbox to its place.

    Args:
        walk: What was found.
        report: The same in counts.

    Raises:
        UsageError: The folder cannot be written to.
    """
    out = walk.request.out or walk.outbox
    write_html(report, walk.outbox / "report.html")
    write_json(report, walk.outbox / "report.json")
    entry = entry_of(walk)
    write_manifest(
        walk.outbox / "manifest.json",
        run=walk.run,
        inputs={
            role: {
                "file": facts_of(one).name,
                "size_bytes": facts_of(one).size_bytes,
                "sha256": facts_of(one).sha256,
                "columns": mapping_of(one),
            }
            for role, one in (("list", walk.people), ("reference", walk.reference))
            if one
        },
        options=dict(report.options),
        counts={
            **report.rows.model_dump(),
            "matched": report.match.matched if report.match else 0,
            "sealed": report.sealed.rows if report.sealed else 0,
        },
        forecast=asdict(entry) if entry else None,
        sealed=_sealed(walk),
    )
    if walk.rules and not walk.sealed and not walk.request.only_forecast:
        # A file that an earlier run sealed must not lie beside a report that says "not ready".
        (out / f"{walk.rules.provider}.csv").unlink(missing_ok=True)
    for file in sorted(walk.outbox.iterdir()):
        file.replace(out / file.name)


def _sealed(walk: Walk) -> dict[str, Any] | None:
    """Name the file that passed, by its digest: only that one may be submitted."""
    if walk.sealed is None or walk.rules is None:
        return None
    return {
        "provider": walk.rules.provider,
        "profile": walk.sealed.profile,
        "file": walk.sealed.path.name,
        "sha256": walk.sealed.digest,
        "rows": walk.sealed.rows,
        "id_column": walk.sealed.id_column,
    }
