"""The start page's facts: what needs a person, the last day, dead routes (UI 3.2, R-12, X-05)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.connectors import Authentication, Condition, Health
from enate_desktop.domain.errors import EnateError
from enate_desktop.services.bundle import Services
from enate_desktop.services.overview import (
    Attention,
    AttentionKind,
    DeadReason,
    OverviewService,
    Severity,
)
from enate_desktop.services.vault import SecretName
from enate_desktop.storage.mailbox_counts import MailboxCount
from tests.views.page_samples import (
    add_connector,
    add_route,
    add_sender,
    company,
    letter,
    process_id,
    take_in,
)

NOW = datetime.now(UTC)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        switch(made, 1, on=True)
        yield made


def switch(services: Services, key: int, *, on: bool) -> None:
    with services.context.database.write() as work:
        work.connectors.change(key, enabled=on)


def condition(services: Services, health: Health, reason: str, key: int = 1) -> None:
    with services.context.database.write() as work:
        work.connectors.set_condition(key, Condition(health, reason, 3, NOW, NOW))


def kinds(services: Services) -> list[AttentionKind]:
    return [line.kind for line in services.overview.attention()]


def only(services: Services, kind: AttentionKind) -> Attention:
    (found,) = (line for line in services.overview.attention() if line.kind is kind)
    return found


def test_a_sound_installation_needs_nobody(services: Services) -> None:
    """UI 3.2: all clear."""
    assert services.overview.attention() == ()
    assert services.overview.last_problem() is None


def stopped(services: Services) -> None:
    switch(services, 1, on=False)
    condition(services, Health.STOPPED, "Sign-in was refused. Type the password again.")


def sign_in(services: Services) -> None:
    switch(services, 1, on=False)
    condition(services, Health.SIGN_IN_NEEDED, "The consent was withdrawn.")


def failing(services: Services) -> None:
    condition(services, Health.FAILING, "It does not answer.")


def expiring(services: Services) -> None:
    facts = CertificateFacts("CN=hr", "CN=ca", NOW, NOW + timedelta(days=21, hours=1), "AB")
    connector = services.connectors.get(1)
    assert connector.incoming is not None
    settings = replace(
        connector.incoming, authentication=Authentication.CERTIFICATE, certificate=facts
    )
    with services.context.database.write() as work:
        work.connectors.update(replace(connector, incoming=settings))
        work.connectors.set_credential(1, "incoming.certificate", b"sealed", "mark")


def no_secret(services: Services) -> None:
    with services.context.database.write() as work:
        work.connectors.remove_credential(1, SecretName.INCOMING_PASSWORD)


def unexplained(services: Services) -> None:
    with services.context.database.write() as work:
        work.mailbox_counts.save(MailboxCount(1, NOW, 12, 10, 0, 2))


def unhandled(services: Services) -> None:
    take_in(services, 1, [letter("a@foo.org", "One", "other@acme.example")])


def sending_stopped(services: Services) -> None:
    with services.context.database.write() as work:
        work.outbox.stop("Sending was stopped: 900 automated emails were written within an hour.")


def cannot_send(services: Services) -> None:
    sender = add_sender(services)
    switch(services, sender.id, on=True)
    with services.context.database.write() as work:
        work.sending.note(sender.id, "The server is full. Try later.", 2)


def automated_without_sender(services: Services) -> None:
    route = add_route(services, 1, "France", sender="*@acme.fr")
    services.routes.save(replace(route, send_automated_emails=True))


def never_reached(services: Services) -> None:
    add_route(services, 1, "All")
    add_route(services, 1, "France", sender="*@acme.fr")


def retired(services: Services) -> None:
    add_route(services, 1, "France", sender="*@acme.fr")
    services.directory.change_process(process_id(services, "New starter"), retired=True)


def nothing_enabled(services: Services) -> None:
    switch(services, 1, on=False)


def paused(services: Services) -> None:
    services.pauses.pause([1], None)


CASES: list[tuple[Callable[[Services], None], AttentionKind, str, str]] = [
    (
        stopped,
        AttentionKind.STOPPED,
        '"HR EMEA" was stopped: Sign-in was refused.',
        "connectors",
    ),
    (
        sign_in,
        AttentionKind.SIGN_IN,
        '"HR EMEA" needs somebody to sign in again: The consent was withdrawn.',
        "connectors",
    ),
    (
        failing,
        AttentionKind.FAILING,
        '"HR EMEA" is failing, try 3 of 5: It does not answer.',
        "monitor",
    ),
    (expiring, AttentionKind.CERTIFICATE, "The certificate of HR EMEA expires in 21", "connectors"),
    (no_secret, AttentionKind.SECRET, '"HR EMEA" has no stored password', "connectors"),
    (unexplained, AttentionKind.UNEXPLAINED, '2 mails of "HR EMEA" cannot be', "monitor"),
    (unhandled, AttentionKind.UNHANDLED, "1 unhandled mail: no route took it.", "unhandled"),
    (sending_stopped, AttentionKind.SENDING_STOPPED, "Sending was stopped: 900", "outbox"),
    (
        cannot_send,
        AttentionKind.SENDING_FAILING,
        '"Noreply" cannot send: The server is full.',
        "connectors",
    ),
    (
        automated_without_sender,
        AttentionKind.NO_SENDER,
        "No automated email can leave for hr@acme.example: there is no default sender.",
        "connectors",
    ),
    (
        never_reached,
        AttentionKind.ROUTE,
        'Route "France" of "HR EMEA" can never be reached.',
        "routes",
    ),
    (
        retired,
        AttentionKind.ROUTE,
        'Route "France" of "HR EMEA" leads to a process that is retired.',
        "routes",
    ),
    (nothing_enabled, AttentionKind.NOTHING_ENABLED, "No connector that receives", "connectors"),
    (paused, AttentionKind.PAUSED, '"HR EMEA" is paused until resumed, by anna', "monitor"),
]


@pytest.mark.parametrize(
    ("trouble", "kind", "words", "page"), CASES, ids=[case[0].__name__ for case in CASES]
)
def test_what_needs_a_person_is_told_with_its_remedy(
    services: Services,
    trouble: Callable[[Services], None],
    kind: AttentionKind,
    words: str,
    page: str,
) -> None:
    """UI 3.2: each line is a fact and one button."""
    trouble(services)
    line = only(services, kind)
    assert line.sentence.startswith(words)
    assert line.page == page
    assert line.remedy


def test_a_stopped_connector_is_mended_at_the_field_that_was_wrong(services: Services) -> None:
    stopped(services)
    wrong = EnateError("Sign-in was refused.", field="incoming.password")
    services.monitor.note(1, "incoming", wrong)
    assert only(services, AttentionKind.STOPPED).target == (1, "incoming.password")


def test_what_was_solved_is_not_told_any_more(services: Services) -> None:
    """The last problem stays known, as solved."""
    failing(services)
    services.monitor.note(1, "incoming", EnateError("It does not answer."))
    assert kinds(services) == [AttentionKind.FAILING]
    condition(services, Health.RUNNING, "")
    assert kinds(services) == []
    last = services.overview.last_problem()
    assert last is not None
    assert last.sentence == "It does not answer."


def test_a_mended_route_is_not_told_any_more(services: Services) -> None:
    """R-12: the warnings kept are those of the present revision."""
    never_reached(services)
    assert kinds(services) == [AttentionKind.ROUTE]
    first = next(r for r in services.routes.group(1).routes if r.name == "All")
    services.routes.set_enabled([first.id], False)
    assert kinds(services) == []


def test_many_warnings_of_one_kind_are_one_line(services: Services) -> None:
    add_route(services, 1, "All")
    for number in range(4):
        add_route(services, 1, f"Route {number}", sender=f"*@{number}.example")
    line = only(services, AttentionKind.ROUTE)
    assert line.sentence == '4 routes of "HR EMEA" can never be reached.'
    assert line.target == 1


def test_the_most_urgent_comes_first(services: Services) -> None:
    paused(services)
    unhandled(services)
    unexplained(services)
    found = services.overview.attention()
    assert [line.severity for line in found] == [Severity.ERROR, Severity.WARNING, Severity.NOTE]


def test_a_nearly_full_disk_is_told_with_what_is_left(services: Services, tmp_path: Path) -> None:
    full = OverviewService(services.context, tmp_path, free_bytes=lambda _folder: 100 << 20)
    (line,) = full.attention()
    assert line.sentence == "The disk is nearly full: 100 MB are left."


def test_the_last_day_in_numbers(services: Services) -> None:
    add_route(services, 1, "France", sender="*@acme.fr")
    mails = [
        letter("a@acme.fr", "One", message_id="<one@acme.fr>"),
        letter("b@foo.org", "Two"),
        letter("a@acme.fr", "Re: One", In_Reply_To="<one@acme.fr>"),
        letter("c@foo.org", "Three", "other@acme.example"),
    ]
    take_in(services, 1, mails)
    numbers = services.overview.numbers()
    assert (numbers.mails, numbers.appended, numbers.unhandled, numbers.sent) == (4, 1, 1, 0)
    assert (numbers.created.live, numbers.created.fallback) == (2, 1)
    assert len(numbers.hours) == 24
    assert sum(numbers.hours) == 4


def test_test_items_are_not_counted_with_live_ones(services: Services) -> None:
    """W-04."""
    add_route(services, 1, "France", sender="*@acme.fr", test_mode=True)
    take_in(services, 1, [letter("a@acme.fr", "One"), letter("b@foo.org", "Two")])
    created = services.overview.numbers().created
    assert (created.live, created.test) == (1, 1)


def test_yesterday_is_not_counted(services: Services) -> None:
    take_in(services, 1, [letter("a@acme.fr", "One")])
    numbers = services.overview.numbers(datetime.now(UTC) + timedelta(hours=25))
    assert (numbers.mails, numbers.created.live, sum(numbers.hours)) == (0, 0, 0)


def test_a_route_that_nothing_reaches_is_dead_by_logic(services: Services) -> None:
    """R-12."""
    never_reached(services)
    (dead,) = services.overview.dead_routes()
    assert (dead.route.name, dead.connector, dead.reason) == ("France", "HR EMEA", DeadReason.LOGIC)
    assert '"All"' in dead.sentence


def test_a_route_to_a_retired_process_is_dead_by_its_target(services: Services) -> None:
    """R-12."""
    retired(services)
    (dead,) = services.overview.dead_routes()
    assert dead.reason is DeadReason.TARGET


@pytest.mark.parametrize(("days", "is_dead"), [(29, False), (31, True)])
def test_a_route_without_mail_for_a_month_is_dead_by_traffic(
    services: Services, days: int, is_dead: bool
) -> None:
    add_route(services, 1, "France", sender="*@acme.fr")
    found = services.overview.dead_routes(datetime.now(UTC) + timedelta(days=days))
    assert [dead.reason for dead in found] == ([DeadReason.TRAFFIC] if is_dead else [])


def test_no_traffic_is_expected_at_a_connector_that_is_off(services: Services) -> None:
    add_route(services, 1, "France", sender="*@acme.fr")
    switch(services, 1, on=False)
    assert services.overview.dead_routes(datetime.now(UTC) + timedelta(days=31)) == ()


def test_the_first_steps_tick_one_by_one(services: Services) -> None:
    """UI 3.15."""
    before = services.overview.progress()
    assert (before.connectors, before.fallback, before.routed, before.mails) == (1, True, False, 0)
    add_route(services, 1, "France")
    take_in(services, 1, [letter("a@acme.fr", "One")])
    after = services.overview.progress()
    assert (after.routed, after.mails, after.is_new) == (True, True, False)


def test_the_newest_changes_come_first(services: Services) -> None:
    add_route(services, 1, "France")
    (newest,) = services.overview.recent_changes(1)
    assert (newest.head.kind, newest.head.name) == ("route", "France")
