"""Repair: mails routed again after a bad change, with what stood before kept (X-03, X-07)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.directory import Kind
from enate_desktop.domain.errors import NotFoundError, NotPermittedError, RefusedError
from enate_desktop.domain.people import ROLES, Person
from enate_desktop.domain.work_items import End, State, WorkItem
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import noting
from enate_desktop.services.repair import RepairService
from enate_desktop.services.trial import MailForm
from tests.company import connector, document, open_services, route
from tests.services.received import receive

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TICKET = "Acme > HR services > Onboarding > HR query"
PENSION = MailForm("bob@globex.com", "hr@acme.example", subject="Pension")


def change_routes(services: Services, folder: Path, *routes: dict[str, object]) -> None:
    """The connector gets these routes in place of its own."""
    services.exchange.import_(document(connector(routes=list(routes))), folder)


def leave_unhandled(services: Services, folder: Path) -> None:
    """No route is left, and the fallback covers another address than the mail's."""
    fallback = {
        "process": TICKET,
        "category": "General",
        "send_automated_emails": False,
        "only_test_mode": False,
        "covers": "primary",
    }
    home = connector(primary_address="info@acme.example", routes=[], fallback=fallback)
    services.exchange.import_(document(home), folder)


def only(services: Services) -> WorkItem:
    (item,) = services.work_items.page().items
    return item


def undo(services: Services, changes: Sequence[int]) -> None:
    for change_id in reversed(changes):
        services.restoring.restore(change_id)


def test_nothing_differs_while_the_routes_stay(services: Services) -> None:
    receive(services, PENSION)
    plan = services.repair.plan(LONG_AGO)
    assert (plan.mails, plan.candidates) == (1, ())


def test_a_mail_that_would_go_elsewhere_is_shown_with_from_and_to(
    services: Services, tmp_path: Path
) -> None:
    """X-07: a preview before anything is done."""
    receive(services, PENSION, MailForm("a@acme.fr", "hr@acme.example", subject="Paie"))
    old = {item.subject: item.reference for item in services.work_items.page().items}
    change_routes(
        services,
        tmp_path,
        route("France", rules={"senders": ["*@acme.fr"]}),
        route("Globex", rules={"senders": ["*@globex.com"]}),
        route("Everything else"),
    )
    plan = services.repair.plan(LONG_AGO)
    assert plan.mails == 2
    moves = {(c.subject, c.source, c.target, c.references) for c in plan.candidates}
    assert ("Pension", "Everything else", "Globex", (old["Pension"],)) in moves
    assert only_subjects(services, tmp_path) == {"Pension", "Paie"}


def only_subjects(services: Services, _folder: Path) -> set[str]:
    return {item.subject for item in services.work_items.page().items}


def test_the_work_item_is_corrected_in_place(services: Services, tmp_path: Path) -> None:
    """X-07: the same reference, a new decision beside the old one."""
    receive(services, PENSION)
    before = only(services)
    change_routes(services, tmp_path, route("Globex", test_mode=True))
    (candidate,) = services.repair.plan(LONG_AGO).candidates
    assert services.repair.run([candidate.intake_id]) == Changes(work_items=True, unhandled=True)
    after = only(services)
    assert (after.reference, after.route, after.test_mode) == (before.reference, "Globex", True)
    (mail,) = services.work_items.detail(after.id).mails
    assert [d.route for d in mail.decisions] == ["Globex"]
    assert [d.route for d in mail.former] == ["Everything else"]
    assert "Routed again by anna." in mail.decisions[0].reason
    assert services.repair.plan(LONG_AGO).candidates == ()


def test_what_was_repaired_stands_for_then(services: Services, tmp_path: Path) -> None:
    """X-03: hindsight compares with the decision that stands."""
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    assert services.hindsight.of(1).differs
    services.repair.run([1])
    hindsight = services.hindsight.of(1)
    assert [p.then.route for p in hindsight.pairs if p.then] == ["Globex"]
    assert not hindsight.differs


def test_a_case_that_must_be_a_ticket_is_replaced(services: Services, tmp_path: Path) -> None:
    """X-07: a reference tells the kind, so a new work item takes the place of the old one."""
    receive(services, PENSION)
    old = only(services)
    change_routes(services, tmp_path, route("Globex", process=TICKET, category="General"))
    services.repair.run([1])
    new, closed = services.work_items.page().items
    assert (closed.id, closed.state, closed.replaced_by_id) == (old.id, State.CLOSED, new.id)
    assert (new.reference[-2:], new.follows_id, new.state) == ("-T", old.id, State.TO_DO)
    detail = services.work_items.detail(new.id)
    assert [mail.message.subject for mail in detail.mails] == ["Pension"]
    assert ("Takes the place of", old.id) in {(o.how, o.work_item_id) for o in detail.linked}
    linked = services.work_items.detail(old.id).linked
    assert [(o.how, o.work_item_id) for o in linked] == [("Replaced by", new.id)]
    with pytest.raises(RefusedError):
        services.handling.set_state([old.id], State.TO_DO)


def test_unhandled_mail_becomes_work(services: Services, tmp_path: Path) -> None:
    leave_unhandled(services, tmp_path)
    receive(services, PENSION)
    assert len(services.work_items.unhandled()) == 1
    change_routes(services, tmp_path, route("Globex"))
    (candidate,) = services.repair.plan(LONG_AGO).candidates
    assert (candidate.source, candidate.target, candidate.references) == ("Unhandled", "Globex", ())
    with noting() as changes:
        services.repair.run([1])
    assert services.work_items.unhandled() == ()
    assert services.work_items.counts()[End.CREATED] == 1
    undo(services, changes)
    assert len(services.work_items.unhandled()) == 1
    assert only(services).state is State.CLOSED
    services.repair.run([1])
    assert services.work_items.unhandled() == ()


