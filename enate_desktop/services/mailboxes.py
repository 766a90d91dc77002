"""Opening the mailbox of a connector with its stored secrets."""

from collections.abc import Iterable, Mapping, Sequence

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.mail.mailbox import POP3_LIFE, Mailbox
from enate_desktop.services.context import Context
from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.storage.database import Database


class MailboxService:
    """Makes the right kind of mailbox for a connector; nothing is connected yet."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def of(self, connector: Connector) -> Mailbox:
        """The mailbox of ``connector``; CredentialError when a secret of it is missing."""
        settings = connector.incoming
        if settings is None:
            raise InputError(f'"{connector.name}" does not receive mail.', "Nothing was fetched.")
        # Loaded by the first mailbox thread instead of before the window.
        from enate_desktop.mail.imap import ImapMailbox
        from enate_desktop.mail.pop3 import Pop3Mailbox
        from enate_desktop.services.sign_in import credential_for

        credential = credential_for(self._context, connector, Side.INCOMING)
        if settings.is_pop3:
            numbers = StoredNumbers(self._context.database, connector.id, mailbox_name(connector))
            with self._context.database.read() as work:
                largest = work.facts.settings().max_mail_megabytes << 20
            return Pop3Mailbox(settings, credential, numbers, largest=largest)
        return ImapMailbox(settings, credential)


class StoredNumbers:
    """The lasting numbers of one POP3 mailbox; each call is a short transaction of its own."""

    def __init__(self, database: Database, connector_id: int, mailbox: str) -> None:
        """For the ``mailbox`` of a connector, as the ledger names it."""
        self._database = database
        self._place = (connector_id, mailbox)

    def known(self, uidls: Iterable[str]) -> Mapping[str, int]:
        """The numbers of those names that were seen before; they count as seen again."""
        with self._database.read() as work:
            found = work.pop3_numbers.known(*self._place, list(uidls))
        due = [mail.number for mail in found.values() if mail.refresh_due]
        if due:
            with self._database.write() as work:
                work.pop3_numbers.seen(due)
        return {name: mail.number for name, mail in found.items()}

    def uidls(self) -> frozenset[str]:
        """Every name of a mail that was ever seen here and not deleted since."""
        with self._database.read() as work:
            return work.pop3_numbers.uidls(*self._place)

    def by_content(self) -> frozenset[int]:
        """The numbers of mails that had no lasting name when they were first seen."""
        with self._database.read() as work:
            return work.pop3_numbers.by_content(*self._place)

    def give(self, names: Sequence[tuple[str, str]]) -> tuple[int, ...]:
        """A number for each ``(uidl, content)``, ascending for new ones; either may be empty."""
        if not names:
            return ()
        with self._database.write() as work:
            return work.pop3_numbers.numbers(*self._place, names)

    def forget(self, numbers: Iterable[int]) -> None:
        """These mails were deleted: whatever has their names from now on is another mail."""
        with self._database.write() as work:
            work.pop3_numbers.forget(list(numbers))

    def kept(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """The SHA-256 (hex) of the bytes that are durably kept under these numbers."""
        with self._database.read() as work:
            return work.pop3_numbers.kept(*self._place, POP3_LIFE, list(numbers))
