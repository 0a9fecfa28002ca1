"""Results that are picked up by SFTP, from a real server in this process."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from types import SimpleNamespace

import asyncssh
import pytest
from typer.testing import CliRunner

from matchprep.cli import app
from matchprep.errors import MatchprepError, PermanentProviderError, TransientProviderError, UsageError
from matchprep.pipeline import submitting
from matchprep.pipeline.fetching import fetch
from matchprep.providers import Watch, Work
from matchprep.providers.sftp import SftpSettings, pick_up

USER, PASSWORD, PASSPHRASE = "people", "sftp-password-of-a-test", "passphrase-of-a-test"
HOST_KEY, USER_KEY, OTHER_KEY = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(3))
RESULT = b"matchback_id,tsmart_match_code\r\n1,Y\r\n" * 100_000


class Door(asyncssh.SSHServer):
    """Lets the user in by password or key, and remembers who tried."""

    def __init__(self, tries):
        self._tries = tries

    def begin_auth(self, username):
        self._tries.append(username)
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return username == USER and key == USER_KEY.convert_to_public()


class Breaking(asyncssh.SFTPServer):
    """Cuts the connection in the midst of a file."""

    def read(self, file_obj, offset, size):
        if offset > 1_000_000:
            self.channel.get_connection().abort()
        return super().read(file_obj, offset, size)


async def listen(place, tries, kind):
    return await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: Door(tries),
        server_host_keys=[HOST_KEY],
        sftp_factory=lambda channel: kind(channel, chroot=str(place).encode()),
    )


@pytest.fixture
def serve(tmp_path):
    """Run a server of one's own kind; give where its folder is, and settings that reach it."""
    loop, running = asyncio.new_event_loop(), []
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def here(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(30)

    async def end(server):
        server.close()
        await server.wait_closed()

    def run(kind=asyncssh.SFTPServer):
        folder, tries = tmp_path / "transfer" / "smartmatch", []
        folder.mkdir(parents=True, exist_ok=True)
        server = here(listen(folder.parent, tries, kind))
        running.append(server)
        port = server.get_port()
        known = tmp_path / "known_hosts"
        key = HOST_KEY.export_public_key().decode().strip()
        known.write_text(f"[127.0.0.1]:{port} {key}\n", encoding="utf-8")
        settings = {
            "sftp_host": "127.0.0.1",
            "sftp_port": port,
            "sftp_user": USER,
            "sftp_password": PASSWORD,
            "sftp_known_hosts": known,
            "sftp_folder": "smartmatch",
        }
        return SimpleNamespace(folder=folder, tries=tries, known=known, settings=settings)

    yield run
    for server in running:
        here(end(server))
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


class Settings(SftpSettings):
    provider = "targetsmart"
    base_url: str = "http://127.0.0.1"


class Still:
    """A clock whose waits take no time, and in whose waits something may happen."""

    def __init__(self, meanwhile=lambda: None):
        self._meanwhile, self.waited = meanwhile, 0.0

    def now(self):
        return 0.0

    def sleep(self, seconds, _rung=None):
        self.waited += seconds
        self._meanwhile()


@pytest.fixture
def bring(tmp_path):
    """Pick a file up and give its content; nothing but it may lie there, and nothing where it failed."""

    def run(settings, *, clock=None, watch=None, is_it=lambda name: name == "a.zip"):
        there = tmp_path / "there"
        there.mkdir(exist_ok=True)
        work = Work(
            job=None, file=there, out=there, clock=clock or Still(), jobs=None, watch=watch or Watch()
        )
        try:
            pick_up(Settings(**settings), work, there / "result", is_it=is_it)
        except MatchprepError as error:
            if [*there.iterdir(), *(one for one in (PASSWORD, PASSPHRASE) if one in str(error))]:
                pytest.fail("something was left, or a secret was told")
            raise
        (one,) = there.iterdir()
        assert one.stat().st_mode & 0o777 == 0o600
        return one.read_bytes()

    return run


# --- The file ---


def test_a_file_is_brought_down_whole(serve, bring):
    server, told, clock = serve(), [], Still()
    (server.folder / "a.zip").write_bytes(RESULT)
    watch = Watch(on_bytes=lambda sent, size: told.append((sent, size)))
    assert bring(server.settings, clock=clock, watch=watch) == RESULT
    assert told[-1] == (len(RESULT), len(RESULT))
    assert clock.waited >= 5


def test_the_newest_of_several_counts_and_what_is_no_file_does_not(serve, bring):
    server = serve()
    for name, content in (("b.zip", b"older"), ("a.zip", b"newer")):
        (server.folder / name).write_bytes(content)
    os.utime(server.folder / "b.zip", (1_700_000_000, 1_700_000_000))
    (server.folder / "z.zip").mkdir()
    (server.folder / "y.zip").symlink_to("b.zip")
    assert bring(server.settings, is_it=lambda name: name.endswith(".zip")) == b"newer"


def test_what_is_not_there_yet_is_told(serve, bring):
    server = serve()
    (server.folder / "a.zip.part").write_bytes(b"half")
    (server.folder / "a.zip").touch()  # only begun
    with pytest.raises(TransientProviderError, match="not there yet"):
        bring(server.settings)


def test_a_file_that_still_grows_is_not_taken(serve, bring):
    server = serve()
    growing = server.folder / "a.zip"
    growing.write_bytes(b"begin")

    def grow():
        with growing.open("ab") as file:
            file.write(b"more")

    with pytest.raises(TransientProviderError, match="still grows"):
        bring(server.settings, clock=Still(grow))


def test_a_file_that_grows_while_it_is_brought_is_not_taken(serve, bring):
    server = serve()
    growing = server.folder / "a.zip"
    growing.write_bytes(RESULT)

    def grow(_sent, _size):
        with growing.open("ab") as file:
            file.write(b"more")

    with pytest.raises(TransientProviderError, match="still grows"):
        bring(server.settings, watch=Watch(on_bytes=grow))


def test_a_connection_that_breaks_leaves_nothing(serve, bring):
    server = serve(Breaking)
    (server.folder / "a.zip").write_bytes(RESULT)
    with pytest.raises(TransientProviderError, match="broke"):
        bring(server.settings)


def test_a_folder_that_is_not_there_is_told(serve, bring):
    server = serve()
    with pytest.raises(PermanentProviderError, match="SFTPNoSuchFile"):
        bring({**server.settings, "sftp_folder": "elsewhere"})


# --- The server ---


def other_key(server):
    port = server.settings["sftp_port"]
    server.known.write_text(f"[127.0.0.1]:{port} {OTHER_KEY.export_public_key().decode()}", encoding="utf-8")


def no_key(server):
    server.known.write_text("", encoding="utf-8")


def key_that_was_revoked(server):
    server.known.write_text(f"@revoked * {HOST_KEY.export_public_key().decode()}", encoding="utf-8")


@pytest.mark.parametrize("change", [other_key, no_key, key_that_was_revoked])
def test_a_server_that_is_not_known_gets_nothing(change, serve, bring, tmp_path, monkeypatch):
    """Not even where the user's own settings for SSH would let anybody through."""
    server = serve()
    (tmp_path / ".ssh").mkdir()
    loose = "Host *\n  UserKnownHostsFile none\n  StrictHostKeyChecking no\n"
    (tmp_path / ".ssh" / "config").write_text(loose, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    (server.folder / "a.zip").write_bytes(RESULT)
    change(server)
    with pytest.raises(PermanentProviderError, match=r"host key is none that is known(.|\n)*ssh-keyscan"):
        bring(server.settings)
    assert server.tries == []


def test_without_a_file_of_known_hosts_nobody_is_asked(serve, bring):
    server = serve()
    server.known.unlink()
    with pytest.raises(UsageError, match="no file of known hosts"):
        bring(server.settings)
    assert server.tries == []


def test_a_server_that_is_not_there_is_told(serve, bring):
    with pytest.raises(TransientProviderError, match="could not be made"):
        bring({**serve().settings, "sftp_port": 9})


# --- The login ---


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_key_opens_the_door(passphrase, serve, bring, tmp_path):
    server, key = serve(), tmp_path / "key"
    (server.folder / "a.zip").write_bytes(RESULT)
    key.write_bytes(USER_KEY.export_private_key("pkcs8-pem", passphrase=passphrase))
    by_key = {"sftp_password": None, "sftp_key_file": key, "sftp_passphrase": passphrase}
    assert bring({**server.settings, **by_key}) == RESULT


@pytest.mark.parametrize(
    ("settings", "kind", "says"),
    [
        ({"sftp_password": "another"}, PermanentProviderError, "refuses the login"),
        ({"sftp_user": "another"}, PermanentProviderError, "refuses the login"),
        ({"sftp_user": None}, UsageError, "settings are missing: sftp_user"),
        ({"sftp_user": None, "sftp_password": None}, UsageError, "sftp_user, sftp_password"),
        ({"sftp_host": None}, UsageError, "MATCHPREP_TARGETSMART_SFTP_HOST"),
        ({"sftp_key_file": "/no/such/key"}, UsageError, "no such key"),
        ({"sftp_key_file": __file__}, UsageError, "key cannot be read"),
    ],
)
def test_a_login_that_is_wrong_is_told(settings, kind, says, serve, bring):
    with pytest.raises(kind, match=says):
        bring({**serve().settings, **settings})


def test_a_key_that_is_locked_is_told(serve, bring, tmp_path):
    key = tmp_path / "key"
    key.write_bytes(USER_KEY.export_private_key("pkcs8-pem", passphrase=PASSPHRASE))
    with pytest.raises(UsageError, match="key cannot be read"):
        bring({**serve().settings, "sftp_password": None, "sftp_key_file": key})


# --- The whole of it ---


@pytest.fixture
def delivered(serve, sending, sandbox, monkeypatch):
    """A submission whose result was delivered to the folder, and one like it that was downloaded."""
    server = serve()
    for name, value in server.settings.items():
        monkeypatch.setenv(f"MATCHPREP_TARGETSMART_{name.upper()}", str(value))
    job = submitting.submit(sending("targetsmart", params={"format": "zip"})).job
    (registered,) = sandbox.state["targetsmart"].files.values()
    return SimpleNamespace(
        server=server, job=job, name=registered.params["filename"], result=registered.result
    )


@pytest.mark.parametrize("called", ["{}.zip", "{}_results_2026.zip", "smartmatch-{}.zip"])
def test_a_result_is_picked_up_and_joined_as_if_it_were_downloaded(called, delivered, tmp_path):
    shutil.copy(delivered.result, delivered.server.folder / called.format(delivered.name))
    for other in (f"{delivered.name}.zip.part", f".{delivered.name}.zip", f"{delivered.name}.pdf", "b.zip"):
        (delivered.server.folder / other).write_bytes(b"another")
    place = tmp_path / "place"
    ended = CliRunner().invoke(app, ["fetch", delivered.job.job, "--sftp", "-o", str(place)])
    assert ended.exit_code == 0, ended.output
    assert "results.csv" in ended.stdout
    assert {one.name: one.read_bytes() for one in place.iterdir()} == {
        one.name: (delivered.job.folder / one.name).read_bytes() for one in place.iterdir()
    }
    assert {"results.csv", "returned.csv", "outcome.json"} == {one.name for one in place.iterdir()}


def test_a_name_of_ones_own_is_not_taken_for_a_longer_one(serve, sending, sandbox, monkeypatch, tmp_path):
    server = serve()
    for name, value in server.settings.items():
        monkeypatch.setenv(f"MATCHPREP_TARGETSMART_{name.upper()}", str(value))
    job = submitting.submit(sending("targetsmart", params={"format": "zip", "filename": "spring"})).job
    (registered,) = sandbox.state["targetsmart"].files.values()
    for other in ("spring_2.zip", "late_spring.zip", "springs.zip"):
        shutil.copy(registered.result, server.folder / other)
    with pytest.raises(TransientProviderError, match="not there yet"):
        fetch(job.job, sftp=True, out=tmp_path / "place")
    shutil.copy(registered.result, server.folder / "spring.2026-11-21.zip")
    assert fetch(job.job, sftp=True, out=tmp_path / "place").joined is not None


def test_a_damaged_result_leaves_nothing(delivered, tmp_path):
    half = delivered.result.read_bytes()[:1000]
    (delivered.server.folder / f"{delivered.name}.zip").write_bytes(half)
    place = tmp_path / "place"
    with pytest.raises(PermanentProviderError, match="cannot be read"):
        fetch(delivered.job.job, sftp=True, out=place)
    assert list(place.iterdir()) == []


def test_who_delivers_nothing_by_sftp_is_named(sending):
    job = submitting.submit(sending("iqm")).job
    with pytest.raises(UsageError, match="delivers nothing by SFTP"):
        fetch(job.job, sftp=True)
