"""The published description of `report.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matchprep.report.model import RunReport

SCHEMA_FILE = Path(__file__).with_name("report.schema.json")


def report_schema() -> dict[str, Any]:
    """Describe `report.json` as JSON Schema.

    Returns:
        The schema, of draft 2020-12.
    """
    schema = RunReport.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """Give the schema as it stands in its file.

    Returns:
        JSON.
    """
    return json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"
