"""Unhandled mail: made into work, attached, routed anew, put aside, by one person at a time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError, InputError, NotPermittedError, RefusedError
from enate_desktop.domain.people import ROLES, Person
from enate_desktop.domain.routes import WILDCARD, Block, Route
from enate_desktop.domain.rules import Rules, patterns
from enate_desktop.domain.work_items import End, State
from enate_desktop.routing.explanation import Outcome
from enate_desktop.services.answering import Wanted
from enate_desktop.services.bundle import Services
from enate_desktop.services.unhandled import Handled, UnhandledService
from tests.views.page_samples import (
    add_connector,
    add_route,
    company,
    letter,
    process_id,
    take_in,
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def unhandled(services: Services, *subjects: str, sender: str = "ann@foo.org") -> list[int]:
    """The ids of new unhandled mails to an alias that no route knows."""
    before = {line.intake_id for line in services.unhandled.lines()}
    take_in(services, 1, [letter(sender, subject, "ap2@acme.example") for subject in subjects])
    return sorted({line.intake_id for line in services.unhandled.lines()} - before)


def ticket(services: Services, key: int) -> Handled:
    return services.unhandled.make_work_item([key], process_id(services, "HR query"), "General")


def ends(services: Services) -> dict[End, int]:
    return {end: count for end, count in services.work_items.counts().items() if count}


def colleague(services: Services, role: str, login: str = "bob") -> UnhandledService:
    """The service as somebody of that role uses it."""
    services.people.give_role(login, role)
    return UnhandledService(services.context.acting_as(Person(login, role, ROLES[role])))


def the_route(services: Services, keys: list[int]) -> Route:
    made = services.unhandled.route_for(keys).by_sender
    return replace(made, process_id=process_id(services, "New starter"), category=None)


def test_a_ticket_is_made_from_an_unhandled_mail(services: Services) -> None:
    """W-01, M-06, M-07: with its category, participants and contact as any other."""
    (key,) = unhandled(services, "Hello")
    handled = ticket(services, key)
    (item,) = services.work_items.page().items
    assert handled.references == (item.reference,) == ("100001-T",)
    assert (item.category, item.state, item.test_mode) == ("General", State.TO_DO, False)
    assert (item.sender, item.subject) == ("ann@foo.org", "Hello")
    assert ends(services) == {End.CREATED: 1}
    with services.context.database.read() as work:
        assert work.work_items.participants(item.id) == {"ann@foo.org", "ap2@acme.example"}
        assert work.deciding.contacts(["ann@foo.org"]) == {"ann@foo.org"}


def test_its_explanation_says_who_and_why_no_route_did(services: Services) -> None:
    """M-12: the explanation of the routes is not lost."""
    (key,) = unhandled(services, "Hello")
    ticket(services, key)
    (decision,) = services.work_items.mail(key).decisions
    assert decision.outcome is Outcome.CREATED
    assert decision.reason.startswith("Made by anna from unhandled mail. Before: No route for")
    assert decision.automated_email is False
    (entry,) = services.history.entries("mail", key)
    assert (entry.who, entry.name, entry.action) == ("anna", "Hello", "made into work")
    assert entry.new == "100001-T"


def test_test_mode_keeps_it_apart(services: Services) -> None:
    """W-04."""
    (key,) = unhandled(services, "Hello")
    target = process_id(services, "New starter")
    services.unhandled.make_work_item([key], target, None, test_mode=True)
    (item,) = services.work_items.page().items
    assert (item.reference, item.test_mode) == ("10001-C", True)


def test_each_of_several_becomes_its_own(services: Services) -> None:
    keys = unhandled(services, "One", "Two")
    handled = services.unhandled.make_work_item(keys, process_id(services, "New starter"))
    assert handled.references == ("10001-C", "10002-C")
    assert services.unhandled.count() == 0


@pytest.mark.parametrize(
    ("name", "category", "field"),
    [("HR query", None, "category"), ("HR query", "Nonsense", "category"), ("", None, "process")],
)
def test_an_unusable_target_changes_nothing(
    services: Services, name: str, category: str | None, field: str
) -> None:
    """M-06."""
    (key,) = unhandled(services, "Hello")
    target = process_id(services, name) if name else 999
    with pytest.raises(InputError) as refused:
        services.unhandled.make_work_item([key], target, category)
    assert refused.value.field == field
    assert ends(services) == {End.UNHANDLED: 1}


def test_a_retired_process_is_not_offered_new_work(services: Services) -> None:
    """D-01."""
    (key,) = unhandled(services, "Hello")
    target = process_id(services, "New starter")
    services.directory.change_process(target, retired=True)
    with pytest.raises(InputError, match="retired"):
        services.unhandled.make_work_item([key], target)


def again(service: UnhandledService, key: int) -> object:
    return service.again([key])


def attach(service: UnhandledService, key: int) -> object:
    return service.attach([key], "100001-T")


def make(service: UnhandledService, key: int) -> object:
    return service.make_work_item([key], 1, "General")


@pytest.mark.parametrize("act", [again, attach, make])
def test_the_second_of_two_people_is_told(
    services: Services, act: Callable[[UnhandledService, int], object]
) -> None:
    """W-01: never twice."""
    (key,) = unhandled(services, "Hello")
    ticket(services, key)
    with pytest.raises(RefusedError) as told:
        act(colleague(services, "Agent"), key)
    assert told.value.title == "That mail was dealt with in the meantime."
    assert told.value.message == "anna: made into work."
    assert services.work_items.page().total == 1


def test_of_several_the_others_are_dealt_with(services: Services) -> None:
    first, second = unhandled(services, "One", "Two")
    ticket(services, first)
    handled = services.unhandled.make_work_item(
        [first, second], process_id(services, "HR query"), "General"
    )
    assert ([r.intake_id for r in handled.done], handled.gone) == ([second], 1)


def test_what_was_put_aside_is_left_alone(services: Services) -> None:
    """W-01: it is restored first."""
    (key,) = unhandled(services, "Hello")
    services.unhandled.put_aside([key])
    with pytest.raises(RefusedError):
        ticket(services, key)
    services.unhandled.bring_back([key])
    assert ticket(services, key).references


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (State.TO_DO, State.TO_DO),
        (State.IN_PROGRESS, State.IN_PROGRESS),
        (State.WAITING, State.TO_DO),
        (State.RESOLVED, State.TO_DO),
    ],
)
def test_attached_as_a_reply_is(services: Services, state: State, then: State) -> None:
    """M-03: the state changes, and it has new information."""
    first, second = unhandled(services, "One", "Two")
    ticket(services, first)
    with services.context.database.write() as work:
        work.work_items.receive(1, state)
    handled = services.unhandled.attach([second], " [100001-t] ")
    assert handled.references == ("100001-T",)
    (item,) = services.work_items.page().items
    assert (item.state, item.new_information) == (then, True)
    assert ends(services) == {End.CREATED: 1, End.APPENDED: 1}
    (decision,) = services.work_items.mail(second).decisions
    assert decision.reason.startswith("Attached to 100001-T by anna from unhandled mail. Before:")
    assert not decision.stranger


def test_its_sender_takes_part_from_then_on(services: Services) -> None:
    """M-03: a stranger stays one until a person acts."""
    (first,) = unhandled(services, "One")
    (second,) = unhandled(services, "Two", sender="eve@foo.org")
    ticket(services, first)
    services.unhandled.attach([second], "100001-T")
    with services.context.database.read() as work:
        assert "eve@foo.org" in work.work_items.participants(1)


@pytest.mark.parametrize(
    ("reference", "title"),
    [
        ("", "There is no reference."),
        ("nonsense", '"nonsense" is no reference of a work item.'),
        ("100009-T", "There is no work item 100009-T."),
        ("10001-C", "There is no work item 10001-C."),
        ("100001-T", "100001-T is closed, and nothing is appended to closed work."),
    ],
)
def test_a_reference_that_cannot_be_used(services: Services, reference: str, title: str) -> None:
    """M-03: closed work takes no more mail."""
    first, second = unhandled(services, "One", "Two")
    ticket(services, first)
    with services.context.database.write() as work:
        work.work_items.receive(1, State.CLOSED)
    for ask in (services.unhandled.target, lambda text: services.unhandled.attach([second], text)):
        with pytest.raises(EnateError) as refused:
            ask(reference)
        assert refused.value.title == title
    assert services.unhandled.count() == 1


def test_the_target_is_looked_up_before(services: Services) -> None:
    (key,) = unhandled(services, "One")
    ticket(services, key)
    assert services.unhandled.target("100001-T").subject == "One"


def test_processed_again_by_the_present_routes(services: Services) -> None:
    """W-01: only what a route takes now becomes work."""
    (first,) = unhandled(services, "One")
    (second,) = unhandled(services, "Two", sender="eve@bar.org")
    alias = replace(add_route(services, 1, "Foo", sender="*@foo.org"), address="ap2@acme.example")
    services.routes.save(alias)
    handled = services.unhandled.again([first, second])
    assert [r.intake_id for r in handled.done] == [first]
    assert (handled.staying, handled.references) == (1, ("10001-C",))
    assert [line.intake_id for line in services.unhandled.lines()] == [second]
    assert len(services.work_items.mail(second).decisions) == 1
    assert services.history.entries("mail", first)[0].new == "10001-C"
    assert services.route_hits.counters()[alias.id].week == 1


def test_a_route_is_filled_in_from_the_mails(services: Services) -> None:
    """W-01: address, senders, domain, name and the fallback's process."""
    keys = [
        *unhandled(services, "Invoice 1"),
        *unhandled(services, "Invoice 2", sender="joe@foo.org"),
    ]
    found = services.unhandled.route_for(keys)
    assert found.by_sender.address == "ap2@acme.example"
    assert found.by_sender.name == "Mail from foo.org"
    assert [str(p) for p in found.by_sender.rules.senders] == ["ann@foo.org", "joe@foo.org"]
    assert [str(p) for p in found.by_domain.rules.senders] == ["*@foo.org"]
    assert (found.by_sender.process_id, found.by_sender.category) == (
        process_id(services, "HR query"),
        "General",
    )
    assert services.unhandled.route_for(keys[:1]).by_sender.name == "Invoice 1"


