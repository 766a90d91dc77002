"""From a name to a connection: what stands in the way is told in words (C-06)."""

import socket
import threading
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Security, ServerSettings, Side
from enate_desktop.mail.dialling import Line, connect, resolve
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.secrecy import check_before_password
from tests.mail.support import CALM, deaf_port, run, scripted_settings
from tests.servers.scripted import ScriptedServer


def address(port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    return socket.AF_INET, ("127.0.0.1", port)


@pytest.mark.parametrize(
    ("port", "side", "field", "words"),
    [
        (25, Side.OUTGOING, "outgoing.port", "block port 25"),
        (587, Side.OUTGOING, "outgoing.host", "a firewall may block"),
        (993, Side.INCOMING, "incoming.host", "a firewall may block"),
    ],
)
def test_a_port_that_swallows_everything_is_named(
    port: int, side: Side, field: str, words: str
) -> None:
    """MAIL 1.1: "TCP 25 blocked" has a sentence of its own."""
    patience = replace(CALM, connect=0.4)
    line = Line(side, ServerSettings("x", "mail.acme.test", port), patience=patience)
    with deaf_port() as deaf, pytest.raises(MailError) as caught:
        connect(line, (address(deaf),))
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert caught.value.field == field
    assert words in caught.value.message
    safe = "Nothing was sent" if side is Side.OUTGOING else "Mail stays safely"
    assert caught.value.message.startswith(safe)


def test_a_look_up_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """MAIL 4 G 143: the resolver cannot be interrupted, but nobody waits for it."""
    release = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        release.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    line = Line(
        Side.INCOMING, ServerSettings("x", "mail.acme.test", 993), patience=replace(CALM, look_up=0)
    )
    with pytest.raises(MailError) as caught:
        resolve(line)
    release.set()
    assert "took too long" in caught.value.title
    assert caught.value.field == "incoming.host"


def test_the_next_address_is_tried() -> None:
    """C-06: a name with a dead and a living address works."""
    with ScriptedServer(lambda talk: talk.stall()) as server, deaf_port() as deaf:
        line = Line(
            Side.INCOMING,
            ServerSettings("x", "mail.acme.test", 993),
            patience=replace(CALM, connect=1),
        )
        sock = connect(line, (address(deaf), address(server.port)))
        assert sock.getpeername()[1] == server.port
        sock.close()


@pytest.mark.parametrize("service", ["other_imap", "other_pop3", "other_smtp"])
def test_a_server_that_does_not_greet_is_told(service: str) -> None:
    """C-06: it accepts, and says nothing; the port is the likely cause."""
    with ScriptedServer(lambda talk: talk.stall()) as server:
        settings = replace(scripted_settings(server, service), security=Security.NONE)
        patience = replace(CALM, hint=0.2, handshake=0.3, greeting=0.6)
        outgoing = service == "other_smtp"
        report = run(
            None if outgoing else settings, settings if outgoing else None, patience=patience
        )
    assert report.failure is not None
    assert "did not greet" in report.failure.detail
    assert report.failure.field.endswith(".port")


def test_a_preset_server_that_is_not_found_points_at_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """C-06: there is no field for a server that the service fills in."""

    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    line = Line(Side.INCOMING, ServerSettings("gmail_imap", "imap.gmail.com", 993), patience=CALM)
    with pytest.raises(MailError) as caught:
        resolve(line)
    assert caught.value.title == "This computer cannot look up imap.gmail.com."
    assert caught.value.message == "Check the network or the DNS server."
    assert caught.value.field == ""


@pytest.mark.parametrize(
    ("username", "password", "title", "field"),
    [
        ("", "x", "The user name is missing.", "incoming.username"),
        ("hr", "", "The password is missing.", "incoming.password"),
    ],
)
def test_what_is_missing_for_a_sign_in_is_named(
    username: str, password: str, title: str, field: str
) -> None:
    """C-06: the failure names the field to mend."""
    line = Line(Side.INCOMING, ServerSettings("x", "mail.acme.test", 993, username=username))
    with pytest.raises(MailError) as caught:
        check_before_password(line, None, password)
    assert (caught.value.title, caught.value.field) == (title, field)
