"""What the monitor is told: counts, decided mails in words, errors, throughput, diagnostics."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Condition, Health
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.work_items import End
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.services.bundle import Services
from enate_desktop.services.monitor import MailFilter, MonitorService, Span
from enate_desktop.services.throughput import ThroughputCounter
from enate_desktop.storage.monitor import ERRORS_KEPT
from tests.views.page_samples import add_connector, add_route, company, letter, take_in

TODAY = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


def refused(words: str = "") -> MailError:
    return MailError(
        ErrorKind.AUTHENTICATION,
        "Sign-in was refused.",
        "No mail is taken in. Type the password again.",
        field="incoming.password",
        server_words=words,
    )


def test_an_error_keeps_the_sentence_the_words_and_the_field(services: Services) -> None:
    """C-08: the reason is shown, with what to mend."""
    services.monitor.note(1, "incoming", refused("NO [AUTHENTICATIONFAILED] nope"))
    (error,) = services.monitor.errors()
    assert error.sentence == "Sign-in was refused. No mail is taken in. Type the password again."
    assert (error.server_words, error.field, error.side) == (
        "NO [AUTHENTICATIONFAILED] nope",
        "incoming.password",
        "incoming",
    )


def test_only_the_newest_errors_are_kept(services: Services) -> None:
    for number in range(12):
        services.monitor.note(1, "incoming", EnateError(f"Trouble {number}."))
    with services.context.database.write() as work:
        first = work.monitor.errors()[-1]
        for _ in range(ERRORS_KEPT):
            work.monitor.note_error(first)
    assert len(services.monitor.errors(limit=5000)) == ERRORS_KEPT
    assert {error.title for error in services.monitor.errors(limit=5000)} == {"Trouble 0."}


def test_an_overview_counts_today_by_connector(services: Services) -> None:
    other = add_connector(services, "Payroll", "pay@acme.example")
    take_in(services, 1, [letter("a@foo.org", "One"), letter("b@foo.org", "Two")])
    services.monitor.note(other.id, "incoming", refused())
    found = {s.connector.name: s for s in services.monitor.overview(TODAY).connectors}
    assert (found["HR EMEA"].today, found["HR EMEA"].errors) == (2, 0)
    assert (found["Payroll"].today, found["Payroll"].errors) == (0, 1)
    assert found["Payroll"].last_error is not None
    assert found["Payroll"].last_error.title == "Sign-in was refused."


def test_yesterday_is_not_today(services: Services) -> None:
    take_in(services, 1, [letter("a@foo.org", "One")])
    services.monitor.note(1, "incoming", refused())
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    (status,) = services.monitor.overview(tomorrow).connectors
    assert (status.today, status.errors) == (0, 0)


def test_the_totals_tell_what_waits_and_what_failed(services: Services) -> None:
    take_in(services, 1, [letter("a@foo.org", "One", "other@acme.example")])
    overview = services.monitor.overview(TODAY)
    assert (overview.unhandled, overview.queue, overview.failed) == (1, 0, 0)


def test_a_paused_connector_says_until_when_and_by_whom(services: Services) -> None:
    until = datetime.now(UTC) + timedelta(minutes=15)
    services.pauses.pause([1], until)
    (status,) = services.monitor.overview(TODAY).connectors
    assert status.pause is not None
    assert (status.pause.by, status.pause.until) == ("anna", until)


def test_a_mail_is_told_with_route_place_and_reference(services: Services) -> None:
    """UI 3.10: ``France (1) → 10001-C``."""
    add_route(services, 1, "France", sender="*@foo.org")
    take_in(services, 1, [letter("a@foo.org", "Arrivée lundi")])
    (line,) = services.monitor.mails(MailFilter())
    assert line.subject == "Arrivée lundi"
    assert line.words == "France (1) → 10001-C"
    assert line.work_item_id == 1
    assert line.connector == "HR EMEA"


def test_an_unhandled_mail_is_told_with_its_reason(services: Services) -> None:
    take_in(services, 1, [letter("a@foo.org", "Hello", "other@acme.example")])
    (line,) = services.monitor.mails(MailFilter(end=End.UNHANDLED))
    assert line.words.startswith("unhandled: No route for other@acme.example")
    assert line.work_item_id is None


def test_a_reply_is_told_as_linked(services: Services) -> None:
    take_in(services, 1, [letter("a@foo.org", "One", message_id="<first@foo.org>")])
    reply = letter("a@foo.org", "Re: One", In_Reply_To="<first@foo.org>")
    take_in(services, 1, [reply])
    assert services.monitor.mails(MailFilter(end=End.APPENDED))[0].words.startswith("linked to ")


def test_mails_are_paged_without_gap_or_repetition(services: Services) -> None:
    take_in(services, 1, [letter("a@foo.org", f"Mail {n}") for n in range(7)])
    first = services.monitor.mails(MailFilter(), limit=3)
    second = services.monitor.mails(MailFilter(before_id=first[-1].intake_id), limit=10)
    assert [line.subject for line in (*first, *second)] == [f"Mail {n}" for n in range(6, -1, -1)]


def test_mails_are_filtered_by_connector(services: Services) -> None:
    other = add_connector(services, "Payroll", "pay@acme.example")
    take_in(services, 1, [letter("a@foo.org", "One")])
    take_in(services, other.id, [letter("a@foo.org", "Two", "pay@acme.example")])
    lines = services.monitor.mails(MailFilter(connector_id=other.id))
    assert [line.subject for line in lines] == ["Two"]


@pytest.mark.parametrize("span", list(Span))
def test_throughput_counts_mails_and_errors_in_the_last_step(
    services: Services, span: Span
) -> None:
    take_in(services, 1, [letter("a@foo.org", "One"), letter("b@foo.org", "Two")])
    services.monitor.note(1, "incoming", refused())
    found = services.monitor.throughput(span)
    assert len(found.mails) == len(found.errors) == span.steps
    assert (sum(found.mails), sum(found.errors)) == (2, 1)
    assert sum(found.mails[-2:]) == 2


def test_a_step_that_is_over_is_counted_once(services: Services) -> None:
    """A week is 168 questions the first time and few afterwards."""
    counter = ThroughputCounter(services.context)
    now = datetime.now(UTC) + timedelta(hours=1)
    take_in(services, 1, [letter("a@foo.org", "One")])
    before = counter.count(Span.DAY, now)
    with services.context.database.write() as work:
        work.connection.exec_driver_sql("DELETE FROM decisions")
        work.connection.exec_driver_sql("DELETE FROM intake")
    assert counter.count(Span.DAY, now) == before
    assert sum(ThroughputCounter(services.context).count(Span.DAY, now).mails) == 0


def test_the_log_is_read_line_by_line(services: Services, tmp_path: Path) -> None:
    (tmp_path / "enate-desktop.log").write_text(
        "2026-11-23 12:00:00,123 INFO enate_desktop.worker.poller: connector 1: looked\n"
        "2026-11-23 12:00:01,000 WARNING enate_desktop.session: something\n"
        "Traceback: more of it\n",
        "utf-8",
    )
    looked, something = MonitorService(services.context, tmp_path).log()
    assert (looked.time, looked.level, looked.connector, looked.text) == (
        "2026-11-23 12:00:00",
        "info",
        "HR EMEA",
        "looked",
    )
    assert something.text == "something\nTraceback: more of it"


def test_without_a_log_there_are_no_lines(services: Services, tmp_path: Path) -> None:
    assert MonitorService(services.context, tmp_path / "nowhere").log() == ()


def secrets_and_names(services: Services) -> tuple[str, ...]:
    """What must not be in diagnostics that were not asked for with addresses."""
    return ("anna", "hr@acme.example", "acme", "127.0.0.1", "HR EMEA", "canary.example", "10.1.2.3")


@pytest.fixture
def troubled(services: Services) -> Services:
    error = MailError(
        ErrorKind.UNREACHABLE,
        "mail.canary.example does not answer.",
        "hr@acme.example at 10.1.2.3 gets no mail.",
        server_words="anna is not welcome at mail.canary.example",
    )
    services.monitor.note(1, "incoming", error)
    with services.context.database.write() as work:
        words = "10.1.2.3 (mail.canary.example) does not answer to anna."
        work.connectors.set_condition(1, Condition(Health.FAILING, words, 3))
    return services


def test_diagnostics_name_nobody(troubled: Services) -> None:
    """MAIL 4 G 135, 136: what is handed on says what happened, not to whom."""
    text = troubled.monitor.diagnostics()
    for name in secrets_and_names(troubled):
        assert name.casefold() not in text.casefold()
    assert "sqlite, schema" in text
    assert "does not answer" in text


def test_diagnostics_use_the_same_placeholder_for_the_same_name(troubled: Services) -> None:
    text = troubled.monitor.diagnostics()
    hosts = {line.partition("<host ")[2].partition(">")[0] for line in text.splitlines()}
    assert text.count("<host 2>") + text.count("<host 1>") >= 3
    assert len(hosts - {""}) <= 2


def test_diagnostics_with_addresses_when_they_are_wanted(troubled: Services) -> None:
    text = troubled.monitor.diagnostics(include_addresses=True)
    assert "mail.canary.example" in text
    assert "HR EMEA" in text


def test_diagnostics_never_hold_a_password(troubled: Services) -> None:
    assert "correct" not in troubled.monitor.diagnostics(include_addresses=True)
