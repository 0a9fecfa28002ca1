"""The report of a walk, counts only: a page for people, JSON for machines, a summary in a terminal."""

from matchprep.report.model import RunReport
from matchprep.report.publish import write_html, write_json
from matchprep.report.schema import report_schema
from matchprep.report.summary import print_summary

__all__ = ["RunReport", "print_summary", "report_schema", "write_html", "write_json"]
