"""The plan: every table that the matching makes, as named steps of plain SQL, in order.

reference, list          FEATURES of either side, with the keys of each rule
sharers_<value>          how many reference people share each value of the list
people                   the list with those numbers
pairs_<n>                what one blocking rule finds
found                    all pairs, once each
candidates               those that are worth comparing
compared                 their levels, as one number, and how rare what they share is
chance_pairs             pairs of people drawn at random: what strangers share
family_pairs             pairs of one surname and address within the reference: what families share
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matchprep.match.blocking import Rule
from matchprep.match.comparisons import MEASURES, SHARERS, Comparison, Level, level_sql
from matchprep.match.engine import Step
from matchprep.match.features import FEATURES
from matchprep.match.promise import PROMISING

#: Rows of either side that chance pairs are drawn from, and partners drawn for each.
CHANCE_ROWS, CHANCE_PARTNERS = 20_000, 5
#: Reference people whose families are looked at.
FAMILY_ROWS = 20_000

#: Comparisons in which relatives who live apart agree because they are relatives.
KIN_SHARES = frozenset({"first_name", "last_name", "place", "address", "unit"})


def key_column(number: int) -> str:
    """Name the column that holds the key of the rule of this number."""
    return f"key_{number}"


def sharers_steps(shared: frozenset[str]) -> list[Step]:
    """Count the reference people who share each value that the list holds."""
    steps = []
    wanted = {name: parts for name, parts in SHARERS.items() if shared.issuperset(parts)}
    for name, parts in wanted.items():
        columns = ", ".join(parts)
        sql = (
            f"SELECT {columns}, count(*) AS {name} FROM reference"
            f" WHERE ({columns}) IN (SELECT ({columns}) FROM list) GROUP BY {columns}"
        )
        if len(parts) == 1:
            sql = sql.replace(f"({columns})", columns)
        steps.append(Step(name, sql))
    joins = " ".join(
        f"LEFT JOIN {name} ON " + " AND ".join(f"list.{part} = {name}.{part}" for part in parts)
        for name, parts in wanted.items()
    )
    columns = "".join(
        f", {name}.{name}" if name in wanted else f", CAST(NULL AS BIGINT) AS {name}" for name in SHARERS
    )
    return [*steps, Step("people", f"SELECT list.*{columns} FROM list {joins}")]


def hits_step(number: int, rule: Rule) -> Step:
    """Find the reference people who have a key of the list."""
    key = key_column(number)
    refine = "".join(f", {name}" for name in rule.refine)
    return Step(
        f"hits_{number}",
        f"SELECT reference_row, {key}{refine} FROM reference WHERE {key} IN (SELECT {key} FROM list)",
    )


def rule_step(number: int, rule: Rule, *, one_list: bool = False) -> Step:
    """Find the pairs of one rule: hash joins on its key, refined where the key is too common.

    Args:
        number: Of the rule.
        rule: The rule.
        one_list: Both sides are the same list: each pair once, and no row with itself.
    """
    key, hits = key_column(number), f"hits_{number}"
    once = " AND l.list_row < h.reference_row" if one_list else ""
    pairs = f"""WITH sizes AS (SELECT {key}, count(*) AS size FROM {hits} GROUP BY {key})
        SELECT l.list_row, h.reference_row
        FROM list l JOIN {hits} h ON l.{key} = h.{key} JOIN sizes s ON s.{key} = h.{key}
        WHERE s.size <= {rule.cap}{once}"""
    if rule.refine:
        columns = ", ".join(f"h.{name}" for name in (key, *rule.refine))
        of_list = " AND ".join(f"l.{name} = h.{name}" for name in (key, *rule.refine))
        of_refined = " AND ".join(f"f.{name} = h.{name}" for name in (key, *rule.refine))
        pairs += f"""
        UNION ALL
        SELECT l.list_row, h.reference_row
        FROM list l JOIN {hits} h ON {of_list} JOIN (
            SELECT {columns}, count(*) AS size
            FROM {hits} h JOIN sizes s ON s.{key} = h.{key} WHERE s.size > {rule.cap} GROUP BY {columns}
        ) f ON {of_refined}
        WHERE f.size <= {rule.cap}{once}"""
    return Step(f"pairs_{number}", pairs)


def block_sizes_sql(number: int, rule: Rule) -> str:
    """Count the keys that the list asks for and the reference has: all, and too common ones."""
    key = key_column(number)
    return (
        f"SELECT count(*), count(*) FILTER (size > {rule.cap})"
        f" FROM (SELECT {key}, count(*) AS size FROM hits_{number} GROUP BY {key})"
    )


def found_step(numbers: Sequence[int]) -> Step:
    """Join the pairs of all rules, each pair once, with the number of rules that found it."""
    pair = "list_row, reference_row"
    union = " UNION ALL ".join(f"SELECT {pair} FROM pairs_{n}" for n in numbers)
    return Step("found", f"SELECT {pair}, count(*) AS found_by FROM ({union}) GROUP BY {pair}")


def candidates_step(*, choosy: bool) -> Step:
    """Take all pairs, or those that are worth comparing."""
    kept = "SELECT f.list_row, f.reference_row, f.found_by FROM found f"
    if choosy:
        kept += f""" JOIN list l ON l.list_row = f.list_row
        JOIN reference r ON r.reference_row = f.reference_row
        WHERE {PROMISING}"""
    return Step("candidates", kept)


def chance_steps(list_rows: int, reference_rows: int) -> list[Step]:
    """Pair people at random; the same ones whatever the order of the rows."""
    left, right = min(list_rows, CHANCE_ROWS), min(reference_rows, CHANCE_ROWS)
    partners = " UNION ALL ".join(
        f"SELECT list_row, (number * 7919 + {partner * 104_729}) % {right} AS number FROM chance_list"
        for partner in range(CHANCE_PARTNERS)
    )
    return [
        Step(
            "chance_list",
            "SELECT list_row, row_number() OVER (ORDER BY content_key, list_row) - 1 AS number FROM list"
            f" ORDER BY content_key, list_row LIMIT {left}",
        ),
        Step(
            "chance_reference",
            "SELECT reference_row,"
            " row_number() OVER (ORDER BY content_key, reference_row) - 1 AS number FROM reference"
            f" ORDER BY content_key, reference_row LIMIT {right}",
        ),
        Step(
            "chance_pairs",
            f"""SELECT l.list_row, r.reference_row
            FROM ({partners}) l JOIN chance_reference r ON r.number = l.number""",
        ),
    ]


def compared_step(comparisons: Sequence[Comparison]) -> Step:
    """Compare the candidates: the level of each comparison, and how many people share what agrees."""
    source = """candidates p JOIN people l ON l.list_row = p.list_row
            JOIN known r ON r.reference_row = p.reference_row"""
    carried = {"list_row": "p.list_row", "reference_row": "p.reference_row", "content_key": "l.content_key",
               "found_by": "p.found_by"}  # fmt: skip
    return Step("compared", compared_sql(comparisons, source, carried))


def compared_sql(
    comparisons: Sequence[Comparison],
    source: str,
    carried: Mapping[str, str],
    write: Callable[[str], str] | None = None,
) -> str:
    """Write the query that compares pairs.

    Args:
        comparisons: The active comparisons.
        source: Where the features of both sides, `l.` and `r.`, come from.
        carried: Columns to keep: name -> SQL.
        write: How a condition is written for that source; by default with every measure spelled out.

    Returns:
        A query that gives the carried columns, `code`, `rarity` and `kin_rarity`.
    """
    write = write or spelled
    levels = [f"{write(level_sql(comparison))} AS level_{n}" for n, comparison in enumerate(comparisons)]
    sharers = [
        f"{write(level.sharers or '')} AS sharers_{n}_{position}"
        for n, comparison in enumerate(comparisons)
        for position, level in _shared_levels(comparison)
    ]
    code = " + ".join(f"level_{n} * {base}" for n, base in enumerate(bases(comparisons)))
    rarities = {comparison.name: rarity_sql(n, comparison) for n, comparison in enumerate(comparisons)}
    rarity = " + ".join(rarities.values())
    kin_rarity = " + ".join(sql for name, sql in rarities.items() if name not in KIN_SHARES) or "0"
    kept = ", ".join(f"{sql} AS {name}" for name, sql in carried.items())
    return f"""SELECT {", ".join(carried)}, CAST({code} AS BIGINT) AS code,
            CAST({rarity} AS DOUBLE) AS rarity, CAST({kin_rarity} AS DOUBLE) AS kin_rarity
        FROM (SELECT {kept}, {", ".join(levels + sharers)} FROM {source})"""


def counted_step(name: str, pairs: str, comparisons: Sequence[Comparison], left: str, key: str) -> Step:
    """Compare pairs and count their patterns only.

    Args:
        name: The table to make: `code` and `pairs`.
        pairs: The table of pairs: `list_row` and `reference_row`.
        comparisons: The active comparisons.
        left: The table of the left people.
        key: The row column of that table.
    """
    levels = [f"{spelled(level_sql(comparison))} AS level_{n}" for n, comparison in enumerate(comparisons)]
    code = " + ".join(f"level_{n} * {base}" for n, base in enumerate(bases(comparisons)))
    return Step(
        name,
        f"""SELECT CAST({code} AS BIGINT) AS code, count(*) AS pairs
        FROM (
            SELECT {", ".join(levels)}
            FROM {pairs} p JOIN {left} l ON l.{key} = p.list_row
            JOIN known r ON r.reference_row = p.reference_row
        ) GROUP BY 1""",
    )


def spelled(sql: str) -> str:
    """Put the call in the place of a similarity's name; the database computes equal calls once."""
    for name, call in MEASURES.items():
        sql = sql.replace(name, call)
    return sql


