"""A company that answers: a connector that receives and sends, and mails to it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from enate_desktop.domain.messages import Message
from enate_desktop.domain.outbox import Delivery
from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.linking import NothingKnown
from enate_desktop.services.acknowledgements import plan
from enate_desktop.services.answering import Wanted
from enate_desktop.services.intake import Undecided, to_store
from enate_desktop.services.route_tables import Deciding, RouteTables
from enate_desktop.wiring import Services
from tests.company import connector, document, route

NOW = datetime.now(UTC)


def mail(
    sender: str = "marie@acme.fr",
    *,
    to: str = "hr@acme.example",
    cc: str = "",
    subject: str = "A question",
    headers: str = "",
    message_id: str = "<one@acme.fr>",
) -> bytes:
    """The bytes of a mail to the company."""
    lines = [f"From: Marie Durand <{sender}>", f"To: {to}", f"Subject: {subject}"]
    lines += [f"Cc: {cc}"] if cc else []
    lines += [f"Message-ID: {message_id}", "Date: Mon, 23 Nov 2026 09:00:00 +0000"]
    lines += [headers] if headers else []
    return "\r\n".join((*lines, "", "A text.", "")).encode()


def answering(services: Services, folder: Path, **changes: Any) -> int:
    """Import a connector that receives, sends and is the default sender; returns its id."""
    home = connector(
        use_for="both",
        default_sender=True,
        outgoing={
            "service": "other_smtp",
            "host": "127.0.0.1",
            "port": 1587,
            "security": "none",
            "authentication": "none",
            "username": "hr",
        },
        routes=[
            route(
                "All",
                process="Acme > HR services > Onboarding > HR query",
                category="General",
                send_automated_emails=True,
            )
        ],
    )
    services.exchange.import_(document({**home, **changes}), folder)
    return services.connectors.find("HR EMEA").id


def switch_on(services: Services, connector_id: int) -> None:
    """Enable a connector without a test of its connection."""
    with services.context.database.write() as work:
        work.connectors.change(connector_id, enabled=True)


def take_in(services: Services, *raws: bytes, connector_id: int) -> None:
    """Store and decide mails as the worker does."""
    home = services.connectors.get(connector_id)
    epoch = services.intake.epoch(home, FolderState(7, 1, 0, 0, read_only=True))
    with services.context.database.read() as work:
        start = len(work.ledger.uids(epoch.id)) + 1
    now = datetime.now(UTC)
    mails = [to_store(RemoteMail(uid, 0, now), raw) for uid, raw in enumerate(raws, start)]
    kept = services.intake.store(home, epoch, mails)
    services.intake.decide(home.id, [Undecided(key, m.raw or b"", m.received) for key, m in kept])


def deliveries(services: Services) -> tuple[Delivery, ...]:
    """Every delivery, oldest first."""
    return tuple(reversed(services.outbox.page().items))


def told(services: Services, connector_id: int, message: Message) -> str:
    """What planning an automated email for ``message`` answers; nothing stays."""
    with services.context.database.write() as work:
        deciding: Deciding = RouteTables().of(work, connector_id)
        decision = decide_mail(message, deciding.table, NothingKnown())[0]
        return plan(work, deciding, [Wanted(1, 1, "100001-T", message, decision)])[0]
