"""Stored mails decided and carried out inside a transaction that somebody else opened (T2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.messages import Message
from enate_desktop.routing.decision import decide_mail
from enate_desktop.routing.explanation import DETAILS_KEPT, Decision
from enate_desktop.routing.linking import KnownWork
from enate_desktop.services.answering import Plan
from enate_desktop.services.batches import Batch
from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.services.outcomes import Decided
from enate_desktop.services.route_tables import Deciding
from enate_desktop.services.taking_in import Received, Undecided
from enate_desktop.storage.unit_of_work import UnitOfWork


def decide_batch(
    work: UnitOfWork,
    deciding: Deciding,
    mails: Sequence[tuple[Undecided, Message]],
    plan: Plan,
) -> list[Received]:
    """Give open mails of one connector their ends; those that have one already are left out."""
    enabled = _first_enabled(work, deciding.table.connector)
    batch = Batch(work, deciding, [(mail.intake_id, message) for mail, message in mails])
    for mail, message in mails:
        # Of two workers only one goes on.
        if mail.intake_id not in batch.open:
            continue
        known = batch.known(mail.intake_id, message)
        decisions = decisions_about(deciding, message, known, DETAILS_KEPT)
        if enabled is not None and mail.received < enabled:
            decisions = tuple(map(_unanswered, decisions))
        note = "" if mail.complete else "Too large to fetch: routed by its headers."
        batch.add(Decided(mail.intake_id, message, decisions, note))
    batch.flush()
    batch.answer(plan)
    work.route_hits.add(batch.hits, datetime.now(UTC))
    return batch.received


def decisions_about(
    deciding: Deciding, message: Message, known: KnownWork, details: int | None = None
) -> tuple[Decision, ...]:
    """The one decision function with what ``deciding`` holds."""
    return decide_mail(
        message,
        deciding.table,
        known,
        link_by_subject=deciding.settings.link_by_subject,
        details=details,
    )


def _unanswered(decision: Decision) -> Decision:
    return replace(decision, automated_email=False) if decision.automated_email else decision


def _first_enabled(work: UnitOfWork, connector: Connector) -> datetime | None:
    """Mail that was received earlier is never answered automatically (C-12)."""
    epochs = work.ledger.epochs(connector.id, mailbox_name(connector))
    return epochs[0].opened.replace(microsecond=0) if epochs else None
