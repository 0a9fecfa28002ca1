"""The report of a walk, counts only: a page for people, JSON for machines, a summary in a terminal."""

from matchprep.report.calibration import calibration_of
from matchprep.report.drawing import begin_to_draw
from matchprep.report.duplicates import write_duplicates
from matchprep.report.explained import write_explanation
from matchprep.report.forecasts import print_comparison, print_forecast
from matchprep.report.model import Inspection, RunReport
from matchprep.report.publish import write_calibration, write_html, write_json
from matchprep.report.schema import report_schema
from matchprep.report.summary import print_summary
from matchprep.report.terminal import print_inspection
from matchprep.report.track_record import Calibration, ProviderCalibration

__all__ = [
    "Calibration",
    "Inspection",
    "ProviderCalibration",
    "RunReport",
    "begin_to_draw",
    "calibration_of",
    "print_comparison",
    "print_forecast",
    "print_inspection",
    "print_summary",
    "report_schema",
    "write_calibration",
    "write_duplicates",
    "write_explanation",
    "write_html",
    "write_json",
]
