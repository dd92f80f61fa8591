"""Proofs of domains: found where they are, and a look that nothing on the other side can lead astray or hold up."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from goalpost.conversions import domain_proofs
from goalpost.conversions.domain_proofs import BadResolver, Look, Network, Proof, look_for
from tests.support.dns import DnsServer, dns_server

HOST, TOKEN = "victim.example", "0123456789abcdef0123456789abcdef"
PROOF = Proof(HOST, TOKEN)
PATH = f"/.well-known/goalpost-{TOKEN}"
Talk = Callable[[socket.socket], None]


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with dns_server() as server:
        yield server


@dataclass
class WebServer:
    """A web server on loopback that says to every client what the test wants."""

    talk: Talk
    requests: list[bytes] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        # The client may have had enough at any time.
        with suppress(OSError), self.tls.wrap_socket(client, server_side=True) if self.tls else client as talking:
            self.requests.append(talking.recv(4096))
            self.talk(talking)


@pytest.fixture
def web() -> Iterator[Callable[[Talk | bytes], WebServer]]:
    """`web(answer)`: an answer in bytes, or what to do with a client's socket."""
    started: list[WebServer] = []

    def start(talk: Talk | bytes) -> WebServer:
        server = WebServer((lambda client: client.sendall(talk)) if isinstance(talk, bytes) else talk)
        threading.Thread(target=server.serve, daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()


def answer(status: str = "200 OK", body: bytes = TOKEN.encode(), *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""])
    return head.encode() + body


def look(dns: DnsServer, port: int = 9, *, allow_private: bool = True) -> dict[str, Look]:
    network = Network(dns.address, allow_private, https_port=port, http_port=port)
    return {found.place.partition(" ")[0].partition(":")[0]: found for found in look_for(PROOF, network)}


# DNS


@pytest.mark.parametrize(
    "texts", [[TOKEN], ["v=spf1 -all", TOKEN], [f'{TOKEN[:10]}" "{TOKEN[10:]}'], [f" {TOKEN} "]], ids=range(4)
)
def test_a_record_proves(dns: DnsServer, texts: list[str]) -> None:
    dns.records[f"_goalpost.{HOST}", "TXT"] = [f'"{text}"' for text in texts]
    found = look(dns)
    assert found["TXT"] == Look(f"TXT _goalpost.{HOST}", True, "proved")
    assert not found["https"].found and not found["http"].found


@pytest.mark.parametrize("text", [TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "", "*", f"x {TOKEN}"])
def test_another_text_does_not(dns: DnsServer, text: str) -> None:
    dns.records[f"_goalpost.{HOST}", "TXT"] = [f'"{text}"']
    assert look(dns)["TXT"].seen == "there is a record, with another text"


def test_the_record_of_another_name_does_not(dns: DnsServer) -> None:
    for name in (HOST, f"_goalpost.www.{HOST}", "_goalpost.example", f"_goalpost.{HOST}.example"):
        dns.records[name, "TXT"] = [f'"{TOKEN}"']
    assert look(dns)["TXT"].seen == "DNS knows of nothing there"
    dns.records[f"_goalpost.{HOST}", "A"] = ["192.0.2.1"]
    assert look(dns)["TXT"].seen == "DNS knows of nothing there"


def test_a_dns_server_that_is_silent_holds_nobody_up(dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_proofs, "_WITHIN", 0.5)
    dns.is_silent = True
    assert not any(found.found for found in look(dns).values())
    assert dns.asked


@pytest.mark.parametrize("server", ["", "dns.example", "127.0.0.1:x", "127.0.0.1:99999", "127.0.0.1/8", "[::1"])
def test_a_dns_server_that_is_none_is_named(server: str) -> None:
    with pytest.raises(BadResolver, match="GOALPOST_DNS_SERVER"):
        look_for(PROOF, Network(server))


# The file


@pytest.mark.parametrize(
    "sent",
    [
        answer(),
        answer("200 OK", TOKEN.encode() + b"\r\n", "content-type: text/plain", "content-length: 34"),
        answer("200 OK", b"20\r\n" + TOKEN.encode() + b"\r\n0\r\n\r\n", "transfer-encoding: chunked"),
    ],
    ids=["until the end", "of a length", "in chunks"],
)
def test_a_file_proves(dns: DnsServer, web: Callable[..., WebServer], sent: bytes) -> None:
    dns.records[HOST, "A"] = ["127.0.0.1"]
    server = web(sent)
    found = look(dns, server.port)
    assert found["http"] == Look(f"http://{HOST}{PATH}", True, "proved")
    plain = [request for request in server.requests if request.startswith(b"GET ")]
    assert plain == [f"GET {PATH} HTTP/1.0\r\nHost: {HOST}\r\nUser-Agent: goalpost\r\n\r\n".encode()]
    assert not found["https"].found  # it does not speak TLS