def test_a_mail_to_nobody_here_makes_a_wildcard_route(services: Services) -> None:
    """R-05: only Bcc, or through a list."""
    take_in(services, 1, [letter("ann@foo.org", "Hello", "list@elsewhere.org")])
    (line,) = services.unhandled.lines()
    route = services.unhandled.route_for([line.intake_id]).by_sender
    assert (route.address, route.block) == (WILDCARD, Block.WILDCARD)
    assert services.unhandled.fitting(route) == (line.intake_id,)
    assert services.unhandled.make_route(route, [line.intake_id]).references == ("100001-T",)


def second_connector(services: Services) -> Connector:
    return add_connector(services, "IT", "it@other.example")


def test_mails_of_two_connectors_share_no_route(services: Services) -> None:
    """R-06: a route belongs to one connector."""
    (first,) = unhandled(services, "One")
    other = second_connector(services)
    take_in(services, other.id, [letter("ann@foo.org", "Two", "x@other.example")])
    (second,) = {line.intake_id for line in services.unhandled.lines()} - {first}
    with pytest.raises(InputError, match="different connectors"):
        services.unhandled.route_for([first, second])
    assert services.unhandled.fitting(the_route(services, [first])) == (first,)


def test_what_a_route_would_take_is_what_it_takes(services: Services) -> None:
    """W-01: counts how many waiting mails fit, and is applied to those that were chosen."""
    keys = unhandled(services, "One", "Two", "Three")
    other = unhandled(services, "Other", sender="eve@bar.org")
    aside = unhandled(services, "Aside")
    services.unhandled.put_aside(aside)
    route = the_route(services, keys[:1])
    assert services.unhandled.fitting(route) == tuple(reversed(keys))
    assert services.unhandled.count() == 4, "nothing is changed by asking"
    handled = services.unhandled.make_route(route, [*keys[:2], *other])
    assert handled.references == ("10001-C", "10002-C")
    assert handled.staying == 1
    assert [line.intake_id for line in services.unhandled.lines()] == [*other, keys[2]]


