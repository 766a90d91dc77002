"""A POP3 connection (RFC 1939, CAPA and STLS) up to the count of its mails; takes no mail away."""

from collections.abc import Sequence

from enate_desktop.domain.connectors import Security
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import (
    Address,
    Line,
    await_greeting,
    encrypt,
    open_wire,
)
from enate_desktop.mail.mailbox import ErrorKind, FolderState, MailError, shown_words
from enate_desktop.mail.secrecy import check_before_password, no_starttls
from enate_desktop.mail.wire import Wire

_LIST_LINES = 2_000
_BUSY = ("[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]")


class Pop3Session:
    """Steps in order: :meth:`dial`, :meth:`encrypt`, :meth:`sign_in`, :meth:`state`."""

    def __init__(self, line: Line, credential: Credential) -> None:
        self.line = line
        self._credential = credential
        self._wire: Wire | None = None

    @property
    def wire(self) -> Wire | None:
        """The connection, once there is one."""
        return self._wire

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
        ok, words = self._ask("STLS")
        if not ok:
            raise no_starttls(self.line, words)
        encrypt(self.line, wire, self._addresses, _upgrade)

    def sign_in(self) -> None:
        """USER and PASS."""
        check_before_password(self.line, self._wire, self._credential.password)
        password = self._credential.password
        if self.line.settings.service.startswith("gmail_"):
            password = password.replace(" ", "")
        for command in (f"USER {self.line.settings.username}", f"PASS {password}"):
            ok, words = self._ask(command)
            if not ok:
                raise self._refused(shown_words(words, password))

    def capabilities(self) -> tuple[str, ...]:
        """What CAPA lists; nothing for a server that does not know it."""
        ok, _ = self._ask("CAPA")
        return tuple(shown_words(line) for line in self._lines()) if ok else ()

    def state(self) -> FolderState:
        """How many mails there are; POP3 has no lasting numbers and no unread mark."""
        if self.line.settings.additional_mailbox:
            raise MailError(
                ErrorKind.FOLDER,
                "POP3 cannot open an additional mailbox.",
                "No mail was changed. Use IMAP for it, or leave the additional mailbox out.",
                field=self.line.field("additional_mailbox"),
            )
        ok, words = self._ask("STAT")
        figures = words.split()
        if not ok or not figures or not figures[0].isdigit() or len(figures[0]) > 9:
            raise MailError(
                ErrorKind.PROTOCOL,
                f"The server {self.line.host} did not say how many mails there are.",
                "The connection was closed. No mail was changed.",
                field=self.line.field("service"),
                server_words=shown_words(words),
            )
        return FolderState(0, 0, int(figures[0]), 0, read_only=False)

    def close(self) -> None:
        """QUIT after a session that fetched nothing, and close; never raises."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.farewell(b"QUIT\r\n")
            wire.close()

    def _greet(self, wire: Wire) -> None:
        await_greeting(self.line, wire, self._addresses)
        wire.begin()
        greeting = wire.readline()
        if not greeting.startswith(b"+OK"):
            raise MailError(
                ErrorKind.PROTOCOL,
                f"What answers at {self.line.host} is not a POP3 server.",
                "No password was sent. Check the port and the email service.",
                field=self.line.field("port"),
                server_words=shown_words(greeting),
            )

    def _ask(self, command: str) -> tuple[bool, str]:
        wire = self._wire
        if wire is None:
            raise MailError(
                ErrorKind.TEMPORARY, "The mailbox is not open.", "It is opened at the next check."
            )
        wire.begin()
        wire.send(command.encode() + b"\r\n")
        answer = wire.readline()
        status, _, words = answer.partition(b" ")
        return status.strip().upper() == b"+OK", words.decode("utf-8", "replace").strip()

    def _lines(self) -> list[bytes]:
        wire = self._wire
        found: list[bytes] = []
        while wire is not None and (line := wire.readline().rstrip(b"\r\n")) != b".":
            if len(found) >= _LIST_LINES:
                raise wire.too_large()
            found.append(line.removeprefix(b"."))
        return found

    def _refused(self, words: str) -> MailError:
        host, user = self.line.host, self.line.settings.username
        if any(sign in words.upper() for sign in _BUSY):
            return MailError(
                ErrorKind.TEMPORARY,
                f"The server {host} cannot sign {user} in at the moment.",
                "Mail stays safely on the server; we try again later.",
                server_words=words,
            )
        return MailError(
            ErrorKind.AUTHENTICATION,
            f"Sign-in as {user} was refused by {host}.",
            "Mail stays safely on the server. Check user name and password; some services want an"
            " app password, or POP3 must first be switched on there.",
            field=self.line.field("password"),
            server_words=words,
        )


def _upgrade(wire: Wire) -> None:
    wire.readline()
    wire.send(b"STLS\r\n")
    if not wire.readline().startswith(b"+OK"):
        raise wire.too_large()
