"""Outgoing routes: another From address of a connector, enabled only after a test of it (R-02)."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    Security,
    ServerSettings,
    UseFor,
)
from enate_desktop.domain.errors import InputError, NotFoundError, NotPermittedError, RefusedError
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.mail.report import Stage, StageResult, StageState
from enate_desktop.services.fingerprints import route_fingerprint
from enate_desktop.services.route_edits import save_outgoing
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import open_services
from tests.mail.support import smtp_script
from tests.servers.pki import Pki
from tests.servers.scripted import ScriptedServer
from tests.servers.smtp_sink import Demand, SmtpSink
from tests.services.connections import passed

PASSWORD = SecretName.OUTGOING_PASSWORD
ADDRESS = "payroll@acme.example"


@pytest.fixture
def sender(services: Services) -> Connector:
    """A stored connector that sends, without a server behind it."""
    settings = ServerSettings(
        "other_smtp", "127.0.0.1", 1587, Security.STARTTLS, Authentication.PASSWORD, "hr"
    )
    item = replace(services.connectors.all()[0], use_for=UseFor.BOTH, outgoing=settings)
    return services.connectors.save(item, {PASSWORD: secret("smtp").encode()})


def new_route(sender: Connector, **changes: Any) -> OutgoingRoute:
    return replace(OutgoingRoute(0, sender.id, "Payroll replies", ADDRESS), **changes)


def passed_route(services: Services, route: OutgoingRoute) -> ConnectionTest:
    """A passed test of ``route`` as the service would bind it."""
    with services.context.database.read() as work:
        connector = work.connectors.get(route.connector_id)
        assert connector is not None
        present = route_fingerprint(services.context, work, connector, route.address)
    return replace(passed(services, connector), fingerprint=present)


def live_route(services: Services, sender: Connector) -> OutgoingRoute:
    stored = services.routes.save_outgoing(new_route(sender))
    return services.outgoing_tests.enable(stored.id, passed_route(services, stored))


def stored_route(services: Services, route_id: int) -> OutgoingRoute:
    with services.context.database.read() as work:
        return next(r for r in work.routes.outgoing() if r.id == route_id)


def run(services: Services, route: OutgoingRoute, send_to: str | None = None) -> ConnectionTest:
    return services.outgoing_tests.run(route, lambda _stage: None, threading.Event(), send_to)


def send_stage(test: ConnectionTest) -> StageResult:
    return next(result for result in test.report.stages if result.stage is Stage.SEND)


def test_an_untested_route_cannot_be_enabled(services: Services, sender: Connector) -> None:
    """R-02."""
    with pytest.raises(RefusedError, match="stays off"):
        services.routes.save_outgoing(new_route(sender, enabled=True))
    stored = services.routes.save_outgoing(new_route(sender))
    good = passed_route(services, stored)
    stage = replace(good.report.stages[0], state=StageState.FAILED)
    failed = replace(good, report=replace(good.report, stages=(stage,)))
    of_connector = passed(services, sender)
    of_other = passed_route(services, replace(stored, address="sales@acme.example"))
    for test in (failed, of_connector, of_other):
        with pytest.raises(RefusedError, match="stays off"):
            services.outgoing_tests.enable(stored.id, test)
    assert services.outgoing_tests.enable(stored.id, good).enabled


def test_a_route_tested_on_screen_is_saved_enabled(services: Services, sender: Connector) -> None:
    """R-02, C-06: one step for what was just tested."""
    route = new_route(sender, enabled=True)
    saved = services.routes.save_outgoing(route, passed_route(services, route))
    assert (saved.tested, saved.enabled) == (True, True)
    off = services.routes.save_outgoing(replace(saved, enabled=False))
    assert services.routes.save_outgoing(replace(off, enabled=True)).enabled


@pytest.mark.parametrize(
    "change",
    [{"name": "Payroll"}, {"description": "Payslips"}, {"address": "PAYROLL@acme.example"}],
)
def test_words_do_not_make_the_test_out_of_date(
    services: Services, sender: Connector, change: dict[str, Any]
) -> None:
    """R-02: only the address and the connection do."""
    live = live_route(services, sender)
    assert services.routes.save_outgoing(replace(live, **change)).enabled


def test_another_address_switches_the_route_off(services: Services, sender: Connector) -> None:
    """R-02: on save, as with connectors; the history tells it."""
    live = live_route(services, sender)
    saved = services.routes.save_outgoing(replace(live, address="sales@acme.example"))
    assert (saved.tested, saved.enabled) == (False, False)
    told = {e.field for e in services.history.entries("outgoing route", live.id)[:3]}
    assert {"address", "enabled"} <= told


def test_another_connector_switches_the_route_off(services: Services, sender: Connector) -> None:
    """R-02: the other server was not asked."""
    live = live_route(services, sender)
    other = services.connectors.save(
        replace(sender, id=0, name="Other", use_for=UseFor.OUTGOING),
        {PASSWORD: secret("smtp").encode()},
    )
    assert not services.routes.save_outgoing(replace(live, connector_id=other.id)).enabled


@pytest.mark.parametrize(
    ("changes", "secrets"),
    [
        ({"outgoing": {"host": "127.0.0.2"}}, {}),
        ({"outgoing": {"username": "other"}}, {}),
        ({}, {PASSWORD: b"another"}),
        ({"use_for": UseFor.INCOMING}, {}),
    ],
)
def test_another_connection_switches_the_routes_of_a_connector_off(
    services: Services,
    sender: Connector,
    changes: dict[str, Any],
    secrets: dict[SecretName, bytes | None],
) -> None:
    """R-02: what was tested is over, by whatever the connector was changed."""
    live = live_route(services, sender)
    assert sender.outgoing is not None
    wanted = sender
    if "outgoing" in changes:
        wanted = replace(sender, outgoing=replace(sender.outgoing, **changes["outgoing"]))
    wanted = replace(wanted, use_for=changes.get("use_for", sender.use_for))
    services.connectors.save(wanted, secrets)
    stored = stored_route(services, live.id)
    assert (stored.tested, stored.enabled) == (False, False)
    told = services.history.entries("outgoing route", live.id)[0]
    assert (told.action, told.field) == ("switched off", "reason")


def test_what_concerns_receiving_leaves_outgoing_routes_alone(
    services: Services, sender: Connector
) -> None:
    """R-02."""
    live = live_route(services, sender)
    assert sender.incoming is not None
    moved = replace(sender, name="HR", incoming=replace(sender.incoming, host="127.0.0.9"))
    services.connectors.save(moved, {SecretName.INCOMING_PASSWORD: b"new"})
    assert stored_route(services, live.id).enabled


def test_a_route_needs_a_connector_that_sends_and_an_address(
    services: Services, sender: Connector
) -> None:
    """R-02: nothing is connected for less."""
    with pytest.raises(InputError) as caught:
        run(services, new_route(sender, address="payroll"))
    assert caught.value.field == "address"
    services.connectors.save(replace(sender, use_for=UseFor.INCOMING))
    with pytest.raises(InputError, match="connector that sends") as caught:
        run(services, new_route(sender))
    assert caught.value.field == "connector"


def test_a_route_that_is_gone_is_not_enabled(services: Services, sender: Connector) -> None:
    """R-02."""
    live = live_route(services, sender)
    test = passed_route(services, live)
    services.routes.delete_outgoing(live.id)
    with pytest.raises(NotFoundError):
        services.outgoing_tests.enable(live.id, test)


def test_a_file_leaves_an_untested_route_off(services: Services, sender: Connector) -> None:
    """SPEC 11: an import is not stopped by it."""
    with services.context.database.write() as work:
        wanted = new_route(sender, enabled=True)
        route_id = save_outgoing(services.context, work, wanted, strict=False)
    assert not stored_route(services, route_id).enabled


@pytest.mark.parametrize(
    "action",
    [
        lambda s, r: run(s, r),
        lambda s, r: s.outgoing_tests.enable(r.id, passed_route(s, r)),
        lambda s, r: s.routes.save_outgoing(replace(r, name="Mine")),
    ],
)
def test_outgoing_routes_need_the_permission_of_routes(
    services: Services,
    sender: Connector,
    tmp_path: Path,
    action: Callable[[Services, OutgoingRoute], object],
) -> None:
    """P-01."""
    route = services.routes.save_outgoing(new_route(sender))
    viewer = open_services(tmp_path / "data", login="victor")
    with pytest.raises(NotPermittedError, match="Edit routes"):
        action(viewer, route)
    viewer.close()


def at_server(
    services: Services, sender: Connector, settings: ServerSettings, password: bytes
) -> Connector:
    """``sender`` connected to a real server."""
    return services.connectors.save(replace(sender, outgoing=settings), {PASSWORD: password})


def test_the_server_is_asked_and_nothing_is_sent(
    services: Services, sender: Connector, smtp_sink: SmtpSink, pki: Pki
) -> None:
    """R-02: signed in as the connector, from the address of the route."""
    user = smtp_sink.new_user()
    settings = ServerSettings(
        "other_smtp",
        smtp_sink.host,
        smtp_sink.port("starttls", Demand.SIGN_IN),
        Security.STARTTLS,
        username=user,
        ca_certificate=pki.ca_pem,
    )
    item = at_server(services, sender, settings, smtp_sink.password(user).encode())
    route = services.routes.save_outgoing(new_route(item))
    test = run(services, route)
    assert test.ok, test.report.summary
    assert {result.side for result in test.report.stages} == {"outgoing"}
    assert f"takes {ADDRESS} as" in send_stage(test).detail
    assert smtp_sink.mails_to(ADDRESS) == []
    assert services.outgoing_tests.enable(route.id, test).enabled


def test_a_mail_is_sent_only_to_an_address_that_was_given(
    services: Services, sender: Connector, smtp_sink: SmtpSink, pki: Pki
) -> None:
    """C-06, R-02: From is the address of the route."""
    user = smtp_sink.new_user()
    settings = ServerSettings(
        "other_smtp",
        smtp_sink.host,
        smtp_sink.port("tls", Demand.SIGN_IN),
        Security.TLS,
        username=user,
        ca_certificate=pki.ca_pem,
    )
    item = at_server(services, sender, settings, smtp_sink.password(user).encode())
    test = run(services, new_route(item), "anna@outgoing-test.example")
    assert test.ok, test.report.summary
    (mail,) = smtp_sink.mails_to("anna@outgoing-test.example")
    assert (mail.sender, mail.user) == (ADDRESS, user)


def test_a_server_that_refuses_the_address_fails_the_test(
    services: Services, sender: Connector
) -> None:
    """R-02: MAIL FROM is what the test is about; the words are the server's own."""
    answers = {"MAIL": b"553 5.7.1 payroll@acme.example: not yours\r\n"}
    with ScriptedServer(smtp_script(answers)) as server:
        settings = ServerSettings(
            "other_smtp", server.host, server.port, Security.NONE, Authentication.NONE
        )
        item = services.connectors.save(replace(sender, outgoing=settings))
        test = run(services, new_route(item))
    assert not test.ok
    assert send_stage(test).state is StageState.FAILED
    assert "not yours" in send_stage(test).server_words
    with pytest.raises(RefusedError, match="stays off"):
        services.routes.save_outgoing(new_route(item, enabled=True), test)


