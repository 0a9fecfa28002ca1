"""Publishing to a bucket, against a storage that speaks as S3 does, on this machine."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from matchprep.errors import PermanentProviderError, TransientProviderError, UsageError
from matchprep.pipeline import accounts, submitting
from matchprep.providers import WallClock, ledger_path, load_settings
from matchprep.providers.http import Http
from matchprep.providers.matchbook import MatchbookSettings
from matchprep.providers.storage import open_storage
from matchprep.sandbox.matchbook import ACCOUNT

SECRET = "storage-secret-0f3a"  # noqa: S105 - of a storage that nothing is behind


@pytest.fixture(scope="module")
def s3():
    """The storage's address; it has one bucket, `lists`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "me", "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    made = boto3.client("s3", endpoint_url=url, **keys)
    made.create_bucket(Bucket="lists")
    made.close()
    yield url
    server.stop()


@pytest.fixture
def account(s3):
    return {
        "bucket": "lists",
        "storage_endpoint": s3,
        "storage_region": "us-east-1",
        "storage_key_id": "me",
        "storage_secret": SECRET,
    }


def opened(account):
    settings = load_settings(MatchbookSettings, **{**ACCOUNT, **account})
    http = Http(settings, clock=WallClock())
    try:
        return open_storage(settings, http)
    finally:
        http.close()


def test_a_file_is_put_at_a_signed_address_that_ends_and_taken_away(account, tmp_path):
    file, seen = tmp_path / "list.csv", []
    file.write_text("id\n1\n")
    storage = opened({**account, "url_expires_s": 600})
    storage.put("job/list.csv", file, lambda sent, size: seen.append((sent, size)))
    assert seen[-1] == (5, 5)
    address = storage.address("job/list.csv")
    query = parse_qs(urlsplit(address).query)
    assert query["X-Amz-Expires"] == ["600"]
    assert query["X-Amz-Signature"]
    assert SECRET not in address
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - this machine
        assert answer.read() == file.read_bytes()
    storage.remove("job/list.csv")
    storage.remove("job/list.csv")
    with pytest.raises(urllib.error.HTTPError) as gone:
        urllib.request.urlopen(address, timeout=10)  # noqa: S310
    assert gone.value.code == 404
    gone.value.close()


def test_where_it_lies_is_shown_without_a_secret(account):
    assert opened(account).shown("job/list.csv") == "s3://lists/job/list.csv"


def test_a_bucket_that_is_not_there(account, tmp_path):
    (tmp_path / "list.csv").write_text("id\n1\n")
    with pytest.raises(PermanentProviderError, match="the storage refused"):
        opened({**account, "bucket": "elsewhere"}).put("k", tmp_path / "list.csv")


def test_a_storage_that_nobody_answers_at(account, tmp_path):
    (tmp_path / "list.csv").write_text("id\n1\n")
    storage = opened({**account, "storage_endpoint": "http://127.0.0.1:9"})
    with pytest.raises(TransientProviderError, match="cannot be reached") as caught:
        storage.put("k", tmp_path / "list.csv")
    assert SECRET not in str(caught.value)


def test_without_a_bucket_or_an_address_nothing_is_sent(sending, sandbox, monkeypatch):
    monkeypatch.setattr(accounts, "_storage", lambda _provider, _sandbox: None)
    with pytest.raises(UsageError, match="from where"):
        submitting.submit(sending("matchbook"))
    assert sandbox.log == []


def test_a_submission_publishes_to_the_bucket_and_keeps_no_signature(sending, account, monkeypatch):
    for name, value in account.items():
        monkeypatch.setenv(f"MATCHPREP_MATCHBOOK_{name}".upper(), value)
    done = submitting.submit(sending("matchbook"))
    assert done.job.state == "done"
    assert done.job.fact("taken_down") is True
    kept = ledger_path().read_bytes()
    for secret in (SECRET.encode(), b"X-Amz-Signature", b"sandbox-token"):
        assert secret not in kept
