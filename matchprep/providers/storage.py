"""Putting a file where a provider can fetch it: at an address that nobody guesses and that soon ends."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from pydantic import Field, HttpUrl, SecretStr

from matchprep.errors import (
    MatchprepError,
    PermanentProviderError,
    TransientProviderError,
    UsageError,
)
from matchprep.providers.call import OnBytes
from matchprep.providers.http import Http
from matchprep.providers.settings import ProviderSettings

_DAY_S = 24 * 3600


class StorageSettings(ProviderSettings):
    """Where files are published, for a provider that fetches them itself.

    `bucket` lies on S3 or a storage that speaks as it does (`storage_endpoint`). Without keys, those that
    the AWS tools use are taken. `storage_url` is a server that takes a file by PUT and gives it at the same
    address; the sandbox has one.
    """

    bucket: str | None = None
    storage_endpoint: HttpUrl | None = None
    storage_region: str | None = None
    storage_key_id: SecretStr | None = None
    storage_secret: SecretStr | None = None
    storage_url: HttpUrl | None = None
    #: How long a signed address is good for. Storage of this kind allows a week.
    url_expires_s: int = Field(default=_DAY_S, ge=60, le=7 * _DAY_S)


class Storage(Protocol):
    """A place for files."""

    def put(self, key: str, file: Path, on_bytes: OnBytes | None = None) -> None:
        """Put a file there; once more to the same key changes nothing.

        Args:
            key: Its name there.
            file: The file.
            on_bytes: Told how far it is.
        """

    def address(self, key: str) -> str:
        """Give an address that the file can be fetched at; a secret, as long as it lasts.

        Args:
            key: Its name there.
        """

    def remove(self, key: str) -> None:
        """Take a file away; one that is not there is no fault.

        Args:
            key: Its name there.
        """

    def shown(self, key: str) -> str:
        """Say where a file lies, without any secret.

        Args:
            key: Its name there.
        """


def open_storage(settings: StorageSettings, http: Http) -> Storage | None:
    """Open the storage of the settings.

    Args:
        settings: Where files are published.
        http: Sends them, where no library of the storage does.

    Returns:
        The storage; null when the settings name none.

    Raises:
        UsageError: The storage needs a package that is not there.
    """
    if settings.bucket is not None:
        return _Bucket(settings.bucket, settings)
    return None if settings.storage_url is None else _Drop(str(settings.storage_url), http)


class _Bucket:
    """A bucket of S3, or of a storage that speaks as it does."""

    def __init__(self, bucket: str, settings: StorageSettings) -> None:
        if find_spec("boto3") is None:
            hint = (
                'Install it with: pip install "matchprep[s3]"; or give the file\'s address: --param url=...'
            )
            raise UsageError("publishing to a bucket needs the extra `s3`", where=bucket, hint=hint)
        self._bucket = bucket
        self._expires_s = settings.url_expires_s
        self._client = _s3(settings)

    def put(self, key: str, file: Path, on_bytes: OnBytes | None = None) -> None:
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415 - the extra may be missing

        size, sent = file.stat().st_size, 0

        def count(piece: int) -> None:
            nonlocal sent
            sent += piece
            if on_bytes:
                on_bytes(sent, size)

        # One part after the other: each that is sent beside another takes memory.
        extra, in_turn = {"ContentType": "text/csv"}, TransferConfig(use_threads=False)
        self._try("PUT", key, self._client.upload_file, str(file), self._bucket, key, extra, count, in_turn)

    def address(self, key: str) -> str:
        params = {"Bucket": self._bucket, "Key": key}
        sign = self._client.generate_presigned_url
        return str(self._try("sign", key, sign, "get_object", params, self._expires_s))

    def remove(self, key: str) -> None:
        def delete() -> None:
            self._client.delete_object(Bucket=self._bucket, Key=key)

        self._try("DELETE", key, delete)

    def shown(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"

    def _try(self, verb: str, key: str, call: Any, *arguments: Any) -> Any:
        """Call the library; its messages may hold addresses and keys, so only the kind of fault is kept."""
        from boto3.exceptions import Boto3Error  # noqa: PLC0415 - the extra may be missing
        from botocore import exceptions as s3  # noqa: PLC0415

        where = f"{verb} {self.shown(key)}"
        try:
            return call(*arguments)
        except s3.NoCredentialsError:
            hint = "Set storage_key_id and storage_secret, or what the AWS tools use."
            raise UsageError("the storage's keys are missing", where=where, hint=hint) from None
        except (s3.ConnectionError, s3.HTTPClientError):
            hint = "Is the network there, and storage_endpoint right?"
            raise TransientProviderError("the storage cannot be reached", where=where, hint=hint) from None
        except (Boto3Error, s3.BotoCoreError, s3.ClientError) as error:
            raise _refused(error, where) from None


def _s3(settings: StorageSettings) -> Any:
    """Make the library's client; its own retries are for looks and for putting, which may be repeated."""
    import boto3  # noqa: PLC0415 - the extra may be missing
    from botocore.config import Config  # noqa: PLC0415

    for name in ("boto3", "botocore", "s3transfer", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)  # they log what they sign, and with what
    key, secret = settings.storage_key_id, settings.storage_secret
    endpoint = settings.storage_endpoint
    return boto3.client(
        "s3",
        endpoint_url=None if endpoint is None else str(endpoint),
        region_name=settings.storage_region,
        aws_access_key_id=None if key is None else key.get_secret_value(),
        aws_secret_access_key=None if secret is None else secret.get_secret_value(),
        verify=None if settings.ca_file is None else str(settings.ca_file),
        config=Config(
            signature_version="s3v4",
            connect_timeout=settings.timeout_s,
            read_timeout=settings.timeout_s,
            retries={"mode": "standard", "total_max_attempts": 4},
        ),
    )


def _refused(error: Exception, where: str) -> MatchprepError:
    """Say what a storage refused, by its code."""
    answer = getattr(error, "response", None) or {}
    code = answer.get("Error", {}).get("Code") or type(error).__name__
    hint = "Look at the bucket's name, its keys and what they may do."
    return PermanentProviderError(f"the storage refused: {code}", where=where, hint=hint)


class _Drop:
    """A server that takes a file by PUT and gives it at the same address."""

    def __init__(self, url: str, http: Http) -> None:
        self._url = url.rstrip("/")
        self._http = http

    def put(self, key: str, file: Path, on_bytes: OnBytes | None = None) -> None:
        self._http.put_file(self.address(key), file, content_type="text/csv", on_bytes=on_bytes)

    def address(self, key: str) -> str:
        return f"{self._url}/{key}"

    def remove(self, key: str) -> None:
        try:
            self._http.remove_file(self.address(key))
        except PermanentProviderError as error:
            if error.status != 404:
                raise

    def shown(self, key: str) -> str:
        return self.address(key)
