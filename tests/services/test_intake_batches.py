"""A batch is decided as if each mail came alone (M-02, M-03), and a bad one harms only itself."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from enate_desktop.domain.errors import StorageError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.work_items import End, State
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.answering import Wanted
from enate_desktop.services.intake import MOST_INTERRUPTIONS, IntakeService, Undecided
from enate_desktop.services.route_tables import Deciding
from enate_desktop.services.work_items import WorkItemFilter
from enate_desktop.storage.unit_of_work import UnitOfWork
from enate_desktop.wiring import Services
from tests.company import connector, document, route
from tests.services.lives import (
    NOW,
    decide_pending,
    ends,
    letter,
    letters,
    life,
    stored,
    taken_in,
)

C, A, D = End.CREATED, End.APPENDED, End.DUPLICATE


def reply(number: int, to: int) -> bytes:
    return letter(number, f"In-Reply-To: <{to}@x>")


@pytest.mark.parametrize(
    ("mails", "expected"),
    [
        ([letter(1), letter(1)], [C, D]),
        ([letter(1), reply(2, 1)], [C, A]),
        ([reply(2, 1), letter(1)], [C, C]),
        ([letter(1), reply(2, 1), reply(3, 2), letter(4)], [C, A, A, C]),
        ([letter(1), reply(2, 1), reply(2, 1)], [C, A, D]),
        ([letter(1), letter(2, "References: <7@x> <1@x>")], [C, A]),
        ([letter(1), letter(2), letter(1), reply(3, 2), letter(2)], [C, C, D, A, D]),
    ],
    ids=["copy", "reply", "reply first", "thread", "copied reply", "references", "all of it"],
)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one by one"])
def test_a_batch_is_decided_like_one_mail_after_the_other(
    services: Services, mails: list[bytes], expected: list[End], together: bool
) -> None:
    """M-02, M-03: two copies in a batch are one item; a reply joins the item of its batch."""
    epoch = life(services, 1)
    numbered = dict(enumerate(mails, 1))
    parts = [numbered] if together else [{uid: raw} for uid, raw in numbered.items()]
    assert [one for part in parts for one in ends(taken_in(services, epoch, part))] == expected
    assert services.work_items.page().total == expected.count(C)


def test_a_reference_in_a_subject_finds_the_item_of_its_own_batch(services: Services) -> None:
    """M-03: the second mail names the work item that the first one is about to make."""
    raw = letter(2).replace(b"Subject: Mail 2", b"Subject: About [10001-C]")
    received = taken_in(services, life(services, 1), {1: letter(1), 2: raw})
    assert [(one.end, one.references) for one in received] == [(C, ("10001-C",)), (A, ("10001-C",))]


def test_a_reply_in_a_batch_opens_a_resolved_item_again(services: Services) -> None:
    """M-03: new information, to be done again."""
    epoch = life(services, 1)
    taken_in(services, epoch, letters([1]))
    with services.context.database.write() as work:
        work.work_items.receive(1, State.RESOLVED)
    taken_in(services, epoch, {2: letter(2), 3: reply(3, 1)})
    item = services.work_items.detail(1).work_item
    assert (item.state, item.new_information) == (State.TO_DO, True)


def test_hits_contacts_and_explanations_of_a_batch(services: Services) -> None:
    """X-02, M-07, M-12: what is counted and kept for each mail of it."""
    received = taken_in(services, life(services, 1), letters([1, 2, 3]))
    assert [one.references for one in received] == [("10001-C",), ("10002-C",), ("10003-C",)]
    with services.context.database.read() as work:
        hits = sum(count.hits for count in work.route_hits.counts().values())
        assert "bob@x.example" in [c.address for c in work.companies.contacts()]
    assert hits == 3
    for one in received:
        assert services.work_items.mail(one.intake_id).decisions[0].route == "Everything else"
    items = services.work_items.page(WorkItemFilter()).items
    assert [item.message_id for item in items] == ["<3@x>", "<2@x>", "<1@x>"]


def test_a_mail_with_an_end_keeps_it(services: Services) -> None:
    """MAIL 3.1 I3: of two workers that decide the same batch only one does."""
    mails = stored(services, life(services, 1), letters([1, 2]))
    assert ends(services.intake.decide(1, mails[:1])) == [C]
    assert [one.intake_id for one in services.intake.decide(1, mails)] == [mails[1].intake_id]
    assert services.work_items.page().total == 2


def test_the_moment_of_the_decision_is_kept(services: Services) -> None:
    """S-03, X-05: retention and figures count from it."""
    before = datetime.now(UTC)
    (received,) = taken_in(services, life(services, 1), letters([1]))
    with services.context.database.read() as work:
        row = work.connection.exec_driver_sql(
            f"SELECT decided FROM intake WHERE id = {received.intake_id}"
        ).scalar_one()
    decided = datetime.fromisoformat(str(row)).replace(tzinfo=UTC)
    assert before <= decided <= datetime.now(UTC)


def test_one_that_raises_harms_no_other_of_its_batch(services: Services) -> None:
    """M-11: each is then decided by itself."""

    def read(raw: bytes, received: datetime | None) -> Message:
        if b"Mail 2" in raw:
            raise RuntimeError("a bug")
        return read_message(raw, received)

    intake = IntakeService(services.context, read)
    mails = stored(services, life(services, 1), letters([1, 2, 3]))
    assert ends(intake.decide(1, mails)) == [C, C]
    assert decide_pending(services, intake) == []
    assert decide_pending(services, intake) == [C]  # the third try, on nothing but its bytes


def test_what_the_database_refuses_does_not_count_as_a_try(services: Services) -> None:
    """M-11, I8: it says nothing about the mail, and keeps no other from being decided."""

    def read(raw: bytes, received: datetime | None) -> Message:
        if b"Mail 2" in raw:
            raise StorageError("That part of the data file is damaged.")
        return read_message(raw, received)

    intake = IntakeService(services.context, read)
    stored(services, life(services, 1), letters([1, 2, 3]))
    waiting = intake.pending(1)
    assert ends(intake.retry(*waiting)) == [C, C]
    for _ in range(MOST_INTERRUPTIONS + 1):
        assert decide_pending(services, intake) == []
    assert intake.pending(1) == (waiting[1],)
    assert decide_pending(services) == [C]


def test_a_database_that_takes_nothing_is_told(services: Services) -> None:
    """S-01: every further mail would only wait for it too."""

    def refuse(_work: UnitOfWork) -> None:
        raise StorageError("The disk is full.")

    stored(services, life(services, 1), letters([1, 2]))
    full = replace(services.context, database=services.context.database.fenced(refuse))
    with pytest.raises(StorageError, match="full"):
        IntakeService(full).retry(*services.intake.pending(1))


def test_a_quarantined_mail_can_be_decided_again(services: Services) -> None:
    """W-01: Retry; any other mail is left as it is."""
    epoch = life(services, 1)
    (mail,) = stored(services, epoch, letters([1]))
    with services.context.database.write() as work:
        work.connection.exec_driver_sql("UPDATE intake SET \"end\" = 'quarantined', attempts = 3")
    (received,) = services.quarantine.retry([mail.intake_id])
    assert received is not None
    assert received.end is C
    assert services.quarantine.retry([mail.intake_id]) == (None,)
    assert services.work_items.quarantine() == ()


def test_put_aside_mails_leave_the_lists_and_come_back(services: Services) -> None:
    """W-01: quarantined and unhandled ones only; both can be undone."""
    received = taken_in(services, life(services, 1), letters([1, 2]))
    ids = [one.intake_id for one in received]
    with services.context.database.write() as work:
        work.connection.exec_driver_sql(
            f"UPDATE intake SET \"end\" = 'quarantined' WHERE id = {ids[0]}"
        )
        assert work.ledger.put_aside(ids, "anna", NOW) == 1
        assert work.decisions.lines(End.QUARANTINED) == ()
        (line,) = work.decisions.lines(End.QUARANTINED, deleted=True)
        assert line.intake_id == ids[0]
        assert work.ledger.bring_back(ids) == 1
        assert len(work.decisions.lines(End.QUARANTINED)) == 1


def planned(services: Services, first_intake: datetime | None, answer: str) -> list[Wanted]:
    asked: list[Wanted] = []

    def plan(_work: UnitOfWork, deciding: Deciding, wanted: Sequence[Wanted]) -> list[str]:
        assert deciding.table.connector.id == 1
        asked.extend(wanted)
        return [answer] * len(wanted)

    epoch = life(services, 1)
    mails = stored(services, epoch, letters([1, 2]))
    received = first_intake or datetime.now(UTC)
    intake = IntakeService(services.context, plan=plan)
    intake.decide(1, [Undecided(m.intake_id, m.raw, received) for m in mails])
    return asked


@pytest.fixture
def answering(services: Services, tmp_path: Path) -> Services:
    """The same company, whose only route wants an automated email."""
    home = connector(routes=[route("All", send_automated_emails=True)])
    services.exchange.import_(document(home), tmp_path)
    return services


def test_automated_emails_are_planned_once_for_a_batch(answering: Services) -> None:
    """O-01: with the new work items; why nothing is sent is kept with the decision."""
    asked = planned(answering, None, "It is a robot.")
    assert [(one.reference, one.message.subject) for one in asked] == [
        ("10001-C", "Mail 1"),
        ("10002-C", "Mail 2"),
    ]
    with answering.context.database.read() as work:
        rows = work.connection.exec_driver_sql("SELECT acknowledgement FROM decisions").scalars()
        assert list(rows) == ["It is a robot."] * 2


def test_mail_from_before_the_first_enable_is_never_answered(answering: Services) -> None:
    """C-12: the first intake of old mail sends nothing."""
    assert planned(answering, NOW.replace(year=2020), "") == []


def test_an_automated_email_that_cannot_be_planned_keeps_no_mail_from_its_end(
    answering: Services,
) -> None:
    """O-01, M-11: what was half planned is taken back; the work items are made."""

    def plan(work: UnitOfWork, _deciding: Deciding, _wanted: Sequence[Wanted]) -> list[str]:
        work.companies.add_contacts({"half@x.example": ""})
        raise RuntimeError("a bug")

    intake = IntakeService(answering.context, plan=plan)
    (mail,) = stored(answering, life(answering, 1), letters([1]))
    mail = Undecided(mail.intake_id, mail.raw, datetime.now(UTC))
    assert ends(intake.decide(1, [mail])) == [C]
    with answering.context.database.read() as work:
        (why,) = work.connection.exec_driver_sql("SELECT acknowledgement FROM decisions").scalars()
        assert "unexpected" in why
        assert "half@x.example" not in [c.address for c in work.companies.contacts()]


_KILLED = """
import os, sys
from pathlib import Path
from enate_desktop.mail.parsing import read_message
from enate_desktop.services.intake import MOST_INTERRUPTIONS, IntakeService, Undecided
from tests.company import open_services