def test_the_second_address_is_tried(dns: DnsServer, web: Callable[..., WebServer]) -> None:
    dns.records[HOST, "A"] = ["127.0.0.2", "127.0.0.1"]
    assert look(dns, web(answer()).port)["http"].found


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (answer("404 Not Found"), "the status is 404"),
        (answer("200 OK", b"another"), "there is a file, with another text"),
        (answer("200 OK", b"<p>" + TOKEN.encode()), "there is a file, with another text"),
        (answer("200 OK", TOKEN.encode() + b"x" * 100_000), "there is a file, with another text"),
        (answer("200 OK", b""), "there is a file, with another text"),
        (b"", ""),
        (b"\0\xff" * 50_000, ""),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000, ""),
        (b"HTTP/1.1 200 OK\r\na: " + b"b" * 500_000, ""),
        (answer("200 OK", b"ffffffff\r\n" + TOKEN.encode(), "transfer-encoding: chunked"), ""),
    ],
    ids=range(10),
)
def test_whatever_else_a_web_server_says_proves_nothing(
    dns: DnsServer, web: Callable[..., WebServer], sent: bytes, seen: str
) -> None:
    dns.records[HOST, "A"] = ["127.0.0.1"]
    found = look(dns, web(sent).port)["http"]
    assert not found.found
    assert found.seen == seen if seen else 0 < len(found.seen) <= 200


def test_a_redirect_is_not_followed(dns: DnsServer, web: Callable[..., WebServer]) -> None:
    dns.records[HOST, "A"] = ["127.0.0.1"]
    elsewhere = web(answer())
    server = web(answer("302 Found", b"", f"location: http://127.0.0.1:{elsewhere.port}{PATH}"))
    assert look(dns, server.port)["http"].seen == "the status is 302, and redirects are not followed"
    assert elsewhere.requests == []


@pytest.mark.parametrize("how", ["silent", "slow", "endless"])
def test_a_web_server_that_does_not_end_holds_nobody_up(
    dns: DnsServer, web: Callable[..., WebServer], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Input: no answer; a byte of a header now and then; a body without an end."""
    monkeypatch.setattr(domain_proofs, "_WITHIN", 1.0)
    dns.records[HOST, "A"] = ["127.0.0.1"]

    def talk(client: socket.socket) -> None:
        client.sendall(answer("200 OK", b"") if how == "endless" else b"HTTP/1.1 200 OK\r\nx: ")
        while True:
            if how != "silent":
                client.sendall(b"x" * (100_000 if how == "endless" else 1))
            time.sleep(0 if how == "endless" else 0.1)

    found = look(dns, web(talk).port)["http"]
    assert found.seen == ("there is a file, with another text" if how == "endless" else "no answer within 1 seconds")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")
@pytest.mark.parametrize("name", [HOST, f"www.{HOST}"])
def test_a_file_by_https_needs_a_certificate_of_the_host(
    dns: DnsServer,
    web: Callable[..., WebServer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2"]
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run(["openssl", *made, *subject], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    server = web(answer())
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    dns.records[HOST, "A"] = ["127.0.0.1"]
    found = look(dns, server.port)["https"]
    assert found.found is (name == HOST)
    assert found.found or "Hostname mismatch" in found.seen


# Where it does not go


def test_addresses_that_are_not_public_are_not_asked(dns: DnsServer, web: Callable[..., WebServer]) -> None:
    """Input: a domain whose DNS names this machine, so that the server would fetch what only it can reach."""
    dns.records[HOST, "A"] = ["127.0.0.1"]
    dns.records[HOST, "AAAA"] = ["::1", "::ffff:127.0.0.1"]
    server = web(answer())
    found = look(dns, server.port, allow_private=False)
    assert {found["http"].seen, found["https"].seen} == {
        "its addresses are not public ones, and GOALPOST_PROVE_PRIVATE is not set"
    }
    assert server.requests == []


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_public_addresses(address: str, is_public: bool) -> None:
    assert domain_proofs._is_public(address) is is_public


def test_a_host_that_is_an_address_is_checked_as_one(dns: DnsServer) -> None:
    private = look_for(Proof("127.0.0.1", TOKEN), Network(dns.address))
    assert [found.seen for found in private[1:]] == [
        "its addresses are not public ones, and GOALPOST_PROVE_PRIVATE is not set"
    ] * 2
    assert [query for query in dns.asked if not query.startswith("TXT")] == []
