"""Connectors: the default sender, deleting, copies, names, what stops one, what signs in safely."""

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.domain.connectors import (
    AfterIntake,
    Authentication,
    Condition,
    Connector,
    Health,
    IntakeAction,
    Security,
    ServerSettings,
    UseFor,
    sign_in_needed,
)
from enate_desktop.domain.errors import (
    CredentialError,
    EnateError,
    InputError,
    NotPermittedError,
    RefusedError,
    SignInNeededError,
    StorageError,
    UnavailableError,
)
from enate_desktop.domain.oauth import OAuthProvider, OAuthSettings
from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.services.connector_edits import save_connector
from enate_desktop.services.failures import Failure, Network, weighed
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.company import open_services
from tests.credentials.pfx_files import PASSWORD, pfx
from tests.services.connections import passed

SMTP = ServerSettings(
    "other_smtp", "127.0.0.1", 1587, Security.STARTTLS, Authentication.PASSWORD, "hr"
)
SENDER = Connector(0, "Sender", UseFor.OUTGOING, "hr@acme.example", outgoing=SMTP)
REGISTRATION = OAuthSettings(OAuthProvider.MICROSOFT, client_id="3f0c2a3e")


def only(services: Services) -> Connector:
    return services.connectors.all()[0]


def senders(services: Services, *names: str) -> list[Connector]:
    """Saved connectors that send; the first is the default sender."""
    return [services.connectors.save(replace(SENDER, name=name)) for name in names]


def default_senders(services: Services) -> list[str]:
    return [c.name for c in services.connectors.all() if c.default_sender]


def enabled(services: Services, item: Connector) -> Connector:
    return services.connectors.enable(item.id, passed(services, item))


def as_incoming(services: Services, sender: Connector) -> Connector:
    """``sender`` as it would be if it only received."""
    example = next(c for c in services.connectors.all() if c.incoming is not None)
    return replace(
        sender,
        use_for=UseFor.INCOMING,
        primary_address=f"{sender.name.casefold()}@acme.example",
        incoming=example.incoming,
        fallback=example.fallback,
    )


def test_the_default_sender_cannot_stop_sending_while_another_could_be(services: Services) -> None:
    """C-09: exactly one; a person chooses the next."""
    first, second = senders(services, "A", "B")
    with pytest.raises(RefusedError, match="default sender") as caught:
        services.connectors.save(as_incoming(services, first))
    assert caught.value.field == "use_for"
    services.connectors.make_default_sender(second.id)
    services.connectors.save(as_incoming(services, services.connectors.get(first.id)))
    assert default_senders(services) == ["B"]


def test_the_last_sender_may_stop_sending(services: Services) -> None:
    """C-09: then there is none; the next one that sends is it."""
    (first,) = senders(services, "A")
    services.connectors.save(as_incoming(services, first))
    assert default_senders(services) == []
    assert senders(services, "B")[0].default_sender


def test_a_file_hands_the_default_sender_on(services: Services) -> None:
    """C-09, SPEC 11: the order of connectors does not stop an import; a live one is next."""
    first, second, third = senders(services, "A", "B", "C")
    enabled(services, third)
    with services.context.database.write() as work:
        wanted = as_incoming(services, first)
        save_connector(services.context, work, wanted, {}, strict=False)
    assert default_senders(services) == ["C"]
    told = services.history.entries("connector", third.id)[0]
    assert (told.field, told.old, told.new) == ("default_sender", "off", "on")
    assert not services.connectors.get(second.id).default_sender


def test_history_tells_whom_a_new_default_sender_replaced(services: Services) -> None:
    """C-09, R-08: on both connectors."""
    first, second = senders(services, "A", "B")
    services.connectors.save(replace(second, default_sender=True))
    for item, old, new in ((first, "on", "off"), (second, "off", "on")):
        told = services.history.entries("connector", item.id)[0]
        assert (told.field, told.old, told.new) == ("default_sender", old, new)


def test_the_default_sender_stays_when_nobody_else_is_chosen(services: Services) -> None:
    """C-09: the tick cannot simply be taken away."""
    first, _ = senders(services, "A", "B")
    assert services.connectors.save(replace(first, default_sender=False)).default_sender


