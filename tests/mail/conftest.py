"""Servers that only the tests of the mail layer need."""

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki


@pytest.fixture(scope="session")
def bare_dovecot(pki: Pki) -> Iterator[Dovecot]:
    """A server that announces neither MOVE nor UIDPLUS nor AUTH=PLAIN."""
    extra = "protocol imap {\n  imap_capability = IMAP4rev1 LITERAL+\n}\n"
    users = {"odd user": 'pass "word\\', "ümlaut": "pässwörd"}
    with Dovecot(pki, users, extra=extra) as server:
        yield server
