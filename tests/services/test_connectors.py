"""Connectors through the service: what may be saved, enabled and deleted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    Health,
    Security,
    ServerSettings,
    UseFor,
)
from enate_desktop.domain.errors import InputError, NotPermittedError, RefusedError, StaleError
from enate_desktop.mail.report import StageState
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import connector, document, open_services
from tests.services.connections import FOLDER, passed

SMTP = ServerSettings(
    "other_smtp", "127.0.0.1", 1587, Security.STARTTLS, Authentication.PASSWORD, "hr"
)


def only(services: Services) -> Connector:
    return services.connectors.all()[0]


def enabled(services: Services) -> Connector:
    return services.connectors.enable(only(services).id, passed(services, only(services)))


def test_enable_needs_a_passed_test_of_the_present_settings(services: Services) -> None:
    """C-05: untested, failed or out of date: it stays off."""
    item = only(services)
    assert not services.connectors.save(replace(item, enabled=True)).enabled
    good = passed(services, item)
    refused = replace(good.report.stages[0], state=StageState.FAILED)
    failed = ConnectionTest(replace(good.report, stages=(refused,)), good.fingerprint)
    for test in (failed, ConnectionTest(good.report, "of other settings")):
        with pytest.raises(RefusedError, match="stays off"):
            services.connectors.enable(item.id, test)
    assert services.connectors.enable(item.id, good).enabled


@pytest.mark.parametrize(
    "change",
    [{"host": "127.0.0.2"}, {"port": 1144}, {"security": Security.NONE}, {"username": "payroll"}],
)
def test_changing_a_connection_field_switches_enable_off(
    services: Services, change: dict[str, Any]
) -> None:
    """C-05: the test is out of date."""
    live = enabled(services)
    assert live.incoming is not None
    saved = services.connectors.save(replace(live, incoming=replace(live.incoming, **change)))
    assert not saved.enabled


def test_changing_the_password_switches_enable_off(services: Services) -> None:
    """C-05: the password is a connection field; the same one again is no change."""
    live = enabled(services)
    same = services.connectors.save(live, {SecretName.INCOMING_PASSWORD: secret("hr").encode()})
    assert same.enabled
    assert not services.connectors.save(same, {SecretName.INCOMING_PASSWORD: b"other"}).enabled


def test_name_and_fallback_do_not_make_the_test_out_of_date(services: Services) -> None:
    """C-05: only connection fields do (UI 3.4)."""
    live = enabled(services)
    assert live.fallback is not None
    renamed = replace(live, name="HR", fallback=replace(live.fallback, only_test_mode=True))
    assert services.connectors.save(renamed).enabled


def test_a_test_on_screen_counts_for_the_save_that_follows(services: Services) -> None:
    """C-06: test what is on screen, then save it enabled in one step."""
    item = only(services)
    assert item.incoming is not None
    moved = replace(item, enabled=True, incoming=replace(item.incoming, host="127.0.0.9"))
    secret = {SecretName.INCOMING_PASSWORD: b"new one"}
    test = passed(services, moved, secret)
    assert services.connectors.save(moved, secret, test).enabled


def test_the_first_enable_notes_what_is_already_there(services: Services) -> None:
    """C-12: only new mail from now, by default."""
    live = enabled(services)
    epoch = services.intake.epoch(live, FOLDER)
    assert (epoch.baseline_uid, epoch.last_uid) == (100, 100)
    assert services.intake.unknown(epoch, [99, 100, 101, 102]) == {101, 102}


def test_a_second_enable_does_not_skip_what_arrived_meanwhile(services: Services) -> None:
    """C-12: the choice is for the first enable only; nothing is lost while off."""
    live = enabled(services)
    services.connectors.disable(live.id)
    later = replace(FOLDER, uidnext=500)
    test = passed(services, only(services))
    again = ConnectionTest(replace(test.report, folder=later), test.fingerprint)
    services.connectors.enable(live.id, again)
    assert services.intake.epoch(live, later).baseline_uid == 100


def test_a_password_is_counted_not_cut(services: Services) -> None:
    """C-01: at most 50 characters."""
    item = only(services)
    services.connectors.save(item, {SecretName.INCOMING_PASSWORD: b"x" * 50})
    with pytest.raises(InputError, match="64 characters; the limit is 50"):
        services.connectors.save(only(services), {SecretName.INCOMING_PASSWORD: b"x" * 64})


def test_no_secret_is_in_history_or_the_file(services: Services, tmp_path: Path) -> None:
    """S-02: a canary is found nowhere."""
    services.connectors.save(only(services), {SecretName.INCOMING_PASSWORD: b"canary-4711"})
    told = " ".join(map(str, services.history.entries()))
    assert "incoming.password" in told
    assert "canary" not in told
    for file in (tmp_path / "data").rglob("*"):
        if file.is_file():
            assert b"canary" not in file.read_bytes()


def test_a_receiving_connector_needs_a_fallback(services: Services) -> None:
    """C-07: save is refused without it."""
    with pytest.raises(InputError, match="fallback"):
        services.connectors.save(replace(only(services), fallback=None))


def test_names_are_unique_whatever_their_case(services: Services) -> None:
    """C-11."""
    twin = replace(only(services), id=0, name="hr  emea", primary_address="x@acme.example")
    with pytest.raises(InputError, match="already a connector named"):
        services.connectors.save(twin)


def test_an_address_is_received_by_one_connector(services: Services) -> None:
    """C-11: an outgoing one may share it."""
    twin = replace(only(services), id=0, name="Twin", primary_address="HR@ACME.example")
    with pytest.raises(InputError, match="already belongs"):
        services.connectors.save(twin)
    sender = replace(twin, use_for=UseFor.OUTGOING, outgoing=SMTP)
    assert services.connectors.save(sender).id


def test_there_is_exactly_one_default_sender(services: Services) -> None:
    """C-09: the first one that sends; it can be handed on."""
    item = replace(only(services), id=0, use_for=UseFor.OUTGOING, outgoing=SMTP, name="A")
    first = services.connectors.save(item)
    second = services.connectors.save(replace(item, name="B"))
    assert (first.default_sender, second.default_sender) == (True, False)
    services.connectors.make_default_sender(second.id)
    assert [c.name for c in services.connectors.all() if c.default_sender] == ["B"]


def test_a_new_default_sender_takes_over(services: Services) -> None:
    """C-09: also when a file or the editor asks for it."""
    item = replace(only(services), id=0, use_for=UseFor.OUTGOING, outgoing=SMTP, name="A")
    services.connectors.save(item)
    services.connectors.save(replace(item, name="B", default_sender=True))
    assert [c.name for c in services.connectors.all() if c.default_sender] == ["B"]


def test_the_default_sender_cannot_be_deleted_while_another_could_be(services: Services) -> None:
    """C-10."""
    item = replace(only(services), id=0, use_for=UseFor.OUTGOING, outgoing=SMTP, name="A")
    first = services.connectors.save(item)
    services.connectors.save(replace(item, name="B"))
    with pytest.raises(RefusedError, match="default sender"):
        services.connectors.delete(first.id)


def test_a_live_sender_cannot_become_incoming(services: Services) -> None:
    """C-09."""
    both = services.connectors.save(replace(only(services), use_for=UseFor.BOTH, outgoing=SMTP))
    live = services.connectors.enable(both.id, passed(services, both))
    with pytest.raises(RefusedError, match="cannot become Incoming"):
        services.connectors.save(replace(live, use_for=UseFor.INCOMING))


def test_deleting_is_refused_while_enabled_and_keeps_history(services: Services) -> None:
    """C-10: the name is free again, what happened stays told."""
    live = enabled(services)
    with pytest.raises(RefusedError, match="enabled"):
        services.connectors.delete(live.id)
    services.connectors.disable(live.id)
    services.connectors.delete(live.id)
    assert services.connectors.all() == ()
    assert services.routes.groups() == ()
    assert services.history.entries("connector", live.id)[0].action == "deleted"
    assert services.connectors.stored_secrets(live.id) == frozenset()


def test_dependants_are_told_before_deleting(services: Services) -> None:
    """C-10: lists what depends on it."""
    assert services.connectors.dependants(only(services).id) == (
        "3 email routes are deleted with it.",
    )


def test_refused_sign_in_stops_at_once_with_reason(services: Services) -> None:
    """C-08: auto-stop, history line by System."""
    live = enabled(services)
    services.connectors.note_failure(live.id, "Sign-in was refused.", final=True)
    stopped = only(services)
    assert (stopped.enabled, stopped.condition.health) == (False, Health.STOPPED)
    newest = services.history.entries("connector", live.id)[0]
    assert (newest.action, newest.new) == ("stopped", "Sign-in was refused.")


def test_an_unreachable_server_stops_after_the_configured_number(services: Services) -> None:
    """C-08: five attempts by default; a success resets the counter."""
    live = enabled(services)
    for _ in range(4):
        services.connectors.note_failure(live.id, "No answer.", final=False)
    services.connectors.note_success(live.id)
    for _ in range(4):
        condition = services.connectors.note_failure(live.id, "No answer.", final=False)
    assert (condition.failures, only(services).enabled) == (4, True)
    services.connectors.note_failure(live.id, "No answer.", final=False)
    assert not only(services).enabled


def test_a_stale_save_is_refused(services: Services) -> None:
    """S-01."""
    mine = only(services)
    services.connectors.save(replace(mine, name="Theirs"))
    with pytest.raises(StaleError):
        services.connectors.save(replace(mine, name="Mine"))


def test_an_untouched_save_changes_nothing(services: Services) -> None:
    """R-08: no line of history for nothing."""
    before = services.history.entries()
    item = only(services)
    assert services.connectors.save(item).version == item.version
    assert services.history.entries() == before


def test_a_viewer_may_not_edit_connectors(services: Services, tmp_path: Path) -> None:
    """P-01."""
    viewer = open_services(tmp_path / "data", login="victor")
    with pytest.raises(NotPermittedError, match="Edit connectors"):
        viewer.connectors.save(only(viewer))
    with pytest.raises(NotPermittedError):
        viewer.exchange.import_(document(connector(name="New")), tmp_path)
    viewer.close()
