"""What a person decides about an unhandled mail: new work or existing work, with why (W-01)."""

from enate_desktop.domain.directory import Process
from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.work_items import State, reference_id
from enate_desktop.routing.decision import resolution_key
from enate_desktop.routing.explanation import Decision, Outcome, from_stored
from enate_desktop.services.outcomes import join
from enate_desktop.services.route_edits import usable_target
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.storage.waiting_mails import WaitingMail


def usable_process(
    work: UnitOfWork, process_id: int, category: str | None
) -> tuple[Process, str | None]:
    """The process and category new work is made with; InputError names the field to mend."""
    process = work.directory.process_map().get(process_id)
    if process is not None and process.retired:
        raise InputError(
            f"{process.label} is retired.", "Choose one that is in use.", field="process"
        )
    return usable_target(process, category, "The work item")


def created(
    mail: WaitingMail, who: str, process: Process, category: str | None, *, test_mode: bool
) -> Decision:
    """New work; what the routes had said stays in the explanation."""
    former = _former(mail)
    return Decision(
        None,
        Outcome.CREATED,
        process_id=process.id,
        category=category,
        test_mode=test_mode,
        reason=_with_former(f"Made by {who} from unhandled mail.", former),
        trace=former.trace if former else (),
        revision=former.revision if former else 0,
    )


def open_item(work: UnitOfWork, reference: str) -> int:
    """The work item people call ``101203-T``, to which mail may be appended (M-03).

    Raises InputError or NotFoundError, and RefusedError when it is closed.
    """
    text = " ".join(reference.split()).strip("[] ")
    named = reference_id(text)
    if named is None:
        raise InputError(
            f'"{text}" is no reference of a work item.' if text else "There is no reference.",
            "Write one such as 101203-T or 12345-C.",
            field="reference",
        )
    if work.work_items.kind(named[1]) is not named[0]:
        raise NotFoundError(
            f"There is no work item {text.upper()}.", "Check the reference.", field="reference"
        )
    if work.work_items.state(named[1]) is State.CLOSED:
        raise RefusedError(
            f"{text.upper()} is closed, and nothing is appended to closed work.",
            "Create a work item from the mail instead.",
            field="reference",
        )
    return named[1]


def attached(
    work: UnitOfWork, mail: WaitingMail, who: str, work_item_id: int, reference: str
) -> Decision:
    """The mail joins existing work as a reply would (M-03); its people take part from now on.

    RefusedError when the same mail is part of it already.
    """
    former = _former(mail)
    decision = Decision(
        None,
        Outcome.APPENDED,
        work_item_id=work_item_id,
        reason=_with_former(f"Attached to {reference} by {who} from unhandled mail.", former),
        trace=former.trace if former else (),
        revision=former.revision if former else 0,
    )
    key = resolution_key(decision, mail.message, mail.connector_id)
    if work.decisions.key_taken(key):
        subject = mail.message.subject or "(no subject)"
        raise RefusedError(
            f'"{subject}" is part of {reference} already.', "Delete it from unhandled mail instead."
        )
    people = (*mail.message.senders, *mail.message.recipients)
    work.work_items.add_participants(work_item_id, people)
    join(work, work_item_id, mail.message)
    return decision


def former_reason(mail: WaitingMail) -> str:
    """Why the mail was unhandled, in words."""
    former = _former(mail)
    return former.reason if former else ""


def _former(mail: WaitingMail) -> Decision | None:
    try:
        return from_stored(mail.explanation) if mail.explanation else None
    except ValueError:
        return None


def _with_former(words: str, former: Decision | None) -> str:
    return f"{words} Before: {former.reason}" if former and former.reason else words
