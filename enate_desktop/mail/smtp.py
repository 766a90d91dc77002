"""A connection to a sending server: smtplib on top of our bounded wire (RFC 5321, 3207, 4954)."""

import base64
import contextlib
import smtplib
from collections.abc import Iterator, Sequence

from enate_desktop.domain.connectors import Authentication, Security
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import (
    Address,
    Line,
    await_greeting,
    encrypt,
    open_wire,
)
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.secrecy import check_before_password, no_starttls
from enate_desktop.mail.smtp_errors import not_sent, refused, sign_in_refused
from enate_desktop.mail.wire import Wire

_ANSWER_BYTES, _ANSWER_LINES = 128 << 10, 500
_AFTER_DATA_SECONDS = 600.0
"""A shorter wait for the last answer makes duplicates (RFC 5321, 4.5.3.2.6)."""


class _Stream:
    """What smtplib takes for its socket and its file."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.idle = wire.patience.idle

    def readline(self, limit: int) -> bytes:
        """One line of an answer."""
        return self._wire.readline()

    def sendall(self, data: bytes) -> None:
        """Send a command or a mail."""
        wait = self.idle
        self._wire.begin(
            size=_ANSWER_BYTES, lines=_ANSWER_LINES, idle=wait, seconds=wait + len(data) / 16_384
        )
        self._wire.send(data)

    def close(self) -> None:
        """The wire is closed by the session."""


class _Client(smtplib.SMTP):
    """smtplib without its own connection; it introduces itself by its address, without look-ups."""

    def __init__(self, wire: Wire) -> None:
        address = wire.socket.getsockname()[0]
        super().__init__(local_hostname=f"[IPv6:{address}]" if ":" in address else f"[{address}]")
        self.stream = _Stream(wire)
        self.sock = self.stream  # type: ignore[assignment]
        self.file = self.stream

    def close(self) -> None:
        """The wire is closed by the session."""


class SmtpSession:
    """Steps in order: :meth:`dial`, :meth:`encrypt`, :meth:`sign_in`, then :meth:`send`."""

    def __init__(self, line: Line, credential: Credential) -> None:
        self.line = line
        self._credential = credential
        self._wire: Wire | None = None
        self._client: _Client | None = None

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
        client = self._opened()
        with self._in_words():
            if not client.has_extn("starttls"):
                raise no_starttls(self.line)
            code, words = client.docmd("STARTTLS")
            if code != 220:
                raise no_starttls(self.line, words)
        encrypt(self.line, wire, self._addresses, _upgrade)
        self._hello(_Client(wire))

    def sign_in(self) -> None:
        """AUTH with the password; nothing to do for None and for an authentication certificate."""
        if self.line.settings.authentication in (Authentication.NONE, Authentication.CERTIFICATE):
            return
        check_before_password(self.line, self._wire, self._credential.password)
        client, password = self._opened(), self._credential.password
        if self.line.settings.service.startswith("gmail_"):
            password = password.replace(" ", "")
        with self._in_words():
            code, words = self._authenticate(client, self.line.settings.username, password)
        if code not in (235, 503):
            raise sign_in_refused(self.line, code, words, password)

    def capabilities(self) -> tuple[str, ...]:
        """The keywords of the server's EHLO answer."""
        features = self._opened().esmtp_features
        return tuple(f"{name.upper()} {value}".strip()[:80] for name, value in features.items())

    def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Send one finished mail (CRLF line ends) to one recipient."""
        client = self._opened()
        with self._in_words():
            limit = client.esmtp_features.get("size", "")
            if limit.isdigit() and 0 < int(limit[:15]) < len(mail):
                raise not_sent(self.line, 552, "The mail is larger than the server allows.")
            for code, words in (client.mail(sender), client.rcpt(recipient)):
                if code not in (250, 251):
                    raise not_sent(self.line, code, words)
            client.stream.idle = _AFTER_DATA_SECONDS
            try:
                code, words = client.data(mail)
            except smtplib.SMTPDataError as error:
                raise not_sent(self.line, error.smtp_code, error.smtp_error) from error
            if code != 250:
                raise not_sent(self.line, code, words)

    def close(self) -> None:
        """QUIT and close; never raises."""
        wire, self._wire, self._client = self._wire, None, None
        if wire is not None:
            wire.farewell(b"QUIT\r\n")
            wire.close()

    def _authenticate(self, client: _Client, user: str, password: str) -> tuple[int, bytes | str]:
        offered = client.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            blob = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
            return client.docmd("AUTH", f"PLAIN {blob}")
        if "LOGIN" in offered:
            code, words = client.docmd("AUTH", "LOGIN")
            for answer in (user, password):
                if code != 334:
                    break
                code, words = client.docmd(base64.b64encode(answer.encode()).decode("ascii"))
            return code, words
        raise MailError(
            ErrorKind.AUTHENTICATION,
            f"The server {self.line.host} does not take a user name and password here.",
            "No password was sent. Choose another authentication or security, or another port.",
            field=self.line.field("authentication"),
        )

    def _greet(self, wire: Wire) -> None:
        await_greeting(self.line, wire, self._addresses)
        wire.begin(size=_ANSWER_BYTES, lines=_ANSWER_LINES)
        client = _Client(wire)
        with self._in_words():
            code, words = client.getreply()
        if code != 220:
            raise refused(self.line, code, words)
        self._hello(client)

    def _hello(self, client: _Client) -> None:
        """EHLO, again after STARTTLS: what was said before does not count (RFC 3207)."""
        with self._in_words():
            code, words = client.ehlo()
        if code != 250:
            raise refused(self.line, code, words)
        self._client = client

    def _opened(self) -> _Client:
        if self._client is None:
            raise MailError(
                ErrorKind.TEMPORARY,
                "The connection to the sending server is not open.",
                "Nothing was sent; we try again later.",
            )
        return self._client

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPServerDisconnected as error:
            raise refused(self.line, 421, str(error)) from error
        except (smtplib.SMTPException, ValueError, UnicodeError) as error:
            raise refused(self.line, 0, str(error)) from error


def _upgrade(wire: Wire) -> None:
    for command in (b"", b"EHLO [127.0.0.1]\r\n", b"STARTTLS\r\n"):
        wire.send(command)
        while (answer := wire.readline())[3:4] == b"-":
            pass
        if not answer.startswith(b"2"):
            raise wire.too_large()
