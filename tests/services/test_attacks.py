"""What somebody hostile or careless may hand to the services: files, permissions, stale saves."""

import json
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import (
    AfterIntake,
    Authentication,
    Connector,
    Health,
    IntakeAction,
    Security,
    ServerSettings,
)
from enate_desktop.domain.errors import InputError, NotPermittedError, StaleError
from enate_desktop.domain.oauth import OAuthProvider, OAuthSettings
from enate_desktop.domain.people import ROLES, Person
from enate_desktop.services.analysis import AnalysisService
from enate_desktop.services.exchange.service import ExchangeService
from enate_desktop.services.folders import FolderService
from enate_desktop.services.live_mailboxes import UNSEEN, mailbox_name
from enate_desktop.services.testing import TestingService
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.canary import CANARY, GIVEN, given_secret, secret
from tests.servers.pki import Pki
from tests.servers.scripted import ScriptedServer, imap_script
from tests.services.connections import passed

KEY = f"-----BEGIN PRIVATE KEY-----\n{secret('key')}\n-----END PRIVATE KEY-----\n"


def only(services: Services) -> Connector:
    return services.connectors.all()[0]


def incoming(connector: Connector) -> ServerSettings:
    assert connector.incoming is not None
    return connector.incoming


def with_incoming(services: Services, **changes: Any) -> dict[str, Any]:
    """The configuration as it is, with other facts of the incoming side."""
    document = services.exchange.export()
    document["connectors"][0]["incoming"] |= changes
    return document


def switched_on(services: Services) -> dict[str, Any]:
    document = services.exchange.export()
    document["connectors"][0]["enabled"] = True
    return document


def test_a_file_that_switches_on_draws_the_line_now(services: Services, tmp_path: Path) -> None:
    """C-12: mail that arrives before the first look is new, as when a person switches on."""
    tested = services.connectors.save(only(services), {}, passed(services, only(services)))
    before = datetime.now(UTC) - timedelta(seconds=1)
    services.exchange.import_(switched_on(services), tmp_path)
    assert only(services).enabled
    with services.context.database.read() as work:
        (life,) = work.ledger.epochs(tested.id, mailbox_name(tested))
    assert life.uidvalidity == UNSEEN
    assert before <= life.opened <= datetime.now(UTC)


def test_a_file_that_switches_on_forgets_earlier_trouble(
    services: Services, tmp_path: Path
) -> None:
    """C-08: the counter begins anew."""
    item = services.connectors.enable(only(services).id, passed(services, only(services)))
    services.connectors.note_failure(item.id, "No answer.", final=False)
    services.connectors.save(replace(only(services), enabled=False))
    services.exchange.import_(switched_on(services), tmp_path)
    assert only(services).enabled
    assert (only(services).condition.health, only(services).condition.failures) == (Health.IDLE, 0)


@pytest.mark.parametrize("sign_in", [True, False])
def test_a_file_does_not_switch_on_what_stopped_by_itself(
    services: Services, tmp_path: Path, *, sign_in: bool
) -> None:
    """C-08: somebody must have looked at the reason and tested again."""
    item = services.connectors.enable(only(services).id, passed(services, only(services)))
    services.connectors.note_failure(item.id, "Refused.", final=True, sign_in=sign_in)
    report = services.exchange.import_(switched_on(services), tmp_path)
    assert not only(services).enabled
    assert only(services).condition.health.is_stopped
    assert "stopped by itself" in report.notes[0]
    assert 'connector enable "HR EMEA"' in report.notes[0]


def test_a_viewer_cannot_send_the_stored_password_anywhere(services: Services) -> None:
    """P-01: no server is asked anything, not even its name."""
    context = services.context.acting_as(Person("vera", "Viewer", ROLES["Viewer"]))
    heard: list[bytes] = []
    cancel = threading.Event()
    with ScriptedServer(imap_script(heard=heard)) as server:
        place: dict[str, Any] = {
            "host": server.host,
            "port": server.port,
            "security": Security.NONE,
        }
        item = only(services)
        elsewhere = replace(item, incoming=replace(incoming(item), **place))
        with pytest.raises(NotPermittedError):
            TestingService(context).run(elsewhere, {}, lambda _stage: None, cancel)
        with pytest.raises(NotPermittedError):
            FolderService(context).list(elsewhere, {}, cancel)
        with pytest.raises(NotPermittedError):
            FolderService(context).create(elsewhere, {}, "Done", cancel)
        assert heard == []
        services.testing.run(elsewhere, {}, lambda _stage: None, cancel)
    assert any(b"LOGIN" in line for line in heard)


def test_what_one_may_not_import_one_may_not_preview(services: Services, tmp_path: Path) -> None:
    """P-01: a preview reads files, and nobody else can save meanwhile."""
    exchange = ExchangeService(
        services.context.acting_as(Person("vera", "Viewer", ROLES["Viewer"]))
    )
    document = services.exchange.export()
    with pytest.raises(NotPermittedError):
        exchange.preview(document, tmp_path, lambda _work, _report: None)
    with pytest.raises(NotPermittedError):
        AnalysisService(services.context, exchange).replay_against(document, tmp_path, 1)


