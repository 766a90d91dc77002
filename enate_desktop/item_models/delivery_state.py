"""The states of a delivery in words, and as the names of a shape and a colour (O-03)."""

from datetime import datetime
from typing import NamedTuple

from enate_desktop.domain.outbox import Delivery, DeliveryState


class StateLook(NamedTuple):
    """Words, the name of a shape and the name of a colour token."""

    words: str
    shape: str
    token: str


LOOKS = {
    DeliveryState.FAILED: StateLook("Failed", "circle-x", "error"),
    DeliveryState.UNKNOWN: StateLook("Not certain", "circle-help", "warning"),
    DeliveryState.RETRY: StateLook("Pending retry", "refresh-cw", "warning"),
    DeliveryState.DISABLED: StateLook("Connector disabled", "pause", "warning"),
    DeliveryState.QUEUED: StateLook("Queued", "clock", "secondary"),
    DeliveryState.SENDING: StateLook("Sending", "send", "info"),
    DeliveryState.SENT: StateLook("Sent", "circle-check", "ok"),
    DeliveryState.DISCARDED: StateLook("Discarded", "circle-slash", "secondary"),
}
"""In the order people look for them: what needs a person first."""

NEEDS_A_PERSON = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
WAITING = (DeliveryState.QUEUED, DeliveryState.RETRY, DeliveryState.DISABLED)
RETRIABLE = (*NEEDS_A_PERSON, *WAITING, DeliveryState.DISCARDED)
DISCARDABLE = (*NEEDS_A_PERSON, *WAITING)


def next_text(delivery: Delivery, now: datetime) -> str:
    """When it is tried next: ``now``, ``in 4 min``; empty when nothing tries it by itself."""
    if delivery.state not in (DeliveryState.QUEUED, DeliveryState.RETRY):
        return ""
    seconds = int((delivery.next_at - now).total_seconds())
    if seconds <= 0:
        return "now"
    if seconds < 60:
        return f"in {seconds} s"
    if seconds < 3600:
        return f"in {seconds // 60} min"
    return f"in {seconds // 3600} h"


def delivery_sentence(delivery: Delivery, when: str) -> str:
    """What became of an acknowledgement, for the work item; ``when`` is the moment in words."""
    match delivery.state:
        case DeliveryState.SENT:
            return f"sent to {delivery.recipient} at {when}"
        case DeliveryState.FAILED:
            return f"to {delivery.recipient} failed: {delivery.error}"
        case DeliveryState.UNKNOWN:
            return f"to {delivery.recipient}: not certain whether it left"
        case DeliveryState.DISCARDED:
            return f"to {delivery.recipient} was discarded"
        case DeliveryState.DISABLED:
            return f"to {delivery.recipient} waits: {delivery.connector} is off"
    return f"to {delivery.recipient} waits to be sent"


def unknown_note(delivery: Delivery, *, again: bool) -> str:
    """What a delivery means whose outcome is not certain (MAIL 4 H); empty for every other one."""
    if delivery.state is not DeliveryState.UNKNOWN:
        return ""
    start = f"It is not certain whether the acknowledgement to {delivery.recipient} left."
    if again:
        return f"{start} It will be sent once more with the same Message-ID."
    return f"{start} Retry sends it once more with the same Message-ID."
