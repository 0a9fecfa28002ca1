"""The sealed file of a run, and the submission that is made of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matchprep.errors import InputError
from matchprep.intake import Reading, open_people
from matchprep.propose import propose_mapping
from matchprep.providers import Job, Submission
from matchprep.rulebook import load_rules


def sealed_in(folder: Path, *, force: str | None = None) -> dict[str, Any]:
    """Find the sealed file of a run, and make sure that it is the one that passed.

    Args:
        folder: What `matchprep run` wrote.
        force: Why a file that has changed since shall be taken all the same.

    Returns:
        The manifest's words on it.

    Raises:
        InputError: There is none, or it has changed since it passed.
    """
    path = folder / "manifest.json"
    again = "Run `matchprep run LIST --provider ID --reference FILE -o DIR` first, and give its DIR."
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        sealed = manifest.get("sealed")
    except (OSError, ValueError, AttributeError):
        raise InputError("there is no manifest of a run here", where=str(folder), hint=again) from None
    if not sealed:
        hint = "Look at report.html for what is missing, mend it, and run again."
        raise InputError(
            "the run sealed no file: it did not pass the provider's rules", where=str(path), hint=hint
        )
    file = folder / sealed["file"]
    if not file.is_file():
        raise InputError("the sealed file is gone", where=str(file), hint=again)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if digest != sealed["sha256"] and not force:
        hint = "Run again; or send it all the same with --force and the reason."
        raise InputError("the file has changed since it passed the rules", where=str(file), hint=hint)
    forecast = manifest.get("forecast") or {}
    likely = (forecast["low"], forecast["high"]) if forecast else None
    return {**sealed, "sha256": digest, "forecast": forecast.get("told"), "likely": likely}


def sealed_of(job: Job) -> dict[str, Any]:
    """Find the sealed file that a job sent, and make sure that it is that one still.

    Args:
        job: The job.

    Returns:
        The manifest's words on it.

    Raises:
        InputError: It is gone, or has changed.
    """
    sealed = sealed_in(job.folder, force=job.options.get("force"))
    if sealed["sha256"] != job.file_sha256:
        hint = "Submit the folder anew."
        raise InputError("the sealed file is another one than was submitted", where=job.job, hint=hint)
    return sealed


def submission_of(folder: Path, sealed: Mapping[str, Any], params: Mapping[str, str], job: str) -> Submission:
    """Make the submission of a sealed file.

    Args:
        folder: What `matchprep run` wrote.
        sealed: What `sealed_in` found there.
        params: What the provider wants to know besides.
        job: The job's id, or what stands for it.

    Returns:
        What is sent.
    """
    rules = load_rules(sealed["provider"])
    file = folder / sealed["file"]
    opened = open_people(file, Reading())
    unknown = {one.column for one in opened.columns.suggestions if one.field is None}
    # A header that says nothing to us is the provider's own word, such as StatSocial's `md5`.
    if own := tuple(f"{part.wire}={field}" for field, part in rules.fields.items() if part.wire in unknown):
        opened = open_people(file, Reading(choices=own))
    proposal = propose_mapping(
        opened.people, opened.columns, opened.clean(), rules, profile=sealed["profile"]
    )
    return Submission(
        rules=rules,
        profile=sealed["profile"],
        name=f"{params.get('name', folder.name)} {job}",
        file=file,
        rows=sealed["rows"],
        document=proposal.document,
        params=params,
    )
