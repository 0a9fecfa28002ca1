"""`matchprep check`: is the file ready for the provider?"""

from __future__ import annotations

from matchprep.cli import options
from matchprep.cli.console import faults_in_words, progress
from matchprep.cli.ending import end_of_run
from matchprep.pipeline import Request, walk


def check(
    people: options.List,
    provider: options.Provider,
    map_: options.Map = None,
    profile: options.Profile = None,
    as_json: options.Json = False,
) -> None:
    """Check a list against the provider's rules; write nothing.

    Exit codes: 0 ready, 1 not ready, 2 usage or rules: so a pipeline stops here.

    **Examples**

    ```
    matchprep check donors.csv --provider iqm
    matchprep check donors.csv --provider matchbook --profile webapp --json
    ```
    """
    with faults_in_words(as_json=as_json):
        request = Request(people=people, provider=provider, choices=tuple(map_ or ()), profile=profile)
        with progress(quiet=as_json) as on_stage:
            report = walk(request, on_stage=on_stage)
        end_of_run(report, out=None, as_json=as_json)
