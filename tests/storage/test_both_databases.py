"""What holds on a file and on a server alike (S-01)."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from enate_desktop.services.trial import MailForm
from enate_desktop.storage.database import Database, open_database
from tests.company import document, open_services
from tests.services.received import receive


@pytest.fixture
def database(tmp_path: Path, database_url: str | None) -> Iterator[Database]:
    opened = open_database(tmp_path, database_url)
    yield opened
    opened.close()


def test_writers_take_turns(database: Database) -> None:
    """MAIL 3.8: nobody reads what another is about to change."""
    problems: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(10):
                with database.write() as work:
                    work.facts.next_revision()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as work:
        assert (work.facts.revision(), problems) == (30, [])


def test_the_clock_is_in_utc(database: Database) -> None:
    """MAIL 3.8: the database's time."""
    with database.read() as work:
        moment = work.now()
    assert moment.utcoffset() == timedelta(0)


def test_text_that_cannot_be_kept_is_replaced(database: Database) -> None:
    """MAIL 4 B 19: NUL and lone surrogates show as U+FFFD."""
    with database.write() as work:
        work.history.add("anna", "person", 0, "a\x00b\ud800c", "changed")
        (line,) = work.history.entries()
    assert line.name == "a\ufffdb\ufffdc"


def test_a_life_of_a_folder_may_have_the_highest_numbers(
    tmp_path: Path, database_url: str | None
) -> None:
    """RFC 9051: UIDs and UIDVALIDITY are 32 bits without a sign."""
    services = open_services(tmp_path / "data", url=database_url)
    try:
        services.exchange.import_(document(), tmp_path)
        with services.context.database.write() as work:
            life = work.ledger.open_epoch(1, "INBOX", 2**32 - 1, 2**32 - 2)
        assert (life.uidvalidity, life.last_uid) == (2**32 - 1, 2**32 - 2)
    finally:
        services.close()


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("ENATE_PASSPHRASE", "correct horse battery staple")
    monkeypatch.setenv("HR_PASSWORD", "canary")


def test_a_mail_becomes_a_work_item(tmp_path: Path, database_url: str | None) -> None:
    """M-02, S-01: the same journey."""
    services = open_services(tmp_path / "data", url=database_url)
    try:
        services.exchange.import_(document(), tmp_path)
        receive(services, MailForm(sender="marie@acme.fr", to="hr@acme.example", subject="Hello"))
        with services.context.database.read() as work:
            assert work.ledger.counts()["created"] == 1  # type: ignore[index]
    finally:
        services.close()


def test_a_change_by_somebody_else_is_noticed(
    database: Database, tmp_path: Path, database_url: str | None
) -> None:
    """S-01: windows ask for the mark."""
    other = open_database(tmp_path, database_url)
    mark = database.change_mark()
    assert database.change_mark() == mark
    with other.write() as work:
        work.facts.next_revision()
    other.close()
    end = time.monotonic() + 5
    while database.change_mark() == mark:
        assert time.monotonic() < end


def test_an_owner_lives_until_it_lets_go(database: Database, tmp_path: Path) -> None:
    """MAIL 3.8: seen at once, by another one."""
    mine, other = database.liveness(tmp_path), database.liveness(tmp_path)
    mine.hold("host/1")
    mine.hold("host/1")
    assert [other.is_dead(name) for name in ("host/1", "host/2")] == [False, True]
    mine.close()
    end = time.monotonic() + 5
    while not other.is_dead("host/1"):
        assert time.monotonic() < end
    other.close()
