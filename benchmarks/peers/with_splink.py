"""Splink 5 on prepared files, in a process of its own: what the best of its documentation gives.

    python benchmarks/peers/with_splink.py FOLDER [together]

FOLDER holds `list.parquet` and, for a linkage, `reference.parquet`: the features that matchprep computes
(names folded, nicknames resolved, addresses in parts), so that Splink is spared all preparation. Writes
`splink.parquet` (pairs with their probabilities), for one list also `splink_people.parquet` (its clusters),
and `splink.json` (seconds, memory).

Configuration: comparisons of Splink's own library, with term frequencies where it has them and levels for
nicknames, initials, address parts and partial birth dates; twelve exact blocking rules, and wider ones for
small files; u by random sampling of ten million pairs; m by expectation-maximization on two blockings; the
prior from deterministic rules. Address and place are two comparisons, or one (`together`), whichever did
better at the task. Columns that a side lacks, or that hold one value only, are left out.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BLOCKING = (
    ("email",), ("phone", "initial"), ("dob", "surname"), ("dob", "given_canon"), ("dob", "zip"),
    ("given_canon", "surname", "zip"), ("given_canon", "surname", "year"), ("given_canon", "surname", "city"),
    ("house", "street", "surname"), ("house", "street", "given_canon"), ("surname", "zip", "initial"),
    ("given_sound", "surname_sound", "zip"),
)  # fmt: skip
#: Rules that files of up to `SMALL` rows can afford, as Splink's demonstrations of such files have them.
WIDE = (
    ("given_canon",), ("surname",), ("dob",), ("street",), ("house", "zip"), ("phone",), ("email",),
)  # fmt: skip
SMALL = 20_000
SURE = (
    ("email", "given_canon"), ("phone", "given_canon", "surname"), ("dob", "given_canon", "surname"),
    ("given_canon", "surname", "house", "street"),
)  # fmt: skip
#: What expectation-maximization blocks on. In large files matches would drown in looser blocks.
TEACHING = (("given", "surname"), ("dob",), ("house", "street"))
TEACHING_LARGE = (("given", "surname", "zip"), ("dob", "zip"), ("house", "street", "initial"))
U_PAIRS, EM_PAIRS, LEAST = 1e7, 1e6, 1e-4
SESSIONS = 2


def level(sql: str, label: str) -> Any:
    return cll.CustomLevel(sql, label_for_charts=label)


def names(column: str, *between: Any) -> Any:
    exact = cll.ExactMatchLevel(column, term_frequency_adjustments=True)
    close = [cll.JaroWinklerLevel(column, least) for least in (0.92, 0.88, 0.7)]
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[cll.NullLevel(column), exact, *between, *close, cll.ElseLevel()],
    )


def custom(name: str, missing: str, *levels: Any) -> Any:
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            {"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True},
            *levels,
            cll.ElseLevel(),
        ],
    )


#: The address, and the place once more: better for Splink where people are strangers to each other.
APART = {
    "street": custom(
        "address",
        "street_l IS NULL OR street_r IS NULL",
        level("house_l = house_r AND street_l = street_r", "same line"),
        level("house_l = house_r AND jaro_winkler_similarity(street_l, street_r) >= 0.88", "close"),
        cll.ExactMatchLevel("street", term_frequency_adjustments=True),
    ),
    "zip": custom(
        "place",
        "zip_l IS NULL OR zip_r IS NULL",
        cll.ExactMatchLevel("zip", term_frequency_adjustments=True),
        level("city_l = city_r", "same city"),
        level("left(zip_l, 3) = left(zip_r, 3)", "same area"),
    ),
}
#: Both as one: better for it where households are, whose members share them.
TOGETHER = {
    "street": custom(
        "address",
        "(street_l IS NULL OR street_r IS NULL) AND (zip_l IS NULL OR zip_r IS NULL)",
        level("house_l = house_r AND street_l = street_r", "same line"),
        level("house_l = house_r AND jaro_winkler_similarity(street_l, street_r) >= 0.88", "close"),
        level("street_l = street_r AND zip_l = zip_r", "same street and ZIP"),
        cll.ExactMatchLevel("zip", term_frequency_adjustments=True),
        level("city_l = city_r", "same city"),
        level("left(zip_l, 3) = left(zip_r, 3)", "same area"),
    ),
}


def comparisons(there: set[str], *, together: bool) -> list[Any]:
    """Compare what both sides have."""
    initials = "length(given_l) = 1 OR length(given_r) = 1"
    every = {
        "given": names(
            "given",
            level("given_canon_l = given_canon_r", "nickname"),
            level(f"({initials}) AND initial_l = initial_r", "initial"),
            level("given_l = surname_r AND surname_l = given_r", "swapped"),
        ),
        "surname": names("surname"),
        "middle": custom(
            "middle",
            "middle_l IS NULL OR middle_r IS NULL",
            level("length(middle_l) > 1 AND middle_l = middle_r", "exact"),
            level(
                "(length(middle_l) = 1 OR length(middle_r) = 1) AND left(middle_l, 1) = left(middle_r, 1)",
                "initial",
            ),
        ),
        "suffix": cl.ExactMatch("suffix"),
        "gender": cl.ExactMatch("gender"),
        "year": custom(
            "birth",
            "year_l IS NULL OR year_r IS NULL",
            cll.ExactMatchLevel("dob", term_frequency_adjustments=True),
            level("levenshtein(dob_l, dob_r) <= 1", "one digit off"),
            level("(dob_l IS NULL OR dob_r IS NULL) AND year_l = year_r", "same year, no date"),
            level("year_l = year_r", "same year"),
        ),
        **(TOGETHER if together else APART),
        "phone": cl.LevenshteinAtThresholds("phone", 1),
        "email": cl.EmailComparison("email"),
    }
    return [comparison for column, comparison in every.items() if column in there]


def rules(every: tuple[tuple[str, ...], ...], there: set[str]) -> list[tuple[str, ...]]:
    return [rule for rule in every if there.issuperset(rule)]


def usable(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> set[str]:
    """Name the columns that vary on each side."""
    found = []
    for table in tables:
        columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
        counts = ", ".join(f"count(DISTINCT {name})" for name in columns)
        (row,) = connection.execute(f"SELECT {counts} FROM {table}").fetchall()
        found.append({name for name, count in zip(columns, row, strict=True) if count > 1})
    return set.intersection(*found)


def peak_mb() -> float:
    """Read the most memory that this process held; `ru_maxrss` would start from that of its parent."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    folder = Path(sys.argv[1])
    one = not (folder / "reference.parquet").exists()
    began, cpu = time.perf_counter(), time.process_time()
    connection = duckdb.connect(config={"temp_directory": str(folder)})
    tables = ["list"] if one else ["list", "reference"]
    for name in tables:
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM '{folder / name}.parquet'")
    there = usable(connection, tables)
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {tables[-1]}").fetchall()
    blocking = rules((*BLOCKING, *WIDE) if rows <= SMALL else BLOCKING, there)
    database = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only" if one else "link_only",
        comparisons=comparisons(there, together=sys.argv[2:] == ["together"]),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in blocking],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    sources = [database.register(name, dataset_display_name=f"the_{name}") for name in tables]
    linker = Linker(sources[0] if one else sources, settings, log_level="ERROR")
    before = time.perf_counter()
    sure = [block_on(*rule) for rule in rules(SURE, there)]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=1)
    for rule in rules(TEACHING if rows <= SMALL else TEACHING_LARGE, there)[:SESSIONS]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), max_pairs=EM_PAIRS
        )
    training = time.perf_counter() - before
    predicted = linker.inference.predict(threshold_match_probability=LEAST)
    swap = "" if one else "WHERE source_dataset_l <> source_dataset_r"
    left = "TRUE" if one else "source_dataset_l = 'the_list'"
    connection.execute(f"""COPY (SELECT
        CASE WHEN {left} THEN unique_id_l ELSE unique_id_r END AS list_id,
        CASE WHEN {left} THEN unique_id_r ELSE unique_id_l END AS reference_id,
        match_probability AS probability FROM {predicted.physical_name} {swap}
        ) TO '{folder / "splink.parquet"}'""")
    if one:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.5)
        connection.execute(f"""COPY (SELECT unique_id AS id, cluster_id AS person
            FROM {clusters.physical_name}) TO '{folder / "splink_people.parquet"}'""")
    told = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "training": training,
        "peak_mb": peak_mb(),
        "blocking": len(blocking),
        "columns": sorted(there),
    }
    (folder / "splink.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
