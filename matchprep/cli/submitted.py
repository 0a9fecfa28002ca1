"""What became of a submission, on the terminal: what was sent, what it cost, what matched, where it lies."""

from __future__ import annotations

from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.cli.console import out
from matchprep.cli.facts import facts_table, plain, two_columns
from matchprep.cli.jobs import job_document
from matchprep.pipeline.outcomes import Submitted
from matchprep.pipeline.rejoining import Joined
from matchprep.report.words import count, counted, percent
from matchprep.rulebook import load_rules

#: What each file holds, for those that this program writes under a name of its own.
_HOLDS = {
    "results.csv": "your list, each row with what came back for it",
    "matchbook-export.csv": "the export, as it came",
    "returned.csv": "what came back, as it came",
    "additional_matches.csv": "further people for the same rows",
    "outcome.json": "these figures, for machines",
}


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
    table = two_columns()
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


def _files(done: Submitted) -> Table:
    table = two_columns(style="")
    for file in done.files:
        table.add_row(plain(file.name), _HOLDS.get(file.name, ""))
    return table
