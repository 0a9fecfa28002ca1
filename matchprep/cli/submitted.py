"""What became of a submission, on the terminal: what was sent, what it cost, what matched, where it lies."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import typer
from rich.padding import Padding
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from matchprep.cli.console import err, out
from matchprep.pipeline.outcomes import Submitted
from matchprep.pipeline.rejoining import Joined
from matchprep.providers import Job, Watch
from matchprep.report.words import count, counted, percent
from matchprep.report.words import shown as printable
from matchprep.rulebook import load_rules

#: What each file holds, for those that this program writes under a name of its own.
_HOLDS = {
    "results.csv": "your list, each row with what came back for it",
    "matchbook-export.csv": "the export, as it came",
    "returned.csv": "what came back, as it came",
    "additional_matches.csv": "further people for the same rows",
    "outcome.json": "these figures, for machines",
}
_SIGNS = {"done": ("✓", "green"), "failed": ("✗", "red"), "cancelled": ("✗", "dim")}


@dataclass(frozen=True)
class Screen:
    """What a person sees of a submission under way, and is asked.

    Args:
        watch: Told how it goes.
        ask: Asks the person; null where nobody is there.
    """

    watch: Watch
    ask: Callable[[str], bool] | None


@contextmanager
def shown(*, quiet: bool) -> Iterator[Screen]:
    """Show what is sent to whom, each step that is done, and how far an upload is.

    Args:
        quiet: Show nothing but what the person must do meanwhile, and ask nothing.

    Yields:
        The screen.
    """
    if quiet:
        yield Screen(Watch(on_word=_say), None)
        return
    watch = Watch(on_begin=_begin, on_price=_pay, on_done=_done, on_word=_say)
    if not err.is_terminal:
        yield Screen(watch, confirmed)
        return
    with _Bar() as bar:
        yield Screen(replace(watch, on_status=bar.status, on_bytes=bar.bytes), bar.ask)


class _Bar(Progress):
    """The step under way, and how far an upload is."""

    def __init__(self) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        super().__init__(*columns, TimeElapsedColumn(), console=err, transient=True)

    def status(self, status: str) -> None:
        """Begin anew with a step."""
        for task in self.task_ids:
            self.remove_task(task)
        self.add_task(status, total=None)

    def bytes(self, sent: int, size: int | None) -> None:
        """Tell how far an upload is."""
        for task in self.task_ids:
            self.update(task, completed=sent, total=size)

    def ask(self, question: str) -> bool:
        """Ask with nothing moving over the question."""
        self.stop()
        try:
            return confirmed(question)
        finally:
            self.start()


def confirmed(question: str) -> bool:
    """Ask the person at the terminal.

    Args:
        question: What to ask.

    Returns:
        Whether they say yes; no where nobody is there.
    """
    return sys.stdin.isatty() and typer.confirm(question, default=False)


def submitted_document(done: Submitted) -> dict[str, Any]:
    """Tell what became of a submission, for machines.

    Args:
        done: What came of it.

    Returns:
        A JSON document.
    """
    return {
        **job_document(done.job),
        "match_rate": done.outcome.match_rate,
        "matched_rows": done.outcome.matched_rows,
        "rows_sent": done.rows,
        "forecast": done.forecast,
        "forecast_range": done.likely,
        "told": dict(done.outcome.told),
        "files": [str(one) for one in done.files],
        "next": done.left,
    }


def job_document(job: Job) -> dict[str, Any]:
    """Tell of a submission, for machines.

    Args:
        job: The submission.

    Returns:
        A JSON document.
    """
    return {
        "job": job.job,
        "provider": job.provider,
        "state": job.state,
        "sandbox": job.options.get("sandbox") is not None,
        "why": job.why,
        "paid": list(job.paid),
        "begun": dt.datetime.fromtimestamp(job.made, dt.UTC).isoformat(timespec="seconds"),
        "folder": str(job.folder),
        "steps": [{"step": one.step, "state": one.state, **one.facts} for one in job.steps.values()],
    }


def print_submitted(done: Submitted, *, fetched: bool = False) -> None:
    """Print what became of a submission.

    Args:
        done: What came of it.
        fetched: Whether its result was only fetched.
    """
    rules = load_rules(done.job.provider)
    played = "   played by the sandbox" if done.job.options.get("sandbox") else ""
    words = f"Fetched from {rules.name}" if fetched else f"{rules.name} is done"
    title = Text.assemble((f"✓ {words}", "bold green"), (played, "dim"))
    table = _two_columns()
    table.add_row("Sent", f"{counted(done.rows, 'row')}, as job {done.job.job}")
    table.add_row("Matched", _matched(done, rules.name))
    if done.outcome.unique_matches is not None:
        table.add_row("People", f"{count(done.outcome.unique_matches)} different")
    table.add_row("Paid", "; ".join(done.job.paid) or "nothing beyond your contract")
    told = {name: value for name, value in done.outcome.told.items() if value is not None}
    if told:
        table.add_row("In its words", facts_table(told))
    table.add_row("Joined", _joined(done, rules.name))
    if done.left is not None:
        table.add_row("Next", f"{done.left}: matchprep submit --resume {done.job.job}")
    table.add_row("Lies in", plain(str(done.folder)))
    table.add_row("", _files(done))
    out.print()
    out.print(Padding(title, (0, 0, 0, 2)))
    out.print(Padding(table, (1, 0, 1, 2)))


def print_job(job: Job) -> None:
    """Print one submission with its steps.

    Args:
        job: The submission.
    """
    sign, style = _SIGNS.get(job.state, ("…", "yellow"))
    out.print(Text.assemble((f"{sign} {job.state}", style), f"   {job.job}   {job.folder}"), soft_wrap=True)
    if job.why:
        out.print(f"  {job.why}", markup=False, soft_wrap=True)
    table = _two_columns()
    for step in job.steps.values():
        found = {name: value for name, value in step.facts.items() if value is not None}
        table.add_row(f"{'✓' if step.state == 'done' else '…'} {step.step}", facts_table(found))
    out.print(Padding(table, (0, 0, 0, 2)))


def print_jobs(known: Sequence[Job]) -> None:
    """Print the submissions, one a line.

    Args:
        known: The submissions, the newest first.
    """
    if not known:
        out.print("Nothing was submitted from here so far.")
        return
    lines = [("Job", "State", "Begun", "Folder"), *map(_line_of, known)]
    widths = [max(len(one[place]) for one in lines) for place in range(3)]
    for place, line in enumerate(lines):
        text = "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]))
        out.print(text, style="dim" if place == 0 else None, markup=False, soft_wrap=True)


def _line_of(job: Job) -> tuple[str, str, str, str]:
    state = f"{job.state} (sandbox)" if job.options.get("sandbox") else job.state
    begun = dt.datetime.fromtimestamp(job.made).astimezone()
    return job.job, state, f"{begun:%Y-%m-%d %H:%M}", str(job.folder)


def _matched(done: Submitted, name: str) -> Text:
    rate, forecast = done.outcome.match_rate, done.forecast
    if rate is None and done.outcome.by_kind:
        kinds = ", ".join(f"{kind} {percent(one, 1)}" for kind, one in done.outcome.by_kind.items())
        text = Text.assemble((kinds, "bold"), " of the different values; no rate of rows is told")
    elif rate is None:
        text = Text(f"{name} tells no match rate")
    else:
        rows = done.outcome.matched_rows
        about = "" if rows is None else f", {count(rows)} of {counted(done.rows, 'row')}"
        text = Text.assemble((percent(rate, 1), "bold"), about)
    if forecast is None:
        return text.append("\nthere was no forecast")
    text.append(f"\nforecast {percent(forecast, 1)}")
    if done.likely is not None:
        low, high = done.likely
        text.append(f", likely {percent(low, 1)} to {percent(high, 1)}")
        if rate is not None:
            text.append(f"\n{_beside(rate, low, high)}")
    return text


def _beside(rate: float, low: float, high: float) -> str:
    if low <= rate <= high:
        return "the forecast holds"
    off, side = (low - rate, "below") if rate < low else (rate - high, "above")
    return f"{100 * off:.1f} points {side} what was likely"


def _joined(done: Submitted, name: str) -> str:
    joined: Joined | None = done.joined
    if done.outcome.returned is None:
        return f"nothing: figures came back from {name}, no rows"
    if joined is None:
        return "nothing: your list is not where it was, or has changed, or no column tells its rows apart"
    how = ", ".join(name.replace("_", " ") for name in joined.by)
    lines = [f"{counted(joined.rows, 'row')} of your list, by {how}"]
    if joined.open_lines:
        several = f"{counted(joined.open_lines, 'person', 'people')} who came back could be any of"
        lines.append(f"{several} {counted(joined.open_rows, 'row')}: left out, not guessed")
    if joined.strange_lines:
        lines.append(f"{counted(joined.strange_lines, 'person', 'people')} who came back agree with no row")
    return "\n".join(lines)


def facts_table(facts: Mapping[str, Any]) -> Table:
    """Set figures one a line, under the names that they came with.

    Args:
        facts: The figures by name; some may hold others.

    Returns:
        The table.
    """
    table = _two_columns(style="")
    for name, value in facts.items():
        deep = isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values())
        table.add_row(plain(name), facts_table(value) if deep else plain(written(value)))
    return table


def plain(text: str) -> Text:
    """Take what came from elsewhere, with nothing in it that a terminal would obey.

    Args:
        text: What came.

    Returns:
        The same, to be shown.
    """
    return Text(printable(text))


def written(value: Any) -> str:
    """Write a figure as it is read.

    Args:
        value: The figure, or several.

    Returns:
        In words and digits.
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {written(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _files(done: Submitted) -> Table:
    table = _two_columns(style="")
    for file in done.files:
        table.add_row(plain(file.name), _HOLDS.get(file.name, ""))
    return table


def _two_columns(*, style: str = "dim") -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=style, no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _begin(what: str) -> None:
    err.print(f"  {what}", markup=False, soft_wrap=True)


def _pay(price: str) -> None:
    err.print(f"  $ {price}", markup=False, soft_wrap=True)


def _done(step: str) -> None:
    err.print(f"  ✓ {step}", markup=False, soft_wrap=True)


def _say(word: str) -> None:
    err.print(word, markup=False, soft_wrap=True)
