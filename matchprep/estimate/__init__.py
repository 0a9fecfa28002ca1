"""The forecast: from matches to a match rate with an interval, at a provider, corrected by what came back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
