"""`matchprep fetch`: the result of a submission, brought down again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, print_json
from matchprep.cli.jobs import JobId
from matchprep.cli.screen import shown
from matchprep.cli.submitted import print_submitted, submitted_document
from matchprep.pipeline import fetching


def fetch(
    job: JobId,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Where the files go; where the list was sent from, else."
        ),
    ] = None,
    sftp: Annotated[
        bool, typer.Option("--sftp", help="Pick it up from the provider's folder for file transfers.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Bring down the result of a submission, again or for the first time, and join it to the list.

    Nothing is created, nothing costs, and nothing is waited for: a provider that is not done says so, with
    exit code 3. It does not matter whether somebody waited for the result before.

    TargetSmart delivers by SFTP, too (--sftp; `pip install "matchprep[sftp]"`): the settings sftp_user and
    sftp_password or sftp_key_file come from the same places as its key. The server's host key must stand in
    your known_hosts; it is never taken on trust.

    **Examples**

    ```
    matchprep fetch targetsmart-1a2b3c4d -o result
    matchprep fetch targetsmart-1a2b3c4d --sftp
    matchprep fetch iqm-1a2b3c4d --json
    ```
    """
    with faults_in_words(as_json=as_json):
        with shown(quiet=as_json) as screen:
            done = fetching.fetch(job, out=out, sftp=sftp, watch=screen.watch)
        print_json(submitted_document(done)) if as_json else print_submitted(done, fetched=True)
