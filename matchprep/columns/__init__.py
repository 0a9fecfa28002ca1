"""From the headers of a list to the fields of a person: suggested with a reason, confirmed by the caller.

The table of names is `aliases.yaml` in this folder; a list that is not understood is mended there.
"""

from matchprep.columns.mapping import map_columns, with_choices
from matchprep.columns.model import ColumnMap, Suggestion
from matchprep.columns.saved import mapping_file, save_columns, with_saved
from matchprep.columns.suggest import suggest_columns

__all__ = [
    "ColumnMap",
    "Suggestion",
    "map_columns",
    "mapping_file",
    "save_columns",
    "suggest_columns",
    "with_choices",
    "with_saved",
]
