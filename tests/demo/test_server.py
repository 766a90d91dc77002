"""The built-in mail server, asked by the standard library's own clients."""

import contextlib
import imaplib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from enate_desktop.demo.server import DemoMailServer

RAW = b"From: a@x.example\r\nSubject: =?utf-8?q?gr=C3=BCn?=\r\n\r\nline\xff\r\n..dot\r\n"
RECEIVED = datetime(2026, 11, 3, 8, 15, 30, tzinfo=UTC)
USERS = {"anna": "pass word", "bert": "b", "carla": "c", "dora": "d"}


@pytest.fixture(scope="module")
def server() -> Iterator[DemoMailServer]:
    with DemoMailServer(USERS, {"anna@x.example": "anna"}, ("Processed",)) as running:
        yield running


def trusting(server: DemoMailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=server.ca_certificate)


def connected(server: DemoMailServer) -> imaplib.IMAP4_SSL:
    return imaplib.IMAP4_SSL(
        server.host, server.imap_port, ssl_context=trusting(server), timeout=10
    )


@contextlib.contextmanager
def imap(server: DemoMailServer, user: str) -> Iterator[imaplib.IMAP4_SSL]:
    with connected(server) as client:
        client.login(user, USERS[user])
        client.select("INBOX")
        yield client


def ended(connection: socket.socket) -> bool:
    """Whether the other side closes the connection within the socket's time-out."""
    try:
        while connection.recv(1000):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def uids(client: imaplib.IMAP4_SSL, *criteria: str) -> list[bytes]:
    return bytes(client.uid("SEARCH", *criteria)[1][0] or b"").split()


def body(client: imaplib.IMAP4_SSL, uid: bytes) -> bytes:
    _, data = client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
    assert isinstance(data[0], tuple)
    return bytes(data[0][1])


def test_a_delivered_mail_is_fetched_byte_for_byte_and_stays_unread(server: DemoMailServer) -> None:
    """M-11: the raw mail is the truth, so the demo must not change it."""
    server.deliver("bert", RAW, RECEIVED)
    with imap(server, "bert") as client:
        uid = uids(client, "ALL")[-1]
        assert body(client, uid) == RAW
        assert uid in uids(client, "UNSEEN")


def test_the_moment_of_arrival_is_kept(server: DemoMailServer) -> None:
    """C-12: "since a date" needs a true INTERNALDATE."""
    server.deliver("carla", RAW, RECEIVED)
    with imap(server, "carla") as client:
        data = client.uid("FETCH", uids(client, "ALL")[-1].decode(), "(INTERNALDATE)")[1][0]
        assert b'"03-Nov-2026 08:15:30 +0000"' in data
        assert uids(client, "SINCE", "03-Nov-2026")
        assert not uids(client, "SINCE", "04-Nov-2026")


def test_only_mail_above_a_uid_is_found(server: DemoMailServer) -> None:
    server.deliver("dora", RAW, RECEIVED)
    with imap(server, "dora") as client:
        highest = int(uids(client, "ALL")[-1])
        server.deliver("dora", RAW, RECEIVED)
        client.noop()
        assert [int(uid) for uid in uids(client, "UID", f"{highest + 1}:*")] == [highest + 1]


def test_a_mail_can_be_moved_marked_and_deleted(server: DemoMailServer) -> None:
    """C-12: every way to leave a mail on the server works in the demo."""
    for _ in range(3):
        server.deliver("anna", RAW, RECEIVED)
    with imap(server, "anna") as client:
        first, second, third = uids(client, "ALL")[-3:]
        assert client.uid("MOVE", first.decode(), "Processed")[0] == "OK"
        client.uid("STORE", second.decode(), "+FLAGS", r"(\Seen)")
        client.uid("STORE", third.decode(), "+FLAGS", r"(\Deleted)")
        client.uid("EXPUNGE", third.decode())
        left = uids(client, "ALL")
        assert first not in left
        assert third not in left
        assert second in uids(client, "SEEN")
        assert client.status("Processed", "(MESSAGES)")[1][0] == b"Processed (MESSAGES 1)"


def test_a_wrong_password_is_refused_by_imap_and_smtp(server: DemoMailServer) -> None:
    """C-06: a failing sign-in is real in the demo."""
    refused = pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED")
    with connected(server) as client, refused:
        client.login("anna", "wrong")
    with smtplib.SMTP(server.host, server.smtp_port, timeout=10) as smtp:
        smtp.starttls(context=trusting(server))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("anna", "wrong")


def test_nobody_trusts_the_server_without_its_authority(server: DemoMailServer) -> None:
    """C-13: TLS is verified."""
    stranger = ssl.create_default_context()
    address = (server.host, server.imap_port)
    refused = pytest.raises(ssl.SSLCertVerificationError)
    with socket.create_connection(address, timeout=10) as plain, refused:
        stranger.wrap_socket(plain, server_hostname=server.host)


def test_smtp_asks_for_tls_before_anything_else(server: DemoMailServer) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=10) as smtp:
        assert not smtp.has_extn("auth")
        assert smtp.mail("a@x.example")[0] == 530


def test_colleagues_get_sent_mail_and_outsiders_never_do(server: DemoMailServer) -> None:
    """The demo sends nothing to the world."""
    before = len(server.sent)
    with smtplib.SMTP_SSL(
        server.host, server.smtps_port, context=trusting(server), timeout=10
    ) as smtp:
        smtp.login("bert", USERS["bert"])
        smtp.sendmail("bert@x.example", ["Anna+101203-T@X.example", "out@y.example"], RAW)
    (kept,) = server.sent[before:]
    assert kept.sender == "bert@x.example"
    assert kept.recipients == ("out@y.example",)
    assert kept.raw == RAW
    with imap(server, "anna") as client:
        assert body(client, uids(client, "ALL")[-1]) == RAW


@pytest.mark.parametrize("user", ["nobody", ""])
def test_an_unknown_user_gets_nothing_delivered(server: DemoMailServer, user: str) -> None:
    with pytest.raises(KeyError):
        server.deliver(user, RAW, RECEIVED)


def test_start_and_stop_are_quick_even_with_open_connections() -> None:
    """ARCHITECTURE 6: a test that leaves a thread fails; the demo must end within 3 seconds."""
    threads = set(threading.enumerate())
    started = time.monotonic()
    server = DemoMailServer(USERS)
    server.start()
    assert time.monotonic() - started < 2
    with (
        contextlib.closing(connected(server).socket()) as imap_socket,
        socket.create_connection((server.host, server.smtp_port), timeout=10) as smtp_socket,
    ):
        stopped = time.monotonic()
        server.stop()
        assert time.monotonic() - stopped < 3
        assert set(threading.enumerate()) == threads
        assert not server.running
        assert ended(imap_socket)
        assert ended(smtp_socket)


def test_a_stopped_server_can_be_stopped_again_and_takes_no_mail() -> None:
    server = DemoMailServer({"anna": "a"})
    server.stop()
    server.start()
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError):
        server.deliver("anna", RAW, RECEIVED)
