"""The doorbell: a provider's call ends the wait, nobody else's does, and no word of it is believed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import UsageError
from matchprep.pipeline import submitting
from matchprep.pipeline.masking import masked
from matchprep.pipeline.sealed import sealed_in, submission_of
from matchprep.pipeline.webhooks import with_hook
from matchprep.providers import (
    Consent,
    Hook,
    Jobs,
    Pace,
    SandboxClock,
    WallClock,
    Watch,
    Work,
    exchange,
    ledger_path,
    listening,
    load_settings,
    make_steps,
)
from matchprep.providers.targetsmart import Client
from matchprep.sandbox.targetsmart import ACCOUNT

ROOT = Path(__file__).resolve().parents[2]
SECRET = "0123456789abcdef"  # noqa: S105 - of the tests
#: The longest that a test waits for what must happen.
PATIENCE_S = 60.0


@pytest.fixture
def hook():
    """A place to listen that is free, told as if it were public."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    return Hook(url=f"http://127.0.0.1:{port}/hook", listen=f"127.0.0.1:{port}")


def called(hook, path, *, method="POST", body=b'{"callback": "https://example.com/evil"}', **headers):
    """Call as a stranger might; give the status, or null where the connection was cut."""
    connection = http.client.HTTPConnection(hook.listen, timeout=10)
    connection.putrequest(method, path)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        if value is not None:
            connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(body)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def is_free(hook):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(hook.listen.rpartition(":")[2]))) != 0


# --- The door ---


@pytest.mark.parametrize("path", [f"/hook/{SECRET}", f"/{SECRET}", f"/any/where/{SECRET}?more=1"])
def test_the_call_to_the_secret_address_rings(hook, path):
    with listening(hook, SECRET) as rung:
        assert called(hook, path) == 204
        assert rung.is_set()
    assert is_free(hook)


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/hook", {}, 404),
        ("/hook/", {}, 404),
        (f"/hook/{SECRET}/", {}, 404),
        (f"/hook/{SECRET[:-1]}", {}, 404),
        (f"/hook/{SECRET.upper()}", {}, 404),
        (f"/hook?{SECRET}", {}, 404),
        ("/hook/%C3%A4", {}, 404),
        (f"/hook/{SECRET}", {"method": "GET"}, 501),
        (f"/hook/{SECRET}", {"method": "PUT"}, 501),
        (f"/hook/{SECRET}", {"Content_Length": None, "body": b""}, 411),
        (f"/hook/{SECRET}", {"Content_Length": "-1", "body": b""}, 411),
        (f"/hook/{SECRET}", {"Content_Length": "many", "body": b""}, 411),
        (f"/hook/{SECRET}", {"Content_Length": "65537", "body": b""}, 413),
        (f"/hook/{SECRET}", {"Content_Length": "9" * 5000, "body": b""}, 413),
        (f"/hook/{SECRET}", {"Content_Length": None, "Transfer_Encoding": "chunked", "body": b""}, 411),
    ],
)
def test_any_other_call_does_not(hook, path, more, status):
    with listening(hook, SECRET) as rung:
        assert called(hook, path, **more) == status
        assert not rung.is_set()


@pytest.mark.parametrize("lengths", [[100], [4, 100], [4, 4]])
def test_a_call_that_breaks_off_or_has_two_lengths_does_not_ring(hook, lengths):
    named = "".join(f"Content-Length: {length}\r\n" for length in lengths)
    with listening(hook, SECRET) as rung:
        with socket.create_connection(("127.0.0.1", int(hook.listen.rpartition(":")[2])), 10) as caller:
            caller.sendall(f"POST /hook/{SECRET} HTTP/1.1\r\n{named}\r\nhalf".encode())
            caller.shutdown(socket.SHUT_WR)
            assert b" 4" in caller.recv(100)
        assert not rung.is_set()


def test_slow_strangers_keep_nobody_out_and_no_thread_behind(hook):
    before = threading.active_count()
    address = ("127.0.0.1", int(hook.listen.rpartition(":")[2]))
    with listening(hook, SECRET) as rung:
        strangers = [socket.create_connection(address, 10) for _ in range(40)]
        for one in strangers:
            one.sendall(b"POST /hook/slow HTTP/1.1\r\n")
        assert called(hook, f"/hook/{SECRET}") == 204
        assert rung.is_set()
    assert threading.active_count() == before
    assert is_free(hook)
    for one in strangers:
        one.close()


