"""Files appear whole or not at all, readable by their owner only."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchprep.errors import UsageError
from matchprep.files import output_folder, write_text, written_whole

SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"


def test_a_file_appears_at_the_end_and_is_private(tmp_path):
    path = tmp_path / "list.csv"
    with written_whole(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_the_older_file_alone(tmp_path):
    path = tmp_path / "list.csv"
    write_text(path, "older")

    def fail():
        with written_whole(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_utf8_with_plain_line_ends(tmp_path):
    write_text(tmp_path / "text", "é\n")
    assert (tmp_path / "text").read_bytes() == b"\xc3\xa9\n"


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        output_folder(tmp_path / "taken")


def test_a_folder_is_made_with_its_parents_and_left_empty(tmp_path):
    assert list(output_folder(tmp_path / "a" / "b").iterdir()) == []


def start(out):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "matchprep", "match", str(SAMPLE / "list.csv")),
            *("--reference", str(SAMPLE / "reference.csv"), "--out", str(out)),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for_work(process, out):
    """Wait until a run has begun to write into its hidden folder."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        if out.is_dir() and any(path.name.startswith(".matchprep-") for path in out.iterdir()):
            return
        time.sleep(0.01)
    pytest.fail("the run did not begin")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_run_leaves_nothing_half_written(tmp_path, sent):
    with start(tmp_path / "out") as process:
        wait_for_work(process, tmp_path / "out")
        process.send_signal(sent)
        assert process.wait(timeout=60) != 0
    left = [path.name for path in (tmp_path / "out").iterdir()]
    assert [name for name in left if not name.startswith(".matchprep-")] == []
    if sent is not signal.SIGKILL:
        assert left == [], "whoever may still act cleans up"
