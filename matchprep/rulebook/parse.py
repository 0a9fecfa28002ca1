"""YAML text -> plain data that remembers where each part stood.

The dialect is the part of YAML that a rule file or an audience document needs and nothing more:
mappings, lists, text, numbers, `true`, `false` and empty. Anchors, aliases and tags are refused, so a
file can neither unfold into gigabytes nor name a Python object; only `true` and `false` are booleans,
so that the state `NO` stays a state, and dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

#: No rule file of ours is a tenth of this.
MAX_BYTES = 1_000_000
#: Deepest nesting of mappings and lists.
MAX_DEPTH = 32

Path = tuple[str | int, ...]

# At most 18 digits, as in 64 bits; 0450 is text, as a voter identifier is.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]{0,17})")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file.

    Args:
        line: Counted from 1.
        column: Counted from 1.
    """

    line: int
    column: int


class FaultError(Exception):
    """The text is not the YAML of a rule file.

    Args:
        what: What is wrong.
        mark: Where, if it can be said.
        hint: What to do about it.
    """

    def __init__(self, what: str, mark: Mark | None = None, hint: str | None = None) -> None:
        self.what, self.mark, self.hint = what, mark, hint
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Marked:
    """Plain data and the place of each of its parts.

    Args:
        data: Mappings, lists, text, numbers, booleans and None.
        marks: Where each path stands: the key for an entry of a mapping, the value for one of a list.
    """

    data: Any
    marks: dict[Path, Mark] = field(default_factory=dict)

    def mark(self, path: Path) -> Mark:
        """Find the place of a path, or of the nearest part around it.

        Args:
            path: Keys and indexes; steps that the data does not have (as a model's own names for
                the branches of a choice) are passed over.

        Returns:
            The place.
        """
        here: Path = ()
        for step in path:
            if (*here, step) in self.marks:
                here = (*here, step)
        return self.marks.get(here, Mark(1, 1))


def parse(text: bytes) -> Marked:
    """Read the text of a rule file.

    Args:
        text: The whole file.

    Returns:
        Its data and the place of each part.

    Raises:
        FaultError: It is too large, too deep, no UTF-8, no YAML, or more of YAML than a rule file needs.
    """
    if len(text) > MAX_BYTES:
        raise FaultError(f"the file has {len(text):,} bytes; it may have {MAX_BYTES:,}")
    try:
        decoded = text.decode("utf-8-sig")
        root = _compose(decoded)
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise FaultError("the file is not UTF-8", Mark(line, 1), "Save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise _fault(error) from error
    marks: dict[Path, Mark] = {}
    return Marked(_build(root, (), marks), marks)


def _compose(text: str) -> yaml.Node:
    for _ in _guarded(text):
        pass
    root = yaml.compose(text, Loader=_LOADER)
    if root is None:
        raise FaultError("the file is empty", Mark(1, 1))
    return root


def _guarded(text: str) -> Iterator[None]:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        mark = _mark(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = "anchors and aliases (& and *) are not used here"
            raise FaultError(what, mark, "Write it out.")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            what = f"the tag {tag} is not used here"
            raise FaultError(what, mark, "Such files hold names and data, never code.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            what = f"nested more than {MAX_DEPTH} deep"
            raise FaultError(what, mark)
        yield


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


def _fault(error: yaml.YAMLError) -> FaultError:
    place = getattr(error, "problem_mark", None)
    mark = _mark(place) if place else None
    problem = getattr(error, "problem", None) or "it cannot be read"
    return FaultError(
        f"this is not YAML: {problem}", mark, "Check the indentation, and quote text that holds a colon."
    )


def _build(node: yaml.Node, path: Path, marks: dict[Path, Mark]) -> Any:
    marks.setdefault(path, _mark(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marks)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), marks) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, marks: dict[Path, Mark]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        mark = _mark(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            raise FaultError("a key must be one word or a quoted text", mark)
        key = key_node.value
        if key in result:
            raise FaultError(f"the key {key!r} stands here twice", mark, "Keep one of the two.")
        marks[*path, key] = mark
        result[key] = _build(value_node, (*path, key), marks)
    return result


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style:  # quoted, or a block of text
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    return float(text) if _NUMBER.fullmatch(text) else text