def test_the_new_route_is_live_marked_and_last_of_its_block(services: Services) -> None:
    """R-06, R-10: whatever the form said."""
    add_route(services, 1, "First")
    keys = unhandled(services, "One")
    wish = replace(the_route(services, keys), enabled=False, for_attention=False)
    made = services.unhandled.make_route(wish).route
    assert made is not None
    assert (made.enabled, made.for_attention, made.position) == (True, True, 1)
    assert services.unhandled.count() == 1, "no mail was asked for"
    assert services.history.entries("route", made.id)[-1].action == "created"


def test_an_earlier_route_takes_it_first(services: Services) -> None:
    """W-01: it becomes work only if the new route takes it."""
    keys = unhandled(services, "One")
    route = the_route(services, keys)
    services.routes.save(replace(route, name="Earlier"))
    assert services.unhandled.fitting(route) == ()
    handled = services.unhandled.make_route(route, keys)
    assert (handled.done, handled.staying) == ((), 1)


def test_an_unusable_route_makes_nothing(services: Services) -> None:
    keys = unhandled(services, "One")
    broken = replace(the_route(services, keys), address=WILDCARD, rules=Rules())
    with pytest.raises(InputError):
        services.unhandled.make_route(broken, keys)
    assert not services.routes.group(1).routes[:-1]
    assert services.unhandled.count() == 1


