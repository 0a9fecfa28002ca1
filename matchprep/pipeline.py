"""The walk: the order of the stages, and nothing else.

A walk without a provider matches every row; one without a reference only checks; one without an
output folder, or a dry run, writes nothing. Everything is written into a folder of its own first and
moves to its place together, at the very end.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl

from matchprep.check import Checked, check_people
from matchprep.columns import ColumnMap, map_columns, suggest_columns, with_choices
from matchprep.errors import InputError
from matchprep.estimate import Forecast, forecast_matches
from matchprep.files import output_folder
from matchprep.match import Matches, match_people
from matchprep.normalize import normalize_people
from matchprep.profile import ColumnProfile, profile_columns
from matchprep.read import People, read_people
from matchprep.report import Inspection, RunReport, assemble, write_html, write_json
from matchprep.results import versions, write_manifest, write_matches, write_rejects
from matchprep.rulebook import ProviderRules, load_rules
from matchprep.seal import Sealed, seal_people

OnStage = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a walk is asked to do."""

    people: Path
    reference: Path | None = None
    provider: str | None = None
    out: Path | None = None
    choices: tuple[str, ...] = ()
    reference_choices: tuple[str, ...] = ()
    profile: str | None = None
    dry_run: bool = False

    @property
    def command(self) -> str:
        """The command that asks for this."""
        if self.provider is None:
            return "match"
        return "run" if self.reference else "check"


@dataclass(frozen=True)
class Prepared:
    """A file that was read, mapped and normalized."""

    people: People
    columns: ColumnMap
    clean: pl.LazyFrame


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
        return self.checked.kept if self.checked else self.list.clean

    @property
    def outbox(self) -> Path:
        """Where files are written before they move to their place."""
        return self.workspace / "outbox"


def prepare(source: Path, choices: tuple[str, ...], spill: Path) -> Prepared:
    """Read, map and normalize one file, and keep the outcome on disk for the later stages.

    Args:
        source: The file.
        choices: `HEADER=FIELD` where the guess shall be overruled.
        spill: A Parquet file to write CLEAN into.

    Returns:
        The file's facts, its columns, and CLEAN as a lazy scan.

    Raises:
        InputError: The file cannot be read, or none of its columns holds a known field.
        UsageError: A choice names an unknown header or field.
    """
    people = read_people(source)
    columns = with_choices(suggest_columns(people.frame), choices)
    if not columns.mapping:
        raise InputError(
            "no column holds a field of a person that matchprep knows",
            where=str(source),
            hint="Say what the columns hold with --map HEADER=FIELD; `matchprep inspect` shows the guesses.",
        )
    normalize_people(map_columns(people.frame, columns)).sink_parquet(spill, compression="lz4")
    return Prepared(people, columns, pl.scan_parquet(spill))


def read_the_list(walk: Walk) -> None:
    """Read, map and normalize the list."""
    walk.people = prepare(walk.request.people, walk.request.choices, walk.workspace / "list.parquet")
    walk.profiles = profile_columns(walk.list.clean, walk.list.columns)


def read_the_reference(walk: Walk) -> None:
    """Read, map and normalize the reference."""
    if walk.request.reference:
        spill = walk.workspace / "reference.parquet"
        walk.reference = prepare(walk.request.reference, walk.request.reference_choices, spill)


def check_the_rules(walk: Walk) -> None:
    """Hold the list against the provider's rules."""
    if walk.rules:
        walk.checked = check_people(walk.list.clean, walk.rules, profile=walk.request.profile)


def match_the_reference(walk: Walk) -> None:
    """Find the rows that are kept in the reference."""
    if walk.reference and not (walk.checked and not walk.checked.usable):
        walk.matches = match_people(walk.taking_part, walk.reference.clean)


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
        write_matches(walk.matches.pairs, walk.list.clean, walk.outbox / "matches.csv")


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
    options = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in asdict(request).items()
        if value not in (None, (), False)
    }
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
        options=options,
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
    choices: tuple[str, ...] = (),
    show_values: bool = False,
    on_stage: OnStage = lambda _stage: None,
) -> Inspection:
    """Find out what a file is and what its columns hold.

    Args:
        source: The file.
        choices: `HEADER=FIELD` where the guess shall be overruled.
        show_values: Give a few values of each column, too.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What was found, in counts and shapes.

    Raises:
        InputError: The file cannot be read.
        UsageError: A choice names an unknown header or field.
    """
    on_stage("read")
    people = read_people(source)
    columns = with_choices(suggest_columns(people.frame), choices)
    on_stage("look into the columns")
    clean = normalize_people(map_columns(people.frame, columns))
    profiles = profile_columns(clean, columns, show_values=show_values)
    return Inspection(
        source=assemble.source(people.facts),
        unread=people.unread.height,
        columns=assemble.columns(columns, profiles),
        values={one.column: tuple(one.values) for one in profiles if one.values},
    )
