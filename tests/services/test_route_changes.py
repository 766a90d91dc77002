"""What changes of routes would do to real mail, tried mails, and hit counters."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.errors import InputError, NotFoundError
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import Rules
from enate_desktop.services.proposals import Proposal
from enate_desktop.services.trial import MailForm, composed
from enate_desktop.wiring import Services
from tests.company import connector, document, open_services, route
from tests.services.received import receive

FRENCH_PDF = MailForm(
    "marie@acme.fr", "hr@acme.example", subject="Fiche", attachments=("fiche.pdf",)
)
PDF = MailForm("bob@other.example", "hr@acme.example", attachments=("a.pdf",))


def order(services: Services) -> tuple[Route, ...]:
    return services.routes.groups()[0].routes


def swapped(services: Services) -> Proposal:
    """Payslips before France."""
    before = order(services)
    return Proposal(before[0].connector_id, before, (before[1], before[0], *before[2:]))


def test_a_change_of_order_tells_which_recent_mails_would_go_elsewhere(services: Services) -> None:
    """G-09, X-01: only the mail that both routes take is named, from where to where."""
    receive(services, FRENCH_PDF, PDF, MailForm("x@y.example", "hr@acme.example"))
    found = services.proposals.consequences([swapped(services)])
    assert found.replayed.mails == 3
    assert [(m.source, m.target, len(m.mail_ids)) for m in found.replayed.moves] == [
        ("France", "Payslips", 1)
    ]
    (difference,) = found.replayed.differences
    compared = services.proposals.compare(difference.mail_id, swapped(services))
    assert [d.route for d in (*compared.before, *compared.after)] == ["France", "Payslips"]
    assert "took it" in compared.after[0].reason


def test_a_change_that_matters_to_no_mail_says_so(services: Services) -> None:
    """G-09."""
    receive(services, PDF)
    found = services.proposals.consequences([swapped(services)])
    assert (found.replayed.mails, found.replayed.differences) == (1, ())


def test_the_number_of_replayed_mails_is_a_setting(services: Services) -> None:
    """X-01: the newest are replayed."""
    receive(services, FRENCH_PDF, PDF, PDF)
    services.settings.save(replace(services.settings.get(), replayed_mails=2))
    found = services.proposals.consequences([swapped(services)])
    assert (found.replayed.mails, found.replayed.differences) == (2, ())


def test_a_cancelled_replay_ends(services: Services) -> None:
    """UI 3.7."""
    receive(services, FRENCH_PDF)
    found = services.proposals.consequences([swapped(services)], lambda: True)
    assert found.replayed.differences == ()


def test_a_pinned_mail_that_would_fail_is_shown_before_saving(services: Services) -> None:
    """X-06: a pin that fails already is not blamed on the change."""
    home = services.connectors.find("HR EMEA")
    services.analysis.pin(composed(FRENCH_PDF), home, "French slip")
    found = services.proposals.consequences([swapped(services)])
    assert [result.pin.name for _, result in found.broken_pins] == ["French slip"]
    services.routes.reorder(home.id, [r.id for r in swapped(services).after])
    assert not services.proposals.consequences([swapped(services)]).broken_pins


def test_a_mail_that_is_gone_cannot_be_compared(services: Services) -> None:
    """X-01."""
    with pytest.raises(NotFoundError):
        services.proposals.compare(99, swapped(services))


def test_a_route_in_the_making_counts_the_mails_it_would_take(services: Services) -> None:
    """UI 3.6: those addressed, those that fit its rules, and those no earlier route takes."""
    receive(services, FRENCH_PDF, PDF, MailForm("bob@other.example", "hr@acme.example"))
    france = order(services)[0]
    rules = Rules(senders=(parse_pattern("*@other.example"),))
    draft = replace(france, id=0, name="Bob", rules=rules)
    found = services.proposals.takes(draft)
    assert (found.looked_at, found.addressed, found.fitting, found.taken) == (3, 3, 2, ())
    payslips = replace(order(services)[1], rules=rules)
    found = services.proposals.takes(payslips)
    assert (found.fitting, len(found.taken)) == (2, 2)


def test_a_route_in_the_making_counts_nothing_for_an_address_nobody_writes_to(
    services: Services,
) -> None:
    """UI 3.6."""
    receive(services, PDF)
    draft = replace(order(services)[0], id=0, address="else@acme.example", rules=Rules())
    found = services.proposals.takes(draft)
    assert (found.looked_at, found.addressed, found.taken) == (1, 0, ())


def test_an_unusable_route_in_the_making_says_what_to_mend(services: Services) -> None:
    """R-11."""
    with pytest.raises(InputError) as caught:
        services.proposals.takes(replace(order(services)[0], address="nobody"))
    assert caught.value.field == "address"


def test_a_route_in_the_making_warns_as_if_it_were_saved(services: Services) -> None:
    """R-12: of itself, and of the routes it would hide."""
    first = replace(order(services)[0], rules=Rules())
    found = services.proposals.warnings(first)
    assert not found.own
    hidden = {r.id: r.name for r in order(services)}
    assert {hidden[w.route_id] for w in found.caused} == {"Payslips", "Everything else"}
    rules = Rules(senders=(parse_pattern("*@partner.example"),))
    last = replace(order(services)[0], id=0, name="Late", position=0, rules=rules)
    (warning,) = services.proposals.warnings(last).own
    assert warning.safe_place == 2


def test_a_tried_mail_is_decided_by_the_saved_order_and_by_the_draft(services: Services) -> None:
    """UI 3.7: nothing is created."""
    draft = {swapped(services).connector_id: swapped(services).after}
    trial = services.trial.of(composed(FRENCH_PDF), drafts=draft)
    (answer,) = trial.answers
    assert trial.addressed
    assert answer.draft is not None
    assert [d.route for d in (*answer.saved, *answer.draft)] == ["France", "Payslips"]
    assert services.work_items.page().total == 0


def test_a_tried_mail_asks_the_connectors_it_is_addressed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-04: all of them when it is addressed to none."""
    monkeypatch.setenv("HR_PASSWORD", "x")
    services = open_services(tmp_path / "two")
    other = connector(
        "Other", primary_address="o@acme.example", routes=[route("O", "o@acme.example")]
    )
    services.exchange.import_(document(connector(), other), tmp_path)
    for to, asked in (
        ("o@acme.example", ["Other"]),
        ("hr@acme.example; o@acme.example", ["HR EMEA", "Other"]),
        ("else@x.example", ["HR EMEA", "Other"]),
    ):
        trial = services.trial.of(composed(MailForm("a@b.example", to)))
        assert [answer.connector.name for answer in trial.answers] == asked
        assert trial.addressed is ("acme" in to)
    chosen = services.connectors.find("Other").id
    (answer,) = services.trial.of(composed(FRENCH_PDF), chosen).answers
    assert answer.connector.name == "Other"
    services.close()