def _shared_levels(comparison: Comparison) -> list[tuple[int, Level]]:
    return [(n, level) for n, level in enumerate(comparison.levels, start=1) if level.sharers]


def bases(comparisons: Sequence[Comparison]) -> list[int]:
    """Give the place value of each comparison in the number that stands for a pattern of levels."""
    values, base = [], 1
    for comparison in comparisons:
        values.append(base)
        base *= len(comparison.levels) + 1
    return values


def rarity_sql(number: int, comparison: Comparison) -> str:
    """Write the logarithm of the number of people who share what agrees, 0 where nothing does."""
    whens = " ".join(
        f"WHEN {position} THEN ln(greatest(sharers_{number}_{position}, 1))"
        for position, _ in _shared_levels(comparison)
    )
    return f"CASE level_{number} {whens} ELSE 0 END" if whens else "0"


def family_step() -> Step:
    """Pair reference people of one surname and one address: all different people, most of one family."""
    return Step(
        "family_pairs",
        f"""SELECT l.reference_row AS list_row, r.reference_row
        FROM (SELECT reference_row, house, street, unit, zip, surname FROM reference
              WHERE street IS NOT NULL ORDER BY content_key LIMIT {FAMILY_ROWS}) l
        JOIN reference r ON r.house = l.house AND r.street = l.street AND r.surname = l.surname
        WHERE coalesce(r.zip, '') = coalesce(l.zip, '') AND coalesce(r.unit, '') = coalesce(l.unit, '')
            AND r.reference_row <> l.reference_row""",
    )