def test_the_same_mail_once_more_is_a_duplicate_of_what_was_repaired(
    services: Services, tmp_path: Path
) -> None:
    """M-02: the new decision keeps the key of what it made."""
    leave_unhandled(services, tmp_path)
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    services.repair.run([1])
    with services.context.database.read() as work:
        message = work.decisions.message(1)
        assert message is not None
        assert work.decisions.key_taken(f"{message.fingerprint}|hr@acme.example")


@pytest.mark.parametrize("state", [s for s in State if s is not State.TO_DO])
def test_what_a_person_has_begun_is_left_alone_unless_ticked(
    services: Services, tmp_path: Path, state: State
) -> None:
    """X-07."""
    receive(services, PENSION)
    services.handling.set_state([only(services).id], state)
    change_routes(services, tmp_path, route("Globex"))
    (candidate,) = services.repair.plan(LONG_AGO).candidates
    assert candidate.touched
    with pytest.raises(RefusedError):
        services.repair.run([1])
    assert only(services).route == "Everything else"
    services.repair.run([1], touched_too=True)
    assert (only(services).route, only(services).state) == ("Globex", state)


def test_what_nothing_takes_now_stays(services: Services, tmp_path: Path) -> None:
    receive(services, PENSION)
    leave_unhandled(services, tmp_path)
    (candidate,) = services.repair.plan(LONG_AGO).candidates
    assert candidate.refusal == "Nothing takes it now; its work item stays as it is."
    with pytest.raises(RefusedError):
        services.repair.run([1])


def test_nothing_is_sent(services: Services, tmp_path: Path) -> None:
    """O-01, X-07: never answered automatically, once more or at all."""
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex", send_automated_emails=True))
    services.repair.run([1])
    assert services.outbox.page().total == 0
    (mail,) = services.work_items.detail(only(services).id).mails
    assert not mail.decisions[0].automated_email


def test_undo_and_redo(services: Services, tmp_path: Path) -> None:
    """X-08: one step back, one step forth, and the history tells all of it."""
    receive(services, PENSION)
    before = only(services)
    change_routes(services, tmp_path, route("Globex", process=TICKET, category="General"))
    with noting() as changes:
        services.repair.run([1])
    with noting() as back:
        undo(services, changes)
    closed, present = services.work_items.page().items
    assert (present.id, present.state, present.replaced_by_id) == (before.id, State.TO_DO, None)
    assert closed.state is State.CLOSED
    assert services.work_items.detail(before.id).mails[0].decisions[0].route == "Everything else"
    undo(services, back)
    assert services.work_items.page().items[0].reference.endswith("-T")
    actions = [entry.action for entry in services.history.entries("repair")]
    assert actions[0] == "routed again"


def test_undo_leaves_alone_what_was_begun_since(services: Services, tmp_path: Path) -> None:
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    with noting() as changes:
        services.repair.run([1])
    services.handling.set_state([only(services).id], State.IN_PROGRESS)
    with pytest.raises(RefusedError):
        undo(services, changes)
    assert only(services).route == "Globex"


def test_the_history_names_every_work_item(services: Services, tmp_path: Path) -> None:
    """R-08: who, and from which value to which."""
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    services.repair.run([1])
    change = services.history.page()[0]
    assert (change.head.kind, change.head.action, change.head.name, change.restorable) == (
        "repair",
        "routed again",
        "1 mail",
        True,
    )
    told = {(e.name, e.field, e.old, e.new) for e in change.entries[1:]}
    assert (only(services).reference, "route", "Everything else", "Globex") in told


def test_only_mail_of_the_period_is_looked_at(services: Services, tmp_path: Path) -> None:
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    assert services.repair.plan(datetime.now(UTC) + timedelta(hours=1)).mails == 0
    change_id = services.history.page()[0].head.id
    since = services.repair.change_time(change_id)
    assert services.repair.plan(since).mails == 0
    receive(services, PENSION)
    assert services.repair.plan(since).mails == 1
    with pytest.raises(NotFoundError):
        services.repair.change_time(4711)


def test_mail_handled_by_hand_and_replies_are_not_routed_again(
    services: Services, tmp_path: Path
) -> None:
    leave_unhandled(services, tmp_path)
    receive(services, PENSION)
    process = next(p for p in services.directory.processes() if p.kind is Kind.CASE)
    services.unhandled.make_work_item([1], process.id, None)
    change_routes(services, tmp_path, route("Globex"))
    assert services.repair.plan(LONG_AGO).candidates == ()
    assert "a person made" in services.hindsight.of(1).note


@pytest.mark.parametrize("role", ["Route editor", "Agent", "Viewer"])
def test_both_permissions_are_needed(services: Services, tmp_path: Path, role: str) -> None:
    """P-01: handle mail and edit routes."""
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    person = Person("ben", role, ROLES[role], listed=False)
    repair = RepairService(services.context.acting_as(person))
    assert repair.may().startswith("You need the permission")
    with pytest.raises(NotPermittedError):
        repair.run([1])
    assert only(services).route == "Everything else"
    assert services.repair.may() == ""


def test_a_plan_can_be_ended(services: Services, tmp_path: Path) -> None:
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    assert services.repair.plan(LONG_AGO, cancelled=lambda: True).candidates == ()


def test_it_survives_a_restart(services: Services, tmp_path: Path) -> None:
    receive(services, PENSION)
    change_routes(services, tmp_path, route("Globex"))
    services.repair.run([1])
    again = open_services(tmp_path / "data")
    assert again.work_items.page().items[0].route == "Globex"
    again.close()
