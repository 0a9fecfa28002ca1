"""A submission under way, on the terminal: each step that is done, how far an upload is, and a question."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from matchprep.cli.console import err
from matchprep.providers import Watch


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


def _begin(what: str) -> None:
    err.print(f"  {what}", markup=False, soft_wrap=True)


def _pay(price: str) -> None:
    err.print(f"  $ {price}", markup=False, soft_wrap=True)


def _done(step: str) -> None:
    err.print(f"  ✓ {step}", markup=False, soft_wrap=True)


def _say(word: str) -> None:
    err.print(word, markup=False, soft_wrap=True)
