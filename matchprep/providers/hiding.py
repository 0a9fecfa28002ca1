"""Masking an account's secrets in what a provider says: it may repeat what it was sent."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import SecretStr

from matchprep.providers.settings import ProviderSettings

#: Characters of the longest secret that is masked as a whole word only.
SHORT_SECRET = 3


def hiding(settings: ProviderSettings) -> Callable[[str], str]:
    """Make what masks the secrets of an account in a text.

    Args:
        settings: The account.

    Returns:
        What gives a text with `***` for each secret.
    """
    secrets = [value.get_secret_value() for _name, value in settings if isinstance(value, SecretStr)]
    found = re.compile(
        "|".join(map(_anywhere_or_alone, sorted(filter(None, secrets), key=len, reverse=True)))
    )
    return lambda text: found.sub("***", text) if found.pattern else text


def _anywhere_or_alone(secret: str) -> str:
    """Find a secret within longer words, too, unless it is so short that words would hold it by chance."""
    found = re.escape(secret)
    return found if len(secret) > SHORT_SECRET else rf"(?<!\w){found}(?!\w)"
