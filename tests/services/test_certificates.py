"""Certificates of connectors: read before saving, stored with their facts, told of in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from enate_desktop.domain.certificate_expiry import Urgency, expiry_warnings
from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    Security,
    ServerSettings,
    UseFor,
)
from enate_desktop.domain.errors import InputError, NotPermittedError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.domain.people import SYSTEM
from enate_desktop.services.certificates import certificate_notes
from enate_desktop.services.connector_edits import save_connector
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.wiring import Services
from tests.company import open_services
from tests.credentials.pfx_files import NAME, PASSWORD, certificate, key, pfx
from tests.services.connections import passed

PFX, OPENS_IT = SecretName.OUTGOING_CERTIFICATE, SecretName.OUTGOING_CERTIFICATE_PASSWORD
RELAY = ServerSettings(
    "other_smtp", "127.0.0.1", 1587, Security.STARTTLS, Authentication.CERTIFICATE
)
NOREPLY = Connector(0, "Noreply", UseFor.OUTGOING, "noreply@acme.example", outgoing=RELAY)


def given(file: bytes | None = None, password: bytes = PASSWORD) -> dict[SecretName, bytes | None]:
    """The secrets of an upload."""
    return {PFX: file or pfx(), OPENS_IT: password}


def facts(connector: Connector) -> CertificateFacts | None:
    assert connector.outgoing is not None
    return connector.outgoing.certificate


def with_outgoing(connector: Connector, **changes: Any) -> Connector:
    assert connector.outgoing is not None
    return replace(connector, outgoing=replace(connector.outgoing, **changes))


def test_a_file_is_read_before_anything_is_stored(services: Services) -> None:
    """C-04: facts and notes for the editor."""
    reading = services.certificates.read(pfx(), PASSWORD.decode())
    assert (reading.facts.subject, reading.notes) == (f"CN={NAME}", ())
    with pytest.raises(InputError, match="does not open") as caught:
        services.certificates.read(pfx(), "wrong")
    assert caught.value.field == "certificate_password"
    assert len(services.connectors.all()) == 1


def test_reading_a_file_needs_the_permission(services: Services, tmp_path: Path) -> None:
    """P-01."""
    viewer = open_services(tmp_path / "data", login="victor")
    with pytest.raises(NotPermittedError, match="Edit connectors"):
        viewer.certificates.read(pfx(), PASSWORD.decode())
    viewer.close()


def test_a_save_keeps_what_may_be_shown(services: Services) -> None:
    """C-04: the facts are those of the stored file, whatever the caller says."""
    saved = services.connectors.save(NOREPLY, given())
    stored = facts(saved)
    assert stored is not None
    assert stored.subject == f"CN={NAME}"
    claimed = with_outgoing(saved, certificate=replace(stored, subject="CN=somebody else"))
    assert facts(services.connectors.save(claimed)) == stored
    assert facts(services.connectors.save(with_outgoing(saved, certificate=None))) == stored


@pytest.mark.parametrize(
    ("secrets", "field", "words"),
    [
        ({PFX: pfx(), OPENS_IT: b"wrong"}, "outgoing.certificate_password", "does not open"),
        ({PFX: pfx(password=b"secret")}, "outgoing.certificate_password", "does not open"),
        ({PFX: b"no pfx", OPENS_IT: b""}, "outgoing.certificate", "not a .pfx certificate"),
        (
            given(pfx(key(), certificate(key(), days=(-90, -35)))),
            "outgoing.certificate",
            "certificate expired on",
        ),
    ],
)
def test_a_pair_of_no_use_is_refused_at_its_field(
    services: Services, secrets: SecretChanges, field: str, words: str
) -> None:
    """C-04: nothing is stored then."""
    with pytest.raises(InputError, match=words) as caught:
        services.connectors.save(NOREPLY, secrets)
    assert caught.value.field == field
    assert len(services.connectors.all()) == 1


def test_a_new_password_is_tried_on_the_stored_file(services: Services) -> None:
    """C-04: whichever of the two changes, both must fit."""
    saved = services.connectors.save(NOREPLY, given())
    with pytest.raises(InputError, match="does not open") as caught:
        services.connectors.save(saved, {OPENS_IT: b"typed wrong"})
    assert caught.value.field == "outgoing.certificate_password"
    assert facts(services.connectors.save(saved, {OPENS_IT: PASSWORD})) == facts(saved)


def test_a_password_may_be_typed_before_the_file_is_chosen(services: Services) -> None:
    """C-04: there is nothing to read yet."""
    saved = services.connectors.save(NOREPLY, {OPENS_IT: PASSWORD})
    assert facts(saved) is None
    assert facts(services.connectors.save(saved, {PFX: pfx()})) is not None


def test_removing_the_file_removes_its_facts(services: Services) -> None:
    """C-04."""
    saved = services.connectors.save(NOREPLY, given())
    assert facts(services.connectors.save(saved, {PFX: None, OPENS_IT: None})) is None


def test_history_tells_whose_and_until_when_but_no_secret(services: Services) -> None:
    """C-04, R-08: one line for the certificate, one for its password."""
    saved = services.connectors.save(NOREPLY, given())
    renewed = certificate(key("ec2"), "renewed", days=(-1, 700))
    services.connectors.save(saved, given(pfx(key("ec2"), renewed)))
    lines = [e for e in services.history.entries("connector", saved.id) if e.action == "changed"]
    assert [(e.field, e.old.split(",")[0], e.new.split(",")[0]) for e in lines] == [
        ("outgoing.certificate", f"CN={NAME}", "CN=renewed")
    ]
    assert "valid until" in lines[0].new
    assert PASSWORD.decode() not in str(services.history.entries())


def test_the_facts_take_no_part_in_the_fingerprint_but_the_file_does(services: Services) -> None:
    """C-05: a renewed certificate must be tested; reading an old one anew changes nothing."""
    saved = services.connectors.save(NOREPLY, given())
    live = services.connectors.enable(saved.id, passed(services, saved))
    assert services.connectors.save(live, given(password=PASSWORD)).enabled is False
    again = services.connectors.save(NOREPLY_TWIN, {PFX: (same := pfx()), OPENS_IT: PASSWORD})
    live = services.connectors.enable(again.id, passed(services, again))
    assert services.connectors.save(live, {PFX: same}).enabled


NOREPLY_TWIN = replace(NOREPLY, name="Noreply twin")


@pytest.mark.parametrize("method", [Authentication.NONE, Authentication.PASSWORD])
def test_a_secret_of_a_method_no_longer_used_is_forgotten(
    services: Services, method: Authentication
) -> None:
    """C-03, S-02: what is kept in the editor while one chooses is not kept in the file."""
    saved = services.connectors.save(NOREPLY, given())
    changed = services.connectors.save(with_outgoing(saved, authentication=method))
    assert services.connectors.stored_secrets(saved.id) == frozenset()
    assert facts(changed) is None
    fields = {e.field for e in services.history.entries("connector", saved.id)}
    assert {"outgoing.certificate", "outgoing.certificate_password"} <= fields


def test_a_side_that_is_given_up_takes_its_secrets_with_it(services: Services) -> None:
    """S-02."""
    item = services.connectors.all()[0]
    both = services.connectors.save(replace(item, use_for=UseFor.BOTH, outgoing=RELAY), given())
    services.connectors.save(replace(both, use_for=UseFor.INCOMING))
    assert services.connectors.stored_secrets(item.id) == {SecretName.INCOMING_PASSWORD}


def test_a_secret_no_method_uses_is_not_stored(services: Services) -> None:
    """S-02: a form may hand over more than is needed."""
    secrets: SecretChanges = {**given(), SecretName.OUTGOING_PASSWORD: b"typed before"}
    saved = services.connectors.save(NOREPLY, secrets)
    assert services.connectors.stored_secrets(saved.id) == {PFX, OPENS_IT}


def test_a_test_on_screen_counts_though_unused_secrets_are_stored(services: Services) -> None:
    """C-05: what is tested is what is saved, without the secrets that saving forgets."""
    saved = services.connectors.save(NOREPLY, given())
    none = replace(with_outgoing(saved, authentication=Authentication.NONE), enabled=True)
    assert services.connectors.save(none, {}, passed(services, none)).enabled


def test_the_certificate_of_an_oauth_application_is_shown_too(services: Services) -> None:
    """C-03: it signs in to the provider instead of the server."""
    application = OAuthSettings(
        OAuthProvider.MICROSOFT, OAuthFlow.APPLICATION, "3f0c2a3e-0000-4000-8000-1", "acme.example"
    )
    settings = ServerSettings(
        "office365_smtp_relay",
        "acme-example.mail.protection.outlook.com",
        25,
        Security.STARTTLS,
        Authentication.OAUTH2,
        "noreply@acme.example",
        oauth=application,
    )
    saved = services.connectors.save(replace(NOREPLY, outgoing=settings), given())
    assert facts(saved) is not None
    assert services.connectors.stored_secrets(saved.id) == {PFX, OPENS_IT}


def test_a_file_of_no_use_is_imported_as_given_with_a_note(services: Services) -> None:
    """SPEC 11: an import is all or nothing, so a certificate that expired does not stop it."""
    old = given(pfx(key(), certificate(key(), days=(-90, -35))))
    with services.context.database.write() as work:
        notes = certificate_notes(services.context, work, NOREPLY, old)
        connector_id = save_connector(services.context, work, NOREPLY, old, strict=False)
    assert len(notes) == 1
    assert notes[0].startswith("Noreply, outgoing: The certificate expired on ")
    assert facts(services.connectors.get(connector_id)) is None
    assert services.connectors.stored_secrets(connector_id) == {PFX, OPENS_IT}


def test_what_should_be_known_of_an_imported_file_is_noted(services: Services) -> None:
    """C-04: it works, and yet."""
    for_servers = pfx(key(), certificate(key(), uses=[ExtendedKeyUsageOID.SERVER_AUTH]))
    saved = services.connectors.save(NOREPLY, given(for_servers))
    with services.context.database.write() as work:
        (note,) = certificate_notes(services.context, work, NOREPLY, given(for_servers))
        assert certificate_notes(services.context, work, saved, {OPENS_IT: PASSWORD}) == (note,)
        assert certificate_notes(services.context, work, NOREPLY, given()) == ()
        assert certificate_notes(services.context, work, NOREPLY, {}) == ()
    assert note.startswith("Noreply, outgoing: The certificate is not meant for signing in")


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def expiring(after: timedelta) -> Connector:
    """A connector whose certificate ends that long from NOW."""
    ends = CertificateFacts("CN=x", "CN=ca", NOW - timedelta(days=300), NOW + after, "AA")
    return with_outgoing(replace(NOREPLY, id=7), certificate=ends)


@pytest.mark.parametrize(
    ("left", "step", "urgency", "words"),
    [
        (timedelta(days=31), None, None, ""),
        (timedelta(days=30), 30, Urgency.NOTE, "Certificate expires in 30 days"),
        (timedelta(days=22), 30, Urgency.NOTE, "Certificate expires in 22 days"),
        (timedelta(days=21), 21, Urgency.NOTE, "Certificate expires in 21 days"),
        (timedelta(days=12, hours=3), 21, Urgency.NOTE, "Certificate expires in 12 days"),
        (timedelta(days=7), 7, Urgency.WARNING, "Certificate expires in 7 days"),
        (timedelta(days=2), 7, Urgency.WARNING, "Certificate expires in 2 days"),
        (timedelta(days=1), 1, Urgency.ERROR, "Certificate expires in 1 day"),
        (timedelta(minutes=5), 1, Urgency.ERROR, "Certificate expires within a day"),
        (timedelta(minutes=-5), 0, Urgency.ERROR, "Certificate expired on 23 Nov 2026"),
        (timedelta(days=-90), 0, Urgency.ERROR, "Certificate expired on 25 Aug 2026"),
    ],
)
def test_a_certificate_warns_at_its_steps(
    left: timedelta, step: int | None, urgency: Urgency | None, words: str
) -> None:
    """C-04: at 30, 21, 7 and 1 days, and once it is over."""
    found = expiry_warnings(expiring(left), NOW)
    assert [(w.step, w.urgency, w.words) for w in found] == (
        [] if step is None else [(step, urgency, words)]
    )


def test_the_warning_says_what_stops_and_what_to_do() -> None:
    """C-04."""
    (warning,) = expiry_warnings(expiring(timedelta(days=12)), NOW)
    assert warning.sentence == (
        "The certificate of Noreply expires in 12 days, on 5 Dec 2026. Sending stops then. "
        "Upload the renewed .pfx."
    )
    (over,) = expiry_warnings(expiring(timedelta(days=-3)), NOW)
    assert over.sentence == (
        "The certificate of Noreply expired on 20 Nov 2026. Sending does not work without it. "
        "Upload the renewed .pfx."
    )


def test_each_step_is_told_once_by_the_system(services: Services) -> None:
    """C-04, R-08: whoever asks, and however often, even after a step was slept through."""
    saved = services.connectors.save(NOREPLY, given(pfx(key(), certificate(key(), days=(-1, 40)))))
    found = facts(saved)
    assert found is not None
    worker = ConnectorService(services.context.acting_as(SYSTEM))
    told: list[str] = []
    for left in (40, 30.5, 29, 22, 21, 20, 5, 1, 0.5, -1, -400):
        now = found.not_after - timedelta(days=left)
        changes = [worker.note_expiring(now) for _ in range(2)]
        assert not changes[1]
        told += [str(left)] if changes[0].conditions == {saved.id} else []
    assert told == ["30.5", "21", "5", "1", "-1"]
    lines = services.history.entries("connector", saved.id)[:5]
    assert {(e.who, e.action, e.field) for e in lines} == {
        ("System", "certificate expires", "outgoing.certificate")
    }
    assert len({e.new for e in lines}) == 5


def test_a_renewed_certificate_is_told_of_anew(services: Services) -> None:
    """C-04."""
    saved = services.connectors.save(NOREPLY, given(pfx(key(), certificate(key(), days=(-1, 6)))))
    assert services.connectors.note_expiring(datetime.now(UTC))
    longer = pfx(key(), certificate(key(), days=(-1, 20)))
    services.connectors.save(saved, {PFX: longer})
    assert services.connectors.note_expiring(datetime.now(UTC)).conditions == {saved.id}
    assert not services.connectors.note_expiring(datetime.now(UTC))


def test_the_password_of_a_certificate_is_as_long_as_its_file_wants(services: Services) -> None:
    """C-01 limits the password of the mailbox; here only what opens the file counts."""
    long = b"x" * 120
    assert facts(services.connectors.save(NOREPLY, given(pfx(password=long), long))) is not None
    with pytest.raises(InputError, match="control character") as caught:
        services.connectors.save(NOREPLY_TWIN, given(password=b"two\nlines"))
    assert caught.value.field == "outgoing.certificate_password"
