"""What a walk is asked to do, and the folder it works in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from matchprep.files import output_folder, passing_folder
from matchprep.intake import Reading
from matchprep.match import Wish

OnStage = Callable[[str], None]
#: A file says all by itself.
BY_ITSELF = Reading()
#: The best candidate of each row, where it is more likely right than not.
NO_WISH = Wish()
#: Switches and how they stand where nothing is said.
_USUAL: Mapping[str, Any] = {
    "dry_run": False,
    "refit": True,
    "only_forecast": False,
    "people_of_list": False,
    "merge_duplicates": False,
    "coverage": (),
    "by": (),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a walk is asked to do."""

    people: Path
    reference: Path | None = None
    provider: str | None = None
    out: Path | None = None
    reading: Reading = BY_ITSELF
    reference_reading: Reading = BY_ITSELF
    profile: str | None = None
    #: What is wished of the decision who is matched.
    wish: Wish = NO_WISH
    #: Whether the weights are learned on this list.
    refit: bool = True
    #: A file that says of some rows who they are.
    labels: Path | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    #: What the reference is of the provider's universe.
    coverage: tuple[str, ...] = ()
    #: Headers of the list to give the forecast by.
    by: tuple[str, ...] = ()
    #: Whether the rows of the list are grouped by person, too.
    people_of_list: bool = False
    #: Whether nothing but the forecast is wanted.
    only_forecast: bool = False
    dry_run: bool = False
    #: A list of people who must not be contacted; rows that may be one of them are set aside.
    exclude: Path | None = None
    #: Whether rows that repeat a person are merged into one.
    merge_duplicates: bool = False
    #: Where to write which rows to mend first; null for nowhere.
    worklist: Path | None = None
    #: The ledger that corrects the forecast and keeps it; null for none.
    ledger: Path | None = None

    @property
    def command(self) -> str:
        """The command that asks for this."""
        if self.only_forecast:
            return "estimate"
        if self.provider is None:
            return "match"
        return "run" if self.reference else "check"

    @property
    def options(self) -> dict[str, str | bool | float | tuple[str, ...]]:
        """Every option that differs from its default, by name, for the report and the manifest."""
        given = asdict(self)
        readings = {"": given.pop("reading"), "reference_": given.pop("reference_reading")}
        given.pop("ledger")  # where it lies is nobody's business but the user's
        given["params"] = tuple(given.pop("params")) or None  # names alone: a value may be a secret
        wish, usual_wish = given.pop("wish"), asdict(NO_WISH)
        given |= {name: value for name, value in wish.items() if value != usual_wish[name]}
        usual = asdict(BY_ITSELF)
        for prefix, reading in readings.items():
            given |= {f"{prefix}{name}": value for name, value in reading.items() if value != usual[name]}
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in given.items()
            if value is not None and value != _USUAL.get(name)
        }


@contextmanager
def workspace(request: Request) -> Iterator[Path]:
    """Give a folder for intermediate files, readable by its owner only, and remove it at the end.

    Args:
        request: What is asked for; the folder lies in its output folder where there is one.

    Yields:
        The folder.

    Raises:
        UsageError: The output folder cannot be made or written to.
    """
    parent = output_folder(request.out) if request.out and not request.dry_run else None
    with passing_folder(parent) as folder:
        yield folder
