"""A mailbox that was rebuilt on its server makes no work twice (MAIL 3.4 step 9, row 91)."""

from datetime import UTC, datetime, timedelta

import pytest

from enate_desktop.domain.errors import RefusedError
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import FolderState, RemoteMail
from enate_desktop.services.accounting import AccountingService
from enate_desktop.services.intake import IntakeService
from enate_desktop.wiring import Services
from tests.services.lives import NOW, decide_pending, letters, life, stored, taken_in

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def counts(services: Services) -> dict[End, int]:
    return {end: number for end, number in services.work_items.counts().items() if number}


def words(services: Services) -> list[str]:
    return [e.new for e in services.history.entries("connector") if e.action == "mailbox rebuilt"]


def rebuilt(services: Services, old: int, kept: int, new: int) -> bool:
    """A life of ``old`` mails, then one with the last ``kept`` of them and ``new`` others."""
    taken_in(services, life(services, 1), letters(range(old)))
    again = [*range(old - kept, old), *range(10_000, 10_000 + new)]
    epoch = life(services, 2)
    stored(services, epoch, letters(again, first_uid=500), LONG_AGO)
    return services.intake.reconcile(epoch)


def test_nothing_of_a_new_life_is_decided_before_it_was_compared(services: Services) -> None:
    """Row 91: after a crash in between, the next start must not decide too early either."""
    taken_in(services, life(services, 1), letters([1, 2]))
    epoch = life(services, 2)
    assert epoch.held
    stored(services, epoch, letters([1, 2, 3], first_uid=11))
    assert services.intake.pending(1) == ()
    assert life(services, 2).held


def test_the_first_life_is_decided_at_once(services: Services) -> None:
    """Row 91: there is nothing to compare with."""
    epoch = life(services, 1)
    stored(services, epoch, letters([1]))
    assert not epoch.held
    assert not services.intake.reconcile(epoch)
    assert len(services.intake.pending(1)) == 1
    assert words(services) == []


def test_known_mails_become_duplicates_and_the_history_says_how_many(services: Services) -> None:
    """Row 91: recognised by content; the rest is decided as usual."""
    assert rebuilt(services, old=120, kept=110, new=3) is False
    assert decide_pending(services) == [End.DUPLICATE] * 110 + [End.CREATED] * 3
    assert counts(services) == {End.CREATED: 123, End.DUPLICATE: 110}
    assert words(services) == [
        "This mailbox was rebuilt on the server (UIDVALIDITY changed). 110 of 113 mails were"
        " recognised; no work was created twice."
    ]


@pytest.mark.parametrize(
    ("kept", "new", "held"),
    [(401, 100, False), (400, 101, True), (380, 120, False)],
    ids=["20 % of 501", "more than 20 % of 501", "24 % of 500"],
)
def test_much_that_is_new_in_a_large_folder_waits_for_a_person(
    services: Services, kept: int, new: int, held: bool
) -> None:
    """Row 91: more than 20 % of more than 500 mails."""
    assert rebuilt(services, old=401, kept=kept, new=new) is held
    (figure,) = services.accounting.figures()
    assert figure.held is held


def test_a_held_mailbox_stays_held_and_is_told_of_once(services: Services) -> None:
    """Row 91: every look asks again; nothing is decided meanwhile."""
    assert rebuilt(services, old=1, kept=1, new=500)
    assert services.intake.reconcile(life(services, 2))
    assert services.intake.pending(1) == ()
    (told,) = words(services)
    assert "500 would be new" in told
    assert "501 mails wait" in services.accounting.figures()[0].details[0]


def test_taking_held_mails_in_makes_work_of_the_new_ones_only(services: Services) -> None:
    """Row 91: recognised ones become duplicates in both cases."""
    assert rebuilt(services, old=1, kept=1, new=500)
    changes = services.accounting.take_held(1)
    assert changes.worker
    decide_pending(services)
    assert counts(services) == {End.CREATED: 501, End.DUPLICATE: 1}
    assert not services.accounting.take_held(1)
    assert "taken in" in services.history.entries("connector")[0].action


def test_skipping_held_mails_leaves_them_on_the_server(services: Services) -> None:
    """Row 91, C-12: skipped ones are neither work nor moved nor deleted."""
    with services.context.database.write() as work:
        work.connectors.change(1, after_intake="delete")
    assert rebuilt(services, old=1, kept=1, new=500)
    services.accounting.skip_held(1)
    assert decide_pending(services) == [End.DUPLICATE]
    assert counts(services) == {End.CREATED: 1, End.SKIPPED: 500, End.DUPLICATE: 1}
    assert services.intake.owed(life(services, 2)) == (500,)


def test_mail_that_came_after_the_rebuild_is_never_skipped(services: Services) -> None:
    """Row 91: a customer's mail of today is no mail of an old backup."""
    assert rebuilt(services, old=1, kept=1, new=500)
    epoch = life(services, 2)
    later = epoch.opened + timedelta(minutes=1)
    stored(services, epoch, letters([20_000], first_uid=5000), later)
    services.accounting.skip_held(1)
    assert decide_pending(services) == [End.DUPLICATE, End.CREATED]
    assert counts(services) == {End.CREATED: 2, End.SKIPPED: 500, End.DUPLICATE: 1}
    assert services.history.entries("connector")[0].new == "500"


