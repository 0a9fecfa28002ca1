"""The wheel holds what git holds, the rules and the sample data included, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest


@pytest.fixture(scope="module")
def wheel_names(root, tmp_path_factory):
    """What is in a wheel built through the source distribution, as a release is."""
    dist = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), str(root)],
        check=True,
        capture_output=True,
    )
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def tracked(root, *folders):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return {name for name in listed.stdout.splitlines() if (root / name).is_file()}


@pytest.mark.slow
def test_the_wheel_holds_the_package_the_rules_and_the_samples(root, wheel_names):
    rules = {name.replace("rules/", "matchprep/_rules/", 1) for name in tracked(root, "rules")}
    samples = {f"matchprep/_sample_data/{name}.csv" for name in ("list", "reference", "truth")}
    assert wheel_names == tracked(root, "matchprep") | rules | samples
