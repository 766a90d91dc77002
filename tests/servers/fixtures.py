"""Fixtures that start the servers once per test run; tests/conftest.py loads them as a plugin."""

from collections.abc import Iterator

import pytest

from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres
from tests.servers.smtp_sink import SmtpSink


@pytest.fixture(autouse=True)
def direct_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no bundle of authorities of the machine that runs the tests (MAIL 1.4)."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        for spelled in (name, name.lower()):
            monkeypatch.delenv(spelled, raising=False)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """A certificate authority with good and bad certificates."""
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def server_provider(pki: Pki) -> Iterator[IdentityProvider]:
    """The sign-in provider that the mail servers ask about access tokens.

    It belongs to all tests: issue tokens, but start another provider to misbehave or forget.
    """
    with IdentityProvider(pki) as provider:
        yield provider


@pytest.fixture
def provider(pki: Pki) -> Iterator[IdentityProvider]:
    """A sign-in provider of the test's own, to misbehave and to forget."""
    with IdentityProvider(pki) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot(pki: Pki, server_provider: IdentityProvider) -> Iterator[Dovecot]:
    """A running Dovecot; take a fresh mailbox with ``dovecot.new_user()``."""
    with Dovecot(pki, provider=server_provider) as server:
        yield server


@pytest.fixture(scope="session")
def cyrus(pki: Pki) -> Iterator[Cyrus]:
    """A running Cyrus; take a fresh mailbox with ``cyrus.new_user()``."""
    with Cyrus(pki) as server:
        yield server


@pytest.fixture(scope="session")
def smtp_sink(pki: Pki, server_provider: IdentityProvider) -> Iterator[SmtpSink]:
    """A running SMTP server inside this process, which keeps what it takes."""
    with SmtpSink(pki, server_provider) as server:
        yield server


@pytest.fixture(scope="session")
def postfix(pki: Pki, dovecot: Dovecot) -> Iterator[Postfix]:
    """A running Postfix that hands its mail to Dovecot."""
    with Postfix(pki, dovecot) as server:
        yield server


@pytest.fixture
def mailbox_user(dovecot: Dovecot) -> str:
    """A Dovecot user with an empty mailbox, for one test."""
    return dovecot.new_user()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; take a database of the test's own with ``postgres.new_database()``."""
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Runs a test on both kinds of database: None for a file, else an address (S-01)."""
    if request.param == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()