def read(raw, received):
    if b"Mail 2" in raw:
        os._exit(9)
    return read_message(raw, received)

services = open_services(Path(sys.argv[1]))
intake = IntakeService(services.context, read)
if sys.argv[2] == "batch":
    with services.context.database.read() as work:
        mails = [
            Undecided(p.intake_id, work.raw_mails.get(p.raw_mail_id), p.received)
            for p in work.ledger.pending(1)
        ]
    intake.decide(1, mails)
for pending in intake.pending(1):
    intake.retry(pending)
"""


def run_until_killed(folder: Path, mode: str) -> int:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", _KILLED, str(folder), mode]
    return subprocess.run(command, cwd=root, env={**os.environ}, timeout=60, check=False).returncode


def test_a_mail_that_ends_the_program_harms_only_itself(services: Services, tmp_path: Path) -> None:
    """MAIL 3.1 I8: counted first, tried alone after a restart, decided on its bytes at last."""
    stored(services, life(services, 1), letters([1, 2, 3, 4]))
    folder = tmp_path / "data"
    assert run_until_killed(folder, "batch") == 9
    assert services.work_items.counts()[End.PENDING] == 4
    assert run_until_killed(folder, "alone") == 9  # the first is decided, the second ends it
    assert run_until_killed(folder, "alone") == 9  # those behind it come first now
    assert services.work_items.counts() == Counter({C: 3, End.PENDING: 1})
    (bad,) = services.intake.pending(1)
    assert bad.attempts == 3
    assert run_until_killed(folder, "alone") == 9
    (bad,) = services.intake.pending(1)
    assert bad.attempts == 4


def test_a_mail_that_ended_the_program_too_often_is_decided_on_its_bytes(
    services: Services,
) -> None:
    """M-11: nothing of it is read any more."""

    def deadly(_raw: bytes, _received: datetime | None) -> Message:
        pytest.fail("it was read again")

    stored(services, life(services, 1), letters([1]))
    with services.context.database.write() as work:
        work.connection.exec_driver_sql("UPDATE intake SET attempts = 9")
    assert decide_pending(services, IntakeService(services.context, deadly)) == [C]
