"""The command that lists the outbox, and sends or discards what lies in it."""

import argparse

from enate_desktop.cli.output import moment, say, show_json, table
from enate_desktop.domain.outbox import Delivery, DeliveryFilter, DeliveryState
from enate_desktop.services.bundle import Services

_EVERYTHING = 1_000_000_000


def outbox(services: Services, options: argparse.Namespace) -> int:
    """Deliveries of automated emails, oldest first; or deal with some of them."""
    if options.retry or options.discard:
        return _deal(services, options)
    if options.start_again:
        return _start_again(services)
    state = DeliveryState(options.state) if options.state else None
    page = services.outbox.page(DeliveryFilter(state=state), 0, options.limit or _EVERYTHING)
    items = tuple(reversed(page.items))
    stopped = services.outbox.stopped()
    if stopped:
        say(stopped)
    if options.json:
        show_json([_facts(item) for item in items])
    else:
        table(
            ("id", "reference", "connector", "to", "state", "attempts", "subject", "error"),
            [
                (
                    str(item.id),
                    item.reference,
                    item.connector,
                    item.recipient,
                    item.state,
                    str(item.attempts),
                    item.subject,
                    item.error,
                )
                for item in items
            ],
        )
    return 0


def _deal(services: Services, options: argparse.Namespace) -> int:
    done = bool(options.retry) and bool(services.outbox.retry(options.retry))
    done = (bool(options.discard) and bool(services.outbox.discard(options.discard))) or done
    if not done:
        say("None of them could be changed: they are sent, being sent, or not there.")
    return 0 if done else 1


def _start_again(services: Services) -> int:
    done = bool(services.outbox.start_again())
    say("Sending goes on." if done else "Sending was not stopped.")
    return 0 if done else 1


def _facts(item: Delivery) -> dict[str, object]:
    waits = item.state in (DeliveryState.QUEUED, DeliveryState.RETRY)
    return {
        "id": item.id,
        "reference": item.reference,
        "connector": item.connector,
        "from": item.sender,
        "to": item.recipient,
        "subject": item.subject,
        "state": item.state,
        "attempts": item.attempts,
        "next_at": moment(item.next_at) if waits else None,
        "error": item.error,
        "message_id": item.message_id,
    }
