"""Mailboxes in the ledger without a server: lives, mails stored and decided."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.services.intake import IntakeService, Received, Undecided, to_store
from enate_desktop.storage.records import Epoch
from enate_desktop.wiring import Services

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def letter(number: int, *lines: str) -> bytes:
    """Mail ``number``; ``lines`` are more header lines."""
    more = "".join(f"{line}\r\n" for line in lines)
    return (
        f"From: bob@x.example\r\nTo: hr@acme.example\r\nSubject: Mail {number}\r\n{more}"
        f"Message-ID: <{number}@x>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nHi {number}\r\n"
    ).encode()


def life(services: Services, validity: int, uidnext: int = 1) -> Epoch:
    """The life of the mailbox of the one connector with that UIDVALIDITY."""
    connector = services.connectors.get(1)
    return services.intake.epoch(connector, FolderState(validity, uidnext, 0, 0, read_only=True))


def stored(
    services: Services, epoch: Epoch, mails: dict[int, bytes], received: datetime = NOW
) -> list[Undecided]:
    """Store ``mails`` by UID, decide nothing."""
    fetched = [to_store(RemoteMail(uid, len(raw), received), raw) for uid, raw in mails.items()]
    kept = services.intake.store(services.connectors.get(1), epoch, fetched)
    return [Undecided(key, mail.raw or b"", mail.received) for key, mail in kept]


def taken_in(services: Services, epoch: Epoch, mails: dict[int, bytes]) -> list[Received]:
    """Store and decide ``mails`` in one batch."""
    return services.intake.decide(1, stored(services, epoch, mails))


def decide_pending(services: Services, intake: IntakeService | None = None) -> list[End]:
    """Decide all that waits, as the worker does at the beginning of a look."""
    intake = intake or services.intake
    found = (intake.retry(pending) for pending in intake.pending(1))
    return [received.end for some in found for received in some]


def letters(numbers: Iterable[int], first_uid: int = 1) -> dict[int, bytes]:
    """Letters by UID."""
    return {first_uid + place: letter(n) for place, n in enumerate(numbers)}


def ends(received: Sequence[Received]) -> list[End]:
    """The ends of mails, in order."""
    return [one.end for one in received]
