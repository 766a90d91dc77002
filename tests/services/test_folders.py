"""Listing and making folders for what is on screen (C-01, C-12), against a real server."""

import threading
import time
from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication, Connector, ServerSettings, UseFor
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.mail.mailbox import FolderUse, MailError
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.mail.support import imap_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import ScriptedServer


def on_screen(settings: ServerSettings, use_for: UseFor = UseFor.BOTH) -> Connector:
    """A connector that is being filled in; its outgoing side is still empty."""
    return Connector(0, "", use_for, "", incoming=settings)


def test_folders_are_listed_and_made_before_anything_is_saved(
    services: Services, dovecot: Dovecot, mailbox_user: str, pki: Pki
) -> None:
    """C-06, C-12: with what was typed so far; the rest of the form may be empty."""
    dovecot.fill(mailbox_user, [b"Subject: a\r\n\r\n"], "Team/HR")
    connector = on_screen(imap_settings(dovecot, mailbox_user, pki))
    secrets = {SecretName.INCOMING_PASSWORD: dovecot.password(mailbox_user).encode()}
    cancel = threading.Event()
    folders = services.folders.list(connector, secrets, cancel)
    assert folders[0].use is FolderUse.INBOX
    assert "Team/HR" in [folder.name for folder in folders]
    made = services.folders.create(connector, secrets, " Done ", cancel)
    assert made.name == "Done"
    assert made in services.folders.list(connector, secrets, cancel)
    assert dovecot.uids(mailbox_user, "Team/HR", "UNSEEN") == [1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service": "other_pop3"}, "incoming.service"),
        ({"host": ""}, "incoming.host"),
        ({"username": "nobody"}, "incoming.password"),
        ({"authentication": Authentication.NONE}, "incoming.authentication"),
    ],
)
def test_what_cannot_be_asked_names_the_field(
    services: Services,
    dovecot: Dovecot,
    mailbox_user: str,
    pki: Pki,
    change: dict[str, str],
    field: str,
) -> None:
    """C-06: POP3 has no folders; the rest as in the connection test."""
    settings = replace(imap_settings(dovecot, mailbox_user, pki), **change)  # type: ignore[arg-type]
    secrets = {SecretName.INCOMING_PASSWORD: b"wrong"}
    with pytest.raises(EnateError) as caught:
        services.folders.list(on_screen(settings), secrets, threading.Event())
    assert caught.value.field == field


def test_a_connector_that_only_sends_has_no_folders(services: Services) -> None:
    """C-01."""
    settings = ServerSettings("other_smtp", "mail.test", 587)
    connector = Connector(0, "", UseFor.OUTGOING, "", outgoing=settings)
    with pytest.raises(InputError):
        services.folders.list(connector, {}, threading.Event())


@pytest.mark.parametrize("name", ["", "  "])
def test_a_folder_needs_a_name(services: Services, name: str) -> None:
    """C-12: nothing is asked of the server."""
    settings = ServerSettings("other_imap", "mail.test", 993)
    with pytest.raises(InputError):
        services.folders.create(on_screen(settings), {}, name, threading.Event())


def test_listing_can_be_cancelled(services: Services) -> None:
    """C-06: within a fraction of a second, whatever the server does."""
    cancel = threading.Event()
    with ScriptedServer(lambda talk: talk.stall()) as server:
        settings = ServerSettings("other_imap", server.host, server.port, username="a")
        timer = threading.Timer(0.3, cancel.set)
        timer.start()
        began = time.monotonic()
        with pytest.raises(MailError):
            services.folders.list(on_screen(settings), {SecretName.INCOMING_PASSWORD: b"x"}, cancel)
    assert time.monotonic() - began < 2
