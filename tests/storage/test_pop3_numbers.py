"""Lasting numbers of POP3 mails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Connector, UseFor
from enate_desktop.storage.database import FILE_NAME, Database
from enate_desktop.storage.pop3_numbers import REMEMBERED
from enate_desktop.storage.records import NewMail
from tests.company import open_services

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LIFE = -2


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    open_services(tmp_path).close()
    opened = Database(tmp_path / FILE_NAME)
    with opened.write() as work:
        for name in ("one", "two"):
            work.connectors.add(Connector(0, name, UseFor.INCOMING, f"{name}@x.example"))
    yield opened
    opened.close()


def give(database: Database, *names: str | tuple[str, str], connector_id: int = 1) -> list[int]:
    """The numbers of mails that are named by UIDL, or by UIDL and content."""
    pairs = [name if isinstance(name, tuple) else (name, "") for name in names]
    with database.write() as work:
        return list(work.pop3_numbers.numbers(connector_id, "box", pairs))


def age(database: Database, by: timedelta) -> None:
    """As if nothing had been seen for that long."""
    with database.write() as work:
        work.connection.exec_driver_sql(
            "UPDATE pop3_numbers SET last_seen = ?", (datetime.now() - by,)
        )


def test_numbers_ascend_and_last(database: Database) -> None:
    """MAIL 3.5: the same name has the same number in every session."""
    first = give(database, "a 10", "b 10", "c 10")
    assert first == sorted(first)
    assert give(database, "c 10", "d 10", "a 10") == [first[2], first[2] + 1, first[0]]


def test_each_mailbox_has_names_of_its_own(database: Database) -> None:
    """MAIL 3.1 I2: a place on a server belongs to one connector and mailbox."""
    (mine,) = give(database, "a 10")
    (other,) = give(database, "a 10", connector_id=2)
    assert mine != other
    with database.read() as work:
        assert work.pop3_numbers.known(1, "another", ["a 10"]) == {}
        assert not work.pop3_numbers.uidls(1, "another")


def test_a_mail_is_found_by_its_content_when_its_name_changed(database: Database) -> None:
    """MAIL 4 E 99: and goes by the new name from then on."""
    (number,) = give(database, ("old 10", "head 10 0"))
    assert give(database, ("new 10", "head 10 0")) == [number]
    assert give(database, "new 10") == [number]
    with database.read() as work:
        assert work.pop3_numbers.known(1, "box", ["old 10"]) == {}


def test_a_content_that_another_mail_has_is_not_taken_over(database: Database) -> None:
    """MAIL 4 E 99: two mails never get one name."""
    first, second = give(database, ("a 10", "head 10 0"), "b 10")
    assert give(database, ("b 10", "head 10 0")) == [second]
    assert give(database, ("", "head 10 0")) == [first]


def test_mails_without_a_lasting_name_are_remembered_as_such(database: Database) -> None:
    """MAIL 4 E 99: in every later session too, also when they have a name by then."""
    named, renamed, unnamed = give(database, "a 10", ("b 10", "head 10 0"), ("", "other 10 0"))
    assert give(database, ("c 10", "other 10 0")) == [unnamed]
    with database.read() as work:
        assert work.pop3_numbers.by_content(1, "box") == {renamed, unnamed}
        assert work.pop3_numbers.uidls(1, "box") == {"a 10", "b 10", "c 10"}
        assert work.pop3_numbers.by_content(1, "another") == set()
    assert named not in (renamed, unnamed)


def test_a_deleted_mail_leaves_its_names_to_others(database: Database) -> None:
    """MAIL 3.5: RFC 1939 lets a server use a name again."""
    (number,) = give(database, ("a 10", "head 10 0"))
    with database.write() as work:
        work.pop3_numbers.forget([number])
        assert not work.pop3_numbers.uidls(1, "box")
        assert not work.pop3_numbers.by_content(1, "box")
    assert give(database, ("a 10", "head 10 0")) == [number + 1]


def test_names_are_kept_for_90_days_after_they_vanished(database: Database) -> None:
    """MAIL 3.5 step 6: a mail that comes back by then is the same mail."""
    (number,) = give(database, "a 10")
    age(database, REMEMBERED - timedelta(days=1))
    give(database, "b 10")
    assert give(database, "a 10") == [number]


def test_names_are_not_kept_for_ever_and_numbers_never_come_again(database: Database) -> None:
    """MAIL 3.5 step 6: the ledger still has the old number."""
    old = give(database, "a 10", "b 10")
    age(database, REMEMBERED + timedelta(days=1))
    new = give(database, "c 10") + give(database, "a 10")
    assert min(new) > max(old)
    with database.read() as work:
        assert work.pop3_numbers.known(1, "box", ["b 10"]) == {}


def test_what_is_there_counts_as_seen(database: Database) -> None:
    """MAIL 3.5 step 6: a mail that stays on the server is never forgotten."""
    (number,) = give(database, "a 10")
    age(database, timedelta(days=2))
    with database.read() as work:
        (mail,) = work.pop3_numbers.known(1, "box", ["a 10"]).values()
    assert mail.refresh_due
    with database.write() as work:
        work.pop3_numbers.seen([number])
        (mail,) = work.pop3_numbers.known(1, "box", ["a 10"]).values()
    assert not mail.refresh_due


def test_the_bytes_kept_under_a_number_are_known(database: Database) -> None:
    """MAIL 3.5 step 4: what is deleted on the server is compared with this."""
    whole, part, missing = give(database, "a 10", "b 10", "c 10")
    with database.write() as work:
        epoch = work.ledger.open_epoch(1, "box", LIFE, 0)
        mails = [NewMail(whole, NOW, 3, b"abc"), NewMail(part, NOW, 9, b"ab", complete=False)]
        work.ledger.add(epoch, mails, "pending")
        kept = work.pop3_numbers.kept(1, "box", LIFE, [whole, part, missing])
        assert work.pop3_numbers.kept(1, "box", 1, [whole]) == {}
    assert kept == {whole: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}


def test_many_names_are_looked_up_in_parts(database: Database) -> None:
    """SQLite takes so many parameters and no more."""
    names = [f"{n} 10" for n in range(2500)]
    numbers = give(database, *names)
    with database.read() as work:
        known = work.pop3_numbers.known(1, "box", names)
    assert [known[name].number for name in names] == numbers