@pytest.mark.parametrize("as_file", [True, False])
@pytest.mark.parametrize("with_certificate", [True, False])
def test_a_private_key_is_never_taken_for_an_authority(
    services: Services, tmp_path: Path, pki: Pki, *, as_file: bool, with_certificate: bool
) -> None:
    """S-02, C-13: it would stand in clear in the data file, the history and every export."""
    text = KEY + (pki.ca_pem if with_certificate else "")
    given = {"text": text}
    if as_file:
        given = {"file": f"{GIVEN}/{given_secret(tmp_path, 'own.pem', text).name}"}
    with pytest.raises(InputError, match="private key") as caught:
        services.exchange.import_(with_incoming(services, ca_certificate=given), tmp_path)
    assert CANARY not in caught.value.sentence()
    assert '"HR EMEA" › incoming "ca_certificate"' in caught.value.title
    assert ("own.pem" in caught.value.title) is as_file
    changed = replace(
        only(services), incoming=replace(incoming(only(services)), ca_certificate=text)
    )
    with pytest.raises(InputError) as refused:
        services.connectors.save(changed)
    assert refused.value.field == "incoming.ca_certificate"
    assert CANARY not in refused.value.sentence()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("root:x:0:0:root:/root:/bin/sh\n", "no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no certificate"),
        ("-----BEGIN CERTIFICATE-----\n" * 30_000, "no certificate"),
        ("x" * 3_000_000, "1 MB"),
        ("\ud800", "half a character"),
    ],
    ids=["other file", "broken", "unended", "large", "surrogate"],
)
def test_what_is_no_certificate_is_no_authority(
    services: Services, tmp_path: Path, text: str, words: str
) -> None:
    """C-13, SPEC 11: no file of another kind gets into an export by this way."""
    before = services.exchange.export()
    document = with_incoming(services, ca_certificate={"text": text})
    with pytest.raises(InputError, match=words) as caught:
        services.exchange.import_(document, tmp_path)
    assert "ca_certificate" in caught.value.title
    assert len(caught.value.sentence()) < 300
    assert services.exchange.export() == before


def test_only_the_certificates_of_a_file_are_kept(
    services: Services, tmp_path: Path, pki: Pki
) -> None:
    """C-13: what CA bundles say besides stays out; a file without it stays to the letter."""
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    bundle = f"# Über {secret('note')}\n{pki.ca_pem}\n{broken}more\n{pki.other_ca.pem}"
    services.exchange.import_(with_incoming(services, ca_certificate={"text": bundle}), tmp_path)
    assert incoming(only(services)).ca_certificate == pki.ca_pem + pki.other_ca.pem
    windows = pki.ca_pem.replace("\n", "\r\n").strip()
    services.exchange.import_(with_incoming(services, ca_certificate={"text": windows}), tmp_path)
    assert incoming(only(services)).ca_certificate == windows


def test_the_history_tells_of_a_certificate_without_its_text(
    services: Services, tmp_path: Path, pki: Pki
) -> None:
    """R-08: two of them are told apart, none is spelt out."""
    for pem in (pki.ca_pem, pki.other_ca.pem):
        services.exchange.import_(with_incoming(services, ca_certificate={"text": pem}), tmp_path)
    lines = [e for e in services.history.entries() if e.field == "incoming.ca_certificate"]
    (second, first) = lines
    assert first.old == ""
    assert first.new.startswith("a certificate (")
    assert first.new == second.old != second.new
    assert not any("BEGIN" in str(entry) for entry in services.history.entries())


