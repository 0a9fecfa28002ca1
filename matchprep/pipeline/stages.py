"""The stages of the walk, in their order.

A walk without a provider matches every row; one without a reference only checks; one without an
output folder, or a dry run, writes nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from matchprep.check import Checked, check_people
from matchprep.errors import InputError
from matchprep.estimate import (
    Advised,
    Estimate,
    Forecast,
    Known,
    Ledger,
    Matchability,
    advise,
    corrected,
    correction_at,
    coverage_of,
    estimate_people,
    matchability,
)
from matchprep.estimate.terms import basis_of, provider_terms
from matchprep.intake import Prepared
from matchprep.match import (
    Groups,
    Matches,
    ReferenceIndex,
    dedupe_people,
    is_index,
    match_people,
    read_labels,
    repeats,
    suppressed,
)
from matchprep.pipeline.indexing import taken_in
from matchprep.pipeline.request import BY_ITSELF, Request, workspace
from matchprep.profile import ColumnProfile, profile_columns
from matchprep.quality import Quality, observe
from matchprep.report import begin_to_draw
from matchprep.results import write_matches, write_rejects, write_worklist
from matchprep.rulebook import ProviderRules
from matchprep.seal import Sealed, seal_people
from matchprep.tables import ROW_ID, SOURCE


@dataclass
class Walk:
    """What the stages have found so far; each stage fills in its own part."""

    request: Request
    workspace: Path
    rules: ProviderRules | None
    started: dt.datetime
    #: Runs what no other stage waits for.
    beside: Executor
    people: Prepared | None = None
    reference: Prepared | ReferenceIndex | None = None
    #: What the columns hold, and what became of their values; only the report asks.
    looked: Future[tuple[list[ColumnProfile], Quality]] | None = None
    checked: Checked | None = None
    matches: Matches | None = None
    estimate: Estimate | None = None
    forecast: Forecast | None = None
    terms: dict[str, Any] | None = None
    groups: Groups | None = None
    sealed: Sealed | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    #: The id of the run, by which its outcome can be recorded later.
    run: str = field(default_factory=lambda: secrets.token_hex(6))
    #: The forecast before the ledger corrected it.
    uncorrected: Forecast | None = None
    advised: Advised | None = None
    #: Earlier forecasts with their outcomes, where there is a ledger.
    known: tuple[Known, ...] = ()
    #: Rows taken out of the list before anything else, by why: as REJECTED.
    aside: dict[str, pl.DataFrame] = field(default_factory=dict)
    #: What the list alone allows, where no reference was given.
    matchability: Matchability | None = None

    @property
    def list(self) -> Prepared:
        """The list, which is always there once it was read."""
        if self.people is None:  # pragma: no cover - STAGES reads first
            raise InputError("the list was not read", where=str(self.request.people))
        return self.people

    def set_aside(self, rows: pl.DataFrame, why: str) -> None:
        """Take rows out of the list, for good.

        Args:
            rows: `row_id`, `reason`.
            why: A word for them, to count them by.
        """
        known = self.list
        out = known.kept.join(rows.lazy(), on=ROW_ID, how="inner", maintain_order="left").select(
            ROW_ID, pl.concat_list("reason").alias("reasons"), pl.selectors.starts_with(SOURCE)
        )
        self.aside[why] = out.collect()
        self.people = replace(
            known, kept=known.kept.join(rows.lazy(), on=ROW_ID, how="anti", maintain_order="left")
        )

    @property
    def taking_part(self) -> pl.LazyFrame:
        """The rows that go on to matching and sealing."""
        return self.checked.kept if self.checked else self.list.kept

    @property
    def outbox(self) -> Path:
        """Where files are written before they move to their place."""
        return self.workspace / "outbox"


@contextmanager
def begun(request: Request, rules: ProviderRules | None) -> Iterator[Walk]:
    """Begin a walk.

    Args:
        request: What is asked for.
        rules: Of the provider, where there is one.

    Yields:
        The walk; its folder is gone, and nothing of it is at work, when it ends.

    Raises:
        UsageError: The output folder cannot be made or written to.
    """
    if request.out and not request.dry_run:
        begin_to_draw()
    with workspace(request) as folder, ThreadPoolExecutor(1) as beside:
        yield Walk(request, folder, rules, dt.datetime.now(dt.UTC), beside)


def read_the_list(walk: Walk) -> None:
    """Read, map and normalize the list."""
    walk.people = taken_in(walk.request.people, walk.request.reading, walk.workspace / "list.parquet")
    walk.looked = walk.beside.submit(_looked_at, walk.list)


def _looked_at(people: Prepared) -> tuple[list[ColumnProfile], Quality]:
    """Look into the columns of a list."""
    return (
        profile_columns(people.kept, people.columns),
        observe(people.kept, people.columns, dates=people.dates),
    )


def set_people_aside(walk: Walk) -> None:
    """Set aside who must not be contacted and, where that is asked for, rows that repeat a person."""
    if walk.request.exclude:
        spill = walk.workspace / "exclude.parquet"
        excluded = taken_in(walk.request.exclude, BY_ITSELF, spill).kept
        walk.set_aside(suppressed(walk.list.kept, excluded), "suppressed")
    if walk.request.merge_duplicates:
        walk.set_aside(repeats(walk.list.kept), "repeats")


def read_the_reference(walk: Walk) -> None:
    """Open the index of a reference; where it is a file, read, map and normalize it."""
    source = walk.request.reference
    if source and is_index(source):
        walk.reference = ReferenceIndex.open(source)
    elif source:
        spill = walk.workspace / "reference.parquet"
        walk.reference = taken_in(source, walk.request.reference_reading, spill)


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
        known = walk.reference
        request = walk.request
        walk.matches = match_people(
            walk.taking_part,
            known if isinstance(known, ReferenceIndex) else known.kept,
            **asdict(request.wish),
            refit=request.refit,
            agreements=walk.checked is not None or request.only_forecast,
            labels=read_labels(request.labels, walk.list.kept) if request.labels else None,
        )


def forecast_the_match_rate(walk: Walk) -> None:
    """Say how many will match."""
    if walk.matches and walk.reference:
        request, known = walk.request, walk.reference
        walk.estimate = estimate_people(
            walk.list.kept,
            known if isinstance(known, ReferenceIndex) else known.kept,
            walk.rules,
            coverage=coverage_of(request.coverage),
            by=request.by,
            matches=walk.matches,
            checked=walk.checked,
        )
        walk.forecast = walk.uncorrected = walk.estimate.forecast
    if walk.request.people_of_list:
        walk.groups = dedupe_people(walk.taking_part)


def judge_the_list_alone(walk: Walk) -> None:
    """Say what the list alone allows, where a forecast is asked for without a reference."""
    if walk.request.only_forecast and walk.rules and walk.checked and not walk.reference:
        walk.matchability = matchability(walk.list.kept, walk.checked, walk.rules)


def correct_the_forecast(walk: Walk) -> None:
    """Learn from what came back from the provider so far."""
    if walk.forecast and walk.rules and walk.request.ledger:
        with Ledger(walk.request.ledger) as ledger:
            walk.known = ledger.known()
        correction = correction_at(walk.rules.provider, walk.known)
        walk.forecast = corrected(walk.forecast, correction)


def state_it_in_the_providers_terms(walk: Walk) -> None:
    """State the forecast, as corrected, as the provider would."""
    if not (walk.estimate and walk.rules and walk.checked and walk.reference):
        return
    known, told = walk.reference, replace(walk.estimate, forecast=walk.forecast)
    basis = basis_of(
        told,
        walk.list.kept,
        known if isinstance(known, ReferenceIndex) else known.kept,
        walk.rules,
        walk.checked,
        max_matches=walk.request.wish.max_matches,
    )
    walk.terms = provider_terms(walk.rules.provider, basis) if basis else None


def advise_what_to_mend(walk: Walk) -> None:
    """Say what would raise the match rate, and which rows to mend first."""
    if not walk.matches or not walk.estimate:
        return
    at = walk.estimate.at
    walk.advised = advise(
        walk.list.kept,
        (at or walk.matches).presence,
        people=walk.matches.presence if at else None,
        pairs=walk.matches.pairs,
        rejected=walk.checked.rejected if walk.checked else None,
        anybody=walk.estimate.anybody,
    )
    if walk.request.worklist and not walk.request.dry_run:
        write_worklist(walk.advised.worklist, walk.list.kept, walk.request.worklist)


def write_the_files(walk: Walk) -> None:
    """Write what the walk is for, to the outbox."""
    if walk.request.out is None or walk.request.dry_run:
        return
    walk.outbox.mkdir(mode=0o700)
    if walk.request.only_forecast:
        return
    if walk.rules and walk.checked and walk.checked.ready:
        name = walk.outbox / f"{walk.rules.provider}.csv"
        walk.sealed = seal_people(walk.checked.kept, walk.rules, name, profile=walk.checked.profile)
    rejected = walk.checked.rejected if walk.checked else None
    if walk.aside:
        aside = pl.concat(walk.aside.values()).lazy()
        rejected = pl.concat([aside, rejected]) if rejected is not None else aside
        rejected = rejected.sort(ROW_ID)
    write_rejects(rejected, walk.list.people.unread, walk.outbox / "rejects.csv")
    if walk.matches:
        write_matches(walk.matches.pairs, walk.list.kept, walk.outbox / "matches.csv")


#: The walk. Each stage takes what was found so far and adds its own part.
STAGES: tuple[Callable[[Walk], None], ...] = (
    read_the_list,
    set_people_aside,
    read_the_reference,
    check_the_rules,
    match_the_reference,
    forecast_the_match_rate,
    judge_the_list_alone,
    correct_the_forecast,
    state_it_in_the_providers_terms,
    advise_what_to_mend,
    write_the_files,
)
