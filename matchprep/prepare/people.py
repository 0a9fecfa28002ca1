"""`prepare_people`: one file in, one clean file out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from matchprep.columns import ColumnMap
from matchprep.errors import ContractError, InputError, UsageError
from matchprep.fields import Field
from matchprep.files import written_whole
from matchprep.intake import Opened, Reading, open_people
from matchprep.normalize.hashes import Algorithm
from matchprep.prepare.layout import Layout, lay_out
from matchprep.prepare.prepared import METADATA
from matchprep.prepare.write import Table, check_ending, write_table
from matchprep.read import People, SourceFacts
from matchprep.results import write_rejects
from matchprep.tables import INVALID

OnStage = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class PreparedFile:
    """A file that `prepare_people` wrote.

    Args:
        path: Where it is.
        columns: Its headers, in order.
        rows: Its rows.
        rejected: Records of the source that could not be read; `rows` and these are all that it has.
        rejects: The file of the records that could not be read; null when every one could.
        unreadable: For each field, the rows where something is written that cannot be read as it.
        facts: What was found out about the source.
        understood: What each column of the source was taken for.
    """

    path: Path
    columns: tuple[str, ...]
    rows: int
    rejected: int
    rejects: Path | None
    unreadable: Mapping[str, int]
    facts: SourceFacts = field(repr=False)
    understood: ColumnMap = field(repr=False)


def prepare_people(
    source: str | Path,
    out: str | Path,
    *,
    columns: Layout = "beside",
    components: bool = False,
    hashes: Sequence[Algorithm] = (),
    reading: Reading = Reading(),  # noqa: B008 - frozen
    region: str = "US",
    on_stage: OnStage = lambda _stage: None,
) -> PreparedFile:
    """Normalize a list and write it, without a provider.

    The list streams through: its size is no matter of memory, but for XLSX, which Excel limits to
    1,048,575 rows.

    Args:
        source: What `read_people` takes: a file of any kind, `-`, or a pattern.
        out: The file to write; its ending says whether it is CSV, Parquet or XLSX.
        columns: The normalized columns `beside` the originals, `in-place` of them, or `only` them.
        components: Add one column a part of address, phone, name and date of birth.
        hashes: Add digests of email and phone, in lower-case hex.
        reading: How to read the list where it does not say itself, and what its columns hold.
        region: The region that phone numbers without a country code belong to.
        on_stage: Called with the name of each stage as it begins.

    Returns:
        What was written.

    Raises:
        InputError: The list cannot be read, or none of its columns holds a known field.
        UsageError: The file cannot be written, its ending is unknown, or a choice names an unknown
            header or field.

    Rows: all that can be read, in order; the others are in `<out>.rejects.csv`.
    Columns: under these names, which hang on the list's headers only, never on its values.
        `beside`: the originals, then every normalized field (`first_name`, `address`, `phone`, ... and
        `<field>_invalid`); a name that the list has, in any case, gets `_clean` behind it.
        `in-place`: the headers of the list, values normalized; columns not understood as they were.
        `only`: `row_id`, then the normalized fields; as Parquet it is recognized as clean later.
        Components: the labels of usaddress in snake case (`address_number`, `street_name`, ...),
        `address_type`, `address_repeated`, `address_display`; `phone_e164`, `phone_possible`, `phone_valid`;
        `name_prefix`, `first_name`, `middle_name`, `last_name`, `name_suffix`; `dob`, `birth_year`,
        `birth_month`, `birth_day`. Digests: `email_sha256`, `phone_sha256` (of E.164), ...
    Nulls: blank, or not readable.
    """
    path = Path(out)
    check_ending(path)
    if path.exists() and Path(source).exists() and path.samefile(source):
        what, hint = "the list would be overwritten", "Name another file with -o."
        raise UsageError(what, where=str(path), hint=hint)
    with written_whole(path) as temporary:
        on_stage("read the list")
        opened = _understood(open_people(Path(source), reading))
        people, understood = opened.people, opened.columns
        on_stage("normalize and write")
        # NOTE: kept for the two that need it, the table and its counts; each would read the list else.
        clean = opened.clean(region=region).cache()
        laid_out = lay_out(clean, understood, columns=columns, components=components, hashes=hashes)
        table = Table(laid_out, metadata=METADATA if columns == "only" else {})
        counts = write_table(table, _counts(clean), temporary, path)
        _verify(people, counts.pop("rows"))
        rejects = _write_rejects(people, path)
    return PreparedFile(
        path=path,
        columns=tuple(laid_out.collect_schema().names()),
        rows=people.facts.rows - people.unread.height,
        rejected=people.unread.height,
        rejects=rejects,
        unreadable={name.removesuffix(INVALID): count for name, count in counts.items()},
        facts=people.facts,
        understood=understood,
    )


def _understood(opened: Opened) -> Opened:
    if not opened.columns.mapping:
        raise InputError(
            "no column holds a field of a person that matchprep knows",
            where=opened.people.facts.name,
            hint="Say what the columns hold with --map HEADER=FIELD; `matchprep inspect` shows the guesses.",
        )
    return opened


def _counts(clean: pl.LazyFrame) -> pl.LazyFrame:
    fields = {field + INVALID for field in Field}
    flags = [name for name in clean.collect_schema() if name in fields]
    return clean.select(pl.len().alias("rows"), *(pl.col(name).sum() for name in flags))


def _verify(people: People, rows: int) -> None:
    """Rows read are rows written and rows set aside, or the file does not appear."""
    rejected = people.unread.height
    if rows + rejected != people.facts.rows:
        what = f"{people.facts.rows:,} rows were read, {rows:,} written and {rejected:,} set aside"
        raise ContractError(what, where=people.facts.name)


def _write_rejects(people: People, out: Path) -> Path | None:
    path = out.with_name(f"{out.name}.rejects.csv")
    if people.unread.is_empty():
        path.unlink(missing_ok=True)  # an earlier run's, of another list
        return None
    write_rejects(None, people.unread, path)
    return path
