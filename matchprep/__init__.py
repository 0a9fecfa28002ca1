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

import lazy_loader

from matchprep import normalize as normalize

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
