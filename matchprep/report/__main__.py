"""`python -m matchprep.report` writes what is kept of the report again, after its model or examples changed.

These are `report.schema.json` and `drawn.json`.
"""

from matchprep.report.drawing import KEPT_FILE, kept_text
from matchprep.report.examples import charts_of_examples
from matchprep.report.schema import SCHEMA_FILE, schema_text

SCHEMA_FILE.write_text(schema_text(), encoding="utf-8", newline="\n")
KEPT_FILE.write_text(kept_text(charts_of_examples()), encoding="utf-8", newline="\n")