def test_a_live_sender_stays_one_even_when_switched_off_in_the_same_save(
    services: Services,
) -> None:
    """C-09: two steps, so that nobody does it by accident."""
    live = enabled(services, senders(services, "A")[0])
    wanted = replace(as_incoming(services, live), enabled=False)
    with pytest.raises(RefusedError, match="cannot become Incoming"):
        services.connectors.save(wanted)


def test_everything_that_depends_on_a_connector_is_listed(services: Services) -> None:
    """C-10: in words, with the right number."""
    both = services.connectors.save(replace(only(services), use_for=UseFor.BOTH, outgoing=SMTP))
    services.routes.save_outgoing(OutgoingRoute(0, both.id, "Payroll", "payroll@acme.example"))
    assert services.connectors.dependants(both.id) == (
        "3 email routes are deleted with it.",
        "1 outgoing route is deleted with it.",
        "No other connector sends: no automated email is sent until there is one.",
    )
    senders(services, "Another")
    assert len(services.connectors.dependants(both.id)) == 2


def test_the_only_sender_may_be_deleted(services: Services) -> None:
    """C-10: there is no other that could take its part."""
    (first,) = senders(services, "A")
    services.connectors.delete(first.id)
    assert default_senders(services) == []


def test_a_copy_is_new_off_and_without_address_and_secrets(services: Services) -> None:
    """UI 3.3 Duplicate; C-11 forbids a second receiver of one address."""
    relay = replace(SMTP, authentication=Authentication.CERTIFICATE)
    item = services.connectors.save(
        replace(only(services), use_for=UseFor.BOTH, outgoing=relay),
        {
            SecretName.OUTGOING_CERTIFICATE: pfx(),
            SecretName.OUTGOING_CERTIFICATE_PASSWORD: PASSWORD,
        },
    )
    live = enabled(services, item)
    copy = services.connectors.copy_of(live.id)
    assert (copy.id, copy.name, copy.primary_address) == (0, "HR EMEA (copy)", "")
    assert (copy.enabled, copy.default_sender, copy.tested_fingerprint) == (False, False, "")
    assert (copy.incoming, copy.fallback) == (live.incoming, live.fallback)
    assert copy.outgoing == replace(relay, certificate=None)
    stored = services.connectors.save(replace(copy, primary_address="copy@acme.example"))
    assert services.connectors.stored_secrets(stored.id) == frozenset()
    assert len(services.routes.group(stored.id).routes) == 1  # the fallback


def test_copies_have_names_of_their_own(services: Services) -> None:
    """C-11: also a copy of a copy, and of a name as long as allowed."""
    first = services.connectors.copy_of(only(services).id)
    saved = services.connectors.save(replace(first, primary_address="a@acme.example"))
    assert saved.name == "HR EMEA (copy)"
    assert services.connectors.copy_of(only(services).id).name == "HR EMEA (copy 2)"
    assert services.connectors.copy_of(saved.id).name == "HR EMEA (copy 2)"
    long = services.connectors.save(replace(SENDER, name="n" * 200))
    assert services.connectors.save(
        replace(services.connectors.copy_of(long.id), primary_address="b@acme.example")
    ).name.endswith("n (copy)")


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("Müller", "MU\u0308LLER"),
        ("Straße", "STRASSE"),
        ("\uff28\uff32", "hr"),
        ("HR\u00a0two", "hr  two"),
        ("ΟΔΟΣ", "οδος"),
    ],
)
def test_names_are_compared_as_people_read_them(services: Services, name: str, twin: str) -> None:
    """C-11: case, width, composed or not, kind of blank; found by either."""
    senders(services, name)
    with pytest.raises(InputError, match="already a connector named"):
        senders(services, twin)
    assert services.connectors.find(twin).name == " ".join(name.split())


@pytest.mark.parametrize("name", ["", "  ", "n" * 201, "bell\x07"])
def test_a_name_is_a_short_text(services: Services, name: str) -> None:
    """C-11."""
    with pytest.raises(InputError) as caught:
        senders(services, name)
    assert caught.value.field == "name"


@pytest.mark.parametrize(
    ("address", "twin"),
    [
        ("hr@müller.example", "HR@xn--mller-kva.EXAMPLE"),
        ("hr@straße.example", "hr@xn--strae-oqa.example"),
        ("josé@acme.example", "JOSE\u0301@acme.example"),
    ],
)
def test_an_address_is_one_however_it_is_written(
    services: Services, address: str, twin: str
) -> None:
    """C-11: IDNA 2008 in the domain, NFC in the local part."""
    first = only(services)
    services.connectors.save(replace(first, primary_address=address))
    with pytest.raises(InputError, match="already belongs") as caught:
        services.connectors.save(replace(first, id=0, name="Twin", primary_address=twin))
    assert caught.value.field == "primary_address"


