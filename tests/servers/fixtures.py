"""Fixtures that start the servers once per test run; tests/conftest.py loads them as a plugin."""

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.postfix import Postfix


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """A certificate authority with good and bad certificates."""
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def dovecot(pki: Pki) -> Iterator[Dovecot]:
    """A running Dovecot; take a fresh mailbox with ``dovecot.new_user()``."""
    with Dovecot(pki) as server:
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
