"""The one pure function that decides what becomes of a mail (M-01 to M-06, in that order)."""

from collections.abc import Iterator
from dataclasses import replace

from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision, Outcome
from enate_desktop.routing.linking import KnownWork, Link, find_link
from enate_desktop.routing.table import RouteTable

_NO_ANSWER = ("precedence", "list-", "x-auto-response-suppress", "content-type: multipart/report")
"""Marks of automatic mail that answers from people, and reports of lost mail, may carry too."""


def decide_mail(
    message: Message,
    table: RouteTable,
    known: KnownWork,
    *,
    link_by_subject: bool = True,
    explain: bool = True,
    details: int | None = None,
) -> tuple[Decision, ...]:
    """What becomes of ``message``: at least one decision, one per recipient a route took it for.

    The worker, the simulator, the replay and the command line all call this. ``explain`` fills
    ``reason`` and ``trace`` of routed mails; the reasons of all others are always there. With
    ``details`` only so many of the routes whose rules failed show them: what is to be stored needs
    no more than :data:`enate_desktop.routing.explanation.DETAILS_KEPT`.
    """
    own = _own(message, table, known)
    if own is not None:
        return (own,)
    link = find_link(message, known, link_by_subject)
    if link is not None and not link.closed:
        decisions: tuple[Decision, ...] = (_appended(link, table),)
    else:
        routed = table.decide(message, explain, details)
        decisions = routed if link is None else tuple(_followed(routed, link, message, explain))
    connector_id = table.connector.id
    seen = link is not None and known.taken_in(_item_key(message, link.target.work_item_id))
    return tuple(
        _duplicate(decision)
        if seen or known.taken_in(resolution_key(decision, message, connector_id))
        else decision
        for decision in decisions
    )


def resolution_key(decision: Decision, message: Message, connector_id: int) -> str:
    """The idempotency key of one decision (M-02): the mail's content and what it resolved to."""
    if decision.work_item_id is not None:
        return _item_key(message, decision.work_item_id)
    if decision.recipient is not None:
        return f"{message.fingerprint}|{decision.recipient}"
    return f"{message.fingerprint}|connector:{connector_id}"


def _item_key(message: Message, work_item_id: int) -> str:
    return f"{message.fingerprint}|item:{work_item_id}"


def _own(message: Message, table: RouteTable, known: KnownWork) -> Decision | None:
    if message.message_id and known.issued_by_us(message.message_id):
        reason = f"It is our own mail: we issued its Message-ID {message.message_id}."
    elif message.loop and message.sender in table.own_addresses:
        reason = f"It is our own mail: an automated email from {message.sender} that came back."
    elif _answers_by_machine(message) and any(map(known.issued_by_us, _answered(message))):
        reason = (
            f"It is an automatic answer ({message.auto_generated}) to an automated email of ours."
        )
    else:
        return None
    return Decision(None, Outcome.OWN, reason=reason, revision=table.revision)


def _answers_by_machine(message: Message) -> bool:
    """Whether the mail is an automatic answer; a person writing through a list is not one."""
    reason = message.auto_generated
    # A report of a mail that came back is news for its work item.
    return bool(reason) and not message.bounced and not reason.lower().startswith(_NO_ANSWER)


def _answered(message: Message) -> tuple[str, ...]:
    """The mails it answers; some responders name them in References alone (RFC 5322 3.6.4)."""
    return message.in_reply_to or message.references[-1:]


def _appended(link: Link, table: RouteTable) -> Decision:
    reason = f"It belongs to {link.target.reference}, by {link.how}."
    if link.stranger:
        reason += " Its sender takes no part in that work item so far."
    return Decision(
        None,
        Outcome.APPENDED,
        reason=reason,
        work_item_id=link.target.work_item_id,
        stranger=link.stranger,
        revision=table.revision,
    )


def _followed(
    routed: tuple[Decision, ...], link: Link, message: Message, explain: bool
) -> Iterator[Decision]:
    """New decisions that name the closed work item the mail belongs to."""
    note = f" It follows {link.target.reference}, which is closed." if explain else ""
    for decision in routed:
        if decision.outcome is Outcome.CREATED:
            reason = decision.reason + note
            yield replace(decision, follows_id=link.target.work_item_id, reason=reason)
        else:
            yield decision


def _duplicate(decision: Decision) -> Decision:
    if decision.work_item_id is not None:
        place = "in that work item"
    elif decision.recipient is not None:
        place = f"for {decision.recipient}"
    else:
        place = "at this connector"
    return replace(
        decision,
        outcome=Outcome.DUPLICATE,
        automated_email=False,
        reason=f"This mail was already taken in {place}; it is ignored.",
    )