def test_nothing_compiled_outlives_a_transaction_that_was_taken_back(services: Services) -> None:
    """A route that was never saved must not decide a mail."""
    keys = unhandled(services, "One")

    def broken(*_: object) -> list[str]:
        raise RefusedError("Nothing goes.", "")

    route = replace(the_route(services, keys), send_automated_emails=True)
    route = replace(route, process_id=process_id(services, "HR query"), category="General")
    with pytest.raises(RefusedError, match="Nothing goes"):
        UnhandledService(services.context, broken).make_route(route, keys)
    add_route(services, 1, "Harmless", sender="nobody@foo.org")
    assert services.unhandled.again(keys).staying == 1


def test_a_copy_at_the_same_time_is_a_duplicate(services: Services) -> None:
    """M-02: the same mail at two connectors becomes one work item for one address."""
    raw = letter("ann@foo.org", "Twice", "ap2@acme.example")
    take_in(services, 1, [raw])
    other = second_connector(services)
    take_in(services, other.id, [raw])
    route = Route(
        0,
        1,
        "Alias",
        "ap2@acme.example",
        process_id(services, "New starter"),
        rules=Rules(senders=patterns(["ann@foo.org"])),
    )
    services.routes.save(route)
    services.routes.save(replace(route, connector_id=other.id))
    handled = services.unhandled.again([line.intake_id for line in services.unhandled.lines()])
    assert sorted(one.end for one in handled.done) == [End.CREATED, End.DUPLICATE]
    assert services.work_items.page().total == 1


def put_aside(service: UnhandledService, key: int) -> object:
    return service.put_aside([key])


def make_route(service: UnhandledService, key: int) -> object:
    return service.make_route(service.route_for([key]).by_sender, [key])


@pytest.mark.parametrize("role", ["Viewer", "Route editor"])
@pytest.mark.parametrize("act", [again, attach, make, put_aside, make_route])
def test_it_needs_handle_mail(
    services: Services, act: Callable[[UnhandledService, int], object], role: str
) -> None:
    """P-01: checked in the service."""
    (key,) = unhandled(services, "Hello")
    with pytest.raises(NotPermittedError, match='"Handle mail"'):
        act(colleague(services, role), key)
    assert services.unhandled.count() == 1


