"""Numbers and names as people read them."""

from __future__ import annotations

import re
import textwrap
import unicodedata

#: Canonical fields whose name is not their words.
_FIELDS = {
    "id": "list's own ID",
    "dob": "date of birth",
    "zip": "ZIP code",
    "zip4": "ZIP+4",
    "address": "street address",
    "address2": "address, second line",
    "po_box": "PO box",
    "npi": "NPI",
    "place": "city, state and ZIP code",
    "voterbase_id": "voterbase ID",
    "voter_id": "voter ID",
}
_FORMATS = {
    "csv": "CSV",
    "tsv": "TSV",
    "xlsx": "Excel workbook",
    "parquet": "Parquet",
    "ndjson": "JSON lines",
}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

#: No probability is told to be nearer to none or to all than this.
_LEAST_CHANCE = 1e-4


def count(number: float) -> str:
    """Write a count with its thousands apart.

    Example:
        >>> count(1397.4)
        '1,397'
    """
    return f"{number:,.0f}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a count with what is counted.

    Example:
        >>> counted(1, "row"), counted(2000, "row")
        ('1 row', '2,000 rows')
    """
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def percent(rate: float, digits: int = 0) -> str:
    """Write a rate as a percentage that never says "all" or "none" when it is not so.

    Example:
        >>> percent(0.703), percent(0.9996), percent(0.0004), percent(1.0)
        ('70%', '>99%', '<1%', '100%')
    """
    if rate in {0, 1}:
        return f"{rate:.0%}"
    least = 10.0**-digits
    shown = round(rate * 100, digits)
    if shown >= 100 and rate < 1:
        return f">{100 - least:.{digits}f}%"
    if shown < least and rate > 0:
        return f"<{least:.{digits}f}%"
    return f"{shown:.{digits}f}%"


def chance(probability: float) -> str:
    """Write a probability, which is never quite none or all.

    Example:
        >>> chance(1.0), chance(0.25)
        ('>99.9%', '25.0%')
    """
    return percent(min(max(probability, _LEAST_CHANCE), 1 - _LEAST_CHANCE), 1)


def bits(evidence: float) -> str:
    """Write evidence, for (+) or against (-), without a minus before nothing.

    Example:
        >>> bits(13.04), bits(-0.04)
        ('+13.0', '+0.0')
    """
    return f"{round(evidence, 1) + 0.0:+.1f}"


def share(part: float, whole: float) -> float:
    """Divide, and call a part of nothing nothing."""
    return part / whole if whole else 0.0


def size(size_bytes: int) -> str:
    """Write the size of a file.

    Example:
        >>> size(219_894)
        '220 kB'
    """
    amount = float(size_bytes)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit in {"bytes", "kB"} else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def field(name: str | None) -> str:
    """Name a canonical field in words.

    Example:
        >>> field("first_name"), field("dob")
        ('first name', 'date of birth')
    """
    return _FIELDS.get(name or "", (name or "").replace("_", " "))


def kind_of_file(format_: str, delimiter: str | None, encoding: str | None, compression: str | None) -> str:
    """Describe a file's form in a line.

    Example:
        >>> kind_of_file("csv", ";", "utf-8", None)
        'CSV, semicolon between values, UTF-8'
    """
    between = f"{_DELIMITERS.get(delimiter, repr(delimiter))} between values" if delimiter else None
    parts = (_FORMATS.get(format_, format_), between, encoding and encoding.upper(), compression)
    return ", ".join(part for part in parts if part)


def short(text: str, most: int = 80) -> str:
    """Cut a text at a word, so that it fits into a sentence.

    Example:
        >>> short("No telephone and no address", 16)
        'No telephone …'
    """
    return textwrap.shorten(text, most, placeholder=" …")


def algorithms(names: str) -> str:
    """Name hash algorithms as their standards do.

    Example:
        >>> algorithms("md5, sha256")
        'MD5, SHA-256'
    """
    return re.sub(r"SHA-?(\d)", r"SHA-\1", names.upper())


def sentence(text: str) -> str:
    """Begin with a capital.

    Example:
        >>> sentence("no ZIP code")
        'No ZIP code'
    """
    return text[:1].upper() + text[1:]


def shown(text: object) -> str:
    r"""Make a stranger's text safe to look at: no character that hides, or turns the line around.

    Args:
        text: For instance a column's header.

    Returns:
        The text with control and format characters made visible as U+FFFD.

    Example:
        >>> shown("name" + chr(0x202E) + "gpj")
        'name\ufffdgpj'
    """
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} else c for c in str(text))
