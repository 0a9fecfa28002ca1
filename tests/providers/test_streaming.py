"""A file of a gigabyte streams up to every provider in little memory, and the person sees how far it is.

What is called is each provider's own way of sending a list; what receives it throws the bytes away.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIGABYTE = 1 << 30

UPLOADING = """
import json, resource, sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from matchprep.providers import Submission, WallClock, Watch, client_of, load_settings
from matchprep.rulebook import load_rules

provider, sends, url, file, account = sys.argv[1:]
file, known = Path(file), import_module(f"matchprep.sandbox.{provider}").ACCOUNT
account = {**known, "base_url": url, **json.loads(account)}
kind = client_of(provider)
client = kind(load_settings(kind.Settings, **account), clock=WallClock(), pace=None)
told = []
watch = Watch(on_bytes=lambda sent, size: told.append((sent, size)))
work = SimpleNamespace(file=file, watch=watch, note=lambda **_facts: None, fact=lambda _name: 1)
submission = Submission(rules=load_rules(provider), profile="", name="large", file=file, rows=1, document={})
eval(sends)
status = Path("/proc/self/status")
if status.exists():  # `ru_maxrss` would start from the peak of the process that began this one
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peak_kb": peak, "told": told}))
"""

#: Provider -> how it is sent a list, and what the account needs for that.
WAYS = {
    "iqm, a form of several parts": ("client.add(submission, watch.on_bytes)", {}),
    "targetsmart, a signed address": ("client.upload(url + '/put', work)", {}),
    "statsocial, a form of several parts": ("client.upload(submission, 'md5', work)", {}),
    "digitalaudience, a door": ("client._upload(work, url + '/door/{audience}')", {}),
    "matchbook, a drop": (
        "client.storage.put('job/large.csv', file, watch.on_bytes)",
        {"storage_url": "{url}"},
    ),
    "matchbook, a bucket": (
        "client.storage.put('job/large.csv', file, watch.on_bytes)",
        {"bucket": "lists", "storage_endpoint": "{url}", "storage_region": "us-east-1",
         "storage_key_id": "me", "storage_secret": "my-secret"},
    ),
}  # fmt: skip

#: `METHOD /path?query` -> what the receiver answers.
ANSWERS = {
    "POST /api/v3/ua/login": {"data": {"access_token": "a", "expires_in": 35999, "owId": 1}},
    "POST /api/v2/audience/matched/add": {"statusCode": 200, "responseObject": {"id": 1}},
    "POST /uploads": {"response": {"key": "/uploads/a.md5"}},
    r"POST /lists/job/large.csv\?uploads": "<InitiateMultipartUploadResult><UploadId>1</UploadId>"
    "</InitiateMultipartUploadResult>",
    r"POST /lists/job/large.csv\?uploadId=1": "<CompleteMultipartUploadResult/>",
}


@pytest.fixture
def receiver():
    """A server that takes everything and keeps nothing but how much it was."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self):
            size = left = int(self.headers.get("content-length") or 0)
            thrown_away = memoryview(bytearray(1 << 20))
            while left and (taking := self.rfile.readinto(thrown_away[: min(left, 1 << 20)])):
                left -= taking
            taken.append((size, self.headers.get("transfer-encoding")))
            call = f"{self.command} {self.path}"
            found = next((one for pattern, one in ANSWERS.items() if re.fullmatch(pattern, call)), "")
            body = found.encode() if isinstance(found, str) else json.dumps(found).encode()
            self.send_response(200)
            self.send_header("ETag", '"a"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = _take  # noqa: N815 - the names are theirs

        def log_message(self, *_arguments):
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{listening.server_address[1]}", taken=taken)
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_gigabyte_streams_up_in_little_memory(way, receiver, tmp_path):
    sends, account = WAYS[way]
    account = {name: value.replace("{url}", receiver.url) for name, value in account.items()}
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.write(b"first_name\n")
        file.truncate(GIGABYTE)  # sparse: it takes no room here
    arguments = [way.partition(",")[0], sends, receiver.url, str(large), json.dumps(account)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", UPLOADING, *arguments],
        capture_output=True, text=True, timeout=300, check=False, env=environment,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    arrived = sum(size for size, _encoding in receiver.taken)
    assert GIGABYTE <= arrived < 1.01 * GIGABYTE  # once, and little beside it
    assert {encoding for _size, encoding in receiver.taken} == {None}
    assert found["peak_kb"] <= 200 * 1024
    sent = [so_far for so_far, _all in found["told"]]
    assert {size for _sent, size in found["told"]} == {GIGABYTE}
    assert sent[-1] == GIGABYTE
    assert all(sooner <= later for sooner, later in pairwise(sent))
    assert len(sent) >= 100  # a percent at least each time
