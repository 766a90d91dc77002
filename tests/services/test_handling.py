"""What people do with work items: states, what is new, who takes part (W-03, M-03, P-01)."""

from collections.abc import Callable

import pytest

from enate_desktop.domain.errors import InputError, NotFoundError, NotPermittedError
from enate_desktop.domain.people import ROLES, Person
from enate_desktop.domain.work_items import State, WorkItem
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import noting
from enate_desktop.services.handling import HandlingService
from tests.views.page_samples import letter, take_in

FIRST = letter("bob@globex.com", "Pension", message_id="<first@test>")
Act = Callable[[HandlingService], Changes]


def reply(sender: str = "bob@globex.com", number: int = 1) -> bytes:
    return letter(
        sender, "Re: Pension", message_id=f"<re{number}@test>", In_Reply_To="<first@test>"
    )


def items(services: Services) -> list[WorkItem]:
    return list(services.work_items.page().items)


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (State.TO_DO, State.TO_DO),
        (State.IN_PROGRESS, State.IN_PROGRESS),
        (State.WAITING, State.TO_DO),
        (State.RESOLVED, State.TO_DO),
    ],
)
def test_a_reply_reopens(services: Services, state: State, becomes: State) -> None:
    """M-03: by the state that a person gave."""
    take_in(services, 1, [FIRST])
    services.handling.set_state([1], state)
    take_in(services, 1, [reply()])
    (item,) = items(services)
    assert (item.state, item.new_information) == (becomes, True)


def test_a_reply_to_closed_work_makes_new_work_that_is_linked(services: Services) -> None:
    """M-03: routed as a new mail, linked to the old one."""
    take_in(services, 1, [FIRST])
    services.handling.set_state([1], State.CLOSED)
    take_in(services, 1, [reply()])
    new, old = items(services)
    assert (old.state, old.new_information, new.follows_id) == (State.CLOSED, False, old.id)
    linked = services.work_items.detail(new.id).linked
    assert [(o.how, o.reference) for o in linked] == [("Follows", old.reference)]
    linked = services.work_items.detail(old.id).linked
    assert [(o.how, o.reference) for o in linked] == [("Followed by", new.reference)]


def test_several_at_once_with_history_and_undo(services: Services) -> None:
    """W-03, X-08."""
    take_in(services, 1, [FIRST, letter("eve@x.org", "Hello")])
    with noting() as changes:
        told = services.handling.set_state([1, 2], State.RESOLVED)
    assert told == Changes(work_items=True)
    assert {i.state for i in items(services)} == {State.RESOLVED}
    entry = services.history.entries("work item", 1)[0]
    assert (entry.action, entry.old, entry.new) == ("state changed", "To do", "Resolved")
    for change_id in changes:
        services.restoring.restore(change_id)
    assert {i.state for i in items(services)} == {State.TO_DO}


def test_what_has_the_state_already_is_no_change(services: Services) -> None:
    take_in(services, 1, [FIRST])
    assert services.handling.set_state([1], State.TO_DO) == NOTHING
    assert services.history.entries("work item", 1) == ()


def test_all_of_them_or_none(services: Services) -> None:
    take_in(services, 1, [FIRST])
    with pytest.raises(NotFoundError):
        services.handling.set_state([1, 4711], State.CLOSED)
    assert items(services)[0].state is State.TO_DO


def test_what_was_read_is_no_longer_new(services: Services) -> None:
    """M-03: new information, until somebody looked."""
    take_in(services, 1, [FIRST, reply()])
    assert items(services)[0].new_information
    assert services.handling.seen([1]) == Changes(work_items=True)
    assert not items(services)[0].new_information
    assert services.handling.seen([1]) == NOTHING


def test_a_stranger_is_marked_and_can_be_let_in(services: Services) -> None:
    """M-03: a sender who takes no part so far is appended but marked."""
    take_in(services, 1, [FIRST, reply("eve@elsewhere.org")])
    people = {p.address: p for p in services.work_items.detail(1).people}
    assert (people["eve@elsewhere.org"].takes_part, people["eve@elsewhere.org"].wrote) == (
        False,
        True,
    )
    assert people["bob@globex.com"].takes_part
    services.handling.add_participant(1, " Eve@Elsewhere.org ")
    people = {p.address: p for p in services.work_items.detail(1).people}
    assert people["eve@elsewhere.org"].takes_part
    assert services.handling.add_participant(1, "eve@elsewhere.org") == NOTHING
    with pytest.raises(InputError):
        services.handling.add_participant(1, "nobody")


def test_people_are_shown_with_their_company(services: Services) -> None:
    take_in(services, 1, [letter("marie@acme.fr", "Bonjour")])
    people = {p.address: p.company for p in services.work_items.detail(1).people}
    assert people["marie@acme.fr"] == "Acme France"


def test_activity_tells_what_happened_in_order(services: Services) -> None:
    """W-02: created, mails that joined, states."""
    take_in(services, 1, [FIRST, reply("eve@elsewhere.org")])
    services.handling.set_state([1], State.WAITING)
    events = services.work_items.detail(1).events
    texts = [event.text for event in events]
    assert "Created by the route Everything else for hr@acme.example" in texts
    assert any(
        t.startswith("Mail added: Re: Pension (by somebody who takes no part)") for t in texts
    )
    assert texts[-1] == "State changed: To do → Waiting"
    assert list(events) == sorted(events, key=lambda event: event.at)


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(
    "act",
    [
        lambda handling: handling.set_state([1], State.CLOSED),
        lambda handling: handling.seen([1]),
        lambda handling: handling.add_participant(1, "new@x.org"),
    ],
)
def test_who_may(services: Services, role: str, act: Act) -> None:
    """P-01: handle mail, asked in the service."""
    take_in(services, 1, [FIRST, reply()])
    person = Person("ben", role, ROLES[role], listed=False)
    handling = HandlingService(services.context.acting_as(person))
    if role in ("Administrator", "Agent"):
        assert handling.may()
        assert act(handling)
    else:
        assert not handling.may()
        with pytest.raises(NotPermittedError):
            act(handling)
