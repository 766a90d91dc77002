"""An IMAP connection up to the opened folder, in the steps that the connection test shows."""

import base64
import imaplib
from collections.abc import Callable, Collection, Iterator

import imapclient

from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, await_greeting
from enate_desktop.mail.imap_client import GuardedClient, quoted, quoted_folder
from enate_desktop.mail.imap_errors import dropped, in_words, refused
from enate_desktop.mail.imap_folders import (
    foreign_prefixes,
    known,
    listed,
    made,
    personal_prefix,
)
from enate_desktop.mail.imap_idle import keep_alive
from enate_desktop.mail.imap_opened import unseen_count, warnings
from enate_desktop.mail.mailbox import ErrorKind, FolderState, MailError, RemoteFolder, shown_words
from enate_desktop.mail.provider_words import refused_sign_in, translated
from enate_desktop.mail.secrecy import acting_as, no_starttls, shared_by_user
from enate_desktop.mail.session import Session
from enate_desktop.mail.wire import Wire
from enate_desktop.mail.xoauth2 import BearerExchange

Refused = Callable[[object], MailError]


class ImapSession(Session):
    """Steps in order: dial, encrypt, sign_in, then :meth:`open_folder`."""

    def __init__(self, line: Line, credential: Credential) -> None:
        super().__init__(line, credential)
        self._client: GuardedClient | None = None
        self._folder_name = ""

    @property
    def folder(self) -> str:
        """The name of the folder that was opened last, as the server knows it."""
        return self._folder_name

    @property
    def client(self) -> GuardedClient:
        """The client; MailError when the session is not open."""
        if self._client is None:
            raise self._not_open()
        return self._client

    def capabilities(self) -> tuple[str, ...]:
        """What the server says it can do for the one who is signed in."""
        with in_words(self.line.host):
            return tuple(shown_words(word) for word in self.client.capabilities()[:100])

    def open_folder(self, *, examine: bool) -> FolderState:
        """Open the inbox or the additional mailbox; ``examine`` changes nothing at all."""
        with in_words(self.line.host):
            folder = self._folder()
            _asked(
                lambda: self.client.command("STATUS", quoted_folder(folder), "(UNSEEN)"),
                lambda words: self._no_folder(folder, words),
            )
            unseen = unseen_count(self.client.forget_code("STATUS"))
            try:
                state = self._select(folder, examine, unseen)
            except imaplib.IMAP4.readonly:
                state = self._select(folder, True, unseen, barred=True)
        return state

    def folders(self) -> tuple[RemoteFolder, ...]:
        """The folders of the mailbox, at most 2,000; nothing is opened."""
        with in_words(self.line.host):
            return listed(self.client)

    def make_folder(self, name: str) -> RemoteFolder:
        """Make a folder, unless it is there; as the server knows it afterwards."""
        with in_words(self.line.host):
            try:
                exact = made(self.client, name)
            except MailError as error:
                if error.kind is not ErrorKind.FOLDER:
                    raise
                raise self._cannot_make(name, error) from error
            there = (folder for folder in listed(self.client) if folder.name == exact)
            return next(there, RemoteFolder(exact))

    def close(self) -> None:
        """Sign out if possible and close; never raises."""
        wire, client = self._wire, self._client
        self._wire = self._client = None
        if client is not None:
            client.sign_out()
        if wire is not None:
            wire.close()

    def _greet(self, wire: Wire) -> None:
        keep_alive(wire.socket)
        await_greeting(self.line, wire, self._addresses)
        wire.begin()
        with in_words(self.line.host):
            self._client = GuardedClient(wire)
        if self._client.preauthenticated:
            raise MailError(
                ErrorKind.PROTOCOL,
                f"The server {self.line.host} says that somebody is signed in already.",
                "No password was sent and no mail was changed. Somebody may be interfering with the"
                " line; check server, port and security.",
                field=self.line.field("security"),
            )

    def _ask_for_tls(self) -> None:
        with in_words(self.line.host):
            if not self.client.has_capability("STARTTLS"):
                raise no_starttls(self.line)
            _asked(lambda: self.client.command("STARTTLS"), self._no_tls)

    def _no_tls(self, words: object) -> MailError:
        return no_starttls(self.line, words)

    @staticmethod
    def _upgrade(wire: Wire) -> None:
        wire.readline()
        wire.send(b"a STARTTLS\r\n")
        while not (answer := wire.readline()).startswith(b"a "):
            pass
        if not answer.upper().startswith(b"A OK"):
            raise wire.too_large()

    def _begin_anew(self, wire: Wire) -> None:
        with in_words(self.line.host):
            self.client.encrypted()

    def _mechanisms(self) -> Collection[str]:
        with in_words(self.line.host):
            offered = (word.decode("ascii", "replace") for word in self.client.capabilities())
            return frozenset(w[5:] for w in map(str.upper, offered) if w.startswith("AUTH="))

    def _sign_in_with_password(self, password: str) -> None:
        """With AUTHENTICATE PLAIN where offered: any character may be in it, and the owner of an
        additional mailbox can be named (RFC 4616). Else with LOGIN.
        """
        user, owner = self.line.settings.username, acting_as(self.line.settings)
        named = "" if owner == user.strip() else owner
        said = base64.b64encode(f"{named}\0{user}\0{password}".encode()).decode("ascii")

        def refuse(words: object) -> MailError:
            return refused_sign_in(self.line, shown_words(words, password, said))

        if "PLAIN" in self._mechanisms():
            self._ask_to_sign_in(
                lambda: self.client.authenticate("PLAIN", said, self._no_answer), refuse
            )
            return
        with in_words(self.line.host):
            self._check_login(named)
        self._ask_to_sign_in(lambda: self.client.login_with(quoted(user), quoted(password)), refuse)

    def _check_login(self, named: str) -> None:
        remedy = ""
        if self.client.has_capability("LOGINDISABLED"):
            remedy = "Choose TLS or STARTTLS, or another way to sign in."
        elif named:
            remedy = "For an additional mailbox choose OAuth 2.0."
        if remedy:
            raise MailError(
                ErrorKind.AUTHENTICATION,
                f"The server {self.line.host} does not take a password on this connection.",
                f"No password was sent. {remedy}",
                field=self.line.field("authentication" if named else "security"),
            )

    def _no_answer(self, challenge: bytes) -> str:
        raise refused(self.line.host, "+ " + challenge.decode("ascii", "replace"))

    def _carry_out(self, exchange: BearerExchange) -> None:
        self._ask_to_sign_in(
            lambda: self.client.authenticate(exchange.mechanism, exchange.initial, exchange.answer),
            exchange.refused,
        )

    def _ask_to_sign_in(self, ask: Callable[[], tuple[str, bytes]], refuse: Refused) -> None:
        with in_words(self.line.host):
            try:
                _asked(ask, refuse)
            except imaplib.IMAP4.abort as error:
                words = refuse(error).server_words
                known = translated(self.line, words, ErrorKind.TEMPORARY)
                # Not "from error": its text is the server's and may repeat the secret.
                raise known or dropped(self.line.host, words) from None

    def _select(
        self, folder: str, examine: bool, unseen: int, *, barred: bool = False
    ) -> FolderState:
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
        self._folder_name = folder
        barred = barred or (b"READ-ONLY" in facts and not examine)
        return FolderState(
            uidvalidity=int(validity) if sticky else 0,
            uidnext=int(uidnext),
            count=count,
            unseen=unseen,
            read_only=examine or b"READ-ONLY" in facts,
            warning=" ".join(warnings(facts, self.client.alerts, barred, bool(sticky))),
            push=self.client.has_capability("IDLE"),
        )

    def _folder(self) -> str:
        wanted = (self.line.settings.additional_mailbox or "").strip()
        if not wanted or shared_by_user(self.line.settings):
            return "INBOX"
        for name in dict.fromkeys(self._candidates(wanted)):
            if known(self.client, name):
                return name
        raise self._no_folder(wanted, b"")

    def _candidates(self, wanted: str) -> Iterator[str]:
        """The folder as typed, then below the user's own ones, then as somebody else's or a shared
        one and its inbox (RFC 2342).
        """
        yield wanted
        yield personal_prefix(self.client) + wanted
        names = dict.fromkeys((wanted, wanted.partition("@")[0]))
        for prefix, delimiter in foreign_prefixes(self.client):
            for name in names:
                yield prefix + name
                if delimiter:
                    yield f"{prefix}{name}{delimiter}INBOX"

    def _cannot_make(self, name: str, error: MailError) -> MailError:
        return MailError(
            ErrorKind.FOLDER,
            f'The folder "{shown_words(name)}" cannot be made on {self.line.host}.',
            "Check the name, and that this user may make folders there. No mail was changed.",
            field=error.field,
            server_words=error.server_words,
        )

    def _no_folder(self, folder: str, words: object) -> MailError:
        shown = shown_words(words)
        if folder == "INBOX":
            known = translated(self.line, shown, ErrorKind.FOLDER)
            return known or MailError(
                ErrorKind.FOLDER,
                "The inbox cannot be opened.",
                refused(self.line.host, words).message,
                field=self.line.field("username"),
                server_words=shown,
            )
        return MailError(
            ErrorKind.FOLDER,
            f'The mailbox "{shown_words(folder)}" was not found on {self.line.host}.',
            "Write the folder's whole path as the server names it, and check that this user may"
            " open it. No mail was changed.",
            field=self.line.field("additional_mailbox"),
            server_words=shown,
        )


def _asked(ask: Callable[[], tuple[str, bytes]], refuse: Refused) -> None:
    """Ask; NO and BAD are what ``refuse`` makes of the words, an abort passes."""
    try:
        status, words = ask()
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise refuse(error) from None  # its text may repeat a secret
    if status != "OK":
        raise refuse(words)
