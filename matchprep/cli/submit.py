"""`matchprep submit`: a sealed file on its way to the provider and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, out, print_json
from matchprep.cli.sandbox import sandbox_for
from matchprep.cli.screen import shown
from matchprep.cli.submitted import print_submitted, submitted_document
from matchprep.errors import UsageError
from matchprep.pipeline import submitting
from matchprep.pipeline.masking import masked
from matchprep.pipeline.sealed import sealed_in
from matchprep.pipeline.submitting import Sending
from matchprep.providers import Consent, Hook

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="What `matchprep run` wrote; it holds the file that passed."),
]


def submit(
    folder: Folder = None,
    resume: Annotated[
        str | None, typer.Option(metavar="JOB", help="Take up a job where it was left, instead.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print every request that would be sent; send nothing.")
    ] = False,
    max_cost: Annotated[
        float | None,
        typer.Option(metavar="AMOUNT", min=0.0, help="Agree to a step that costs no more than this."),
    ] = None,
    force: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="Send a file that changed, or that was sent before; kept on record."
        ),
    ] = None,
    assume: Annotated[
        str | None,
        typer.Option(
            metavar="done|done=ID|not-done",
            help="With --resume: what you know of the step that is in doubt, and the id of what it created.",
        ),
    ] = None,
    sandbox: Annotated[
        bool,
        typer.Option(
            "--sandbox", help="Send it to a local server that plays the provider; no account needed."
        ),
    ] = False,
    webhook: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A public address of yours that the provider calls when it is done."
        ),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where on this machine the calls to that address arrive."),
    ] = None,
    params: options.Params = None,
    as_json: options.Json = False,
) -> None:
    """Send the file that `run` sealed, follow it to the end, and set the result beside the forecast.

    Every step is kept on record before and after it is made: a job that was cut off is taken up with
    --resume, and nothing that creates or costs is done twice. A step that costs needs your yes, or
    --max-cost. Secrets come from the environment, the keyring or a file of yours, never from here.

    A provider that calls back (TargetSmart, StatSocial) can end a wait: --webhook is the address that it is
    told, with a secret behind it, and your proxy or tunnel leads it to --listen. A call is never believed: it
    only makes us ask the provider itself.

    Exit codes: 0 done, 1 no file that passed, 2 usage or settings, 3 the provider, 4 a fault of matchprep.

    **Examples**

    ```
    matchprep submit out --sandbox
    matchprep submit out --dry-run
    matchprep submit out --param name="Spring donors"
    matchprep submit out --webhook https://example.com/hook --listen 127.0.0.1:8085
    matchprep submit --resume iqm-1a2b3c4d
    ```
    """
    with faults_in_words(as_json=as_json):
        if (folder is None) == (resume is None):
            hint = "Give what `matchprep run` wrote, or --resume and the job's id."
            raise UsageError("name either a folder or a job", hint=hint)
        sending = None if folder is None else _sending(folder, params, force, _hook(webhook, listen))
        if sending is not None and dry_run:
            address = "http://127.0.0.1" if sandbox else None
            _print_rehearsal(replace(sending, sandbox=address), as_json=as_json)
            return
        if assume is not None and assume.partition("=")[0] not in {"done", "not-done"}:
            raise UsageError(
                "nothing else can be assumed", where=assume, hint="Say done, done=ID or not-done."
            )
        with shown(quiet=as_json) as screen:
            consent, watch = Consent(max_cost=max_cost, ask=screen.ask), screen.watch
            if resume is not None:
                if webhook is not None:
                    hint = "It calls the address that it was given first; say where to --listen, at most."
                    raise UsageError("a job's webhook does not change", where=resume, hint=hint)
                done = submitting.resume(resume, consent=consent, assume=assume, listen=listen, watch=watch)
            elif sending is not None:
                with _maybe_sandbox(sending.folder, sandbox=sandbox) as address:
                    there = replace(sending, sandbox=address)
                    done = submitting.submit(there, consent=consent, watch=watch)
        print_json(submitted_document(done)) if as_json else print_submitted(done)


def _sending(folder: Path, params: list[str] | None, force: str | None, hook: Hook | None) -> Sending:
    return Sending(folder=folder, params=options.given_params(params), force=force, hook=hook)


def _hook(webhook: str | None, listen: str | None) -> Hook | None:
    if webhook is None and listen is None:
        return None
    if webhook is None or listen is None:
        hint = "Give both: --webhook https://example.com/hook --listen 127.0.0.1:8085."
        what = "--webhook says what address is called, and --listen where the call arrives"
        raise UsageError(what, hint=hint)
    return Hook(url=webhook, listen=listen)


@contextmanager
def _maybe_sandbox(folder: Path, *, sandbox: bool) -> Iterator[str | None]:
    if not sandbox:
        yield None
        return
    provider = sealed_in(folder)["provider"]
    with sandbox_for(provider) as address:
        yield address


def _print_rehearsal(sending: Sending, *, as_json: bool) -> None:
    calls = [masked(call) for call in submitting.rehearse(sending)]
    if as_json:
        print_json(calls)
        return
    for call in calls:
        out.print(f"{call['method']} {call['path']}", style="bold", markup=False)
        for part in ("headers", "params", "json", "data", "files"):
            for name, value in (call.get(part) or {}).items():
                out.print(
                    f"    {part.removesuffix('s')} {name}: {value}",
                    markup=False,
                    soft_wrap=True,
                )
    out.print("Nothing was sent.")
