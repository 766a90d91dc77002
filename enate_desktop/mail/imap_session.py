"""An IMAP connection up to the opened folder, in the steps that the connection test shows."""

import imaplib
import re
from collections.abc import Iterator, Sequence

import imapclient

from enate_desktop.domain.connectors import Security
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import (
    Address,
    Line,
    await_greeting,
    encrypt,
    open_wire,
)
from enate_desktop.mail.imap_client import GuardedClient, quoted_folder
from enate_desktop.mail.imap_errors import dropped, in_words, refused, sign_in_refused
from enate_desktop.mail.mailbox import ErrorKind, FolderState, MailError, shown_words
from enate_desktop.mail.secrecy import check_before_password, no_starttls
from enate_desktop.mail.wire import Wire

_APP_PASSWORD = re.compile(r"(?:[a-z]{4} ){3}[a-z]{4}\Z")
_SHARED_BY_USER = ("gmail_", "office365_")


class ImapSession:
    """Steps in order: :meth:`dial`, :meth:`encrypt`, :meth:`sign_in`, :meth:`open_folder`."""

    def __init__(self, line: Line, credential: Credential) -> None:
        self.line = line
        self._credential = credential
        self._wire: Wire | None = None
        self._client: GuardedClient | None = None

    @property
    def wire(self) -> Wire | None:
        """The connection, once there is one."""
        return self._wire

    @property
    def client(self) -> GuardedClient:
        """The client; MailError when the session is not open."""
        if self._client is None:
            raise MailError(
                ErrorKind.TEMPORARY, "The mailbox is not open.", "It is opened again at next check."
            )
        return self._client

    def dial(self, addresses: Sequence[Address]) -> None:
        """Connect; without implicit TLS the server's greeting is read too."""
        self._addresses = addresses
        self._wire = open_wire(self.line, addresses)
        if self.line.settings.security is not Security.TLS:
            self._greet(self._wire)

    def encrypt(self) -> None:
        """Begin TLS as the connector says; nothing to do when it says none."""
        wire, security = self._wire, self.line.settings.security
        if wire is None or security is Security.NONE:
            return
        if security is Security.TLS:
            encrypt(self.line, wire, self._addresses, None)
            self._greet(wire)
            return
        with in_words(self.line.host):
            if self.client.preauthenticated or not self.client.has_capability("STARTTLS"):
                raise no_starttls(self.line)
            status, words = self.client.command("STARTTLS")
            if status != "OK":
                raise no_starttls(self.line, words)
        encrypt(self.line, wire, self._addresses, _upgrade)
        with in_words(self.line.host):
            self.client.encrypted()

    def sign_in(self) -> None:
        """Sign in with the password; a shared mailbox of Gmail or Office 365 is named here."""
        settings = self.line.settings
        self._check_before_password()
        shared = settings.additional_mailbox or ""
        authorize_as = shared if settings.service.startswith(_SHARED_BY_USER) else ""
        password = self._credential.password
        if settings.service.startswith("gmail_") and _APP_PASSWORD.match(password):
            password = password.replace(" ", "")
        with in_words(self.line.host):
            try:
                self.client.sign_in(settings.username, password, authorize_as)
            except imaplib.IMAP4.error as error:
                if any(isinstance(one, imaplib.IMAP4.abort) for one in (error, error.__context__)):
                    raise dropped(self.line.host, error) from error
                field = self.line.field("password")
                raise sign_in_refused(
                    self.line.host, settings.username, error, password, field
                ) from error

    def capabilities(self) -> tuple[str, ...]:
        """What the server says it can do for the one who is signed in."""
        with in_words(self.line.host):
            return tuple(shown_words(word) for word in self.client.capabilities()[:100])

    def open_folder(self, *, examine: bool) -> FolderState:
        """Open the inbox or the additional mailbox; ``examine`` changes nothing at all."""
        with in_words(self.line.host):
            folder = self._folder()
            status, words = self.client.command("STATUS", quoted_folder(folder), "(UNSEEN)")
            if status != "OK":
                raise self._no_folder(folder, words)
            unseen = self.client.unseen_count()
            try:
                state = self._select(folder, examine, unseen)
            except imaplib.IMAP4.readonly:
                state = self._select(folder, True, unseen)
        return state

    def close(self) -> None:
        """Sign out if possible and close; never raises."""
        wire, client = self._wire, self._client
        self._wire = self._client = None
        if client is not None:
            client.sign_out()
        if wire is not None:
            wire.close()

    def _greet(self, wire: Wire) -> None:
        await_greeting(self.line, wire, self._addresses)
        wire.begin()
        with in_words(self.line.host):
            self._client = GuardedClient(wire)

    def _check_before_password(self) -> None:
        check_before_password(self.line, self._wire, self._credential.password)
        with in_words(self.line.host):
            offered = self.client.capabilities()
        if b"LOGINDISABLED" in offered and b"AUTH=PLAIN" not in offered:
            raise MailError(
                ErrorKind.AUTHENTICATION,
                f"The server {self.line.host} does not take a password on this connection.",
                "No password was sent. Choose TLS or STARTTLS, or another way to sign in.",
                field=self.line.field("security"),
            )

    def _select(self, folder: str, examine: bool, unseen: int) -> FolderState:
        try:
            facts = self.client.select_folder(folder, readonly=examine)
        except imaplib.IMAP4.abort:  # the session ended, or READ-ONLY where it was not asked for
            raise
        except imapclient.exceptions.IMAPClientError as error:
            raise self._no_folder(folder, error) from error
        count = int(facts.get(b"EXISTS", 0))
        uidnext = facts.get(b"UIDNEXT") or 0
        if not isinstance(uidnext, int) or uidnext <= 0:
            uidnext = max(self.client.search_uids("ALL", among=count), default=0) + 1
        validity = facts.get(b"UIDVALIDITY")
        sticky = isinstance(validity, int) and not self.client.forget_code("UIDNOTSTICKY")
        self.client.forget_code("UIDVALIDITY")
        return FolderState(
            uidvalidity=int(validity) if sticky else 0,
            uidnext=int(uidnext),
            count=count,
            unseen=unseen,
            read_only=examine or b"READ-ONLY" in facts,
        )

    def _folder(self) -> str:
        settings = self.line.settings
        wanted = (settings.additional_mailbox or "").strip()
        if not wanted or settings.service.startswith(_SHARED_BY_USER):
            return "INBOX"
        for name in self._candidates(wanted):
            if self.client.folder_known(name):
                return name
        raise self._no_folder(wanted, b"")

    def _candidates(self, wanted: str) -> Iterator[str]:
        """The folder as typed, then as somebody else's or a shared one (RFC 2342)."""
        yield wanted
        local = wanted.partition("@")[0]
        for prefix in self.client.foreign_prefixes():
            yield prefix + wanted
            if local != wanted:
                yield prefix + local

    def _no_folder(self, folder: str, words: object) -> MailError:
        if folder == "INBOX":
            error = refused(self.line.host, words)
            return MailError(
                ErrorKind.FOLDER,
                "The inbox cannot be opened.",
                error.message,
                field=self.line.field("username"),
                server_words=error.server_words,
            )
        return MailError(
            ErrorKind.FOLDER,
            f'The mailbox "{shown_words(folder)}" was not found on {self.line.host}.',
            "Write the folder's whole path as the server names it, and check that this user may"
            " open it. No mail was changed.",
            field=self.line.field("additional_mailbox"),
            server_words=shown_words(words),
        )


def _upgrade(wire: Wire) -> None:
    wire.readline()
    wire.send(b"a STARTTLS\r\n")
    while not (answer := wire.readline()).startswith(b"a "):
        pass
    if not answer.upper().startswith(b"A OK"):
        raise wire.too_large()
