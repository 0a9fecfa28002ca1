"""What a client needs to know of an account: where the provider is, and the secrets.

Each setting is looked for in three places, and the first that has it counts:

1. the environment: `MATCHPREP_IQM_PASSWORD`;
2. the keyring of the system, where the package `keyring` is installed: service `matchprep`, user
   `iqm.password`;
3. `credentials.toml` in the user's configuration folder (or where `MATCHPREP_CREDENTIALS` says), one table a
   provider; it must be readable by its owner only.

Never on the command line, where the shell's history keeps it. Secrets never print: their type hides them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import tomllib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import platformdirs
from pydantic import Field, HttpUrl, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from matchprep.errors import UsageError

_SERVICE = "matchprep"


class ProviderSettings(BaseSettings):
    """What every client needs to know; each provider adds its own secrets.

    Units: seconds.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
    #: The provider's id; a subclass says it.
    provider: ClassVar[str]

    base_url: HttpUrl
    #: How long to wait for a connection, and between two pieces of an answer.
    timeout_s: float = Field(default=60.0, gt=0)
    #: Certificates to trust instead of the system's, for a proxy that reads along.
    ca_file: Path | None = None
    #: How long to follow a job before giving up; it can be taken up again.
    deadline_s: float = Field(default=24 * 3600.0, gt=0)

    def secret_for(self, job: str) -> str:
        """Derive a secret from those of the account: the same for a job each time, and kept nowhere.

        Args:
            job: The job's id.

        Returns:
            32 hexadecimal digits that nobody guesses who does not know the account.
        """
        secrets = [value for _name, value in sorted(self) if isinstance(value, SecretStr)]
        key = "\0".join(value.get_secret_value() for value in secrets).encode()
        return hmac.new(key, f"matchprep webhook {job}".encode(), hashlib.sha256).hexdigest()[:32]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is theirs
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the places in their order."""
        prefix = f"MATCHPREP_{getattr(settings_cls, 'provider', '')}_".upper()
        env = EnvSettingsSource(settings_cls, env_prefix=prefix)
        return init_settings, env, _Keyring(settings_cls), _CredentialsFile(settings_cls)


Settings = TypeVar("Settings", bound=ProviderSettings)


def load_settings(kind: type[Settings], **given: Any) -> Settings:
    """Find a provider's settings.

    Args:
        kind: The provider's own settings.
        given: Settings that count before all others; for the sandbox.

    Returns:
        The settings.

    Raises:
        UsageError: One is missing or wrong, or the file can be read by others.
    """
    try:
        return kind(**given)
    except ValidationError as error:
        names = [str(one["loc"][0]) for one in error.errors()]
        lacking = [str(one["loc"][0]) for one in error.errors() if one["type"] == "missing"]
        told = missing(kind, lacking) if lacking else _unset(kind, "wrong", names)
        told.hint = f"{told.hint} To try without an account, add --sandbox."
        raise told from None  # NOTE: the original message may show a value


def missing(kind: type[ProviderSettings], names: Sequence[str]) -> UsageError:
    """Say which settings are missing.

    Args:
        kind: The provider's own settings.
        names: Those that are missing.

    Returns:
        The error, to be raised.
    """
    return _unset(kind, "missing", names)


def _unset(kind: type[ProviderSettings], how: str, names: Sequence[str]) -> UsageError:
    variables = ", ".join(f"MATCHPREP_{kind.provider}_{name}".upper() for name in names)
    hint = (
        f"Set {variables} in the environment, or write them to {credentials_file()} under [{kind.provider}]."
    )
    return UsageError(f"settings are {how}: {', '.join(names)}", where=kind.provider, hint=hint)


def credentials_file() -> Path:
    """Say where the file of secrets is looked for.

    Returns:
        Its path; it need not exist.
    """
    given = os.environ.get("MATCHPREP_CREDENTIALS")
    return Path(given) if given else platformdirs.user_config_path(_SERVICE) / "credentials.toml"


class _Keyring(PydanticBaseSettingsSource):
    """The system's keyring, where the package is installed."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        import keyring  # noqa: PLC0415 - it may be missing

        provider = getattr(self.settings_cls, "provider", "")
        return keyring.get_password(_SERVICE, f"{provider}.{field_name}"), field_name, False

    def __call__(self) -> dict[str, Any]:
        if find_spec("keyring") is None:
            return {}
        from keyring.errors import KeyringError  # noqa: PLC0415 - it may be missing

        fields = self.settings_cls.model_fields
        try:
            found = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        except KeyringError:  # there is none on this machine, or it is locked
            return {}
        return {name: value for name, value in found.items() if value is not None}


class _CredentialsFile(PydanticBaseSettingsSource):
    """The file of secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        path = credentials_file()
        if not path.is_file():
            return {}
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            what, hint = "the file of secrets can be read by others", f"Run: chmod 600 {path}"
            raise UsageError(what, where=str(path), hint=hint)
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            hint = 'Write one table a provider, such as [iqm], and lines such as email = "you@example.com".'
            raise UsageError("the file of secrets is not TOML", where=str(path), hint=hint) from None
        table = tables.get(getattr(self.settings_cls, "provider", ""), {})
        return table if isinstance(table, dict) else {}
