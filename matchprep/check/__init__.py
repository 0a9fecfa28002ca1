"""A provider's rules over CLEAN: what is kept, what is rejected and why, and whether it may be sent."""

from matchprep.check.audience import check_audience, compile_audience
from matchprep.check.document import CheckedDocument, check_document, is_document
from matchprep.check.findings import Checked, Finding, Gain
from matchprep.check.params import check_params, check_request
from matchprep.check.people import check_people

__all__ = [
    "Checked",
    "CheckedDocument",
    "Finding",
    "Gain",
    "check_audience",
    "check_document",
    "check_params",
    "check_people",
    "check_request",
    "compile_audience",
    "is_document",
]