@pytest.mark.parametrize(
    "listen", ["", "8085", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:80a", "127.0.0.1:80/x"]
)
def test_what_is_no_place_to_listen_is_told(listen):
    with (
        pytest.raises(UsageError, match="no place to listen"),
        listening(Hook(url="https://example.com", listen=listen), SECRET),
    ):
        pass


# --- The wait ---


class Waiting(SandboxClock):
    """The sandbox's time, but who waits for a call really waits for it."""

    def __init__(self, url):
        super().__init__(url, exchange)
        self.waits, self.outcomes = threading.Semaphore(0), []

    def sleep(self, seconds, rung=None):
        if rung is None:
            super().sleep(seconds)
            return
        self.waits.release()
        self.outcomes.append(rung.wait(PATIENCE_S))


@pytest.fixture
def waiting(sending, sandbox, hook):
    """A submission to TargetSmart that waits for the call, in a thread; what the test needs to know of it."""
    folder, clock = sending("targetsmart").folder, Waiting(sandbox.urls["targetsmart"])
    settings = load_settings(Client.Settings, base_url=sandbox.urls["targetsmart"], **ACCOUNT)
    client = Client(settings, clock=clock, pace=Pace(folder / "pace.sqlite", clock))
    jobs, sealed = Jobs(ledger_path(), clock), sealed_in(folder)
    job = jobs.open_job("targetsmart", folder, sealed["sha256"], {})
    secret = settings.secret_for(job.job)
    submission = with_hook(submission_of(folder, sealed, {}, job.job), hook, secret)
    work = Work(job=job, file=submission.file, out=folder, clock=clock, jobs=jobs)

    def follow():
        with listening(hook, secret) as work.rung:
            make_steps(work, client.steps(submission), consent=Consent())

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    assert clock.waits.acquire(timeout=PATIENCE_S)
    yield clock, secret, thread, work
    client.close()


def test_the_provider_s_call_ends_the_wait_and_strangers_do_not(waiting, sandbox, hook):
    clock, secret, thread, work = waiting
    polls = sandbox.state["targetsmart"].polls
    assert called(hook, "/hook/guess") == 404
    assert called(hook, f"/hook/{secret}", Content_Length="1000000", body=b"") == 413
    assert (len(polls), clock.outcomes) == (1, [])
    sandbox.state["targetsmart"].twice += 1
    sandbox.turn(95)  # the result is there, and the provider calls, twice
    thread.join(PATIENCE_S)
    sandbox.webhooks.settle()
    assert not thread.is_alive()
    assert work.job.steps["fetch the result"].state == "done"
    assert clock.outcomes == [True]
    assert len(polls) == 2
    assert is_free(hook)


def test_a_call_is_not_believed(waiting, sandbox, hook):
    """Even one that knows the secret only makes us ask: there is no result yet, and we wait on."""
    clock, secret, thread, work = waiting
    with closing(socket.create_server(("127.0.0.1", 0))) as elsewhere:
        body = {"callback": f"http://127.0.0.1:{elsewhere.getsockname()[1]}/forged.csv"}
        assert called(hook, f"/hook/{secret}", body=json.dumps(body).encode()) == 204
        assert clock.waits.acquire(timeout=PATIENCE_S)
        elsewhere.settimeout(0)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    polls = sandbox.state["targetsmart"].polls
    assert len(polls) == 2
    assert polls[1] - polls[0] >= 30  # the pace is kept, whoever rings
    assert work.job.fact("status") == "url is blank"
    sandbox.turn(95)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


# --- The whole of it ---


@pytest.mark.parametrize("provider", ["targetsmart", "statsocial"])
def test_a_submission_with_a_webhook_runs_to_its_end(provider, sending, sandbox, hook):
    done = submitting.submit(sending(provider, hook=hook), consent=Consent(max_cost=1))
    sandbox.webhooks.settle()
    assert done.job.state == "done"
    assert done.job.options["hook"] == {"url": hook.url, "listen": hook.listen}
    state = sandbox.state[provider]
    told = next(iter(state.files.values())).params["webhook"] if provider == "targetsmart" else ""
    told = told or next(iter(state.audiences.values())).body["callback_url"]
    base, _slash, secret = told.rpartition("/")
    assert (base, len(secret)) == (hook.url, 32)
    assert secret.encode() not in ledger_path().read_bytes()
    assert is_free(hook)


def test_a_job_that_was_cut_off_listens_again_where_it_is_told(sending, sandbox, hook):
    def cut(status):
        if status == "url is blank":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        submitting.submit(sending("targetsmart", hook=hook), watch=Watch(on_status=cut))
    assert is_free(hook)
    (job,) = Jobs(ledger_path(), WallClock()).jobs()
    with listening(hook, SECRET):  # somebody else is there by now
        with pytest.raises(UsageError, match="in use"):
            submitting.resume(job.job)
        assert submitting.resume(job.job, listen="127.0.0.1:0").job.state == "done"
    (registered,) = sandbox.state["targetsmart"].files.values()
    assert registered.params["webhook"].startswith(f"{hook.url}/")


def test_a_job_without_a_webhook_has_nothing_to_listen_for(sending):
    job = submitting.submit(sending("targetsmart")).job.job
    with pytest.raises(UsageError, match="nothing to listen for"):
        submitting.resume(job, listen="127.0.0.1:8085")
    ended = CliRunner().invoke(app, ["submit", "--resume", job, "--webhook", "https://example.com"])
    assert (ended.exit_code, "does not change" in ended.output) == (2, True)


def test_the_secret_is_of_the_job_and_of_the_account():
    secrets = [
        load_settings(Client.Settings, api_key=key).secret_for(job)
        for key, job in (("a", "targetsmart-1"), ("a", "targetsmart-2"), ("b", "targetsmart-1"))
    ]
    assert len({*secrets, load_settings(Client.Settings, api_key="a").secret_for("targetsmart-1")}) == 3


def test_a_rehearsal_names_the_address_without_its_secret(sending, hook):
    calls = [masked(one) for one in submitting.rehearse(sending("targetsmart", hook=hook))]
    assert calls[0]["params"]["webhook"] == f"{hook.url}/{{secret}}"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--webhook", "https://example.com/hook"], "--listen"),
        (["--listen", "127.0.0.1:8085"], "--webhook"),
        (["--webhook", "ftp://example.com", "--listen", "127.0.0.1:8085"], "HTTP or HTTPS"),
        (["--webhook", "https://example.com", "--listen", "8085"], "no place to listen"),
        (
            [
                "--webhook",
                "https://a.example.com",
                "--listen",
                "127.0.0.1:0",
                "--param",
                "webhook=https://b.x",
            ],
            "two addresses",
        ),
    ],
)
def test_a_webhook_that_makes_no_sense_is_told_before_anything_is_written(options, says, sending, sandbox):
    folder = str(sending("targetsmart").folder)
    ended = CliRunner().invoke(app, ["submit", folder, "--sandbox", "--json", *options])
    assert ended.exit_code == 2
    assert says in ended.stdout
    assert Jobs(ledger_path(), WallClock()).jobs() == []


