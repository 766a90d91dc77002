"""TLS with servers (MAIL.md 4 F 113-117): each failure named, and nothing sent before."""

import gc
import select
import socket
import ssl
import struct
import threading
import warnings
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.mailbox import ErrorKind, MailError, StoppedError
from enate_desktop.mail.probe import Stage
from enate_desktop.mail.tls import client_context, tls_error, unverified_context
from enate_desktop.mail.wire import Wire
from tests.mail.support import CALM, PASSWORD, encrypted_settings, imap_settings, run, smtp_script
from tests.servers.dovecot import Dovecot
from tests.servers.pki import PFX_PASSWORD, Pki
from tests.servers.scripted import Conversation, ScriptedServer, imap_script


def refusal(settings: ServerSettings) -> MailError:
    with pytest.raises(MailError) as caught:
        ImapMailbox(settings, Credential(PASSWORD), patience=CALM).open()
    return caught.value


@pytest.mark.parametrize(
    ("fault", "words", "field"),
    [
        ("expired", "expired on 20", "incoming.host"),
        ("future", "is not valid before 20", "incoming.host"),
        ("wrong-host", "is for mail.other.test, not 127.0.0.1", "incoming.host"),
        ("self-signed", "is self-signed", "incoming.ca_certificate"),
        ("unknown-ca", "does not know", "incoming.ca_certificate"),
    ],
)
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_bad_certificate_is_named_and_nothing_is_sent(
    pki: Pki, fault: str, words: str, field: str, security: Security
) -> None:
    """C-13, MAIL 4 F 113-115: issuer and fingerprint, both names, both times; no password."""
    heard: list[bytes] = []
    pair = pki.server(fault)
    context = pair.server_context()

    def listen(talk: Conversation) -> None:
        talk.send(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
        while True:
            heard.append(talk.line())
            tag = heard[-1].partition(b" ")[0]
            if heard[-1].endswith(b"STARTTLS"):
                talk.send(tag + b" OK go\r\n")
                talk.start_tls(context)
            else:
                talk.send(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")

    with ScriptedServer(listen, context if security is Security.TLS else None) as server:
        settings = ServerSettings(
            "other_imap", server.host, server.port, security, ca_certificate=pki.ca_pem
        )
        error = refusal(replace(settings, username="alice"))
    assert error.kind is ErrorKind.TLS
    assert words in error.title
    assert error.field == field
    assert pair.certificate.issuer.rfc4514_string() in error.message
    assert "SHA-256" in error.message
    if fault in ("expired", "future"):
        assert f"clock says {datetime.now(UTC):%Y-%m-%d}" in error.message
    assert "No password was sent" in error.message
    assert not any(b"alice" in line for line in heard)


def test_the_private_ca_holds_for_its_connector_only(
    dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-13: without it the same server is refused; an unreadable file is told."""
    settings = imap_settings(dovecot, mailbox_user, pki)
    for ca, words in (("", "authority"), ("nonsense", "cannot be read")):
        error = refusal(replace(settings, ca_certificate=ca))
        assert error.field == "incoming.ca_certificate"
        assert words in error.title


def test_the_authorities_of_the_system_are_trusted(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAIL 4 F 117: so is that of a network which inspects TLS, once the system knows it."""
    settings = replace(imap_settings(dovecot, mailbox_user, pki), ca_certificate="")
    assert "inspects TLS" in refusal(settings).message
    monkeypatch.setenv("SSL_CERT_FILE", str(pki.ca.certificate_path))
    box = ImapMailbox(settings, Credential(dovecot.password(mailbox_user)))
    assert box.open().count == 0
    box.close()


def old_context(pki: Pki, ciphers: str, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = pki.server().server_context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = newest
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return context


@pytest.mark.parametrize(
    ("ciphers", "newest", "words"),
    [
        ("ALL", ssl.TLSVersion.TLSv1_1, "only offers TLS versions that are no longer safe"),
        ("ECDHE-ECDSA-NULL-SHA", ssl.TLSVersion.TLSv1_2, "no safe encryption in common"),
        ("ECDHE-ECDSA-AES128-SHA", ssl.TLSVersion.TLSv1_2, "no safe encryption in common"),
    ],
    ids=["tls-1.1", "no-cipher", "weak-cipher"],
)
def test_encryption_that_is_no_longer_safe_is_refused(
    pki: Pki, ciphers: str, newest: ssl.TLSVersion, words: str
) -> None:
    """MAIL 4 F 116: the reason is told."""
    with ScriptedServer(imap_script(), old_context(pki, ciphers, newest)) as server:
        error = refusal(encrypted_settings(server, pki))
    assert words in error.title
    assert error.kind is ErrorKind.TLS
    assert error.server_words


def test_a_certificate_with_a_weak_key_is_named() -> None:
    """MAIL 4 F 116: OpenSSL refuses keys below 112 bits of strength (code 66)."""
    error = ssl.SSLCertVerificationError(
        1, "certificate verify failed: EE certificate key too weak"
    )
    error.verify_code, error.verify_message = 66, "EE certificate key too weak"
    told = tls_error(error, "mail.test", "incoming")
    assert "too weak" in told.title
    assert told.field == "incoming.host"


@pytest.mark.parametrize(
    ("security", "field", "words"),
    [
        (Security.TLS, "incoming.security", "does not speak TLS"),
        (Security.NONE, "incoming.security", "expects TLS"),
        (Security.STARTTLS, "incoming.security", "expects TLS"),
    ],
)
def test_the_wrong_security_for_a_port_is_named(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, security: Security, field: str, words: str
) -> None:
    """C-06: the commonest mistake of all, told within seconds."""
    port = dovecot.imap_port if security is Security.TLS else dovecot.imaps_port
    settings = replace(imap_settings(dovecot, mailbox_user, pki, security), port=port)
    error = refusal(settings)
    assert error.field == field
    assert words in error.title


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("shown", ["none", "unknown", "known"])
def test_what_a_server_thinks_of_our_certificate_is_told(
    pki: Pki, security: Security, version: ssl.TLSVersion, shown: str
) -> None:
    """MAIL 1.1: "certificate refused" is told apart; TLS 1.3 says it only after the handshake."""
    context = pki.server().server_context(pki.ca)
    context.minimum_version = context.maximum_version = version

    def starttls(talk: Conversation, name: bytes) -> None:
        talk.send(b"220 go\r\n")
        talk.start_tls(context)

    script = smtp_script({"EHLO": b"250-x\r\n250 STARTTLS\r\n", "STARTTLS": starttls})
    with ScriptedServer(script, context if security is Security.TLS else None) as server:
        settings = encrypted_settings(server, pki, "other_smtp", security=security)
        method = Authentication.NONE if shown == "none" else Authentication.CERTIFICATE
        secrets = {
            "outgoing.certificate": pki.client_pfx(unknown=shown == "unknown"),
            "outgoing.certificate_password": PFX_PASSWORD,
        }
        settings = replace(settings, authentication=method)
        given = {} if shown == "none" else secrets
        report = run(None, settings, secrets=given, patience=CALM)
    if shown == "known":
        assert report.ok
        return
    failure = report.failure
    assert failure is not None
    assert failure.stage is Stage.TLS
    assert failure.kind is ErrorKind.TLS or shown == "none"
    assert failure.field == "outgoing.certificate"
    assert "was sent" in failure.cause
    words = "not accept the authentication" if shown == "unknown" else "want a client certificate"
    assert words in f"{failure.detail} {failure.cause}".replace("wants", "want")


def test_aborting_a_handshake_is_no_trouble_with_tls(pki: Pki) -> None:
    """C-06, C-08: what this program ended itself is not blamed on the server's encryption."""
    reached = threading.Event()

    def fall_silent(talk: Conversation) -> None:
        reached.set()
        talk.stall()

    with ScriptedServer(fall_silent) as server:
        mailbox = ImapMailbox(encrypted_settings(server, pki), Credential(PASSWORD))

        def abort() -> None:
            reached.wait(10)
            mailbox.abort()

        watcher = threading.Thread(target=abort)
        watcher.start()
        with pytest.raises(StoppedError):
            mailbox.open()
        watcher.join()


def test_a_socket_whose_peer_is_gone_is_closed_all_the_same() -> None:
    """C-08: no descriptor is lost when a server resets the line just before TLS begins."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for context in (client_context(), unverified_context()):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                ours = socket.create_connection(listener.getsockname())
                theirs, _ = listener.accept()
                theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                theirs.close()
                select.select([ours], [], [], 5)
                wire = Wire(ours, "The server", lambda: False)
                with pytest.raises(MailError) as caught:
                    wire.encrypt(context, "mail.test")
                assert caught.value.kind is ErrorKind.TEMPORARY
                wire.close()
            del caught, wire, ours
            gc.collect()
    assert [str(one.message) for one in told] == []
