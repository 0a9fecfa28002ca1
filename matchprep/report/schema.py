"""The published description of `report.json`."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from matchprep.report.model import RunReport
from matchprep.report.part import Part

SCHEMA_FILE = Path(__file__).with_name("report.schema.json")


def report_schema() -> dict[str, Any]:
    """Describe `report.json` as JSON Schema.

    Returns:
        The schema, of draft 2020-12.
    """
    schema = RunReport.model_json_schema(mode="serialization")
    described = {**schema["$defs"], RunReport.__name__: schema}
    for part in _parts(Part):
        for name, words in _words(part):
            if part.__name__ in described:
                described[part.__name__]["properties"][name]["description"] = words
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """Give the schema as it stands in its file.

    Returns:
        JSON.
    """
    return json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"


def _parts(kind: type[Part]) -> Iterator[type[Part]]:
    """Give all kinds of parts of a report."""
    for one in kind.__subclasses__():
        yield one
        yield from _parts(one)


def _words(part: type[Part]) -> Iterator[tuple[str, str]]:
    """Give the words that stand below each field of a part.

    NOTE: Pydantic could read them, too, but it would do so whenever the models are imported, and take longer
    for it than for all the rest.
    """
    (kind,) = ast.parse(inspect.getsource(part)).body
    for field, text in pairwise(kind.body if isinstance(kind, ast.ClassDef) else ()):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            yield field.target.id, inspect.cleandoc(str(text.value.value))
