"""A connection to a sending server: smtplib on top of our bounded wire (RFC 5321, 3207, 4954)."""

import base64
import contextlib
import re
import smtplib
from collections.abc import Callable, Collection, Iterator, Sequence

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Authentication
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, await_greeting
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words
from enate_desktop.mail.secrecy import no_starttls
from enate_desktop.mail.session import Session
from enate_desktop.mail.smtp_errors import (
    Refused,
    not_sent,
    refused,
    sign_in_refused,
    uncertain,
)
from enate_desktop.mail.wire import Wire
from enate_desktop.mail.xoauth2 import BearerExchange

_ANSWER_BYTES, _ANSWER_LINES = 128 << 10, 500
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_FIRST_DOT = re.compile(rb"^\.", re.MULTILINE)


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


class SmtpSession(Session):
    """Steps in order: dial, encrypt, sign_in, then :meth:`send` as often as wanted."""

    def __init__(self, line: Line, credential: Credential) -> None:
        super().__init__(line, credential)
        self._client: _Client | None = None

    def sign_in(self) -> None:
        """AUTH with password or token; a certificate was shown while encryption began."""
        method = self.line.settings.authentication
        if method is Authentication.CERTIFICATE and not self._opened().encrypted:
            raise MailError(
                ErrorKind.TLS,
                "A certificate can only be shown on an encrypted connection.",
                "Nothing was sent. Choose STARTTLS or TLS as security.",
                field=self.line.field("security"),
            )
        if method not in (Authentication.NONE, Authentication.CERTIFICATE):
            super().sign_in()

    def capabilities(self) -> tuple[str, ...]:
        """The keywords of the server's EHLO answer."""
        features = self._talking().esmtp_features
        return tuple(shown_words(f"{n.upper()} {v}".strip()[:80]) for n, v in features.items())

    def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Send one finished mail to one recipient, so that each has an outcome of its own.

        Raises UncertainError when the connection ends while the server has the whole mail.
        """
        client = self._talking()
        data = _on_the_wire(mail)
        with self._in_words():
            self._envelope(client, sender, recipient, data)
            code, words = client.docmd("DATA")
            if code != 354:
                raise not_sent(self.line, code, words, Refused.MAIL)
            self._deliver(client, data)

    def would_take(self, sender: str, recipient: str) -> None:
        """Ask whether a mail would be taken, without sending one; what is asked is taken back."""
        client = self._talking()
        with self._in_words():
            self._envelope(client, sender, recipient, b"")
            client.docmd("RSET")

    def close(self) -> None:
        """QUIT and close; never raises."""
        wire, self._wire, self._client = self._wire, None, None
        if wire is not None:
            wire.farewell(b"QUIT\r\n")
            wire.close()

    def _envelope(self, client: _Client, sender: str, recipient: str, data: bytes) -> None:
        limit = client.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit[:15]) < len(data):
            told = "5.3.4 The server announced a smaller limit."
            raise not_sent(self.line, 552, told, Refused.MAIL)
        here, there = _usable(sender), _usable(recipient)
        code, words = client.mail(here, self._options(client, here, there, data))
        if code != 250:
            raise not_sent(self.line, code, words, Refused.SENDER)
        code, words = client.rcpt(there)
        if code not in (250, 251):
            raise not_sent(self.line, code, words, Refused.RECIPIENT)

    def _options(self, client: _Client, sender: str, recipient: str, data: bytes) -> Sequence[str]:
        options = [f"SIZE={len(data)}"] if data and client.has_extn("size") else []
        if not data.isascii() and client.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if f"{sender}{recipient}".isascii():
            return options
        if not client.has_extn("smtputf8"):
            raise MailError(
                ErrorKind.PROTOCOL,
                f"The server {self.line.host} cannot send to or from an address with letters such"
                " as é.",
                "Nothing was sent. Use an address of plain letters.",
                field="send_to",
            )
        return [*options, "SMTPUTF8"]

    def _deliver(self, client: _Client, data: bytes) -> None:
        stream = client.stream
        usual, stream.idle = stream.idle, self.line.patience.sent
        try:
            stream.sendall(_FIRST_DOT.sub(b"..", data) + b".\r\n")
            code, words = self._last_answer(client)
        finally:
            stream.idle = usual
        if 400 <= code < 600:
            raise not_sent(self.line, code, words, Refused.MAIL)
        if not 200 <= code < 300:
            raise uncertain(self.line, _not_understood(f"{code} {shown_words(words)}"))

    def _last_answer(self, client: _Client) -> tuple[int, bytes]:
        try:
            return client.getreply()
        except MailError as error:
            raise uncertain(self.line, error) from error
        except smtplib.SMTPException as error:
            raise uncertain(self.line, _not_understood(shown_words(str(error)))) from error

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
        with self._in_words():
            code, words = client.ehlo()
        if code != 250:
            raise refused(self.line, code, words)
        self._client = client

    def _ask_for_tls(self) -> None:
        client = self._talking()
        with self._in_words():
            if not client.has_extn("starttls"):
                raise no_starttls(self.line)
            code, words = client.docmd("STARTTLS")
        if code != 220:
            raise no_starttls(self.line, words)

    @staticmethod
    def _upgrade(wire: Wire) -> None:
        for command in (b"", b"EHLO [127.0.0.1]\r\n", b"STARTTLS\r\n"):
            wire.send(command)
            while (answer := wire.readline())[3:4] == b"-":
                pass
            if not answer.startswith(b"2"):
                raise wire.too_large()

    def _begin_anew(self, wire: Wire) -> None:
        self._hello(_Client(wire))

    def _mechanisms(self) -> Collection[str]:
        return self._talking().esmtp_features.get("auth", "").upper().split()

    def _sign_in_with_password(self, password: str) -> None:
        user, offered = self.line.settings.username, self._mechanisms()
        both = _base64(f"\0{user}\0{password}")
        apart = [_base64(user), _base64(password)]
        if "PLAIN" not in offered and "LOGIN" not in offered:
            raise MailError(
                ErrorKind.AUTHENTICATION,
                f"The server {self.line.host} does not take a user name and password here.",
                "No password was sent. Choose another authentication or security, or another port.",
                field=self.line.field("authentication"),
            )
        plain = "PLAIN" in offered
        answers = iter([] if plain else apart)
        first = f"PLAIN {both}" if plain else "LOGIN"
        code, words = self._exchange(first, lambda _: next(answers, "*"))
        if code != 235:
            shown = shown_words(words, password, both, *apart)
            raise sign_in_refused(self.line, code, shown)

    def _carry_out(self, exchange: BearerExchange) -> None:
        code, words = self._exchange(f"{exchange.mechanism} {exchange.initial}", exchange.answer)
        if code != 235:
            raise sign_in_refused(self.line, code, exchange.shown(words))

    def _exchange(self, first: str, answer: Callable[[bytes], str]) -> tuple[int, bytes]:
        client = self._talking()
        with self._in_words():
            code, words = client.docmd("AUTH", first)
            rounds = 0
            while code == 334 and rounds < 3:
                rounds += 1
                code, words = client.docmd(answer(words))
        return code, words

    def _talking(self) -> _Client:
        if self._client is None:
            raise self._not_open()
        return self._client

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPServerDisconnected as error:
            raise refused(self.line, 421, str(error)) from error
        except (smtplib.SMTPException, ValueError, UnicodeError) as error:
            raise refused(self.line, 0, str(error)) from error


def _not_understood(words: str) -> MailError:
    return MailError(
        ErrorKind.PROTOCOL,
        "The answer of the server was not understood.",
        "",
        server_words=words,
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _on_the_wire(mail: bytes) -> bytes:
    """``mail`` with every line end as CRLF: a bare one could end it early (SMTP smuggling)."""
    data = _LINE_ENDS.sub(b"\r\n", mail)
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def _usable(address: str) -> str:
    """``address`` with its domain in ASCII; MailError for one that cannot be in a command."""
    found = normal_address(address)
    if found is None:
        raise MailError(
            ErrorKind.PROTOCOL,
            f'No mail can be sent to or from "{shown_words(address[:100])}".',
            "Nothing was sent. Write one whole address such as anna@acme.com.",
            field="send_to",
        )
    return f"{address.strip().rpartition('@')[0]}@{found.rpartition('@')[2]}"
