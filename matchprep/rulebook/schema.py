"""The JSON Schema of rule files, for the completion and the red lines of an editor."""

from __future__ import annotations

import json

from matchprep.rulebook.model import ProviderRules


def schema_text() -> str:
    """Write the JSON Schema that `rules/schema.json` holds.

    Returns:
        Its text; `python -m matchprep.rulebook > rules/schema.json` renews the file.
    """
    schema = ProviderRules.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Rules of one provider"
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
