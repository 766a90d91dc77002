"""A connector goes live on a real Dovecot: which mail is old, and which is not (C-12)."""

import imaplib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.work_items import End
from enate_desktop.wiring import Services, build_supervisor
from tests.company import open_services
from tests.integration.conftest import Configure
from tests.integration.test_intake import mail
from tests.servers.dovecot import Dovecot

HOUR = 3600


@pytest.fixture
def services(configure: Configure, data: Path) -> Iterator[Services]:
    opened = open_services(data)
    opened.exchange.import_(configure(first_intake="new"), data)
    yield opened
    opened.close()


def arrived(dovecot: Dovecot, user: str, number: int, hours_ago: int) -> None:
    """Put a mail into the inbox that the server received that long ago."""
    when = imaplib.Time2Internaldate(time.time() - hours_ago * HOUR)
    with dovecot.session(user) as session:
        session.append("INBOX", "", when, mail(number))


def test_nothing_between_switching_on_and_the_first_look_is_passed_over(
    dovecot: Dovecot, mailbox_user: str, services: Services
) -> None:
    """C-12: switched on with an older test; what came before, and since that test, is old."""
    arrived(dovecot, mailbox_user, 1, hours_ago=30)
    item = services.connectors.all()[0]
    test = services.testing.run(item, {}, lambda _stage: None, threading.Event())
    assert test.ok, test.report.summary
    tested = services.connectors.save(item, {}, test)
    arrived(dovecot, mailbox_user, 2, hours_ago=3)
    services.connectors.save(replace(tested, enabled=True))
    dovecot.deliver(mailbox_user, mail(3))
    for expected in ({End.SKIPPED: 2, End.CREATED: 1}, {}):
        (result,) = build_supervisor(services).once().values()
        assert result.error is None
        assert dict(result.ends) == expected
    lines = services.work_items.recent_mails()
    assert [line.subject for line in lines if line.end is End.CREATED] == ["Mail 3"]
