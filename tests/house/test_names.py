"""Names that say nothing, and calls that walk over rows, do not enter the product."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "matchprep"

BANNED_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "stuff", "manager", "tools"}
BANNED_CALLS = {"map_elements", "iter_rows", "iterrows", "itertuples", "rows_by_key", "to_dicts", "apply"}
BANNED_BUILTINS = {"eval", "exec", "compile", "__import__"}

modules = sorted(PACKAGE.rglob("*.py"))
each_module = pytest.mark.parametrize("path", modules, ids=lambda path: str(path.relative_to(PACKAGE)))


@each_module
def test_no_file_or_folder_is_named_for_nothing(path):
    parts = {part.removesuffix(".py").strip("_") for part in path.relative_to(PACKAGE).parts}
    assert not parts & BANNED_NAMES


@each_module
def test_nothing_iterates_over_rows(path):
    calls = [
        f"line {node.lineno}: {node.func.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in BANNED_CALLS
    ]
    assert not calls


@each_module
def test_nothing_runs_text_as_code(path):
    calls = [
        f"line {node.lineno}: {node.func.id}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BANNED_BUILTINS
    ]
    assert not calls


@each_module
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
