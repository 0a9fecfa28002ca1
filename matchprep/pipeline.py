"""The walk: the order of the stages, and nothing else.

A walk without a provider matches every row; one without a reference only checks; one without an
output folder, or a dry run, writes nothing. Everything is written into a folder of its own first and
moves to its place together, at the very end.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import polars as pl

from matchprep.check import Checked, CheckedDocument, check_document, check_params, check_people
from matchprep.columns import mapping_file, save_columns
from matchprep.errors import InputError, UsageError, did_you_mean
from matchprep.estimate import Forecast, forecast_matches
from matchprep.files import output_folder
from matchprep.intake import Prepared, Reading, open_people, prepare
from matchprep.match import Matches, match_people
from matchprep.profile import ColumnProfile, profile_columns
from matchprep.propose import Proposal, propose_mapping
from matchprep.report import Inspection, RunReport, assemble, write_html, write_json
from matchprep.report.formats import Outcome, outcome_of_document
from matchprep.results import versions, write_manifest, write_matches, write_rejects
from matchprep.rulebook import ProviderRules, load_rules
from matchprep.seal import Sealed, seal_people

OnStage = Callable[[str], None]
#: A file says all by itself.
BY_ITSELF = Reading()


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a walk is asked to do."""

    people: Path
    reference: Path | None = None
    provider: str | None = None
    out: Path | None = None
    reading: Reading = BY_ITSELF
    reference_reading: Reading = BY_ITSELF
    profile: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False

    @property
    def command(self) -> str:
        """The command that asks for this."""
        if self.provider is None:
            return "match"
        return "run" if self.reference else "check"

    @property
    def options(self) -> dict[str, str | bool | tuple[str, ...]]:
        """Every option that differs from its default, by name, for the report and the manifest."""
        given = asdict(self)
        readings = {"": given.pop("reading"), "reference_": given.pop("reference_reading")}
        given["params"] = tuple(given.pop("params")) or None  # names alone: a value may be a secret
        usual = asdict(BY_ITSELF)
        for prefix, reading in readings.items():
            given |= {f"{prefix}{name}": value for name, value in reading.items() if value != usual[name]}
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in given.items()
            if value is not None and not (name == "dry_run" and not value)
        }


@dataclass
class Walk:
    """What the stages have found so far; each stage fills in its own part."""

    request: Request
    workspace: Path
    rules: ProviderRules | None
    started: dt.datetime
    people: Prepared | None = None
    reference: Prepared | None = None
    profiles: list[ColumnProfile] = field(default_factory=list)
    checked: Checked | None = None
    matches: Matches | None = None
    forecast: Forecast | None = None
    sealed: Sealed | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def list(self) -> Prepared:
        """The list, which is always there once it was read."""
        if self.people is None:  # pragma: no cover - STAGES reads first
            raise InputError("the list was not read", where=str(self.request.people))
        return self.people

    @property
    def taking_part(self) -> pl.LazyFrame:
        """The rows that go on to matching and sealing."""
        return self.checked.kept if self.checked else self.list.kept

    @property
    def outbox(self) -> Path:
        """Where files are written before they move to their place."""
        return self.workspace / "outbox"


def read_the_list(walk: Walk) -> None:
    """Read, map and normalize the list."""
    walk.people = prepare(walk.request.people, walk.request.reading, walk.workspace / "list.parquet")
    walk.profiles = profile_columns(walk.list.kept, walk.list.columns)


def read_the_reference(walk: Walk) -> None:
    """Read, map and normalize the reference."""
    if walk.request.reference:
        spill = walk.workspace / "reference.parquet"
        walk.reference = prepare(walk.request.reference, walk.request.reference_reading, spill)


def check_the_rules(walk: Walk) -> None:
    """Hold the list against the provider's rules."""
    if walk.rules:
        request = walk.request
        walk.checked = check_people(
            walk.list.kept, walk.rules, profile=request.profile, params=request.params
        )


def match_the_reference(walk: Walk) -> None:
    """Find the rows that are kept in the reference."""
    if walk.reference and not (walk.checked and not walk.checked.usable):
        walk.matches = match_people(walk.taking_part, walk.reference.kept)


def forecast_the_match_rate(walk: Walk) -> None:
    """Say how many will match."""
    if walk.matches:
        walk.forecast = forecast_matches(walk.matches)


def write_the_files(walk: Walk) -> None:
    """Write what the walk is for, to the outbox."""
    if walk.request.out is None or walk.request.dry_run:
        return
    walk.outbox.mkdir(mode=0o700)
    if walk.rules and walk.checked and walk.checked.ready:
        name = walk.outbox / f"{walk.rules.provider}.csv"
        walk.sealed = seal_people(walk.checked.kept, walk.rules, name, profile=walk.checked.profile)
    rejected = walk.checked.rejected if walk.checked else None
    write_rejects(rejected, walk.list.people.unread, walk.outbox / "rejects.csv")
    if walk.matches:
        write_matches(walk.matches.pairs, walk.list.kept, walk.outbox / "matches.csv")