@pytest.mark.parametrize(
    "text", ["marie@acme.fr\r\nBcc: x@y.z", "a@b.c", 'Ann "x" <a@b.c>; <d@e.f>']
)
def test_a_form_never_makes_a_header_of_its_own(text: str) -> None:
    """MAIL 4: what is typed stays in its field."""
    raw = composed(MailForm(text, "hr@acme.example", subject="S\r\nBcc: evil@x.example"))
    head = raw.partition(b"\r\n\r\n")[0].lower()
    assert b"\nbcc:" not in head


def test_hits_are_counted_by_day_and_can_be_reset(services: Services) -> None:
    """UI 3.5: seven days, and the history keeps what was counted."""
    receive(services, FRENCH_PDF, PDF, FRENCH_PDF)
    counters = services.route_hits.counters()
    routes = {r.name: counters[r.id] for r in order(services) if r.id in counters}
    assert (routes["France"].week, routes["Payslips"].week) == (2, 1)
    assert routes["France"].days[-1] == 2
    assert routes["Everything else"].week == 0
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert services.route_hits.counters(tomorrow)[order(services)[0].id].days[-2] == 2
    services.route_hits.reset([order(services)[0].id])
    assert services.route_hits.counters()[order(services)[0].id].week == 0
    assert services.history.entries("route")[0].old == "2"


def test_a_route_is_unused_only_after_thirty_counted_days(services: Services) -> None:
    """UI 3.5: a new route is not blamed."""
    receive(services, FRENCH_PDF)
    counters = services.route_hits.counters()
    france, payslips, *_ = order(services)
    now = datetime.now(UTC)
    assert not counters[payslips.id].unused(now)
    assert counters[payslips.id].unused(now + timedelta(days=31))
    assert counters[france.id].unused(now + timedelta(days=31))
    assert not counters[france.id].unused(now + timedelta(days=29))
