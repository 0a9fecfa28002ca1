"""Invented telephone numbers from a seed: as lists hold them, one of every prefix, and adversarial.

No number here is anyone's on purpose: they are drawn at random from the whole plan.
"""

from __future__ import annotations

import random

import numpy as np
import polars as pl

#: What people put before, between and after digits, and what phonenumbers gives a meaning to.
LEADS = [
    "", "1", "+1", "+", "011", "1-", "+1 ", "0", "+1(", "tel:", "(+1)", "+44 ", "310", "+52", "1 1", "00",
    "＋1",
]  # fmt: skip
TAILS = [
    "", "", "", "", " x12", " ext 4", "x1234567", "  ", ".", "#", "x", "ext.", "/x3", " EXT:99", ",,7",
    ";ext=5",
]  # fmt: skip
MARKS = [
    " ", "-", "(", ")", ".", "/", "‑", "–", " ext. ", "x", "+", "1", "\u00a0", "*", "[", "~", "\u3000", "０",
]  # fmt: skip
TRAPS = [
    "1-800-FLOWERS", "310-1234", "+1 310 1234", "911", "15", "+1", "+", "tel:253-0000;phone-context=+1",
    "tel:2125550123;phone-context=example.com", "2125550123;isub=1", "212 555 0123 anexo 4", "", " ", "n/a",
    "(212) 555-0123 (cell)", "٢١٢٥٥٥٠١٢٣", "212-555-0123 or 212-555-0124", "+1 (212) 555-0123 доб 7",
    "2125550123" + " " * 260,
]  # fmt: skip
NOISE = "0123456789" * 3 + "111222 ()-.+x/#,;eXtABz~*‑\u00a0²٣ａ２\u200b\n"


def listed(rows: int, seed: int) -> pl.Series:
    """Write phones as a list of people holds them.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        Ten digits in the usual forms; a few without area code, with an extension, or broken.
    """
    rng = np.random.default_rng(seed)
    areas = pl.Series(rng.integers(200, 990, 60)).cast(pl.String)
    area = areas.gather((rng.random(rows) ** 2 * len(areas)).astype(np.int64))
    exchange = pl.Series(rng.integers(200, 1000, rows)).cast(pl.String)
    line = pl.Series(rng.integers(0, 10_000, rows)).cast(pl.String).str.zfill(4)
    parts = pl.DataFrame({"a": area, "b": exchange, "c": line})
    forms = [
        "({a}) {b}-{c}",
        "{a}-{b}-{c}",
        "{a}{b}{c}",
        "{a}.{b}.{c}",
        "+1{a}{b}{c}",
        "1-{a}-{b}-{c}",
        "{b}-{c}",
    ]
    forms += ["{a} {b} {c}", "{a}-{b}-{c} x12", "{a}-{b}", "n/a", ""]
    which = pl.Series(
        rng.choice(len(forms), rows, p=[0.3, 0.25, 0.2, 0.06, 0.06, 0.05, 0.02, 0.02, 0.01, 0.01, 0.01, 0.01])
    )
    written = [_filled(form) for form in forms]
    chosen = [pl.when(pl.lit(which) == number).then(form) for number, form in enumerate(written)]
    return parts.select(phone=pl.coalesce(chosen)).to_series()


def _filled(form: str) -> pl.Expr:
    return pl.format(
        form.replace("{a}", "{}").replace("{b}", "{}").replace("{c}", "{}"),
        *[name for name in "abc" if f"{{{name}}}" in form],
    )


def prefixes(rows: int, seed: int) -> pl.Series:
    """Write ten digits with every six of them in front, as far as the rows reach.

    Args:
        rows: How many; a million has every prefix.
        seed: Where the drawing starts.

    Returns:
        Digits only.
    """
    rng = np.random.default_rng(seed)
    front = rng.permutation(1_000_000)[np.arange(rows) % 1_000_000]
    digits = front * 10_000 + rng.integers(0, 10_000, rows)
    return pl.Series("phone", digits).cast(pl.String).str.zfill(10)


def adversarial(rows: int, seed: int) -> pl.Series:
    """Write what phonenumbers reads in its own ways: prefixes, extensions, letters, other digits, noise.

    Args:
        rows: How many.
        seed: Where the drawing starts.

    Returns:
        Strings, a third of them noise from end to end.
    """
    rng = random.Random(seed)
    noise = ["".join(rng.choices(NOISE, k=rng.randint(0, 16))) for _ in range(rows // 3)]
    made = [_twisted(rng) for _ in range(rows - len(noise) - len(TRAPS))]
    return pl.Series("phone", (TRAPS + noise + made)[:rows], dtype=pl.String)


def _twisted(rng: random.Random) -> str:
    digits = "".join(rng.choices("0123456789", k=rng.choice([3, 7, 7, 8, 9, 10, 10, 10, 10, 11, 12])))
    text = rng.choice(LEADS) + digits
    for _ in range(rng.randint(0, 4)):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice(MARKS) + text[place:]
    return text + rng.choice(TAILS)
