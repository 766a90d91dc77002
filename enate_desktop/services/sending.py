"""What a sender asks of the outbox: each step of a delivery is one short transaction (MAIL 3.6)."""

import logging
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.domain.outbox import NOT_CERTAIN, DeliveryState
from enate_desktop.services.context import Context
from enate_desktop.storage.sending import Claimed, Unsure

WAITS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60)
)
"""How long to wait after each attempt that the server only put off."""
_log = logging.getLogger(__name__)


class OutgoingSession(Protocol):
    """A signed-in connection to a sending server."""

    def send(self, sender: str, recipient: str, mail: bytes) -> None:
        """Send one finished mail; MailError, UncertainError when it may have left."""

    def close(self) -> None:
        """Say good-bye and close; never raises."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether and when there is something to send: ``next_at`` is None when nothing waits."""

    connector: Connector | None
    stopped: str
    now: datetime
    next_at: datetime | None


class SendingService:
    """The deliveries of connectors that send, from due to done."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``, whose writes are refused once the sender's lease is lost."""
        self._context = context

    def outlook(self, connector_id: int) -> Outlook:
        """The connector if it sends now, why sending is stopped, and when the next is due."""
        with self._context.database.read() as work:
            connector = work.connectors.get(connector_id)
            if connector is not None and not (connector.enabled and connector.use_for.sends):
                connector = None
            due = work.sending.next_due(connector_id)
            return Outlook(connector, work.outbox.stopped(), work.now(), due)

    def claim(self, connector_id: int, claim: str) -> Claimed | None:
        """Take the delivery that is due first, durably, before a byte of it is sent."""
        with self._context.database.write() as work:
            if work.outbox.stopped():
                return None
            return work.sending.claim(connector_id, claim, work.now())

    def sent(self, delivery_id: int) -> DeliveryState:
        """The server has it."""
        return self._settle(delivery_id, DeliveryState.SENT)

    def failed(self, delivery_id: int, error: str) -> DeliveryState:
        """The server does not want it, ever."""
        return self._settle(delivery_id, DeliveryState.FAILED, error)

    def unsure(self, delivery_id: int) -> DeliveryState:
        """The server had the whole mail and did not say what became of it."""
        return self._settle(delivery_id, DeliveryState.UNKNOWN, NOT_CERTAIN)

    def put_off(self, mail: Claimed, error: str) -> DeliveryState:
        """Try again later, with growing waits; it fails after as many attempts as are set."""
        with self._context.database.write() as work:
            if mail.attempts >= work.facts.settings().sending_tries:
                work.sending.settle(mail.id, DeliveryState.FAILED, work.now(), error=error)
                return DeliveryState.FAILED
            now = work.now()
            wait = WAITS[min(mail.attempts, len(WAITS)) - 1]
            jitter = random.uniform(0.9, 1.1)  # noqa: S311  # spreads load, keeps no secret
            work.sending.settle(
                mail.id, DeliveryState.RETRY, now, error=error, next_at=now + wait * jitter
            )
        return DeliveryState.RETRY

    def give_back(self, mail: Claimed, error: str = "") -> None:
        """It was not this mail's fault: it waits on, and the attempt does not count."""
        with self._context.database.write() as work:
            now = work.now()
            attempts = mail.attempts - 1
            work.sending.settle(
                mail.id, DeliveryState.QUEUED, now, error=error, next_at=now, attempts=attempts
            )

    def recover(
        self,
        connector: Connector,
        find_sent: Callable[[Sequence[str]], Collection[str]],
    ) -> None:
        """Decide what was left in the middle, or may have left; nothing may be under way now.

        What lies in the folder for sent mail is sent. Everything else is sent once more with the
        same Message-ID, if the settings say so (RFC 1047); a second time it stays for a person.
        """
        with self._context.database.read() as work:
            again = work.facts.settings().send_again_when_unsure
            left = work.sending.in_flight(connector.id)
            unsure = work.sending.unsure(connector.id)
        if left:
            with self._context.database.write() as work:
                work.sending.leave_unsure(connector.id, work.now(), NOT_CERTAIN)
                unsure = work.sending.unsure(connector.id)
        first = [one for one in unsure if again and not one.again]
        found = find_sent([one.message_id for one in first]) if first else ()
        for one in first:
            self._resolve(one, found=one.message_id in found)

    def trouble(self, connector_id: int, reason: str) -> int:
        """The server could not be reached; returns how often in a row. Empty: all is well."""
        with self._context.database.write() as work:
            failures = work.sending.failures(connector_id) + 1 if reason else 0
            work.sending.note(connector_id, reason, failures)
        return failures

    def _resolve(self, one: Unsure, *, found: bool) -> None:
        with self._context.database.write() as work:
            now, before = work.now(), DeliveryState.UNKNOWN
            if found:
                work.sending.settle(one.id, DeliveryState.SENT, now, again=False, expected=before)
                return
            work.sending.settle(
                one.id,
                DeliveryState.QUEUED,
                now,
                error=f"{NOT_CERTAIN} It is sent once more with the same Message-ID.",
                next_at=now,
                again=True,
                expected=before,
            )

    def _settle(self, delivery_id: int, state: DeliveryState, error: str = "") -> DeliveryState:
        with self._context.database.write() as work:
            work.sending.settle(delivery_id, state, work.now(), error=error)
        return state


class Senders:
    """Opens connections to sending servers with the stored secrets of connectors."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def open(self, connector: Connector, stopped: Callable[[], bool]) -> OutgoingSession:
        """A signed-in connection; MailError or CredentialError. ``stopped`` ends it soon."""
        # Mail servers cost 100 ms to import; the window is opened without them.
        from enate_desktop.mail.dialling import Line, resolve
        from enate_desktop.mail.smtp import SmtpSession
        from enate_desktop.services.sign_in import credential_for

        if connector.outgoing is None:
            raise InputError(f'"{connector.name}" does not send mail.', "Nothing was sent.")
        credential = credential_for(self._context, connector, Side.OUTGOING)
        line = Line(Side.OUTGOING, connector.outgoing, stopped, credential.identity)
        session = SmtpSession(line, credential)
        try:
            session.dial(resolve(line))
            session.encrypt()
            session.sign_in()
        except BaseException:
            session.close()
            raise
        return session

    def find_sent(
        self, connector: Connector, message_ids: Sequence[str], stopped: Callable[[], bool]
    ) -> Collection[str]:
        """Those Message-IDs that are known to lie in the mailbox's folder for sent mail.

        Trouble with the receiving side is none of a sender's: then nothing is known. Only
        StoppedError is raised.
        """
        if connector.incoming is None or connector.incoming.is_pop3:
            return ()
        # As above.
        from enate_desktop.mail.imap_sent import find_sent
        from enate_desktop.mail.mailbox import StoppedError
        from enate_desktop.services.sign_in import credential_for

        try:
            credential = credential_for(self._context, connector, Side.INCOMING)
            found = find_sent(connector.incoming, credential, message_ids, stopped=stopped)
        except StoppedError:
            raise
        except EnateError as error:
            _log.info("connector %d: sent mail not looked at: %s", connector.id, error.sentence())
            return ()
        return found or ()