def at_once(*actions: Callable[[], object]) -> list[Exception]:
    """Run all actions at the same time; returns what they raised."""
    ready, raised = threading.Barrier(len(actions)), list[Exception]()

    def run(action: Callable[[], object]) -> None:
        ready.wait()
        try:
            action()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def test_of_two_saves_at_once_one_is_refused(services: Services) -> None:
    """C-11: unique even when two people press Save together."""
    twins = [
        replace(only(services), id=0, name="Twin", primary_address=f"{n}@x.example") for n in "ab"
    ]
    errors = at_once(*(lambda twin=twin: services.connectors.save(twin) for twin in twins))
    assert [type(error) for error in errors] == [InputError]
    assert [c.name for c in services.connectors.all()] == ["HR EMEA", "Twin"]


def test_of_two_default_senders_at_once_one_is_left(services: Services) -> None:
    """C-09."""
    three = senders(services, "A", "B", "C")
    errors = at_once(
        *(
            lambda item=item: services.connectors.save(replace(item, default_sender=True))
            for item in three[1:]
        )
    )
    assert errors == []
    assert len(default_senders(services)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"authentication": Authentication.OAUTH2}, "incoming.oauth"),
        (
            {
                "authentication": Authentication.OAUTH2,
                "oauth": REGISTRATION,
                "security": Security.NONE,
            },
            "incoming.security",
        ),
    ],
)
def test_oauth_needs_a_registration_and_encryption(
    services: Services, changes: dict[str, Any], field: str
) -> None:
    """C-03, C-13: a token in clear is anybody's."""
    item = only(services)
    assert item.incoming is not None
    with pytest.raises(InputError) as caught:
        services.connectors.save(replace(item, incoming=replace(item.incoming, **changes)))
    assert caught.value.field == field


def test_a_registration_goes_with_its_method(services: Services) -> None:
    """C-03."""
    item = only(services)
    assert item.incoming is not None
    spare = replace(item.incoming, oauth=REGISTRATION)
    saved = services.connectors.save(replace(item, incoming=spare))
    assert saved.incoming is not None
    assert saved.incoming.oauth is None


def test_a_certificate_needs_encryption(services: Services) -> None:
    """C-04: it is shown while TLS begins, and never otherwise."""
    relay = replace(SMTP, authentication=Authentication.CERTIFICATE, security=Security.NONE)
    with pytest.raises(InputError, match="by TLS only") as caught:
        services.connectors.save(replace(SENDER, outgoing=relay))
    assert caught.value.field == "outgoing.security"


@pytest.mark.parametrize("action", [IntakeAction.MARK_READ, IntakeAction.MOVE])
def test_what_pop3_cannot_do_is_refused_before_it_is_saved(
    services: Services, action: IntakeAction
) -> None:
    """C-12."""
    item = only(services)
    assert item.incoming is not None
    pop3 = replace(item.incoming, service="other_pop3")
    wanted = replace(item, incoming=pop3, after_intake=AfterIntake(action, "Processed"))
    with pytest.raises(InputError, match="POP3") as caught:
        services.connectors.save(wanted)
    assert caught.value.field == "after_intake"


def network_error(cause: Exception) -> MailError:
    error = MailError(ErrorKind.UNREACHABLE, "No answer.")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (MailError(ErrorKind.AUTHENTICATION, "Refused."), Failure(final=True)),
        (SignInNeededError("Sign in again."), Failure(final=True, sign_in=True)),
        (MailError(ErrorKind.UNREACHABLE, "No answer."), Failure(network=Network.IN_DOUBT)),
        (MailError(ErrorKind.TLS, "No TLS."), Failure()),
        (UnavailableError("The provider does not answer."), Failure()),
        (CredentialError("The keyring is locked."), Failure(counted=False)),
        (
            network_error(socket.gaierror(socket.EAI_NONAME, "unknown")),
            Failure(network=Network.IN_DOUBT),
        ),
        (
            network_error(socket.gaierror(socket.EAI_AGAIN, "no DNS")),
            Failure(counted=False, network=Network.GONE),
        ),
        (
            network_error(OSError(101, "Network is unreachable")),
            Failure(counted=False, network=Network.GONE),
        ),
        (network_error(ConnectionRefusedError(111, "refused")), Failure()),
    ],
)
def test_trouble_is_weighed(error: EnateError, failure: Failure) -> None:
    """C-08: what the server or the sign-in is to blame for, and what is not."""
    assert weighed(error) == failure


