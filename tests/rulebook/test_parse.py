"""The YAML of rule files: what it is read as, and what it refuses."""

from __future__ import annotations

import pytest

from matchprep.rulebook.parse import MAX_BYTES, MAX_DEPTH, FaultError, Mark, parse


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: NO", {"a": "NO"}),  # a state, not a denial
        ("a: y", {"a": "y"}),
        ("a: on", {"a": "on"}),
        ("a: true", {"a": True}),
        ("a: 18-24", {"a": "18-24"}),
        ("a: 0450", {"a": "0450"}),  # an identifier, not an octal number
        ("a: 5_000_000", {"a": 5_000_000}),
        ("a: -77", {"a": -77}),
        ("a: 0.5", {"a": 0.5}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a: '7'", {"a": "7"}),
        ("a:", {"a": None}),
        ("a: 1e3", {"a": "1e3"}),
        ("a: " + "9" * 5000, {"a": "9" * 5000}),
        ("- [x, {y: z}]", [["x", {"y": "z"}]]),
        ("\ufeffa: b", {"a": "b"}),
    ],
)
def test_scalars_are_what_they_look_like(text, data):
    assert parse(text.encode()).data == data


@pytest.mark.parametrize(
    ("text", "what", "mark"),
    [
        ("a: &x 1\nb: *x", "anchors", Mark(1, 4)),
        ("a: !!python/object/apply:os.system ['true']", "tag", Mark(1, 4)),
        ("a: 1\nb: !secret x", "tag", Mark(2, 4)),
        ("a: 1\na: 2", "twice", Mark(2, 1)),
        ("? [a]\n: b", "key", Mark(1, 3)),
        ("a: [1", "not YAML", None),
        ("a: b: c", "not YAML", Mark(1, 5)),
        ("", "empty", Mark(1, 1)),
        ("# nothing\n", "empty", Mark(1, 1)),
        ("a: 1\n---\nb: 2", "not YAML", None),
        ("[" * (MAX_DEPTH + 1), "deep", Mark(1, MAX_DEPTH + 1)),
        ("a: \x00", "not YAML", None),
    ],
)
def test_what_is_more_than_a_rule_file_needs_is_refused_with_its_place(text, what, mark):
    with pytest.raises(FaultError, match=what) as caught:
        parse(text.encode())
    if mark is not None:
        assert caught.value.mark == mark


def test_a_bomb_of_aliases_is_refused_before_it_unfolds():
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 60))
    with pytest.raises(FaultError, match="anchors"):
        parse(("l0: &l0 [x]\n" + levels).encode())


def test_megabytes_of_nesting_are_refused_at_once():
    with pytest.raises(FaultError, match="bytes"):
        parse(b"[" * (10 * MAX_BYTES))


def test_other_encodings_are_refused_with_the_line():
    with pytest.raises(FaultError, match="UTF-8") as caught:
        parse(b"a: 1\nb: caf\xe9")
    assert caught.value.mark == Mark(2, 1)


def test_a_mark_leads_to_the_key_and_passes_over_steps_that_are_not_there():
    marked = parse(b"rules:\n  - id: A\n    any_of: [zip, nope]\n")
    assert marked.mark(("rules", 0, "any_of")) == Mark(3, 5)
    assert marked.mark(("rules", 0, "any_of", "list", 1)) == Mark(3, 19)
    assert marked.mark(("rules", 0, "missing")) == Mark(2, 5)