def test_a_pipe_or_device_is_not_waited_for(services: Services, tmp_path: Path) -> None:
    """SPEC 11: nobody else could save while an import waits; NUL stands for any device."""
    os.mkfifo(tmp_path / "pipe")
    # Who waits is let go after a while, so that this test fails then instead of standing still.
    held = os.open(tmp_path / "pipe", os.O_RDWR)
    release = threading.Timer(10, os.close, (held,))
    release.start()
    for path in ("pipe", os.devnull):
        for key in ("password", "ca_certificate"):
            document = with_incoming(services, **{key: {"file": path}})
            with pytest.raises(InputError, match="no ordinary file") as caught:
                services.exchange.import_(document, tmp_path)
            assert f'"{key}"' in caught.value.title
    release.cancel()
    os.close(held)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("password", {"env": "\ud800"}, 'password "env" holds half'),
        ("password", {"file": "\ud800"}, 'password "file" holds half'),
        ("ca_certificate", {"text": "\ud800"}, 'ca_certificate "text" holds half'),
        ("ca_certificate", {"file": "\ud800"}, 'ca_certificate "file" holds half'),
        ("ca_certificate", {"text": "", "file": "x"}, '"ca_certificate" must be'),
        ("\ud800", 1, "nobody knows"),
        ("first_intake", {"since": "0001-01-01"}, "from 1990-01-01 to tomorrow"),
        ("first_intake", {"since": "1989-12-30"}, "from 1990-01-01 to tomorrow"),
        ("first_intake", {"since": "9999-12-31"}, "from 1990-01-01 to tomorrow"),
        ("host", "a" * 256, "256 characters; the limit is 255"),
        ("host", "imap\u202e.example", "not a server name"),
        ("host", "imap\u2028.example", "not a server name"),
        ("host", "anna@imap.example", "not a server name"),
        ("username", "a" * 321, "321 characters; the limit is 320"),
        ("additional_mailbox", "a" * 1001, "1,001 characters; the limit is 1,000"),
        ("after_intake", {"move": "a" * 1001}, "1,001 characters; the limit is 1,000"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_cannot_be_used_is_told_in_one_short_sentence(
    services: Services, tmp_path: Path, key: str, value: object, words: str
) -> None:
    """SPEC 11, MAIL 4: all or nothing; the sentence can be written on every terminal."""
    before = services.exchange.export()
    with pytest.raises(InputError) as caught:
        services.exchange.import_(with_incoming(services, **{key: value}), tmp_path)
    told = caught.value.sentence()
    assert words in told
    assert told.encode("utf-8")
    assert len(told) < 500
    assert "\u202e" not in told
    assert "\u2028" not in told
    assert services.exchange.export() == before


def test_the_days_at_the_ends_are_taken(services: Services, tmp_path: Path) -> None:
    """C-12: wherever on earth that day begins."""
    tomorrow = (datetime.now(UTC) + timedelta(hours=23)).isoformat()
    for since in ("1990-01-01T00:00+14:00", tomorrow):
        given = {"since": since}
        services.exchange.import_(with_incoming(services, first_intake=given), tmp_path)
        expected = datetime.fromisoformat(since)
        assert only(services).start_from.since == expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"host": "h" * 256}, "incoming.host"),
        ({"username": "u" * 321}, "incoming.username"),
        ({"additional_mailbox": "m" * 1001}, "incoming.additional_mailbox"),
    ],
)
def test_lengths_are_limited_where_somebody_types_too(
    services: Services, changes: dict[str, Any], field: str
) -> None:
    """MAIL 4: the error stands at its field; one less is taken."""
    item = only(services)
    with pytest.raises(InputError) as caught:
        services.connectors.save(replace(item, incoming=replace(incoming(item), **changes)))
    assert caught.value.field == field
    fitting = {key: value[:-1] for key, value in changes.items()}
    services.connectors.save(replace(item, incoming=replace(incoming(item), **fitting)))


def test_the_folder_to_move_to_has_a_limit(services: Services) -> None:
    """C-12."""
    item = only(services)
    with pytest.raises(InputError) as caught:
        services.connectors.save(
            replace(item, after_intake=AfterIntake(IntakeAction.MOVE, "f" * 1001))
        )
    assert caught.value.field == "after_intake"


@pytest.mark.parametrize(("count", "taken"), [(50, True), (51, False)])
def test_the_number_of_scopes_has_a_limit(services: Services, count: int, *, taken: bool) -> None:
    """C-03."""
    oauth = OAuthSettings(
        OAuthProvider.OTHER,
        client_id="id",
        issuer="https://login.test",
        scopes=tuple(f"s{number}" for number in range(count)),
    )
    item = only(services)
    settings = replace(incoming(item), authentication=Authentication.OAUTH2, oauth=oauth)
    wanted = replace(item, incoming=settings)
    if taken:
        services.connectors.save(wanted)
        return
    with pytest.raises(InputError, match="51 scopes") as caught:
        services.connectors.save(wanted)
    assert caught.value.field == "incoming.oauth.scopes"


def test_a_password_is_not_replaced_by_somebody_who_did_not_see_it_change(
    services: Services,
) -> None:
    """S-01: a stale save is refused, even when only a secret differs."""
    first = second = only(services)
    services.connectors.save(first, {SecretName.INCOMING_PASSWORD: secret("first").encode()})
    with pytest.raises(StaleError):
        services.connectors.save(second, {SecretName.INCOMING_PASSWORD: secret("2").encode()})
    with services.context.database.read() as work:
        kept = services.context.vault.secret(work, first.id, SecretName.INCOMING_PASSWORD)
    assert kept == secret("first").encode()


def test_a_renewed_token_makes_nobody_stale(services: Services) -> None:
    """S-01: the program renews it by itself; no administrator decided anything."""
    item = only(services)
    oauth = OAuthSettings(OAuthProvider.OTHER, client_id="id", issuer="https://login.test")
    settings = replace(incoming(item), authentication=Authentication.OAUTH2, oauth=oauth)
    name = SecretName.INCOMING_OAUTH_TOKEN
    token = Token.imported(secret("refresh"))
    signed_in = services.connectors.save(replace(item, incoming=settings), {name: token.to_json()})
    renewed = replace(token, access_token=secret("access"), renewals=1)
    with services.context.database.write() as work:
        services.context.vault.renew(work, item.id, name, renewed)
    again = services.connectors.save(signed_in, {name: renewed.to_json()})
    assert again.version == signed_in.version
    assert json.dumps(services.exchange.export())
