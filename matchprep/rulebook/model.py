"""The model of a rule file: what one provider accepts, as frozen data.

ProviderRules
├─ documents      what the rules cite
├─ delivery, timing, costs, statuses      how the provider behaves, for people and for its client
├─ file           how the file that we write looks
├─ fields         the provider's columns: name, form, hash
├─ profiles       the ways to use the provider, each with its columns
├─ rules          what must hold
├─ requests       the documented calls and their parameters (requests.py)
└─ audience       the grammar of audience documents, where there is one (audience.py)
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Described
from pydantic_core import PydanticCustomError

from matchprep.fields import Field
from matchprep.rulebook.audience import AudienceGrammar
from matchprep.rulebook.part import Cited, FieldName, Named, Part, Severity, SourceText
from matchprep.rulebook.requests import Request
from matchprep.rulebook.requirement import Requirement

Algorithm = Literal["md5", "sha1", "sha256", "sha512"]
#: How a value is written; matchprep/seal.py holds one expression for each.
Form = Literal[
    "as is",
    "lower-case",
    "YYYY-MM-DD",
    "YYYYMMDD",
    "10 digits",
    "E.164",
    "country code and digits",
    "decimal",
    "comma-joined",
]
#: What a value must be to count; matchprep/check/values.py holds one expression for each.
Format = Literal["5 digits", "US phone", "assignable phone", "NPI", "state code"]

#: The profile is chosen by what the list has.
MOST_ROWS = "most usable rows"


class Document(Part):
    """A document that rules cite."""

    title: str
    url: str | None = None
    seen: str | None = Described(default=None, description="Which revision, or how it was read.")


class Delivery(Cited):
    """How the file gets to the provider."""

    kind: Literal["multipart", "presigned_put", "public_url", "upload_key", "portal"]


class Timing(Named):
    """A pace that the provider asks for."""

    at_most: int | None = Described(default=None, description="So many requests ...")
    per_s: float | None = Described(default=None, description="... in so many seconds.")
    poll_every_s: float | None = Described(
        default=None, description="Ask for a status no more often than this."
    )


class Cost(Named):
    """Something that costs money, or a credit."""

    what: str = Described(description="The call or the option that costs.")


class Status(Cited):
    """A status that the provider reports."""

    of: str = Described(description="What has this status: upload, audience, export.")
    means: Literal["waiting", "running", "needs approval", "needs payment", "needs us", "ready", "failed"]


class FileLayout(Cited):
    """How the sealed file is written."""

    accepts: tuple[Literal["csv", "xlsx", "csv.gz", "csv.zip"], ...] = ("csv",)
    encoding: Literal["utf-8"] = "utf-8"
    newline: Literal["lf", "crlf"] = "lf"
    max_bytes: int | None = None


class HashRules(Cited):
    """How a column is hashed before it leaves."""

    algorithms: tuple[Algorithm, ...] = Described(min_length=1)
    default: Algorithm | None = Described(default=None, description="None: the value goes out as it is.")
    raw: bool = Described(default=False, description="Whether the value may also go out in the clear.")
    input: Form = Described(description="The form of the value that is hashed.")
    case: Literal["lower", "upper"] = "lower"
    encoding: Literal["hex", "base64"] = "hex"
    wire: str = Described(description="Header of the hashed column; {algorithm} stands for its name.")
    given: FieldName | None = Described(
        default=None, description="The field of values that came to us hashed."
    )


class FieldRules(Part):
    """One column that the provider knows."""

    wire: str = Described(description="Header in the file that we write.")
    setting: tuple[str, ...] = Described(
        default=(),
        description="Its entry in a settings document; first the one for the field's own values.",
    )
    key: str | None = Described(default=None, description="The provider's own name in its mapping document.")
    aliases: tuple[str, ...] = Described(default=(), description="Other names that its documents use.")
    purpose: Literal["matching", "tracking", "extra"] = "matching"
    roles: tuple[Literal["required", "optional"], ...] = Described(
        default=("required", "optional"), min_length=1
    )
    form: Form = "as is"
    column: str | None = Described(
        default=None, description="Column of the clean table, where it is not the field's own."
    )
    made_of: tuple[FieldName, ...] = Described(
        default=(), description="Joined of these, and only where all are there."
    )
    hash: HashRules | None = None
    says: str | None = None
    source: SourceText


class Choice(Part):
    """One selection of required fields; all other columns of the profile are optional."""

    required: tuple[FieldName, ...]


class Profile(Cited):
    """One way to use the provider."""

    columns: tuple[FieldName, ...] = Described(
        min_length=1, description="What the sealed file holds, in this order."
    )
    hashed: bool = Described(default=True, description="Whether columns that have a hash are hashed.")
    automatic: bool = Described(default=True, description="Whether it may be chosen without being asked for.")
    matches: Literal["the person", "agreeing values"] = Described(
        default="the person",
        description="Who is a match: the same person, where what is required agrees, or anybody who agrees.",
    )
    choices: tuple[Choice, ...] = ()
    choose: Literal["first that fits", "most usable rows"] = "first that fits"
    sets: dict[str, str | bool | int] = Described(
        default_factory=dict, description="Parameters that this profile settles, as isSingleColumnEnabled."
    )


class ValueRule(Part):
    """What a value of a field must be."""

    field: FieldName
    form: Format | None = Described(default=None, alias="is")
    matches: str | None = Described(default=None, description="A regular expression for the whole value.")
    one_of: tuple[str, ...] = ()
    within: tuple[float, float] | None = Described(
        default=None, description="The smallest and the largest number."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> ValueRule:
        said = [self.form is not None, self.matches is not None, bool(self.one_of), self.within is not None]
        if sum(said) != 1:
            raise PydanticCustomError(
                "value",
                "say exactly one of is, matches, one_of, within",
                {"hint": "Write one rule for each."},
            )
        return self


class Selected(Part):
    """The role that a field must have where it is selected."""

    field: FieldName
    role: Literal["required", "optional"] = Described(alias="as")


class Limit(Part):
    """How many rows there may be."""

    rows_min: int | None = None
    rows_max: int | None = None


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Rule(Named):
    """One thing that must hold.

    require    the fields that must be there: as columns of the list, and in each row
    advise     the same, but a row without them only counts as a warning
    forbid     fields that must not be there together (judged on the selection, not on values)
    value      what a value must be; under severity error, one that is not does not count as there
    limit      how many rows
    unique     a field whose values must differ from row to row
    selected   the role that a field must have where a mapping document selects it
    """

    severity: Severity
    do: str = Described(min_length=8, description="What to do about it, in one sentence.")
    reason: str | None = Described(
        default=None, description="For value: what a rejected row says, as a clause."
    )
    profiles: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    when: Requirement | None = Described(default=None, description="Only where these fields are there.")
    judged_on: Literal["columns", "rows"] = Described(
        default="rows",
        description="columns: a row need not have the values; for what only the selection must have.",
    )
    require: Requirement | None = None
    advise: Requirement | None = None
    forbid: Requirement | None = None
    value: ValueRule | None = None
    limit: Limit | None = None
    unique: FieldName | None = None
    selected: Selected | None = None
    mapping_only: bool = Described(default=False, description="Judged on mapping documents, not on lists.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Rule:
        kinds = [kind for kind in RULE_KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise PydanticCustomError(
                "rule",
                "a rule holds exactly one of {kinds}; found {found}",
                {
                    "kinds": ", ".join(RULE_KINDS),
                    "found": " and ".join(kinds) or "none",
                    "hint": "Write one rule for each.",
                },
            )
        return self

    @property
    def kind(self) -> str:
        """Name the one thing it says."""
        return next(kind for kind in RULE_KINDS if getattr(self, kind) is not None)


#: What a rule may say.
RULE_KINDS = ("require", "advise", "forbid", "value", "limit", "unique", "selected")


class ProviderRules(Part):
    """All that is known of one provider."""

    provider: str = Described(pattern=r"^[a-z][a-z0-9_]*$", description="The id; also the name of the file.")
    name: str
    about: str
    documents: dict[str, Document] = Described(min_length=1)
    delivery: Delivery
    file: FileLayout
    timing: tuple[Timing, ...] = ()
    costs: tuple[Cost, ...] = ()
    statuses: dict[str, Status] = Described(default_factory=dict)
    fields: dict[FieldName, FieldRules] = Described(min_length=1)
    default_profile: str = Described(description=f"A profile, or `{MOST_ROWS}`.")
    profiles: dict[str, Profile] = Described(min_length=1)
    rules: tuple[Rule, ...] = Described(min_length=1)
    requests: dict[str, Request] = Described(default_factory=dict)
    audience: AudienceGrammar | None = None

    def __hash__(self) -> int:
        return hash((self.provider, self.name))

    def rules_for(self, profile: str) -> tuple[Rule, ...]:
        """List the rules that hold in a profile.

        Args:
            profile: Its name.

        Returns:
            The rules, in the order of the file.
        """
        return tuple(rule for rule in self.rules if not rule.profiles or profile in rule.profiles)

    def matching(self, profile: str) -> tuple[Field, ...]:
        """List the fields that serve matching in a profile.

        Args:
            profile: Its name.

        Returns:
            The fields, in the order of its columns.
        """
        return tuple(
            field for field in self.profiles[profile].columns if self.fields[field].purpose == "matching"
        )
