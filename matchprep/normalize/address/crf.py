"""The model that usaddress ships, read into arrays: which attribute speaks for which label, and how strongly.

The file is CRFsuite's own format (`lCRF`, version 100). `pycrfsuite` can only print it rounded to six digits
and stumbles over attributes that hold a newline, so it is read here, to the last bit.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import usaddress

from matchprep.errors import ContractError

Floats = npt.NDArray[np.float64]

_HEADER = struct.Struct("<4sI4sIIIIIIIII")
_CHUNK = struct.Struct("<4sII")
_NAMES = struct.Struct("<4sIIIII")
_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1


@dataclass(frozen=True)
class Model:
    """A linear-chain conditional random field.

    Args:
        labels: The labels, in the model's order.
        attributes: Attribute -> row of `state`.
        state: Weight of each attribute (row) for each label (column).
        transition: Weight of each label (row) being followed by each label (column).
    """

    labels: tuple[str, ...]
    attributes: Mapping[str, int]
    state: Floats
    transition: Floats


def _read_names(data: bytes, offset: int) -> list[str]:
    """Read a CQDB dictionary as the list of its names, by number."""
    mark, _, _, _, count, places = _NAMES.unpack_from(data, offset)
    if mark != b"CQDB":
        raise ContractError("the address model has no dictionary where one must be", where="usaddress")
    names = []
    for place in np.frombuffer(data, "<u4", count, offset + places).tolist():
        _, size = struct.unpack_from("<II", data, offset + place)
        text = offset + place + 8
        names.append(data[text : text + size - 1].decode())  # less the closing NUL
    return names


def read_model(path: Path) -> Model:
    """Read a CRFsuite model file.

    Args:
        path: The file.

    Returns:
        Its labels, attributes and weights.

    Raises:
        ContractError: The file is of another kind or version.
    """
    data = path.read_bytes()
    magic, _, kind, version, _, _, _, features, labels, attributes, _, _ = _HEADER.unpack_from(data)
    if (magic, kind, version) != (b"lCRF", b"FOMC", 100):
        raise ContractError("the address model is not a CRFsuite model of version 100", where="usaddress")
    label_names, attribute_names = _read_names(data, labels), _read_names(data, attributes)
    _, _, count = _CHUNK.unpack_from(data, features)
    weights = np.frombuffer(data, _FEATURE, count, features + _CHUNK.size)
    state = np.zeros((len(attribute_names), len(label_names)))
    transition = np.zeros((len(label_names), len(label_names)))
    for matrix, code in ((state, _STATE), (transition, _TRANSITION)):
        chosen = weights[weights["kind"] == code]
        matrix[chosen["source"], chosen["target"]] = chosen["weight"]
    numbers = {name: number for number, name in enumerate(attribute_names)}
    return Model(tuple(label_names), numbers, state, transition)


@cache
def address_model() -> Model:
    """Give the model of the installed usaddress.

    Returns:
        The model, read once a process.
    """
    return read_model(Path(usaddress.MODEL_PATH))
