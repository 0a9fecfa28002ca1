"""Print the JSON Schema of rule files."""

import sys

from matchprep.rulebook.schema import schema_text

sys.stdout.write(schema_text())
