"""The staged connection test (C-06): each stage in its time, the first failure with its remedy."""

import ssl
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side, UseFor
from enate_desktop.mail.credential import NO_CREDENTIAL, Credential
from enate_desktop.mail.dialling import Address, Line, resolve
from enate_desktop.mail.imap_session import ImapSession
from enate_desktop.mail.mailbox import ErrorKind, FolderState, MailError, StoppedError
from enate_desktop.mail.pop3_session import Pop3Session
from enate_desktop.mail.report import STAGES, Stage, StageResult, StageState, TestReport
from enate_desktop.mail.smtp import SmtpSession
from enate_desktop.mail.tls import read_certificate
from enate_desktop.mail.wire import PATIENCE, Patience

__all__ = ["Stage", "StageResult", "StageState", "TestReport", "probe"]

_SHOWN_CAPABILITIES = 12
Report = Callable[[StageResult], None]


def probe(
    use_for: UseFor,
    incoming: ServerSettings | None,
    outgoing: ServerSettings | None,
    credentials: Mapping[Side, Credential],
    report: Report,
    cancel: threading.Event,
    send_to: str | None = None,
    *,
    send_from: str = "",
    patience: Patience = PATIENCE,
) -> TestReport:
    """Test each side that ``use_for`` has; changes nothing in a mailbox.

    ``report`` is called in this thread after every stage. A mail is sent only when ``send_to``
    names an address, from ``send_from`` or the user name. ``cancel`` ends the stage at hand within
    a fraction of a second.
    """
    began = time.monotonic()
    results: list[StageResult] = []
    folder: FolderState | None = None
    cancelled = False
    for side, settings, wanted in (
        (Side.INCOMING, incoming, use_for.receives),
        (Side.OUTGOING, outgoing, use_for.sends),
    ):
        if not wanted or settings is None:
            continue
        credential = credentials.get(side, NO_CREDENTIAL)
        line = Line(
            side,
            settings,
            cancel.is_set,
            credential.identity,
            patience,
        )
        run = _SideTest(line, credential, report, send_to, send_from)
        results += run.stages()
        folder = folder or run.folder
        cancelled = cancelled or run.cancelled
    took = round((time.monotonic() - began) * 1000)
    return TestReport(tuple(results), took, folder, cancelled)


class _SideTest:
    """The stages of one side, until the first that fails."""

    def __init__(
        self,
        line: Line,
        credential: Credential,
        report: Report,
        send_to: str | None,
        send_from: str,
    ) -> None:
        self._line = line
        self._report = report
        self._send_to = send_to
        self._send_from = send_from or line.settings.username
        self._addresses: tuple[Address, ...] = ()
        self._session = _session(line, credential)
        self.folder: FolderState | None = None
        self.cancelled = False

    def stages(self) -> list[StageResult]:
        """Run and report every stage."""
        results: list[StageResult] = []
        broken = False
        try:
            for stage in STAGES[self._line.side]:
                if broken:
                    result = StageResult(self._line.side, stage, StageState.NOT_REACHED)
                else:
                    result = self._run(stage)
                broken = broken or result.state is StageState.FAILED
                results.append(result)
                self._report(result)
        finally:
            self._session.close()
        return results

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
        try:
            if self._line.stopped():
                raise StoppedError
            needed, detail = work[stage]()
        except StoppedError:
            self.cancelled = True
            return StageResult(
                side, stage, StageState.FAILED, "The test was cancelled.", took_ms=_since(began)
            )
        except MailError as error:
            return StageResult(
                side,
                stage,
                StageState.FAILED,
                error.title,
                error.server_words,
                error.message,
                error.field,
                _since(began),
                error.kind,
            )
        state = StageState.PASSED if needed else StageState.NOT_NEEDED
        return StageResult(side, stage, state, detail, took_ms=_since(began))

    def _dns(self) -> tuple[bool, str]:
        self._addresses = resolve(self._line)
        found = dict.fromkeys(str(address[0]) for _, address in self._addresses)
        return True, f"{self._line.host} is {', '.join(list(found)[:4])}."

    def _tcp(self) -> tuple[bool, str]:
        self._line.context()  # An unusable CA or .pfx file is told before anything is connected.
        self._session.dial(self._addresses)
        wire = self._session.wire
        peer = wire.socket.getpeername()[0] if wire else self._line.host
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
        return True, f"Signed in as {self._line.settings.username}."

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
            return True, f"{self.folder.count:,} mails. Nothing was changed."
        if isinstance(self._session, ImapSession):
            self.folder = self._session.open_folder(examine=True)
        folder = self.folder or FolderState(0, 0, 0, 0, read_only=True)
        name = self._line.settings.additional_mailbox or "INBOX"
        return True, (
            f"{name}: {folder.count:,} mails, {folder.unseen:,} unread. Nothing was changed."
        )

    def _send(self) -> tuple[bool, str]:
        if not self._send_to:
            return False, "No mail was sent: no address for a test mail was given."
        recipient = normal_address(self._send_to)
        sender = normal_address(self._send_from) or recipient
        if recipient is None or sender is None or not f"{sender}{recipient}".isascii():
            raise MailError(
                ErrorKind.PROTOCOL,
                f'No test mail can be sent to "{self._send_to[:100]}".',
                "Nothing was sent. Write one whole address such as anna@acme.com.",
                field="send_to",
            )
        if isinstance(self._session, SmtpSession):
            self._session.send(sender, recipient, _test_mail(sender, recipient))
        return True, f"The server took a test mail from {sender} to {recipient}."


def _session(line: Line, credential: Credential) -> ImapSession | Pop3Session | SmtpSession:
    if line.side is Side.OUTGOING:
        return SmtpSession(line, credential)
    return Pop3Session(line, credential) if line.settings.is_pop3 else ImapSession(line, credential)


def _test_mail(sender: str, recipient: str) -> bytes:
    """The mail that the last stage sends, ready for the wire."""
    mail = EmailMessage(policy=SMTP)
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
