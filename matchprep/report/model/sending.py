"""What a report says of the provider, and of the file for it."""

from __future__ import annotations

from matchprep.report.part import Count, Part


class Provider(Part):
    """Who the file is for."""

    id: str
    """The provider's id in matchprep."""
    name: str
    """The provider's name."""
    profile: str | None = None
    """The way of uploading whose rules were asked."""
    ready: bool
    """Whether the provider will take the file."""
    verdict: str = ""
    """The same in a sentence."""


class Sealed(Part):
    """The file for the provider."""

    file: str
    """Its name."""
    rows: Count
    """Its rows."""
    columns: tuple[str, ...]
    """Its headers, in order."""
    hash: str | None = None
    """What it was hashed with; null when it holds clear text."""
    sha256: str | None = None
    """Digest of its bytes."""
