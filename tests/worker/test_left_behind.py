"""Mails that a crash, a rebuilt mailbox or a server's refusal left behind (MAIL 3.4, 3.7)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from enate_desktop.domain.connectors import AfterIntake, Health
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import ErrorKind, FolderState, MailError
from enate_desktop.services.bundle import Services
from enate_desktop.services.taking_in import BATCH_BYTES, BATCH_MAILS, portions
from enate_desktop.storage.records import NewMail, Pending
from enate_desktop.worker.visit import HELD
from tests.worker.test_poller import NOW, FakeMailbox, ends, looked, raw, services

__all__ = ["services"]


def waiting(number: int, attempts: int = 1, size: int = 100, *, failed: bool = False) -> Pending:
    return Pending(number, 1, number, NOW, attempts, True, failed, size)


@pytest.mark.parametrize(
    ("mails", "sizes"),
    [
        ([], []),
        ([waiting(n) for n in range(BATCH_MAILS + 3)], [BATCH_MAILS, 3]),
        ([waiting(n, size=BATCH_BYTES // 2) for n in range(5)], [2, 2, 1]),
        ([waiting(n, size=2 * BATCH_BYTES) for n in range(3)], [1, 1, 1]),
        ([waiting(1), waiting(2), waiting(3, 2), waiting(4, 2)], [2, 1, 1]),
        ([waiting(1), waiting(2, failed=True), waiting(3)], [1, 1, 1]),
    ],
    ids=["none", "many", "half", "large", "tried before", "failed before"],
)
def test_only_what_was_tried_before_is_decided_alone(
    mails: list[Pending], sizes: list[int]
) -> None:
    """MAIL 3.1 I8, QUALITY: thousands that wait after a rebuild take seconds."""
    made = list(portions(mails))
    assert [len(portion) for portion in made] == sizes
    assert [mail for portion in made for mail in portion] == mails


def test_what_a_crash_left_is_decided_in_one_transaction(services: Services) -> None:
    """MAIL 3.7: counted before, so that another crash finds the mail that is to blame."""
    item = services.connectors.get(1)
    epoch = services.intake.epoch(item, FolderState(1, 9, 1, 1, read_only=False))
    mails = [NewMail(uid, NOW, 10, raw(uid)) for uid in range(1, 6)]
    services.intake.store(item, epoch, mails)
    assert looked(services, FakeMailbox([*range(1, 6)])) == {End.CREATED: 5}
    with services.context.database.read() as work:
        tries = work.connection.exec_driver_sql("SELECT attempts FROM intake").scalars().all()
    assert set(tries) == {2}


def rebuilt(services: Services) -> FakeMailbox:
    """A mailbox of 510 mails of which 30 % were not in the one that was looked into before."""
    assert looked(services, FakeMailbox(range(1, 358))) == {End.CREATED: 357}
    mailbox = FakeMailbox([], validity=2)
    mailbox.mails = {1000 + number: raw(number) for number in range(1, 511)}
    mailbox.received = dict.fromkeys(mailbox.mails, datetime(2020, 1, 1, tzinfo=UTC))
    assert looked(services, mailbox) == {}
    return mailbox


@pytest.mark.parametrize("choice", ["take", "skip"])
def test_a_rebuilt_mailbox_waits_for_a_person(services: Services, choice: str) -> None:
    """Row 91: from the look that finds it to the one that does what was chosen."""
    mailbox = rebuilt(services)
    condition = services.connectors.get(1).condition
    assert (condition.health, condition.reason) == (Health.RUNNING, HELD)
    if choice == "take":
        services.accounting.take_held(1)
        new = {End.CREATED: 357 + 153}
    else:
        services.accounting.skip_held(1)
        new = {End.CREATED: 357, End.SKIPPED: 153}
    looked(services, mailbox)
    assert ends(services) == {**new, End.DUPLICATE: 357}
    assert services.connectors.get(1).condition.reason == ""
    mailbox.mails[2000] = raw(2000)
    assert looked(services, mailbox) == {End.CREATED: 1}


def test_mail_that_comes_before_the_choice_becomes_work_after_skip(services: Services) -> None:
    """Row 91: only what was there when the mailbox was rebuilt is skipped."""
    mailbox = rebuilt(services)
    mailbox.mails[2000] = raw(2000)
    mailbox.received[2000] = datetime.now(UTC) + timedelta(minutes=1)
    assert looked(services, mailbox) == {}
    services.accounting.skip_held(1)
    looked(services, mailbox)
    assert ends(services) == {End.CREATED: 358, End.SKIPPED: 153, End.DUPLICATE: 357}


class NotRemoved(FakeMailbox):
    """Confirms the copies and refuses to remove the originals, ``times`` times."""

    times = 2

    def acknowledge(
        self, uids: Sequence[int], after: AfterIntake, copied: set[int] | None = None
    ) -> None:
        assert copied is not None
        self.told.append((tuple(sorted(set(uids) - copied)), after.action))
        copied.update(uids)
        self.times -= 1
        if self.times >= 0:
            raise MailError(ErrorKind.FOLDER, "The server did not let us remove mails.")


def test_what_was_copied_is_remembered_until_it_is_removed(services: Services) -> None:
    """MAIL 4 E 95: also by the next look, and nothing is owed at last."""
    with services.context.database.write() as work:
        work.connectors.change(1, after_intake="move", after_intake_folder="Done")
    mailbox = NotRemoved([1, 2])
    for _ in range(2):
        looked(services, mailbox)
    mailbox.mails[3] = raw(3)
    looked(services, mailbox)
    assert [uids for uids, _ in mailbox.told] == [(1, 2), (), (3,)]
    looked(services, mailbox)
    assert len(mailbox.told) == 3
    assert services.connectors.get(1).condition.health is Health.RUNNING
