"""What a check found, for people and for machines: one file a format, each a pure function over outcomes.

    text       a terminal                       `render(outcomes)`
    markdown   a comment on a pull request
    junit      test reports of CI systems       (Apache Ant's JUnit XML)
    sarif      code scanning                    (OASIS SARIF 2.1.0)
    github     annotations of GitHub Actions    (workflow commands)

`RENDERERS` names them; JSON is the report itself (`matchprep.report.report_schema`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matchprep.report.formats import github, junit, markdown, sarif, text
from matchprep.report.formats.outcome import (
    FAIL_ON,
    FailOn,
    Outcome,
    fails,
    nothing_fits,
    outcome_of,
    outcome_of_document,
)

__all__ = [
    "FAIL_ON",
    "RENDERERS",
    "FailOn",
    "Outcome",
    "fails",
    "nothing_fits",
    "outcome_of",
    "outcome_of_document",
]

#: Name of a format -> what writes it.
RENDERERS: Mapping[str, Callable[[Sequence[Outcome], FailOn], str]] = {
    "text": text.render,
    "markdown": markdown.render,
    "junit": junit.render,
    "sarif": sarif.render,
    "github": github.render,
}