@pytest.mark.parametrize("choice", ["take_held", "skip_held"])
def test_nothing_can_be_chosen_before_all_was_compared(services: Services, choice: str) -> None:
    """Row 91: what is stored and compared later would be decided otherwise, known mail skipped."""
    taken_in(services, life(services, 1), letters([1]))
    epoch = life(services, 2)
    choose = getattr(services.accounting, choice)
    with pytest.raises(RefusedError, match="still being compared"):
        choose(1)
    stored(services, epoch, letters([1, *range(2, 600)], first_uid=500), LONG_AGO)
    with pytest.raises(RefusedError, match="still being compared"):
        choose(1)
    assert life(services, 2).held
    assert services.intake.pending(1) == ()
    assert services.intake.reconcile(epoch)
    assert choose(1)
    decide_pending(services)
    assert counts(services)[End.DUPLICATE] == 1


def test_a_life_that_was_rebuilt_again_before_it_was_compared_blocks_no_choice(
    services: Services,
) -> None:
    """Row 91: it never will be compared, so its mails are decided as usual."""
    taken_in(services, life(services, 1), letters([1]))
    stored(services, life(services, 2), letters([1, 7], first_uid=500), LONG_AGO)
    epoch = life(services, 3)
    stored(services, epoch, letters([1, *range(2, 600)], first_uid=500), LONG_AGO)
    assert services.intake.reconcile(epoch)
    services.accounting.skip_held(1)
    assert decide_pending(services) == [End.DUPLICATE, End.CREATED, End.DUPLICATE]


def test_nothing_more_is_owed_for_a_former_life(services: Services) -> None:
    """MAIL 3.4 step 9: its UIDs name other mails now, so no action on them may be repeated."""
    with services.context.database.write() as work:
        work.connectors.change(1, after_intake="delete")
    former = life(services, 1)
    taken_in(services, former, letters([1]))
    assert services.intake.owed(former) == (1,)
    life(services, 2)
    assert services.intake.owed(former) == ()


def test_mail_that_was_unhandled_before_is_recognised_too(services: Services) -> None:
    """MAIL 3.2: whatever the routes say of it today."""
    former = life(services, 1)
    taken_in(services, former, letters([1]))
    with services.context.database.write() as work:
        work.connection.exec_driver_sql("UPDATE intake SET \"end\" = 'unhandled'")
        work.connection.exec_driver_sql("UPDATE decisions SET key = NULL")
    epoch = life(services, 2)
    stored(services, epoch, letters([1], first_uid=9))
    services.intake.reconcile(epoch)
    assert decide_pending(services) == [End.DUPLICATE]
    assert counts(services) == {End.UNHANDLED: 1, End.DUPLICATE: 1}


def test_a_mail_that_cannot_be_compared_counts_as_new(services: Services) -> None:
    """Row 91: it does not end the comparison of the others."""

    def broken(raw: bytes, received: object) -> object:
        raise RuntimeError("no")

    taken_in(services, life(services, 1), letters([1]))
    epoch = life(services, 2)
    stored(services, epoch, letters([1], first_uid=9))
    intake = IntakeService(services.context, broken)  # type: ignore[arg-type]
    assert not intake.reconcile(epoch)
    assert decide_pending(services) == [End.DUPLICATE]


def test_where_uids_do_not_last_another_mail_under_a_known_uid_is_taken_in(
    services: Services,
) -> None:
    """MAIL 3.4 step 2: UIDVALIDITY 0; what moved to another UID is known by its content."""
    with services.context.database.write() as work:
        work.connectors.change(1, start_choice="all")
    epoch = life(services, 0)
    first = letters([1, 22])
    taken_in(services, epoch, first)
    same = [RemoteMail(uid, len(raw), NOW) for uid, raw in first.items()]
    assert services.intake.unknown(epoch, [1, 2], same) == frozenset()
    # Mail 1 was removed, so 22 has its UID now, and a new one has that of 22.
    now = letters([22, 333])
    listed = [RemoteMail(uid, len(raw), NOW) for uid, raw in now.items()]
    assert services.intake.unknown(epoch, [1, 2], listed) == {1, 2}
    received = taken_in(services, epoch, now)
    assert [one.end for one in received] == [End.DUPLICATE, End.CREATED]


def test_where_uids_do_not_last_old_mail_is_known_by_its_date(services: Services) -> None:
    """C-12: a baseline of UIDs would hide new mail."""
    connector = services.connectors.get(1)
    epoch = services.intake.epoch(connector, FolderState(0, 50, 49, 0, read_only=True))
    assert epoch.baseline_uid == 0
    before = services.intake.skipped_before(connector, epoch)
    assert before is not None
    assert epoch.opened - before <= timedelta(hours=2)


def test_a_uidnext_that_goes_backwards_hides_no_new_mail(services: Services) -> None:
    """Row 92: new mail may then have numbers below the baseline."""
    assert life(services, 7, uidnext=101).baseline_uid == 100
    epoch = life(services, 7, uidnext=41)
    assert epoch.baseline_uid == 40
    assert services.intake.unknown(epoch, [39, 40, 41, 0]) == {41}


def test_the_choice_is_noted_with_its_number(services: Services) -> None:
    """R-08: who chose what."""
    assert rebuilt(services, old=1, kept=0, new=501)
    AccountingService(services.context).skip_held(1)
    entry = services.history.entries("connector")[0]
    assert (entry.who, entry.new) == ("anna", "501")
    assert "skipped" in entry.action
