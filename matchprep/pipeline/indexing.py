"""References: read from a file or opened as an index, and kept as one."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from matchprep.columns import ColumnMap, Suggestion
from matchprep.errors import ReferenceIndexError, UsageError
from matchprep.fields import Field
from matchprep.files import output_folder
from matchprep.intake import Prepared, Reading, prepare
from matchprep.match import IndexFacts, ReferenceIndex, build_index, is_stale, read_facts
from matchprep.pipeline.request import BY_ITSELF, OnStage
from matchprep.prepare import is_prepared, scan_prepared
from matchprep.read import SourceFacts, read_people
from matchprep.results import versions
from matchprep.tables import SOURCE

#: Why a column of a prepared file is what it is.
_PREPARED = "matchprep prepared it"


def taken_in(source: Path, reading: Reading, spill: Path, *, of_people: bool = True) -> Prepared:
    """Read, map and normalize a file; a prepared one is clean already.

    Args:
        source: The file.
        reading: How to read it.
        spill: A Parquet file to write CLEAN into, where it must be made.
        of_people: Refuse a file none of whose columns holds a known field.

    Returns:
        The file's facts, its columns, and CLEAN as a lazy scan.

    Raises:
        InputError: The file cannot be read, or none of its columns holds a known field.
        UsageError: A choice names an unknown header or field.
    """
    if reading == BY_ITSELF and is_prepared(source):
        clean = scan_prepared(source)
        kept = {
            name.removeprefix(SOURCE) for name in clean.collect_schema().names() if name.startswith(SOURCE)
        }
        people = read_people(source)
        fields = {field.value: field for field in Field}
        columns = ColumnMap(
            tuple(
                Suggestion(name, fields.get(name), _PREPARED, 1.0)
                for name in people.facts.columns
                if name in kept
            )
        )
        return Prepared(people, columns, kept=clean)
    return prepare(source, reading, spill, of_people=of_people)


def build_reference(
    source: Path, folder: Path, reading: Reading = BY_ITSELF, *, on_stage: OnStage = lambda _stage: None
) -> IndexFacts:
    """Read a reference and keep it as an index, to match against it again and again.

    Args:
        source: The file of known people.
        folder: Where the index shall be; an older index there is replaced.
        reading: How to read the file.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What the index says of itself.

    Raises:
        InputError: The file cannot be read, or none of its columns holds a known field.
        ReferenceIndexError: It has no rows or no field to match by.
        UsageError: The folder cannot be written, or is something else than an index.
    """
    parent = output_folder(folder.absolute().parent)
    with tempfile.TemporaryDirectory(prefix=".matchprep-", dir=parent) as spill:
        on_stage("read the reference")
        known = taken_in(source, reading, Path(spill) / "reference.parquet")
        facts = known.people.facts
        on_stage("build the index")
        return build_index(
            known.kept,
            folder,
            source={
                "name": facts.name,
                "path": str(source.absolute()),
                "size_bytes": facts.size_bytes,
                "modified_ns": source.stat().st_mtime_ns if source.is_file() else None,
                "sha256": facts.sha256,
                "facts": asdict(facts),
                "mapping": dict(known.columns.mapping),
                "reading": asdict(reading),
            },
            made_by=versions()["matchprep"],
        )


def update_reference(
    folder: Path, source: Path | None = None, *, on_stage: OnStage = lambda _stage: None
) -> tuple[IndexFacts, bool]:
    """Build an index anew where its file has changed, or matchprep has.

    Args:
        folder: The index.
        source: The file, where it is no longer where it was.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What the index says of itself; whether it was built anew.

    Raises:
        ReferenceIndexError: There is no index, or it does not say how its file was read.
        UsageError: Its file is gone.
    """
    facts = read_facts(folder)
    path = source or Path(str(facts.source.get("path")))
    if not path.exists():
        raise UsageError(
            "the file of the reference is gone", where=str(path), hint="Say where it is now with --from FILE."
        )
    if facts.is_current and not is_stale(replace(facts, source={**facts.source, "path": str(path)})):
        return facts, False
    try:
        said = facts.source["reading"]
        reading = Reading(**{**said, "choices": tuple(said["choices"])})
    except (KeyError, TypeError) as error:
        raise ReferenceIndexError(
            "the reference index does not say how its file was read",
            where=str(folder),
            hint="Build it anew: matchprep reference build FILE -o INDEX.",
        ) from error
    return build_reference(path, folder, reading, on_stage=on_stage), True


def facts_of(reference: Prepared | ReferenceIndex) -> SourceFacts:
    """Tell what file a reference came from, be it long ago.

    Args:
        reference: A file that was read, or the index of one.

    Returns:
        The facts of the file.
    """
    if isinstance(reference, Prepared):
        return reference.people.facts
    said = dict(reference.facts.source["facts"])
    return SourceFacts(**said | {name: tuple(said[name]) for name in ("columns", "assumptions")})


def mapping_of(reference: Prepared | ReferenceIndex) -> dict[str, str]:
    """Tell what the columns of a reference were taken for.

    Args:
        reference: A file that was read, or the index of one.

    Returns:
        Column -> field.
    """
    if isinstance(reference, Prepared):
        return dict(reference.columns.mapping)
    return dict(reference.facts.source["mapping"])
