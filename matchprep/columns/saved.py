"""A mapping kept in a file: written once, mended by hand, used by the next run."""

from __future__ import annotations

from pathlib import Path

import yaml

from matchprep.columns.mapping import with_choices
from matchprep.columns.model import ColumnMap
from matchprep.errors import UsageError
from matchprep.files import write_text

#: Ending of the file that lies beside a list: `members.csv` -> `members.csv.columns.yaml`.
SUFFIX = ".columns.yaml"
_HEAD = """\
# Which column of the list is which field; `~` leaves a column alone. Change what is wrong: the next
# run reads this file. `matchprep inspect` shows the fields in use and why they were suggested.
"""


def mapping_file(source: Path) -> Path:
    """Say where the mapping of a list is kept: beside it.

    Args:
        source: The list.

    Returns:
        The path of the mapping, whether or not there is one.
    """
    return source.with_name(source.name + SUFFIX)


def save_columns(column_map: ColumnMap, path: Path) -> None:
    """Write a mapping to a file that a person can read and mend.

    Args:
        column_map: The mapping.
        path: Where it goes.

    Raises:
        UsageError: The folder cannot be written to.
    """
    lines = []
    for one in column_map.suggestions:
        entry = yaml.safe_dump(
            {one.column: one.field.value if one.field else None}, allow_unicode=True, width=10_000
        )
        lines.append(f"{entry.rstrip().replace(': null', ': ~')}  # {one.why}\n")
    write_text(path, _HEAD + "".join(lines))


def with_saved(column_map: ColumnMap, path: Path) -> ColumnMap:
    """Correct a suggested mapping by one that was kept.

    Args:
        column_map: What was suggested.
        path: The file that `save_columns` wrote, mended or not. Columns that the list does not have are
            passed over, and columns that the file does not name stay as suggested.

    Returns:
        The corrected mapping.

    Raises:
        UsageError: There is no such file, it is not a mapping, or it names a field that does not exist.
    """
    hint = "Write one line a column: header: field"
    try:
        kept = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise UsageError("the mapping cannot be read", where=str(path), hint=hint) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError("the mapping is not YAML", where=str(path), hint=hint) from error
    if not isinstance(kept, dict) or not all(isinstance(field, str | None) for field in kept.values()):
        raise UsageError("is not a mapping of columns to fields", where=str(path), hint=hint)
    columns = {one.column for one in column_map.suggestions}
    choices = [f"{column}={field or ''}" for column, field in kept.items() if str(column) in columns]
    try:
        return with_choices(column_map, choices)
    except UsageError as error:
        raise UsageError(error.what, where=str(path), hint=error.hint) from error
