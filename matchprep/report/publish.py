"""Writing the report: a page for people, JSON for machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

from matchprep.files import write_text
from matchprep.report import evidence, figures, outlook
from matchprep.report.calibration import figure as track_record
from matchprep.report.drawing import svg_of
from matchprep.report.examples import examples
from matchprep.report.figure import Figure
from matchprep.report.improvements import improvements
from matchprep.report.model import RunReport
from matchprep.report.page import page
from matchprep.report.scatter import panels
from matchprep.report.terms import terms
from matchprep.report.track_record import Calibration, Point


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
        improvements,
        figures.completeness,
        outlook.doubts,
        outlook.chances,
        evidence.weights,
        evidence.agreement,
    )
    pictures: dict[str, Figure | None] = {figure.__name__: figure(report) for figure in drawn}
    earlier = report.track_record
    pictures["track_record"] = track_record(earlier) if earlier else None
    return page(
        "page.html",
        report=report,
        figures=pictures,
        kinds=outlook.by_kind(report),
        terms=terms(report.provider_terms),
        examples=examples() if report.match else (),
        digits=figures.digits_of_forecast(report),
    )


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write the pictures of forecast against actual: a page, or an SVG where the name says so.

    Args:
        calibration: Forecasts and outcomes by provider.
        path: Where; the file appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.
    """
    drawn = [one for one in calibration.providers if one.points]
    if path.suffix.lower() == ".svg":
        write_text(path, _alone([(one.name, one.points) for one in drawn]))
        return
    pictures = {one.provider: track_record(one) for one in drawn}
    write_text(path, page("calibration.html", providers=calibration.providers, figures=pictures))


def _alone(titled: list[tuple[str, tuple[Point, ...]]]) -> str:
    """Draw an SVG that needs no page: in the light colors of the style sheet."""
    style = (Path(__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style.partition("@media")[0]))
    svg = svg_of(panels(titled, background=light["paper"]))
    return re.sub(r"var\(--([\w-]+)\)", lambda found: light[found[1]], svg)
