"""No test touches the ledger of whoever runs it."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def ledger_of_the_tests(tmp_path_factory):
    """Forecasts of commands go to a file of the session; commands that are started inherit it."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    os.environ["MATCHPREP_LEDGER"] = str(path)
    yield path
    del os.environ["MATCHPREP_LEDGER"]