def test_an_agent_makes_work_but_no_route(services: Services) -> None:
    """P-01, R-10."""
    (key,) = unhandled(services, "Hello")
    agent = colleague(services, "Agent")
    with pytest.raises(NotPermittedError, match='"Edit routes"'):
        make_route(agent, key)
    assert agent.make_work_item([key], process_id(services, "New starter")).references
    assert services.history.entries("mail", key)[0].who == "bob"


def test_the_deletion_list_says_who_and_when(services: Services) -> None:
    """W-01: page by page, the last one first."""
    keys = unhandled(services, "One", "Two")
    colleague(services, "Agent").put_aside(keys)
    page = services.unhandled.page(0, 1, aside=True)
    assert page.total == 2
    assert page.lines[0].deleted_by == "bob"
    assert services.unhandled.page(0, 10).lines == ()
    assert [e.action for e in services.history.entries("mail", keys[0])] == ["deleted"]
    services.unhandled.bring_back(keys)
    assert services.unhandled.count() == 2
    assert services.history.entries("mail", keys[0])[0].action == "restored"


def test_marks_are_cleared_together_or_not_at_all(services: Services) -> None:
    """R-10: one transaction for several marks."""
    keys = unhandled(services, "One")
    first = services.unhandled.make_route(the_route(services, keys)).route
    second = services.unhandled.make_route(the_route(services, keys)).route
    assert first is not None
    assert second is not None

    def marked() -> list[bool]:
        return [r.for_attention for r in services.routes.group(1).routes[:-1]]

    with pytest.raises(EnateError):
        services.routes.set_attention([first.id, 999], False)
    assert marked() == [True, True]
    services.routes.set_attention([first.id, second.id], False)
    assert marked() == [False, False]
    line = services.history.entries("route", first.id)[0]
    assert (line.field, line.old, line.new) == ("for_attention", "on", "off")


def test_automated_emails_are_planned_as_for_any_other_mail(services: Services) -> None:
    """O-01: in the transaction that makes the work, and only where the route wants them."""
    keys = unhandled(services, "One")
    asked: list[Sequence[Wanted]] = []

    def plan(_work: object, _deciding: object, wanted: Sequence[Wanted]) -> list[str]:
        asked.append(wanted)
        return [""] * len(wanted)

    route = replace(services.unhandled.route_for(keys).by_sender, send_automated_emails=True)
    handled = UnhandledService(services.context, plan).make_route(route, keys)
    ((wanted,),) = asked
    assert (wanted.intake_id, (wanted.reference,)) == (keys[0], handled.references)


def test_two_people_at_the_same_moment_make_one_work_item(services: Services) -> None:
    """W-01: one of them is told."""
    (key,) = unhandled(services, "Hello")
    target = process_id(services, "New starter")
    anna, bob = services.unhandled, colleague(services, "Agent")
    ready = Barrier(2)

    def act(service: UnhandledService) -> bool:
        ready.wait(10)
        try:
            service.make_work_item([key], target)
        except RefusedError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, (anna, bob))) == [False, True]
    assert services.work_items.page().total == 1


def test_mail_of_a_deleted_connector_can_still_be_put_aside(services: Services) -> None:
    """C-10: the list keeps it, and says why nothing else can be done."""
    (key,) = unhandled(services, "Hello")
    services.connectors.delete(1)
    with pytest.raises(EnateError, match="connector that mail came to was deleted"):
        services.unhandled.make_work_item([key], process_id(services, "New starter"))
    assert services.unhandled.count() == 1
    assert services.unhandled.put_aside([key])


def test_the_command_line_lists_only_what_waits(services: Services) -> None:
    """W-01."""
    first, second = unhandled(services, "One", "Two")
    services.unhandled.put_aside([first])
    assert [line.intake_id for line in services.work_items.unhandled()] == [second]
