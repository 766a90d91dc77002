"""Mails taken in as the worker does it, without a server."""

from datetime import UTC, datetime

from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.services.intake import Undecided, to_store
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.wiring import Services

RECEIVED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def receive(services: Services, *forms: MailForm, connector: str = "HR EMEA") -> None:
    """Take ``forms`` in at a connector, on or off, in one batch."""
    home = services.connectors.find(connector)
    epoch = services.intake.epoch(home, FolderState(7, 1, 0, 0, read_only=True))
    mails = [
        to_store(RemoteMail(uid, 0, RECEIVED), composed(form) + str(uid).encode())
        for uid, form in enumerate(forms, epoch.last_uid + 1)
    ]
    kept = services.intake.store(home, epoch, mails)
    services.intake.decide(home.id, [Undecided(key, m.raw or b"", m.received) for key, m in kept])
