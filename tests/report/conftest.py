"""A report with all its parts; tests take parts away or put strange things in."""

import datetime as dt

import pytest

from matchprep.report import RunReport

WHOLE = {
    "command": "run",
    "started": dt.datetime(2025, 11, 4, 15, 12, tzinfo=dt.UTC),
    "source": {
        "file": "list.csv",
        "format": "csv",
        "encoding": "utf-8",
        "delimiter": ",",
        "size_bytes": 219_894,
        "sha256": "dae981da5661a99fd66af29bade561bff9c7945f98119f2e516e0fd7ea6a0354",
        "rows": 2000,
        "assumptions": ["The first line holds the headers.", "Dates like 03/04/1980 are month first."],
    },
    "reference": {
        "file": "reference.csv",
        "format": "csv",
        "encoding": "utf-8",
        "delimiter": ",",
        "size_bytes": 2_017_448,
        "sha256": "9d75dec1d272480b3b70f982f9b7183a95c30fc1f9e2b427366f20296d673229",
        "rows": 20_000,
    },
    "rows": {"read": 2000, "kept": 1948, "rejected": 52, "unread": 3},
    "columns": [
        {"column": "Contact ID", "field": "id", "why": "the header says so", "filled": 1997, "distinct": 1997,
         "shapes": ["A-99999"]},
        {"column": "First Name", "field": "first_name", "why": "the header says so", "filled": 1990,
         "distinct": 411, "shapes": ["Aaaaaa", "AAAAAA", "Aaaa A."]},
        {"column": "Surname", "field": "last_name", "why": "an alias of last_name", "filled": 1989,
         "distinct": 890, "shapes": ["Aaaaaa", "AAAAAA"]},
        {"column": "Mobile", "field": "phone", "why": "an alias of phone, and 98% of its values are telephones",
         "filled": 1717, "distinct": 1540, "valid": 1683, "shapes": ["(999) 999-9999", "999-999-9999", "9999999999"]},
        {"column": "E-mail", "field": "email", "why": "the header says so", "filled": 1455, "distinct": 1401,
         "valid": 1428, "shapes": ["aaaa.aaaa@aaaa.aaa"]},
        {"column": "Street Address", "field": "address", "why": "the header says so", "filled": 1860,
         "distinct": 1699, "valid": 1855, "shapes": ["9999 Aaaa Aa"]},
        {"column": "Apt", "field": "unit", "why": "an alias of unit", "filled": 268, "distinct": 170},
        {"column": "Town", "field": "city", "why": "an alias of city", "filled": 1901, "distinct": 240},
        {"column": "ST", "field": "state", "why": "an alias of state", "filled": 1905, "distinct": 18, "valid": 1905},
        {"column": "Zip Code", "field": "zip", "why": "the header says so", "filled": 1881, "distinct": 330,
         "valid": 1879, "shapes": ["99999", "9999", "99999-9999"]},
        {"column": "D.O.B.", "field": "dob", "why": "an alias of dob", "filled": 1610, "distinct": 1333,
         "valid": 1594, "shapes": ["99/99/9999", "9/99/9999", "9999-99-99"]},
        {"column": "Source", "filled": 1997, "distinct": 4, "why": "nothing about it looks like a field of a person"},
    ],
    "rejections": [
        {"reason": "No email address, telephone or mobile advertising ID that can be used", "rows": 38},
        {"reason": "The telephone is not one that can exist", "rows": 9},
        {"reason": "The line is broken: 5 values where 12 are expected", "rows": 2},
        {"reason": "The line is broken: 13 values where 12 are expected", "rows": 1},
    ],
    "findings": [
        {"rule": "email.valid", "severity": "warning", "says": "27 email addresses cannot be used.",
         "do": "Mend them in rejects.csv, or ask the people concerned.", "source": "Audience API, Upload",
         "count": 27, "share": 0.0135, "rows": [41, 107, 230, 231, 390, 412, 500, 501, 702, 999]},
        {"rule": "zip.lost_zero", "severity": "note", "says": "121 ZIP codes had lost their leading zero.",
         "do": "Nothing: they were mended.", "count": 121, "share": 0.0605, "rows": [4, 21, 29]},
    ],
    "match": {
        "reference_rows": 20_000, "rows": 1948, "matched": 1362, "unmatched": 341, "no_candidate": 245,
        "duplicates": 44, "pairs": 18_211, "threshold": 0.5,
        "blocking": [{"rule": "last name and date of birth", "pairs": 1201}, {"rule": "ZIP code and first name",
                      "pairs": 8840}],
        "weights": [
            {"low": low, "high": low + 4, "matched": matched, "unmatched": unmatched}
            for low, matched, unmatched in (
                (-16, 0, 12), (-12, 0, 44), (-8, 0, 101), (-4, 0, 92), (0, 2, 51), (4, 9, 29), (8, 31, 12),
                (12, 88, 0), (16, 201, 0), (20, 309, 0), (24, 344, 0), (28, 251, 0), (32, 102, 0), (36, 25, 0),
            )
        ],
        "agreement": [
            {"field": field, "level": level, "count": count}
            for field, counts in {
                "first_name": (1103, 201, 40, 18), "last_name": (1180, 120, 41, 21), "dob": (980, 71, 33, 278),
                "address": (990, 101, 170, 101), "zip": (1055, 80, 120, 107), "phone": (602, 0, 318, 442),
            }.items()
            for level, count in zip(("exact", "close", "different", "missing"), counts, strict=True)
        ],
    },
    "forecast": {
        "match_rate": 0.6985, "low": 0.672, "high": 0.731, "level": 0.9, "expected_matches": 1397.0,
        "low_matches": 1344.0, "high_matches": 1462.0, "unique_matches": 1352.0,
        "method": "The probabilities of all rows were added up, and the sum was corrected for the errors that the "
        "model is known to make.",
    },
    "provider": {"id": "iqm", "name": "IQM", "ready": True, "verdict": "1,948 of 2,000 rows can be sent."},
    "sealed": {"file": "iqm.csv", "rows": 1948, "columns": ["email_sha256", "phone_sha256"], "hash": "SHA-256",
               "sha256": "3ab974dd62a3878620c05cc72b35e64176fa7fb7be90cc1ba220e16d74dc37d3"},
    "options": {"provider": "iqm", "reference": "reference.csv", "dry_run": False},
    "versions": {"matchprep": "0.1.0", "polars": "2.1.0", "duckdb": "2.0.0"},
    "seconds": {"read": 0.1, "normalize": 0.4, "match": 2.0},
}  # fmt: skip


@pytest.fixture
def whole() -> RunReport:
    return RunReport.model_validate(WHOLE)


@pytest.fixture
def changed():
    def change(**parts) -> RunReport:
        return RunReport.model_validate(WHOLE | parts)

    return change
