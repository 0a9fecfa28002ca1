"""Matching: finding each person of a list in a reference, with a probability that means what it says."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
