"""`matchprep explain`: why one row of a list was matched, or was not."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json, progress
from matchprep.intake import Reading, prepare
from matchprep.match import (
    BlockingPlan,
    Candidate,
    Explanation,
    ReferenceIndex,
    explain_blocking,
    explain_row,
    is_index,
)
from matchprep.report import write_explanation

#: Characters of the widest waterfall.
WATERFALL = 24

Row = Annotated[
    str,
    typer.Argument(metavar="ROW", help="The list's own id of the row, or else its number; 1 is the first."),
]
Most = Annotated[int, typer.Option("--candidates", metavar="N", help="Candidates at most, 1 to 10.")]
Values = Annotated[bool, typer.Option("--show-values", help="Show the compared values, too.")]
Page = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write it as a page, too, with a picture of each candidate."),
]


def explain(
    row: Row,
    people: options.List,
    reference: options.Reference,
    most: Most = 3,
    show_values: Values = False,
    html: Page = None,
    map_: options.Map = None,
    sheet: options.Sheet = None,
    no_header: options.NoHeader = False,
    encoding: options.Encoding = None,
    delimiter: options.Delimiter = None,
    map_reference: options.ReferenceMap = None,
    as_json: options.Json = False,
) -> None:
    """Explain how one row of a list was matched: its candidates, field by field, like a balance sheet.

    Each field adds evidence for or against the same person, in bits: 1 bit doubles the odds, 10 bits make
    them a thousandfold. What a field adds is what the fields above it left open; the bars show how it adds
    up, full ones for and shaded ones against. The weights are those of
    matching the whole list, which is done in passing; nothing is written but the page that `--html` names.

    **Examples**

    ```
    matchprep explain 17 members.csv --reference voters.csv
    matchprep explain M-0231 members.csv -r voters.csv --show-values
    matchprep explain 17 members.csv -r voters.csv --html row17.html
    ```
    """
    with faults_in_words(as_json=as_json):
        reading = options.reading(map_, sheet, no_header, encoding, delimiter)
        with progress(quiet=as_json) as on_stage, tempfile.TemporaryDirectory(prefix=".matchprep-") as room:
            on_stage("read the list")
            listed = prepare(people, reading, Path(room) / "list.parquet")
            on_stage("read the reference")
            known = _reference(reference, Reading(choices=tuple(map_reference or ())), Path(room))
            on_stage("match the list")
            found = explain_row(listed.kept, known, row, most=most, show_values=show_values)
        if html is not None:
            write_explanation(found, html)
        print_json(_document(found)) if as_json else _print(found)


def _document(found: Explanation) -> dict[str, Any]:
    document = {"command": "explain", **asdict(found)}
    for candidate, told in zip(document["candidates"], found.candidates, strict=True):
        for line, one in zip(candidate["lines"], told.lines, strict=True):
            line["words"] = one.words
            if one.values is None:
                del line["values"]
    return document


def _print(found: Explanation) -> None:
    out.print()
    out.print(f"  [bold]Row {found.row_id}[/], of {found.rows:,}, against {found.reference_rows:,} people")
    if not found.candidates:
        out.print("  No one in the reference shares enough with it to be compared.")
    for candidate in found.candidates:
        _print_candidate(candidate, found)
    out.print(f"  Nobody in the reference: {found.nobody:.1%}")
    out.print()


def _print_candidate(candidate: Candidate, found: Explanation) -> None:
    fate = "taken as the match" if candidate.is_match else "not taken"
    out.print(
        f"\n  [bold]Candidate {candidate.rank}[/], {escape(candidate.reference_id)}:"
        f" probability {candidate.probability:.3f}, {fate}"
    )
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right", "left", "left"):
        table.add_column(justify=justify, overflow="fold")
    before, *steps = waterfall([found.prior, *(line.bits for line in candidate.lines)])
    table.add_row("before any field", f"one of {found.reference_rows:,}", f"{found.prior:+.1f}", before)
    for line, step in zip(candidate.lines, steps, strict=True):
        shared = f", shared by {line.sharers:,}" if line.sharers is not None else ""
        values = f": {escape(' | '.join(one or '-' for one in line.values))}" if line.values else ""
        table.add_row(line.field, f"{line.level}{shared}{values}", f"{line.bits:+.1f}", step, line.words)
    table.add_row("all fields", "the match weight", f"{candidate.bits:+.1f}", style="bold")
    total = found.prior + candidate.bits
    if candidate.household is not None:
        if abs(candidate.household) >= 0.05:
            table.add_row("household", "others of it in the reference", f"{candidate.household:+.1f}")
        total += candidate.household
    table.add_row("together", "bits of the odds against nobody", f"{total:+.1f}", style="bold")
    out.print(Padding(table, (0, 0, 0, 4)))
    if candidate.missing:
        out.print(f"    [dim]Not compared, for lack of a value: {', '.join(candidate.missing)}[/]")


def waterfall(bits: Sequence[float]) -> list[str]:
    """Draw how evidence adds up: each step from where the last one ended.

    Args:
        bits: The steps, in order; the first starts at zero.

    Returns:
        A text of `WATERFALL` characters a step: full blocks speak for, shaded ones against.

    Example:
        >>> [step.strip() for step in waterfall([-20.0, 30.0])]
        ['░░░░░░░░░░░░░░░░', '████████████████████████']
    """
    ends = [0.0, *accumulate(bits)]
    low, high = min(ends), max(ends)
    scale = WATERFALL / (high - low) if high > low else 0.0
    places = [round((end - low) * scale) for end in ends]
    drawn = []
    for start, end in pairwise(places):
        mark = "█" if end > start else "░"
        drawn.append((" " * min(start, end) + mark * abs(end - start)).ljust(WATERFALL))
    return drawn


def show_blocking(
    people: Path, reading: Reading, reference: Path, reference_reading: Reading, *, as_json: bool
) -> None:
    """Print how many pairs each blocking rule will bring, before any are made.

    Args:
        people: The list.
        reading: How to read it.
        reference: The reference.
        reference_reading: How to read that.
        as_json: Print one JSON document instead of a table.

    Raises:
        MatchprepError: A file or an option is at fault.
    """
    with progress(quiet=as_json) as on_stage, tempfile.TemporaryDirectory(prefix=".matchprep-") as room:
        on_stage("read the list")
        listed = prepare(people, reading, Path(room) / "list.parquet")
        on_stage("read the reference")
        known = _reference(reference, reference_reading, Path(room))
        on_stage("count what blocking finds")
        plan = explain_blocking(listed.kept, known)
    print_json({"command": "match", **plan.document()}) if as_json else _print_blocking(plan)


def _reference(path: Path, reading: Reading, room: Path) -> ReferenceIndex | pl.LazyFrame:
    """Open an index, or read a file."""
    if is_index(path):
        return ReferenceIndex.open(path)
    return prepare(path, reading, room / "reference.parquet").kept


def _print_blocking(plan: BlockingPlan) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("rule", overflow="fold")
    for name in ("keys", "too common", "pairs", "refined", "skipped"):
        table.add_column(name, justify="right", no_wrap=True)
    for rule in plan.rules:
        if not rule.left_out:
            one = rule.brings
            numbers = (one.keys, one.too_common, one.pairs + one.refined, one.refined, one.skipped)
            table.add_row(rule.rule, *(f"{number:,}" for number in numbers))
    out.print()
    out.print(
        f"  {plan.rows:,} rows against {plan.reference_rows:,} people, rule by rule; nothing was matched yet"
    )
    out.print(Padding(table, (1, 0, 1, 2)))
    for why in dict.fromkeys(rule.left_out for rule in plan.rules if rule.left_out):
        names = ", ".join(rule.rule for rule in plan.rules if rule.left_out == why)
        out.print(f"  [dim]Not asked, since {why}: {names}[/]")
    out.print()
