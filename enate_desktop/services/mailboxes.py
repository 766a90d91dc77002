"""Opening the mailbox of a connector with its stored secrets."""

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import CredentialError, InputError
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.mailbox import Mailbox
from enate_desktop.services.context import Context
from enate_desktop.services.vault import SecretName


class MailboxService:
    """Makes the right kind of mailbox for a connector; nothing is connected yet."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def of(self, connector: Connector) -> Mailbox:
        """The mailbox of ``connector``; CredentialError when its password is missing."""
        settings = connector.incoming
        if settings is None:
            raise InputError(f'"{connector.name}" does not receive mail.', "Nothing was fetched.")
        with self._context.database.read() as work:
            secret = self._context.vault.stored(work, connector.id).get(
                SecretName.INCOMING_PASSWORD
            )
        if secret is None:
            raise CredentialError(
                f'No password is stored for "{connector.name}".',
                "Mail stays on the server. Enter the password in the connector.",
                field="incoming.password",
            )
        # Loaded by the first mailbox thread instead of before the window.
        from enate_desktop.mail.imap import ImapMailbox

        return ImapMailbox(settings, Credential(secret.decode("utf-8")))
