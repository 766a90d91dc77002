"""A mail on its way in: fetched, stored and undecided, or at its end."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from enate_desktop.domain.connectors import AfterIntake, IntakeAction
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import RemoteMail
from enate_desktop.storage.records import NewMail, Pending

BATCH_MAILS = 200
BATCH_BYTES = 8 << 20
GONE = "It was removed from the server before it could be fetched."


@dataclass(frozen=True, slots=True)
class Undecided:
    """A stored mail that waits for its decision; ``last_try``: on nothing but its bytes."""

    intake_id: int
    raw: bytes
    received: datetime
    complete: bool = True
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that met its end, as the worker reports it."""

    connector_id: int
    intake_id: int
    end: End
    subject: str
    references: tuple[str, ...]


def bare_message(mail: Undecided) -> Message:
    """A mail of which nothing is known but its bytes."""
    digest = hashlib.sha256(mail.raw).hexdigest()
    return Message(
        message_id=f"<{digest}@missing.local>",
        fingerprint=digest,
        subject="(this mail could not be read)",
        incomplete=True,
        notes=("It could not be read; the original is attached.",),
        size=len(mail.raw),
    )


def to_store(
    mail: RemoteMail,
    raw: bytes | None,
    *,
    skipped_before: datetime | None = None,
    complete: bool = True,
    still_there: bool = False,
) -> NewMail:
    """A fetched mail as T1 keeps it: skipped by choice when it is too old, or gone meanwhile.

    A mail that is ``still_there`` although the server did not deliver it stays wanted.
    """
    if skipped_before is not None and mail.received < skipped_before:
        return NewMail(mail.uid, mail.received, mail.size, None, end=End.SKIPPED)
    if raw is None and still_there:
        error = "The server lists this mail but does not deliver it whole."
        return NewMail(mail.uid, mail.received, mail.size, None, error=error)
    if raw is None:
        return NewMail(mail.uid, mail.received, mail.size, None, end=End.SKIPPED, error=GONE)
    return NewMail(mail.uid, mail.received, mail.size or len(raw), raw, complete=complete)


def portions(waiting: Sequence[Pending]) -> Iterator[list[Pending]]:
    """Mails to be decided together: those never tried before in batches, others by themselves.

    So one that ends the program, or raises, is found out.
    """
    portion: list[Pending] = []
    size = 0
    for mail in waiting:
        alone = mail.failed or mail.attempts > 1
        if portion and (alone or len(portion) >= BATCH_MAILS or size + mail.size > BATCH_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(mail)
        size = BATCH_BYTES if alone else size + mail.size
    if portion:
        yield portion


def changes_server(after: AfterIntake) -> bool:
    """Whether the mailbox must be opened for writing."""
    return after.action is not IntakeAction.KEEP
