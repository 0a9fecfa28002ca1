"""Looks at a list without a walk: what it holds, and how a provider would be told of it."""

from __future__ import annotations

from pathlib import Path

from matchprep.columns import mapping_file, save_columns
from matchprep.intake import Reading
from matchprep.pipeline.indexing import taken_in
from matchprep.pipeline.request import BY_ITSELF, OnStage, Request, workspace
from matchprep.profile import profile_columns
from matchprep.propose import Proposal, propose_mapping
from matchprep.quality import observe
from matchprep.report import Inspection, assemble
from matchprep.rulebook import load_rules


def look_into(
    source: Path,
    *,
    reading: Reading | None = None,
    show_values: bool = False,
    save_map: bool = False,
    on_stage: OnStage = lambda _stage: None,
) -> Inspection:
    """Find out what a file is and what its columns hold.

    Args:
        source: The file.
        reading: How to read it.
        show_values: Give a few values of each column, too.
        save_map: Keep what the columns were taken for beside the file, for the next run to pick up.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What was found, in counts and shapes.

    Raises:
        InputError: The file cannot be read.
        UsageError: A choice names an unknown header or field.
    """
    with workspace(Request(people=source)) as folder:
        on_stage("read")
        # NOTE: kept on disk, for the columns and their values are looked at one after the other.
        listed = taken_in(source, reading or BY_ITSELF, folder / "list.parquet", of_people=False)
        if save_map:
            save_columns(listed.columns, mapping_file(source))
        on_stage("look into the columns")
        profiles = profile_columns(listed.kept, listed.columns, show_values=show_values)
        quality = observe(listed.kept, listed.columns, dates=listed.dates)
    return Inspection(
        source=assemble.source(listed.people.facts, quality),
        unread=listed.people.unread.height,
        columns=assemble.columns(listed.columns, profiles, quality),
        quality=assemble.observations(quality),
        values={one.column: tuple(one.values) for one in profiles if one.values},
    )


def propose(request: Request, *, on_stage: OnStage = lambda _stage: None) -> Proposal:
    """Propose the provider's own mapping document for a list.

    Args:
        request: What is asked for; it names a provider.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        The document and the reasons for it.

    Raises:
        MatchprepError: A file, a rule or an option is at fault, or no column can be mapped.
    """
    rules = load_rules(request.provider or "")
    with workspace(request) as folder:
        on_stage("read the list")
        listed = taken_in(request.people, request.reading, folder / "list.parquet")
        on_stage("weigh the ways to send it")
        return propose_mapping(listed.people, listed.columns, listed.kept, rules, profile=request.profile)
