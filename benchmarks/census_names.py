"""Write `matchprep/estimate/data/census_names.csv`: how many of a million people have a name.

Taken from the tables of the U.S. Census Bureau, "Frequently Occurring Surnames" and "Frequently Occurring
First Names" of 1990 (works of the United States government, in the public domain), as the package `names`
carries them. First names of women and men are averaged. Names of fewer than 30 people in a million are left
out; the product takes those for rare.

    python benchmarks/census_names.py          write the file again
    python benchmarks/census_names.py --check  say whether it is what the package gives; exit code 1 if not
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "matchprep" / "estimate" / "data" / "census_names.csv"
#: People in a million.
LEAST = 30


def table(name: str) -> dict[str, float]:
    """Read one table: name -> people in a million."""
    lines = files("names").joinpath(name).read_text(encoding="ascii").splitlines()
    return {parts[0]: round(float(parts[1]) * 10_000, 1) for parts in map(str.split, lines)}


def text() -> str:
    women, men, surnames = map(table, ("dist.female.first", "dist.male.first", "dist.all.last"))
    given = {name: (women.get(name, 0) + men.get(name, 0)) / 2 for name in women | men}
    lines = ["kind,name,per_million"]
    for kind, some in (("first_name", given), ("last_name", surnames)):
        frequent = sorted((-often, name) for name, often in some.items() if often >= LEAST)
        lines += [f"{kind},{name},{-often:g}" for often, name in frequent]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(FILE.read_text(encoding="ascii") != text())
    FILE.write_text(text(), encoding="ascii", newline="\n")
