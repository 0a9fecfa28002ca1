"""Ways to a provider: through a proxy, and past a certificate authority of one's own."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from matchprep.errors import ProviderError
from matchprep.providers import WallClock
from matchprep.providers.call import Call
from matchprep.providers.http import Http
from matchprep.providers.iqm import IqmSettings
from matchprep.providers.settings import load_settings

LOOK = Call(kind="look", method="GET", path="/audiences")


@pytest.fixture
def server():
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        asked: ClassVar[list[str]] = []

        def do_GET(self):
            self.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


def ask(url, **more):
    account = dict.fromkeys(("client_id", "client_secret", "email", "password", "workspace"), "x")
    settings = load_settings(IqmSettings, base_url=url, **account, **more)
    http = Http(settings, clock=WallClock())
    try:
        return http.ask(LOOK)
    finally:
        http.close()


def test_a_proxy_of_the_environment_is_gone_through(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert ask("http://provider.example.com").status == 200
    assert server.RequestHandlerClass.asked == ["http://provider.example.com/audiences"]


@pytest.mark.slow
def test_an_authority_of_ones_own_is_trusted_when_it_is_named_and_only_then(server, tmp_path):
    certificate = certified(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    url = f"https://127.0.0.1:{server.server_port}"
    assert ask(url, ca_file=certificate).status == 200
    with pytest.raises(ProviderError):
        ask(url)


def certified(folder):
    """Write a key and a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "matchprep tests")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
