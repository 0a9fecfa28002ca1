"""The report of a walk, counts only: a page for people, JSON for machines, a summary in a terminal."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