def test_a_test_is_cancelled_and_told_stage_by_stage(services: Services, sender: Connector) -> None:
    """C-06."""
    cancel, seen = threading.Event(), list[StageResult]()
    cancel.set()
    test = services.outgoing_tests.run(new_route(sender), seen.append, cancel)
    assert test.report.cancelled
    assert tuple(seen) == test.report.stages


def told(services: Services, kind: str, subject_id: int) -> list[str]:
    """What history says of tests, newest first."""
    lines = services.history.entries(kind, subject_id)
    return [line.new for line in lines if line.action == "tested"]


def test_tests_are_told_in_the_history(services: Services, sender: Connector) -> None:
    """R-08: passed or failed, of what was saved or not; never one that was cancelled."""
    quiet: tuple[Callable[[StageResult], None], threading.Event] = (
        lambda _stage: None,
        threading.Event(),
    )
    with ScriptedServer(smtp_script()) as server:
        settings = ServerSettings(
            "other_smtp", server.host, server.port, Security.NONE, Authentication.NONE
        )
        only_sends = replace(sender, use_for=UseFor.OUTGOING, outgoing=settings)
        item = services.connectors.save(only_sends)
        route = services.routes.save_outgoing(new_route(item))
        good = services.testing.run(item, {}, *quiet)
        run(services, route)
        run(services, replace(route, address="sales@acme.example"))
        services.testing.run(replace(item, id=0, name="New"), {}, *quiet)
    services.testing.run(replace(item, outgoing=replace(settings, port=1)), {}, *quiet)
    cancelled = threading.Event()
    cancelled.set()
    services.testing.run(item, {}, quiet[0], cancelled)
    failed, first = told(services, "connector", item.id)
    assert good.ok
    assert first == good.report.summary
    assert failed.startswith("Nothing listens at 127.0.0.1 port 1.")
    assert failed.endswith("With settings that were not saved.")
    unsaved, saved = told(services, "outgoing route", route.id)
    assert saved == first
    assert unsaved.endswith("From sales@acme.example, which was not saved.")


def test_a_file_that_changes_the_address_of_a_tested_route_leaves_it_off_with_a_note(
    services: Services, sender: Connector, tmp_path: Path
) -> None:
    """R-02, SPEC 11: on or off before, the import goes through and says what is left to do."""
    live = live_route(services, sender)
    for was_on in (True, False):
        services.routes.save_outgoing(replace(stored_route(services, live.id), address=ADDRESS))
        services.outgoing_tests.enable(live.id, passed_route(services, live))
        if not was_on:
            services.routes.save_outgoing(replace(stored_route(services, live.id), enabled=False))
        document = services.exchange.export()
        (facts,) = document["connectors"][0]["outgoing_routes"]
        facts |= {"address": "sales@acme.example", "enabled": True}
        report = services.exchange.import_(document, tmp_path)
        assert any('outgoing route "Payroll replies" was left off' in n for n in report.notes)
        assert not stored_route(services, live.id).enabled
