"""A report with all its parts; tests take parts away or put strange things in."""

import json
from pathlib import Path

import pytest

from matchprep.report import RunReport

WHOLE = json.loads(Path(__file__).with_name("whole.json").read_text(encoding="utf-8"))


@pytest.fixture
def changed():
    def change(**parts) -> RunReport:
        return RunReport.model_validate(WHOLE | parts)

    return change


@pytest.fixture
def whole(changed) -> RunReport:
    return changed()
