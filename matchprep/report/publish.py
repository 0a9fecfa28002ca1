"""Writing the report: a page for people, JSON for machines."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from matchprep.files import write_text
from matchprep.report import evidence, figures, words
from matchprep.report.model import RunReport


def write_json(report: RunReport, path: Path) -> None:
    """Write the report as JSON; `report.schema.json` beside this module describes it.

    Args:
        report: Counts of a walk.
        path: Where; the file appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.
    """
    write_text(path, json.dumps(report.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n")


def write_html(report: RunReport, path: Path) -> None:
    """Write the report as one page that needs nothing beside it: no network, no script.

    Args:
        report: Counts of a walk.
        path: Where; the file appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.
    """
    write_text(path, html(report))


def html(report: RunReport) -> str:
    """Give the report as a page.

    Args:
        report: Counts of a walk.

    Returns:
        HTML.
    """
    drawn = (
        figures.forecast,
        figures.funnel,
        figures.rejections,
        figures.completeness,
        evidence.weights,
        evidence.agreement,
    )
    pictures = {figure.__name__: figure(report) for figure in drawn}
    return _environment().get_template("page.html").render(
        report=report, figures=pictures, digits=figures.digits_of_forecast(report)
    )  # fmt: skip


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("matchprep.report"),
        autoescape=True,  # everywhere: even a column's header is a stranger's text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(words, name)
        for name in ("count", "counted", "percent", "size", "field", "shown", "algorithms")
    }
    environment.globals |= {"share": words.share, "kind_of_file": words.kind_of_file}
    return environment