def test_a_sign_in_error_behind_a_mail_error_counts_as_one() -> None:
    """C-08: the session says it in its own words."""
    error = MailError(ErrorKind.AUTHENTICATION, "Sign in again.")
    error.__cause__ = SignInNeededError("Sign in again.")
    assert weighed(error) == Failure(final=True, sign_in=True)


def test_a_connector_that_needs_a_sign_in_says_so(services: Services) -> None:
    """C-08: stopped at once, and told apart from other stops until it is switched on again."""
    live = enabled(services, only(services))
    services.connectors.note_failure(live.id, "Sign in again.", final=True, sign_in=True)
    stopped = only(services)
    assert sign_in_needed(stopped)
    assert (stopped.enabled, stopped.condition.health.is_stopped) == (False, True)
    assert not sign_in_needed(enabled(services, stopped))


@pytest.mark.parametrize("limit", [1, 10])
def test_the_number_of_attempts_is_a_setting(services: Services, limit: int) -> None:
    """C-08: 1 to 10."""
    settings = services.settings.get()
    services.settings.save(replace(settings, retry_limit=limit))
    live = enabled(services, only(services))
    for _ in range(limit - 1):
        services.connectors.note_failure(live.id, "No answer.", final=False)
        services.connectors.note_failure(live.id, "No network.", final=False, counted=False)
    assert only(services).enabled
    services.connectors.note_failure(live.id, "No answer.", final=False)
    assert not only(services).enabled


def test_a_late_report_changes_nothing_of_a_connector_that_is_off(services: Services) -> None:
    """C-08: the worker may be in the middle of a look when somebody switches off or deletes."""
    live = enabled(services, only(services))
    services.connectors.disable(live.id)
    for action in (
        lambda: services.connectors.note_success(live.id),
        lambda: services.connectors.note_failure(live.id, "Refused.", final=True),
    ):
        action()
        assert only(services).condition == Condition()
    assert services.history.entries("connector", live.id)[0].action == "switched off"
    services.connectors.delete(live.id)
    services.connectors.note_success(live.id)
    services.connectors.note_failure(live.id, "Refused.", final=True)
    assert services.connectors.all() == ()


def test_a_running_connector_may_have_something_to_say(services: Services) -> None:
    """C-08: such as what a server does not offer."""
    live = enabled(services, only(services))
    services.connectors.note_success(live.id, "The server names its mails anew every day.")
    condition = only(services).condition
    assert (condition.health, condition.failures) == (Health.RUNNING, 0)
    assert condition.reason.startswith("The server names")


def test_a_locked_data_file_is_no_fault_of_the_server() -> None:
    """C-08: the poller leaves it out before it weighs; should it come here, nothing is final."""
    assert not weighed(StorageError("The data file is locked.")).final


@pytest.mark.parametrize(
    "action",
    [
        lambda s, c: s.connectors.copy_of(c.id),
        lambda s, c: s.connectors.make_default_sender(c.id),
        lambda s, c: s.connectors.disable(c.id),
        lambda s, c: s.connectors.delete(c.id),
        lambda s, c: s.connectors.enable(c.id, passed(s, c)),
    ],
)
def test_a_viewer_changes_no_connector(
    services: Services, tmp_path: Path, action: Callable[[Services, Connector], object]
) -> None:
    """P-01."""
    viewer = open_services(tmp_path / "data", login="victor")
    with pytest.raises(NotPermittedError, match="Edit connectors"):
        action(viewer, only(viewer))
    viewer.close()


def test_handing_the_default_sender_on_touches_both(services: Services) -> None:
    """C-09, R-08: told on both, and nothing when it is the one already."""
    first, second = senders(services, "A", "B")
    changes = services.connectors.make_default_sender(second.id)
    assert changes.connectors == {first.id, second.id}
    told = services.history.entries("connector", first.id)[0]
    assert (told.field, told.old, told.new) == ("default_sender", "on", "off")
    before = services.history.entries()
    assert not services.connectors.make_default_sender(second.id)
    assert services.history.entries() == before
