"""Headers as people and systems write them, brought to one spelling."""

from __future__ import annotations

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z0-9]+")


def words(header: str) -> tuple[str, ...]:
    """Split a header into its words, lower-case and without accents.

    Args:
        header: A header or an alias.

    Returns:
        Its words.

    Example:
        >>> words("Residence_Addresses_ZipCode")
        ('residence', 'addresses', 'zip', 'code')
        >>> words("E-MAIL Address:")
        ('e', 'mail', 'address')
    """
    plain = unicodedata.normalize("NFKD", header)
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return tuple(_WORD.findall(_CAMEL.sub(" ", plain).casefold()))


def key(header: str) -> str:
    """Spell a header so that different spellings of the same words are equal.

    Args:
        header: A header or an alias.

    Returns:
        Its words without anything between them.

    Example:
        >>> key("Zip+4") == key("ZIP_4") == "zip4"
        True
    """
    return "".join(words(header))
