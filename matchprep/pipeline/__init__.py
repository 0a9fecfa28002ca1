"""The walk: the order of the stages, and nothing else."""

from matchprep.pipeline.checking import check_audience_file, check_for_each
from matchprep.pipeline.forecasting import estimate_for_each
from matchprep.pipeline.indexing import build_reference, update_reference
from matchprep.pipeline.looking import look_into, propose
from matchprep.pipeline.remembering import calibrate, record_outcome
from matchprep.pipeline.request import BY_ITSELF, OnStage, Request, workspace
from matchprep.pipeline.stages import STAGES
from matchprep.pipeline.walking import walk

__all__ = [
    "BY_ITSELF",
    "STAGES",
    "OnStage",
    "Request",
    "build_reference",
    "calibrate",
    "check_audience_file",
    "check_for_each",
    "estimate_for_each",
    "look_into",
    "propose",
    "record_outcome",
    "update_reference",
    "walk",
    "workspace",
]
