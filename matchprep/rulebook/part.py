"""What every part of a rule file has in common: nothing unknown, nothing changed after loading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic import Field as Described
from pydantic_core import PydanticCustomError

from matchprep.errors import did_you_mean
from matchprep.fields import Field

Severity = Literal["error", "warning", "info"]
Confidence = Literal["stated", "inferred", "contradicted"]


class Part(BaseModel):
    """A part of a rule file: frozen, and refusing keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_keys(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        for key in data:
            if key not in known:
                raise PydanticCustomError(
                    "unknown_key",
                    "unknown key {key}",
                    {"key": key, "hint": did_you_mean(str(key), known)},
                )
        return data


def _field_named(value: Any) -> Any:
    if isinstance(value, str) and value not in set(Field):
        raise PydanticCustomError(
            "unknown_field", "unknown field {name}", {"name": value, "hint": did_you_mean(value, list(Field))}
        )
    return value


#: A canonical field, by name.
FieldName = Annotated[Field, BeforeValidator(_field_named)]


class Source(Part):
    """The document and the section that say so; written `guide, File requirements`."""

    document: str = Described(description="One of the ids under `documents`.")
    section: str = Described(description="The heading, table or sentence, so that a reader finds it.")

    def __str__(self) -> str:
        return f"{self.document}, {self.section}"


def _source_written(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    document, comma, section = value.partition(",")
    if not (comma and document.strip() and section.strip()):
        raise PydanticCustomError(
            "source", "a source is written `document, section`", {"hint": "As in `guide, File requirements`."}
        )
    return {"document": document.strip(), "section": section.strip()}


SourceText = Annotated[
    Source,
    BeforeValidator(
        _source_written, json_schema_input_type=Annotated[str, Described(pattern=r"^[a-z0-9_]+, .+")]
    ),
]


class Cited(Part):
    """Anything the rule file claims: in words, with its source, and how sure we are."""

    says: str = Described(min_length=8, description="The claim in one sentence that an analyst understands.")
    source: SourceText
    confidence: Confidence = Described(
        default="stated",
        description="stated: a document says so; inferred: we conclude it; contradicted: documents disagree.",
    )
    note: str | None = Described(default=None, description="For what is not stated: why, and the side taken.")


class Named(Cited):
    """A claim with an id of its own, which findings quote."""

    id: str = Described(
        pattern=r"^[A-Z]{2}-[A-Z0-9]+(-[A-Z0-9]+)*$", description="As in `IQ-COMBO`; never reused."
    )
