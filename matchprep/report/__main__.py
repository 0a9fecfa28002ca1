"""`python -m matchprep.report` writes `report.schema.json` again, after the model has changed."""

from matchprep.report.schema import SCHEMA_FILE, schema_text

SCHEMA_FILE.write_text(schema_text(), encoding="utf-8", newline="\n")
