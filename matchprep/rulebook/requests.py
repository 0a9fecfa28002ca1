"""The documented calls of a provider and what their parameters may be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Described

from matchprep.rulebook.part import Cited, Named, Severity

#: `selection`, `columns` and `settings` are the mapping documents of providers: canonical field to
#: column and role, header to the provider's key, and the provider's key to its setting.
Type = Literal[
    "text",
    "id",
    "integer",
    "boolean",
    "url",
    "date",
    "time",
    "list",
    "mapping",
    "selection",
    "columns",
    "settings",
]


class Param(Named):
    """One parameter of a call."""

    type: Type
    required: bool = False
    severity: Severity = "error"
    do: str = Described(min_length=8, description="What to do when it is missing or wrong.")
    matches: str | None = Described(default=None, description="A regular expression for the whole text.")
    prefer: str | None = Described(
        default=None, description="The same, but what misses it is only a warning."
    )
    one_of: tuple[str, ...] = Described(default=(), description="What it, or each entry of the list, may be.")
    any_case: bool = Described(default=False, description="Whether capitals do not matter in one_of.")
    aliases: tuple[str, ...] = Described(default=(), description="Other names that its documents use.")
    after: str | None = Described(default=None, description="A parameter that it must not come before.")
    within: tuple[float, float] | None = None
    default: str | int | bool | None = None
    unique_by: str | None = Described(
        default=None, description="Must differ from those used before, for the same ..."
    )
    needs: tuple[str, ...] = Described(default=(), description="Parameters that must be there beside it.")
    costs: bool = Described(default=False, description="Whether it costs money.")


class Request(Cited):
    """One documented call."""

    call: str = Described(description="Method and path, as `POST /upload-csv`.")
    params: dict[str, Param] = Described(default_factory=dict)
    nested: dict[str, dict[str, Param]] = Described(
        default_factory=dict, description="The entries of parameters that are mappings."
    )
