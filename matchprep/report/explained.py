"""The page of one row: its candidates, each as a waterfall of evidence."""

from __future__ import annotations

from pathlib import Path

from matchprep.files import write_text
from matchprep.match import Candidate, Explanation, Line
from matchprep.report.figure import Figure
from matchprep.report.page import page
from matchprep.report.waterfall import steps_of, waterfall
from matchprep.report.words import chance


def write_explanation(found: Explanation, path: Path) -> None:
    """Write the page of one row.

    Args:
        found: The row and its candidates. Values that it holds are shown.
        path: Where; the file appears whole or not at all.

    Raises:
        UsageError: The folder cannot be written to.
    """
    pictures = {one.rank: _picture(one, found) for one in found.candidates}
    values = any(line.values for one in found.candidates for line in one.lines)
    write_text(path, page("explained.html", found=found, pictures=pictures, has_values=values))


def _picture(candidate: Candidate, found: Explanation) -> Figure:
    fields = ((line.field, _says(line), line.bits) for line in candidate.lines)
    steps = steps_of(found.prior, found.reference_rows, fields, candidate.household)
    fate = "It is taken as the match." if candidate.is_match else "It is not taken."
    return waterfall(
        steps,
        name=f"candidate-{candidate.rank}",
        title=f"Candidate {candidate.rank}",
        takeaway=f"The probability that both are the same person is {chance(candidate.probability)}. {fate}",
    )


def _says(line: Line) -> str:
    return line.level + (f", shared by {line.sharers:,}" if line.sharers is not None else "")
