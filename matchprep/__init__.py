"""matchprep: get a people list ready for an audience provider, and know its match rate first.

The walk in five calls:

    import matchprep as mp

    people = mp.read_people("list.csv")
    clean = mp.normalize_people(mp.map_columns(people.frame))
    checked = mp.check_people(clean, mp.load_rules("iqm"))
    matches = mp.match_people(checked.kept, reference)        # reference: CLEAN, made the same way
    forecast = mp.forecast_matches(matches)

Frames are Polars, lazy until a result is asked for. `matchprep.normalize` holds every normalizer as
an expression, and `pl.col("cell").people.phone()` the ones people want most.
"""

from __future__ import annotations

from matchprep import normalize
from matchprep.check import check_people
from matchprep.columns import map_columns, suggest_columns
from matchprep.errors import MatchprepError
from matchprep.estimate import estimate_people, forecast_matches
from matchprep.match import match_people
from matchprep.normalize import normalize_people
from matchprep.profile import profile_columns
from matchprep.read import read_people
from matchprep.rulebook import list_providers, load_rules
from matchprep.seal import seal_people

__all__ = [
    "MatchprepError",
    "check_people",
    "estimate_people",
    "forecast_matches",
    "list_providers",
    "load_rules",
    "map_columns",
    "match_people",
    "normalize",
    "normalize_people",
    "profile_columns",
    "read_people",
    "seal_people",
    "suggest_columns",
]
