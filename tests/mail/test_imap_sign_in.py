"""Getting into a mailbox: security, sign-in and the folder, against a real Dovecot."""

import socket
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Security, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, resolve
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.imap_session import ImapSession
from enate_desktop.mail.mailbox import ErrorKind, MailError
from tests.mail.support import PASSWORD, imap_mailbox, imap_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.process import free_ports


def mail(number: int, size: int = 0) -> bytes:
    return b"Subject: mail %d\r\n\r\nbody\r\n" % number + b"x" * size


@pytest.mark.parametrize("security", list(Security))
def test_a_mailbox_opens_with_each_security(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, security: Security
) -> None:
    """C-02, C-13: TLS, STARTTLS and, only when chosen, plain."""
    dovecot.fill(mailbox_user, [mail(1), mail(2)])
    box = imap_mailbox(dovecot, mailbox_user, pki, security)
    state = box.open()
    box.close()
    assert (state.count, state.unseen, state.uidnext, state.read_only) == (2, 2, 3, False)
    assert state.uidvalidity > 0


def test_the_connection_is_fast_and_quiet(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> None:
    """SERVERS 0.1: no line is formatted for a logger, small commands are not held back."""
    line = Line(Side.INCOMING, imap_settings(dovecot, mailbox_user, pki))
    session = ImapSession(line, Credential(dovecot.password(mailbox_user)))
    session.dial(resolve(line))
    session.encrypt()
    wire = session.wire
    assert wire is not None
    assert wire.encrypted
    assert session.client.quiet
    assert wire.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    session.close()


@pytest.mark.parametrize("user", ["odd user", "ümlaut"])
def test_any_character_may_be_in_user_name_and_password(
    bare_dovecot: Dovecot, pki: Pki, user: str
) -> None:
    """MAIL 4 F 131: blanks, quotes, backslash, umlauts; AUTH=PLAIN is announced before sign-in."""
    box = imap_mailbox(bare_dovecot, user, pki)
    assert box.open().count == 0
    box.close()


def test_the_additional_mailbox_is_opened(dovecot: Dovecot, mailbox_user: str, pki: Pki) -> None:
    """C-01: another folder than the inbox, by its path; a missing one is named."""
    dovecot.fill(mailbox_user, [mail(1)])
    dovecot.fill(mailbox_user, [mail(2), mail(3)], "Team/HR")
    box = imap_mailbox(dovecot, mailbox_user, pki, additional_mailbox="Team/HR")
    assert box.open().count == 2
    box.close()
    missing = imap_mailbox(dovecot, mailbox_user, pki, additional_mailbox="Team/IT")
    with pytest.raises(MailError) as caught:
        missing.open()
    assert caught.value.kind is ErrorKind.FOLDER
    assert caught.value.field == "incoming.additional_mailbox"
    assert "Team/IT" in caught.value.title


def test_a_wrong_password_is_an_authentication_error(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-08: this kind stops a connector; the password appears nowhere."""
    box = ImapMailbox(imap_settings(dovecot, mailbox_user, pki), Credential("not-the-password"))
    with pytest.raises(MailError) as caught:
        box.open()
    error = caught.value
    assert error.kind is ErrorKind.AUTHENTICATION
    assert error.field == "incoming.password"
    assert "failed" in error.server_words
    assert "not-the-password" not in f"{error.sentence()}{error.server_words}"


def test_a_server_that_wants_encryption_gets_no_password_without(pki: Pki) -> None:
    """C-13: LOGINDISABLED; nothing secret leaves."""
    with Dovecot(pki, secure_only=True) as server:
        settings = imap_settings(server, "alice", pki, Security.NONE)
        box = ImapMailbox(replace(settings, host="127.0.0.2"), Credential(PASSWORD))
        with pytest.raises(MailError) as caught:
            box.open()
    assert caught.value.field == "incoming.security"


@pytest.mark.parametrize("bad", ["a\r\nb", "a\x00b", "a\nb"])
@pytest.mark.parametrize("place", ["username", "additional_mailbox", "password"])
def test_control_characters_never_reach_the_wire(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, place: str, bad: str
) -> None:
    """MAIL 4 E 107."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    password = bad if place == "password" else dovecot.password(mailbox_user)
    if place == "username":
        settings = replace(settings, username=bad)
    elif place == "additional_mailbox":
        settings = replace(settings, additional_mailbox=bad)
    with pytest.raises(MailError) as caught:
        ImapMailbox(settings, Credential(password)).open()
    assert caught.value.field == f"incoming.{place}"


def test_a_mailbox_that_lost_its_server_can_be_opened_again(pki: Pki) -> None:
    """C-08: the loss is temporary, and the same object comes back."""
    with Dovecot(pki) as server:
        server.fill("alice", [mail(1)])
        box = imap_mailbox(server, "alice", pki)
        box.open()
        server.stop()
        with pytest.raises(MailError) as caught:
            box.new_mails(0)
        assert caught.value.kind is ErrorKind.TEMPORARY
        with pytest.raises(MailError) as refused:
            box.open()
        assert refused.value.kind is ErrorKind.UNREACHABLE
        server.start()
        assert box.open().count == 1
        box.close()


def test_a_closed_port_and_an_unknown_name_are_told_apart(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-06: what is wrong, and the field to mend."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    (port,) = free_ports(1)
    for broken, field, words in (
        (replace(settings, port=port), "incoming.port", "Nothing listens"),
        (replace(settings, host="x" * 70 + ".test"), "incoming.host", "no server with the name"),
        (replace(settings, host=""), "incoming.host", "missing"),
        (replace(settings, host="imap.acme.com oops"), "incoming.host", "blank"),
        (replace(settings, port=0), "incoming.port", "does not exist"),
        (replace(settings, port=70_000), "incoming.port", "does not exist"),
    ):
        with pytest.raises(MailError) as caught:
            ImapMailbox(broken, Credential("x")).open()
        assert caught.value.kind is ErrorKind.UNREACHABLE
        assert caught.value.field == field
        assert words in caught.value.title