#: The walk. Each stage takes what was found so far and adds its own part.
STAGES: tuple[Callable[[Walk], None], ...] = (
    read_the_list,
    read_the_reference,
    check_the_rules,
    match_the_reference,
    forecast_the_match_rate,
    write_the_files,
)


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
    rules = load_rules(request.provider) if request.provider else None
    if rules:
        check_params(rules, request.params)  # an unknown name is told before the list is read
    if request.people == request.reference:
        raise InputError("the list and the reference are the same file", where=str(request.people))
    with workspace(request) as folder:
        state = Walk(request, folder, rules, dt.datetime.now(dt.UTC))
        for stage in STAGES:
            name = stage.__name__.replace("_", " ")
            on_stage(name)
            began = time.perf_counter()
            stage(state)
            state.seconds[name] = round(time.perf_counter() - began, 3)
        report = report_of(state)
        if state.outbox.is_dir():
            publish(state, report)
    return report


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
    with workspace(request) as folder:
        state = Walk(replace(request, profile=None), folder, None, dt.datetime.now(dt.UTC))
        on_stage("read the list")
        began = time.perf_counter()
        read_the_list(state)
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


def propose(request: Request, *, on_stage: OnStage = lambda _stage: None) -> Proposal:
    """Propose the provider's own mapping document for a list.

    Args:
        request: What is asked for; it names a provider.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        The document and the reasons for it.

    Raises:
        MatchprepError: A file, a rule or an option is at fault, or no column can be mapped.
    """
    rules = load_rules(request.provider or "")
    with workspace(request) as folder:
        on_stage("read the list")
        listed = prepare(request.people, request.reading, folder / "list.parquet")
        on_stage("weigh the ways to send it")
        return propose_mapping(listed.people, listed.columns, listed.kept, rules, profile=request.profile)


@contextmanager
def workspace(request: Request) -> Iterator[Path]:
    """Give a folder for intermediate files, readable by its owner only, and remove it at the end.

    Args:
        request: What is asked for; the folder lies in its output folder where there is one.

    Yields:
        The folder.

    Raises:
        UsageError: The output folder cannot be made or written to.
    """
    parent = output_folder(request.out) if request.out and not request.dry_run else None
    with tempfile.TemporaryDirectory(prefix=".matchprep-", dir=parent) as folder:
        yield Path(folder)


def report_of(walk: Walk) -> RunReport:
    """Put together what the stages found.

    Args:
        walk: All of it.

    Returns:
        The report; counts only.
    """
    people, request = walk.list.people, walk.request
    return RunReport(
        command=request.command,
        started=walk.started,
        source=assemble.source(people.facts),
        reference=assemble.source(walk.reference.people.facts) if walk.reference else None,
        rows=assemble.rows(people, walk.checked),
        columns=assemble.columns(walk.list.columns, walk.profiles),
        rejections=assemble.rejections(people, walk.checked),
        findings=tuple(assemble.finding(one) for one in walk.checked.findings) if walk.checked else (),
        gains=assemble.gains(walk.checked) if walk.checked else (),
        match=assemble.match(walk.matches) if walk.matches else None,
        forecast=assemble.forecast(walk.forecast) if walk.forecast else None,
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
    write_manifest(
        walk.outbox / "manifest.json",
        inputs={
            role: {
                "file": one.people.facts.name,
                "size_bytes": one.people.facts.size_bytes,
                "sha256": one.people.facts.sha256,
                "columns": dict(one.columns.mapping),
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
    )
    if walk.rules and not walk.sealed:
        # A file that an earlier run sealed must not lie beside a report that says "not ready".
        (out / f"{walk.rules.provider}.csv").unlink(missing_ok=True)
    for file in sorted(walk.outbox.iterdir()):
        file.replace(out / file.name)


def look_into(
    source: Path,
    *,
    reading: Reading | None = None,
    show_values: bool = False,
    save_map: bool = False,
    on_stage: OnStage = lambda _stage: None,
) -> Inspection:
    """Find out what a file is and what its columns hold.

    Args:
        source: The file.
        reading: How to read it.
        show_values: Give a few values of each column, too.
        save_map: Keep what the columns were taken for beside the file, for the next run to pick up.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What was found, in counts and shapes.

    Raises:
        InputError: The file cannot be read.
        UsageError: A choice names an unknown header or field.
    """
    on_stage("read")
    opened = open_people(source, reading or BY_ITSELF)
    if save_map:
        save_columns(opened.columns, mapping_file(source))
    on_stage("look into the columns")
    profiles = profile_columns(opened.clean(), opened.columns, show_values=show_values)
    return Inspection(
        source=assemble.source(opened.people.facts),
        unread=opened.people.unread.height,
        columns=assemble.columns(opened.columns, profiles),
        values={one.column: tuple(one.values) for one in profiles if one.values},
    )