def test_a_place_to_listen_that_is_taken_is_told_before_anything_is_written(sending, hook):
    with listening(hook, SECRET), pytest.raises(UsageError, match="in use"):
        submitting.submit(sending("targetsmart", hook=hook))
    assert Jobs(ledger_path(), WallClock()).jobs() == []


def test_a_provider_that_calls_nobody_is_named(sending, hook):
    with pytest.raises(UsageError, match="calls no webhook"):
        submitting.submit(sending("iqm", hook=hook))


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_the_wait_leaves_no_port_behind(how, sending, sandbox, hook):
    folder = sending("targetsmart").folder
    account = {"BASE_URL": sandbox.urls["targetsmart"], "API_KEY": ACCOUNT["api_key"]}
    given = {f"MATCHPREP_TARGETSMART_{name}": value for name, value in account.items()}
    environment = {**os.environ, **given, "PYTHONPATH": str(ROOT)}
    command = ["submit", str(folder), "--webhook", hook.url, "--listen", hook.listen]
    waiting = subprocess.Popen(
        [sys.executable, "-m", "matchprep", *command], env=environment, stderr=subprocess.PIPE
    )
    patience = time.monotonic() + PATIENCE_S
    while not (known := sandbox.state.get("targetsmart")) or not known.polls:
        assert time.monotonic() < patience
        time.sleep(0.05)
    assert not is_free(hook)
    waiting.send_signal(how)
    _out, err = waiting.communicate(timeout=PATIENCE_S)
    assert waiting.returncode == 128 + how
    assert b"Traceback" not in err
    assert is_free(hook)
