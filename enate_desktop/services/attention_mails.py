"""What of the mails needs a person: those that wait, and the automated emails that did not go."""

from collections import Counter
from collections.abc import Iterator

from enate_desktop.domain.outbox import DeliveryState
from enate_desktop.domain.work_items import End
from enate_desktop.services.attention import (
    Attention,
    AttentionKind,
    Severity,
    counted,
    first_sentence,
)
from enate_desktop.storage.unit_of_work import UnitOfWork


def about_mails(work: UnitOfWork) -> Iterator[Attention]:
    """Every line about mails that came in and emails that go out."""
    yield from _waiting(work)
    yield from _outbox(work)
    yield from _no_sender(work)


def _waiting(work: UnitOfWork) -> Iterator[Attention]:
    quarantined = sum(work.monitor.with_end(End.QUARANTINED).values())
    if quarantined:
        waits = "waits" if quarantined == 1 else "wait"
        words = f"{counted(quarantined, 'mail')} in quarantine {waits} for a person."
        yield Attention(AttentionKind.QUARANTINED, Severity.WARNING, words, "Show", "quarantine")
    unhandled = sum(work.monitor.with_end(End.UNHANDLED).values())
    if unhandled:
        words = f"{counted(unhandled, 'unhandled mail')}: no route took "
        words += "it." if unhandled == 1 else "them."
        yield Attention(AttentionKind.UNHANDLED, Severity.WARNING, words, "Show", "unhandled")


def _outbox(work: UnitOfWork) -> Iterator[Attention]:
    stopped = work.outbox.stopped()
    if stopped:
        yield Attention(
            AttentionKind.SENDING_STOPPED,
            Severity.ERROR,
            first_sentence(stopped),
            "Open",
            "outbox",
            detail=stopped,
        )
    unsent = work.monitor.unsent()
    counts = sum(unsent.values(), Counter[DeliveryState]())
    failed, unknown = counts[DeliveryState.FAILED], counts[DeliveryState.UNKNOWN]
    if failed:
        was = "was" if failed == 1 else "were"
        words = f"{counted(failed, 'automated email')} {was} given up and not sent."
        yield Attention(AttentionKind.EMAILS_FAILED, Severity.WARNING, words, "Show", "outbox")
    if unknown:
        words = f"{counted(unknown, 'automated email')} may or may not have left."
        yield Attention(AttentionKind.EMAILS_UNKNOWN, Severity.WARNING, words, "Show", "outbox")
    for connector in work.connectors.all():
        states = unsent.get(connector.id, Counter[DeliveryState]())
        number = states[DeliveryState.QUEUED] + states[DeliveryState.RETRY]
        if not number or connector.enabled:
            continue
        waits = "waits" if number == 1 else "wait"
        words = (
            f'{counted(number, "automated email")} {waits} for "{connector.name}", which is off.'
        )
        yield Attention(
            AttentionKind.EMAILS_WAIT,
            Severity.WARNING,
            words,
            "Open",
            "connectors",
            connector.id,
        )


def _no_sender(work: UnitOfWork) -> Iterator[Attention]:
    """O-02: an automated email leaves from the address the mail came to, or by default."""
    connectors = work.connectors.all()
    sending = {c.id: c for c in connectors if c.use_for.sends and c.outgoing is not None}
    if any(c.default_sender for c in sending.values()):
        return
    known = {c.primary_address for c in sending.values()}
    known |= {r.address for r in work.routes.outgoing() if r.enabled and r.connector_id in sending}
    enabled = {c.id: c for c in connectors if c.enabled and c.use_for.receives}
    wanted = {
        route.address
        for route in work.routes.of()
        if route.enabled and route.send_automated_emails and route.connector_id in enabled
    }
    wanted |= {
        c.primary_address
        for c in enabled.values()
        if c.fallback is not None and c.fallback.send_automated_emails
    }
    missing = sorted(wanted - known)
    if missing:
        others = len(missing) - 1
        more = f" and {others:,} more addresses" if others > 1 else f" and {missing[-1]}"
        yield Attention(
            AttentionKind.NO_SENDER,
            Severity.WARNING,
            f"No automated email can leave for {missing[0]}{more if others else ''}:"
            " there is no default sender.",
            "Open",
            "connectors",
            detail="Connect a mailbox that sends and make it the default sender.",
        )
