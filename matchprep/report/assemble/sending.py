"""The provider and the file for it, put together for the report."""

from __future__ import annotations

from matchprep.check import Checked, CheckedDocument
from matchprep.report.model import (
    Provider,
    Sealed,
)
from matchprep.rulebook import ProviderRules
from matchprep.seal import Sealed as SealedFile

_VERDICT = {
    "ready": "Nothing stands in the way of sending it.",
    "ready with warnings": "It can be sent; the warnings below cost matches.",
    "not ready": "It would be refused or wasted; the errors below say why.",
}

_VERDICT_DOCUMENT = "It follows the grammar of audiences; sending it starts a build."


def provider(rules: ProviderRules, checked: Checked) -> Provider:
    """Say who the file is for and whether it is ready.

    Args:
        rules: The provider.
        checked: What its rules said.

    Returns:
        The verdict.
    """
    return Provider(
        id=rules.provider,
        name=rules.name,
        profile=checked.profile,
        ready=checked.ready,
        verdict=_VERDICT[checked.verdict],
    )


def document(rules: ProviderRules, checked: CheckedDocument) -> Provider:
    """Say who an audience document is for and whether it may be sent.

    Args:
        rules: The provider.
        checked: What its rules said.

    Returns:
        The verdict.
    """
    verdict = _VERDICT_DOCUMENT if checked.ready else _VERDICT["not ready"]
    return Provider(id=rules.provider, name=rules.name, ready=checked.ready, verdict=verdict)


def sealed(file: SealedFile) -> Sealed:
    """Describe the provider's file.

    Args:
        file: What was sealed.

    Returns:
        The same for the report.
    """
    return Sealed(
        file=file.path.name,
        rows=file.rows,
        columns=tuple(file.columns),
        hash=", ".join(sorted(set(file.hashed.values()))) or None,
        sha256=file.digest,
    )
