"""The folders of a mailbox as its server tells them, to choose one of them (C-01, C-12)."""

import threading
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from enate_desktop.domain.connectors import Connector, ServerSettings, Side, UseFor
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.people import Permission
from enate_desktop.mail.mailbox import FolderUse, RemoteFolder
from enate_desktop.services.connector_checks import check_secrets, with_usable_servers
from enate_desktop.services.context import Context
from enate_desktop.services.vault import SecretChanges, SecretName

if TYPE_CHECKING:
    from enate_desktop.mail.imap_session import ImapSession

__all__ = ["FolderService", "FolderUse", "RemoteFolder"]

Renewed = MutableMapping[SecretName, bytes]
T = TypeVar("T")


class FolderService:
    """Asks the incoming server of what is on screen, saved or not; blocking."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def list(
        self,
        connector: Connector,
        secrets: SecretChanges,
        cancel: threading.Event,
        renewed: Renewed | None = None,
    ) -> tuple[RemoteFolder, ...]:
        """At most 2,000 folders, the inbox first; nothing in the mailbox changes.

        Stored secrets fill in for those not in ``secrets``. ``renewed`` gets the tokens that were
        renewed for it and are not stored (see ConnectionTest). Raises InputError for unusable
        values, MailError when the server does not answer, refuses or was given up by ``cancel``.
        """
        return self._asked(connector, secrets, cancel, renewed, lambda session: session.folders())

    def create(
        self,
        connector: Connector,
        secrets: SecretChanges,
        name: str,
        cancel: threading.Event,
        renewed: Renewed | None = None,
    ) -> RemoteFolder:
        """Make a folder because somebody asked for it; as the server names it, perhaps prefixed."""
        wanted = name.strip()
        if not wanted:
            raise InputError("The folder needs a name.", "Nothing was made.")
        return self._asked(
            connector, secrets, cancel, renewed, lambda session: session.make_folder(wanted)
        )

    def _asked(
        self,
        connector: Connector,
        secrets: SecretChanges,
        cancel: threading.Event,
        renewed: Renewed | None,
        ask: "Callable[[ImapSession], T]",
    ) -> T:
        # Mail servers and certificates cost 120 ms to import; the window is opened without them.
        from enate_desktop.mail.dialling import Line, resolve
        from enate_desktop.mail.imap_session import ImapSession
        from enate_desktop.services.sign_in import credentials_on_screen

        # The stored password goes to whatever server is named here.
        self._context.need(Permission.EDIT_CONNECTORS)
        settings = _incoming(connector, secrets)
        if secrets:
            self._context.vault.prepare()
        receiving = replace(connector, use_for=UseFor.INCOMING, incoming=settings, outgoing=None)
        on_screen = credentials_on_screen(self._context, receiving, secrets)
        credential = on_screen.by_side[Side.INCOMING]
        line = Line(Side.INCOMING, settings, cancel.is_set, credential.identity)
        session = ImapSession(line, credential)
        try:
            session.dial(resolve(line))
            session.encrypt()
            session.sign_in()
            return ask(session)
        finally:
            session.close()
            if renewed is not None:
                renewed.update(on_screen.renewed)


def _incoming(connector: Connector, secrets: SecretChanges) -> ServerSettings:
    """The side to ask, in its stored form; the other one may be unusable yet."""
    check_secrets(secrets)
    if not connector.use_for.receives:
        raise InputError("This connector does not receive mail.", "There are no folders.")
    settings = with_usable_servers(replace(connector, use_for=UseFor.INCOMING)).incoming
    if settings is None or settings.is_pop3:
        raise InputError(
            "A POP3 mailbox has no folders.",
            "Use IMAP for another folder than the inbox.",
            field="incoming.service",
        )
    return settings
