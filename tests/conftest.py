"""No test touches the ledger of whoever runs it, and the same commit draws the same examples."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A red run says something about the commit, and nothing about the day. `--hypothesis-profile explore`
# looks for new examples, many more of them.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def ledger_of_the_tests(tmp_path_factory):
    """Forecasts of commands go to a file of the session; commands that are started inherit it."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    os.environ["MATCHPREP_LEDGER"] = str(path)
    yield path
    del os.environ["MATCHPREP_LEDGER"]
