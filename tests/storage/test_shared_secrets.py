"""Secrets on a shared server, from the first that is stored to the second workstation (S-02)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import CredentialError
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services, build_services
from tests.canary import secret
from tests.company import connector, document, open_services
from tests.conftest import MemoryKeyring
from tests.servers.postgres import Postgres

PASSPHRASE = secret("five words are long enough")
FIRST = {SecretName.INCOMING_PASSWORD: secret("first").encode()}


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def services(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """No secret is stored yet."""
    monkeypatch.setenv("ENATE_PASSPHRASE", PASSPHRASE)
    opened = open_services(tmp_path / "data", url=url)
    home = connector()
    del home["incoming"]["password"]
    opened.exchange.import_(document(home), tmp_path)
    with opened.context.database.read() as work:
        assert work.facts.sealed_key() is None
    yield opened
    opened.close()


def home_of(services: Services) -> Connector:
    return services.connectors.find("HR EMEA")


def stored(services: Services) -> Mapping[SecretName, bytes]:
    with services.context.database.read() as work:
        return services.context.vault.stored(work, home_of(services).id)


def test_the_first_secret_needs_no_turn_of_its_own(services: Services) -> None:
    """S-02: the key is made before the transaction, which would wait ten seconds for itself."""
    services.connectors.save(home_of(services), FIRST)
    assert stored(services) == FIRST


def test_so_does_the_first_secret_of_an_import(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-02: a configuration that names secrets."""
    monkeypatch.setenv("HR_PASSWORD", FIRST[SecretName.INCOMING_PASSWORD].decode())
    services.exchange.import_(document(connector()), tmp_path)
    assert stored(services) == FIRST


def workstation(folder: Path, url: str, asked: list[str], *, keyring: bool) -> Services:
    """Another computer; ``asked`` are the passphrases that the person there types in turn."""
    trusted = ("tests.",) if keyring else ()
    return build_services(
        folder, lambda _new: asked.pop(0), login="anna", trusted_keyrings=trusted, url=url
    )


def test_a_second_workstation_reads_the_secrets(
    services: Services,
    tmp_path: Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    memory_keyring: MemoryKeyring,
) -> None:
    """S-02: a wrong passphrase is a sentence and is asked again; the keyring then remembers."""
    services.connectors.save(home_of(services), FIRST)
    memory_keyring.entries.clear()
    monkeypatch.delenv("ENATE_PASSPHRASE")
    asked = [secret("something else, long enough"), PASSPHRASE]
    second = workstation(tmp_path / "second", url, asked, keyring=True)
    try:
        with pytest.raises(CredentialError, match="does not open") as problem:
            stored(second)
        assert asked[0] not in problem.value.sentence()
        assert stored(second) == FIRST
    finally:
        second.close()
    again = workstation(tmp_path / "second", url, [], keyring=True)
    try:
        assert stored(again) == FIRST
    finally:
        again.close()


def test_a_change_there_without_a_new_secret_keeps_it(
    services: Services, tmp_path: Path, url: str
) -> None:
    """S-02: the second workstation saves what it did not type."""
    services.connectors.save(home_of(services), FIRST)
    second = workstation(tmp_path / "second", url, [], keyring=False)
    try:
        second.connectors.save(replace(home_of(second), name="HR"))
        with second.context.database.read() as work:
            assert second.context.vault.stored(work, second.connectors.find("HR").id) == FIRST
    finally:
        second.close()
