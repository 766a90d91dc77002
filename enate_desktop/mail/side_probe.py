"""The stages of a connection test on one side of a connector (C-06)."""

import contextlib
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Authentication, Security, Side
from enate_desktop.domain.errors import EnateError
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Address, Line, resolve
from enate_desktop.mail.imap_session import ImapSession
from enate_desktop.mail.mailbox import (
    ErrorKind,
    FolderState,
    MailError,
    StoppedError,
    shown_words,
)
from enate_desktop.mail.pop3_session import Pop3Session
from enate_desktop.mail.report import STAGES, Stage, StageResult, StageState
from enate_desktop.mail.secrecy import acting_as
from enate_desktop.mail.smtp import SmtpSession
from enate_desktop.mail.tls import read_certificate

_SHOWN_CAPABILITIES = 12


class Clock:
    """Ends a stage when somebody cancels, or when its time is up."""

    def __init__(self, cancel: threading.Event, seconds: Mapping[Stage, float]) -> None:
        self._cancel = cancel
        self._seconds = seconds
        self.begin(Stage.DNS)

    def begin(self, stage: Stage) -> None:
        """Now ``stage`` begins."""
        self.limit = self._seconds[stage]
        self._end = time.monotonic() + self.limit

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled."""
        return self._cancel.is_set()

    def stopped(self) -> bool:
        """Whether the stage must end."""
        return self.cancelled or time.monotonic() > self._end


class SideTest:
    """The stages of one side, until the first that fails."""

    def __init__(
        self,
        line: Line,
        credential: Credential,
        clock: Clock,
        send_to: str | None,
        send_from: str,
        *,
        ask: bool = False,
    ) -> None:
        self._line = line
        self._clock = clock
        self._send_to = send_to
        self._send_from = send_from or line.settings.username
        self._ask = ask
        self._addresses: tuple[Address, ...] = ()
        self._session = _session(line, credential)
        self.folder: FolderState | None = None
        self.cancelled = False

    def stages(self) -> Iterator[StageResult]:
        """Run every stage."""
        broken = False
        try:
            for stage in STAGES[self._line.side]:
                if broken:
                    yield StageResult(self._line.side, stage, StageState.NOT_REACHED)
                    continue
                result = self._run(stage)
                broken = result.state is StageState.FAILED
                yield result
        finally:
            self._session.close()

    def _run(self, stage: Stage) -> StageResult:
        began = time.monotonic()
        side = self._line.side
        work: dict[Stage, Callable[[], tuple[bool, str]]] = {
            Stage.DNS: self._dns,
            Stage.TCP: self._tcp,
            Stage.TLS: self._tls,
            Stage.SIGN_IN: self._sign_in,
            Stage.CAPABILITIES: self._capabilities,
            Stage.FOLDER: self._folder,
            Stage.SEND: self._send,
        }
        self._clock.begin(stage)
        try:
            if self._line.stopped():
                raise StoppedError
            needed, detail = work[stage]()
        except EnateError as error:
            return self._failed(stage, error, _since(began))
        state = StageState.PASSED if needed else StageState.NOT_NEEDED
        return StageResult(side, stage, state, detail, took_ms=_since(began))

    def _failed(self, stage: Stage, error: EnateError, took_ms: int) -> StageResult:
        side = self._line.side
        if self._clock.cancelled:
            self.cancelled = True
            return StageResult(
                side, stage, StageState.FAILED, "The test was cancelled.", took_ms=took_ms
            )
        if isinstance(error, StoppedError):
            error = MailError(
                ErrorKind.TEMPORARY,
                f"The server {self._line.host} did not come to an end within"
                f" {self._clock.limit:.0f} seconds.",
                "The connection was closed. The server may be overloaded; try again later.",
            )
        kind = error.kind if isinstance(error, MailError) else ErrorKind.TEMPORARY
        words = error.server_words if isinstance(error, MailError) else ""
        return StageResult(
            side,
            stage,
            StageState.FAILED,
            error.title,
            words,
            error.message,
            error.field,
            took_ms,
            kind,
        )

    def _dns(self) -> tuple[bool, str]:
        self._addresses = resolve(self._line)
        found = dict.fromkeys(str(address[0]) for _, address in self._addresses)
        return True, f"{self._line.host} is {', '.join(list(found)[:4])}."

    def _tcp(self) -> tuple[bool, str]:
        self._line.context()  # An unusable CA or .pfx file is told before anything is connected.
        self._session.dial(self._addresses)
        wire, peer = self._session.wire, self._line.host
        if wire is not None:
            with contextlib.suppress(OSError):  # gone already: the next stage says so
                peer = wire.socket.getpeername()[0]
        return True, f"Connected to {peer} port {self._line.settings.port}."

    def _tls(self) -> tuple[bool, str]:
        if self._line.settings.security is Security.NONE:
            return False, "No encryption is chosen: password and mail travel in clear."
        self._session.encrypt()
        wire = self._session.wire
        if wire is None or not isinstance(wire.socket, ssl.SSLSocket):
            return True, "The connection is encrypted."
        certificate = read_certificate(wire.socket.getpeercert(binary_form=True) or b"")
        shown = f"{wire.socket.version()}."
        if certificate is not None:
            shown += (
                f" Certificate {certificate.subject}, issued by {certificate.issuer},"
                f" valid until {certificate.not_after:%Y-%m-%d}."
            )
        return True, shown

    def _sign_in(self) -> tuple[bool, str]:
        method = self._line.settings.authentication
        if self._line.side is Side.OUTGOING and method is Authentication.NONE:
            return False, "No sign-in is chosen."
        self._session.sign_in()
        if method is Authentication.CERTIFICATE:
            return True, "The certificate was shown to the server while encryption began."
        how = " with OAuth 2.0" if method is Authentication.OAUTH2 else ""
        return True, f"Signed in as {acting_as(self._line.settings)}{how}."

    def _capabilities(self) -> tuple[bool, str]:
        found = self._session.capabilities()
        if not found:
            return True, "The server lists none."
        more = len(found) - _SHOWN_CAPABILITIES
        shown = ", ".join(found[:_SHOWN_CAPABILITIES])
        return True, f"{shown} and {more} more." if more > 0 else f"{shown}."

    def _folder(self) -> tuple[bool, str]:
        if isinstance(self._session, Pop3Session):
            self.folder = self._session.state()
            told = f"{self.folder.count:,} mails. Nothing was changed. {self.folder.warning}"
            return True, told.strip()
        if isinstance(self._session, ImapSession):
            self.folder = self._session.open_folder(examine=True)
        folder = self.folder or FolderState(0, 0, 0, 0, read_only=True)
        name = self._line.settings.additional_mailbox or "INBOX"
        return True, (
            f"{name}: {folder.count:,} mails, {folder.unseen:,} unread. Nothing was changed."
        )

    def _send(self) -> tuple[bool, str]:
        sender = normal_address(self._send_from)
        if not self._send_to:
            return False, self._would_send(sender)
        recipient = normal_address(self._send_to)
        sender = sender or recipient
        if recipient is None or sender is None:
            raise MailError(
                ErrorKind.PROTOCOL,
                f'No test mail can be sent to "{shown_words(self._send_to[:100])}".',
                "Nothing was sent. Write one whole address such as anna@acme.com.",
                field="send_to",
            )
        if isinstance(self._session, SmtpSession):
            self._session.send(sender, recipient, _test_mail(sender, recipient))
        return True, f"The server took a test mail from {sender} to {recipient}."

    def _would_send(self, sender: str | None) -> str:
        """Whether the server takes sender and recipient, where a sign-in does not prove it."""
        method = self._line.settings.authentication
        unproven = self._ask or method in (Authentication.NONE, Authentication.CERTIFICATE)
        if not unproven or sender is None or not isinstance(self._session, SmtpSession):
            return "No mail was sent: no address for a test mail was given."
        self._session.would_take(sender, sender)
        return (
            f"No mail was sent: no address for a test mail was given. The server takes {sender} as"
            " sender and recipient; only a real test mail proves that it passes mail on."
        )


def _session(line: Line, credential: Credential) -> ImapSession | Pop3Session | SmtpSession:
    if line.side is Side.OUTGOING:
        return SmtpSession(line, credential)
    return Pop3Session(line, credential) if line.settings.is_pop3 else ImapSession(line, credential)


def _test_mail(sender: str, recipient: str) -> bytes:
    """The mail that the last stage sends, ready for the wire."""
    ascii_only = f"{sender}{recipient}".isascii()
    mail = EmailMessage(policy=SMTP if ascii_only else SMTPUTF8)
    mail["From"], mail["To"] = sender, recipient
    mail["Subject"] = "Connection test of Enate Desktop"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{uuid.uuid4()}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(
        "This mail was sent because somebody tested an email connector and gave this address.\r\n"
        "Nothing needs to be done.\r\n"
    )
    return mail.as_bytes()


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
