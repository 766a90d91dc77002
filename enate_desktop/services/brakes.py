"""Why an automated email is not sent: the loop brakes of O-04, M-08, M-10 and MAIL 4 D."""

from collections.abc import Collection
from datetime import datetime, timedelta

from enate_desktop.domain.addresses import without_tag
from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision
from enate_desktop.routing.matching import BlockedAddress
from enate_desktop.storage.unit_of_work import UnitOfWork

MOST_HOPS = 50
LEAST_IN_AN_HOUR, NEW_IN_AN_HOUR, TIMES_THE_USUAL = 60, 3_600, 10
_WEEK, _DAY, _HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)


def is_one_of(address: str, own: Collection[str]) -> bool:
    """Whether an address is one of ``own``, plus tag or not."""
    return address in own or without_tag(address) in own


def why_not(
    message: Message,
    decision: Decision,
    own: Collection[str],
    blocked: Collection[BlockedAddress],
    installation: str,
) -> str:
    """Why this mail gets no automated email, as the end of a sentence; empty when it may."""
    if message.auto_generated:
        return f"the mail is automatic ({message.auto_generated})"
    if message.bounced:
        return "the mail is a report about a mail that was not delivered"
    if message.hops > MOST_HOPS:
        return f"the mail went through {message.hops} servers, as in a loop"
    if installation in message.loop:
        return "the mail was caused by an automated email of ours"
    sender = message.sender
    if not sender:
        return "the mail has no usable sender"
    if is_one_of(sender, own):
        return f"{sender} is one of our own addresses"
    for address in message.reply_to:
        if is_one_of(address, own):
            return f"its answers would go to {address}, which is one of our own addresses"
        if address != sender and address in message.recipients:
            return f"its answers would go to the list {address}"
    if decision.rejected:
        return "the mail was rejected as spam"
    if is_blocked(sender, blocked):
        return f"{sender} is blocked"
    if decision.test_mode:
        return "the work item is a test"
    return ""


def is_blocked(address: str, blocked: Collection[BlockedAddress]) -> bool:
    """Whether no automated email goes to an address (M-10)."""
    return any(one.pattern.matches(address) for one in blocked)


def pull_the_brake(work: UnitOfWork, now: datetime, planned: int) -> None:
    """Stop all sending when far more is written than usual (MAIL 4 D 73); the queue is kept.

    More than ten times the hourly average of the last seven days and more than 60 in an hour. On
    its first day an installation knows no usual, and 3,600 are allowed. What was written before a
    person let sending go on does not count.
    """
    oldest = work.outbox.oldest()
    if oldest is None or work.outbox.stopped():
        return
    began = work.outbox.started()
    since = max(now - _HOUR, began) if began else now - _HOUR
    written = work.outbox.between(since, now) + planned
    if written <= LEAST_IN_AN_HOUR:
        return
    most = NEW_IN_AN_HOUR
    if now - oldest >= _DAY:
        hours = min(now - oldest, _WEEK) / _HOUR
        usual = work.outbox.between(now - _WEEK, now - _HOUR) / hours
        most = max(LEAST_IN_AN_HOUR, round(TIMES_THE_USUAL * usual))
    if written > most:
        work.outbox.stop(
            f"Sending was stopped: {written} automated emails were written within an hour, far more"
            " than usual. They are kept in the outbox. Look for a loop, then start sending again."
        )
