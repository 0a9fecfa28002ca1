"""`matchprep sandbox start`: local servers that play the providers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from matchprep.cli.console import faults_in_words, out
from matchprep.cli.demo import sample_folder
from matchprep.errors import MatchprepError, UsageError
from matchprep.files import write_text
from matchprep.providers import exchange

if TYPE_CHECKING:
    from matchprep.sandbox import World

sandbox = typer.Typer(
    name="sandbox", help="Play the providers on this machine: try a submission without an account."
)


@sandbox.callback()
def about() -> None:
    """Play the providers on this machine: try a whole submission without an account."""


@sandbox.command()
def start(
    providers: Annotated[
        list[str] | None, typer.Argument(metavar="[PROVIDER]...", help="Whom to play; all, when left out.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65_000, help="The first server's port, the others' follow; 0: any.")
    ] = 0,
    reference: Annotated[
        Path | None, typer.Option("--reference", "-r", metavar="FILE", help="Whom the providers know.")
    ] = None,
) -> None:
    """Start the servers and run until Ctrl-C; `matchprep submit DIR --sandbox` finds them.

    They listen on this machine only, keep everything in memory, and match what they are sent against the
    sample voters (or FILE). Faults can be put on order: POST /__sandbox__/faults.

    **Examples**

    ```
    matchprep sandbox start
    matchprep sandbox start iqm targetsmart --port 8400
    ```
    """
    with faults_in_words(as_json=False):
        people = reference or sample_folder() / "reference.csv"
        with _serving(people, providers or (), port) as world:
            _state().parent.mkdir(parents=True, exist_ok=True)
            write_text(_state(), json.dumps(world.urls))
            try:
                for name, url in world.urls.items():
                    out.print(f"{name}: {url}", markup=False)
                threading.Event().wait()
            finally:
                _state().unlink(missing_ok=True)


_OVER = "But this sandbox ends here: submit anew, or keep one running with `matchprep sandbox start`."


@contextmanager
def sandbox_for(provider: str) -> Iterator[str]:
    """Give the address of a provider's server: of the sandbox that runs, or of one made for this.

    Args:
        provider: The provider's id.

    Yields:
        The address.
    """
    running = _running(provider)
    if running:
        yield running
        return
    with _serving(sample_folder() / "reference.csv", (provider,)) as world:
        try:
            yield world.urls[provider]
        except MatchprepError as error:
            if "--resume" in (error.hint or ""):
                error.hint = f"{error.hint} {_OVER}"
            raise


@contextmanager
def _serving(people: Path, providers: Sequence[str], port: int = 0) -> Iterator[World]:
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        hint = 'Install it with: pip install "matchprep[sandbox]".'
        raise UsageError("the sandbox needs the extra `sandbox`", hint=hint)
    from matchprep.sandbox import serve  # noqa: PLC0415 - the extra may be missing

    with serve(people, providers, first_port=port) as world:
        yield world


def _running(provider: str) -> str | None:
    try:
        url: str = json.loads(_state().read_text(encoding="utf-8"))[provider]
        exchange("GET", f"{url}/__sandbox__")
    except (OSError, ValueError, KeyError, MatchprepError):
        return None
    return url


def _state() -> Path:
    return platformdirs.user_state_path("matchprep") / "sandbox.json"