def known_step(*, families: bool) -> Step:
    """Fetch the reference people who take part in any comparison: the only scan of all their features."""
    tables = ["SELECT reference_row FROM candidates", "SELECT reference_row FROM chance_pairs"]
    if families:
        tables += ["SELECT reference_row FROM family_pairs", "SELECT list_row FROM family_pairs"]
    columns = ", ".join(("reference_row", *FEATURES))
    union = " UNION ALL ".join(tables)
    return Step("known", f"SELECT {columns} FROM reference WHERE reference_row IN ({union})")


#: How many people of one's surname live in one's area, on average, and how many would by chance alone.
KIN_SQL = """
    SELECT (SELECT sum(size * (size - 1)) FROM
                (SELECT count(*) AS size FROM reference WHERE surname IS NOT NULL AND zip IS NOT NULL
                 GROUP BY surname, zip)) AS found,
           (SELECT sum(size * (size - 1)) FROM
                (SELECT count(*) AS size FROM reference WHERE surname IS NOT NULL AND zip IS NOT NULL
                 GROUP BY surname))
         * (SELECT sum(size * size) / pow(greatest(sum(size), 1), 2) FROM
                (SELECT count(*) AS size FROM reference WHERE surname IS NOT NULL AND zip IS NOT NULL
                 GROUP BY zip)) AS by_chance,
           (SELECT count(*) FROM reference WHERE surname IS NOT NULL AND zip IS NOT NULL) AS people"""
