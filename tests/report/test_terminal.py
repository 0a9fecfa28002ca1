"""Summaries in a terminal: within its width, in plain words, never marked up by a stranger's text."""

import io

import pytest
from rich.console import Console

from matchprep.report import Inspection, print_inspection, print_summary


def printed(show, subject, *, width=80, encoding="utf-8", **options):
    text = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    show(subject, Console(file=text, width=width), **options)
    text.flush()
    return text.buffer.getvalue().decode(encoding)


@pytest.fixture
def inspection(whole):
    return Inspection(source=whole.source, unread=3, columns=whole.columns)


def test_the_summary(whole, tmp_path):
    for name in ("iqm.csv", "report.html"):
        (tmp_path / name).touch()
    text = printed(print_summary, whole, out=tmp_path, width=200)
    for words in (
        "✓ Ready for IQM   list.csv",
        "2,000 read, 1,948 kept, 52 set aside",
        "72% of the rows kept will match, about 1,397 of 1,948",
        "69% to 75%, with a probability of 90%",
        "38  No email address, telephone or mobile advertising ID that can be used",
        "27 email addresses cannot be used.",
        f"Written to {tmp_path}",
        "iqm.csv      the file to send",
    ):
        assert words in text
    assert "matches.csv" not in text


def test_not_ready(changed, whole):
    text = printed(print_summary, changed(provider=whole.provider.model_dump() | {"ready": False}))
    assert "✗ Not ready for IQM" in text


def test_a_summary_of_a_match(changed):
    text = printed(print_summary, changed(provider=None, findings=[], sealed=None, forecast=None))
    assert "1,362 of 1,948 rows found in the reference" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_the_terminal(whole, inspection, width):
    for show, subject in ((print_summary, whole), (print_inspection, inspection)):
        assert max(len(line) for line in printed(show, subject, width=width).splitlines()) <= width


def test_a_terminal_without_unicode(whole):
    assert "ok Ready for IQM" in printed(print_summary, whole, encoding="ascii")


def test_a_strangers_markup_stays_text(changed, inspection):
    stranger = "[bold red]x[/] [link=file:///]y\x1b[31m"
    text = printed(print_summary, changed(rejections=[{"reason": stranger, "rows": 3}]), width=120)
    assert "[bold red]x[/] [link=file:///]y\ufffd[31m" in text
    column = inspection.columns[0].model_copy(update={"column": stranger})
    text = printed(print_inspection, inspection.model_copy(update={"columns": (column,)}), width=200)
    assert "[bold red]x[/]" in text
    assert "\x1b" not in text


def test_the_inspection(inspection):
    text = printed(print_inspection, inspection, width=120)
    for words in ("CSV, comma between values, UTF-8", "3 rows cannot be read", "date of birth", "left alone"):
        assert words in text


def test_values_are_shown_only_when_they_are_there(inspection):
    shown = inspection.model_copy(update={"values": {"ST": (("NJ", 12), ("PA", 9))}})
    assert "NJ" in printed(print_inspection, shown)
    assert "NJ" not in printed(print_inspection, inspection)
