"""A file of the first version is brought to the present schema and loses nothing (S-04)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from enate_desktop.domain.connectors import ServerSettings
from enate_desktop.domain.history import HistoryFilter
from enate_desktop.domain.routes import Route
from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.storage.database import FILE_NAME, Database
from enate_desktop.storage.encoding import server_text
from enate_desktop.storage.upgrade import migration_config

_ROWS = """
INSERT INTO nodes VALUES (1,'customer','Acme','acme',0,0),(2,'contract','HR','hr',1,0),
 (3,'service','On','on',2,0);
INSERT INTO processes VALUES (1,3,'Query','query','ticket',0);
INSERT INTO connectors (id,name,name_key,use_for,primary_address,after_intake,after_intake_folder,
 start_choice,fallback_process_id,fallback_automated,fallback_test_mode,fallback_covers,enabled,
 default_sender,tested_fingerprint,tested_by,deleted,version)
 VALUES (1,'HR','hr','incoming','hr@acme.com','keep','','new',1,0,0,'all',0,0,'','',0,1);
INSERT INTO routes VALUES (1,1,'France','hr@acme.com','normal',1,NULL,0,0,1,'{}',0,0,3),
 (2,1,'Spain','hr@acme.com','normal',1,NULL,0,0,0,'{}',1,0,1);
INSERT INTO outgoing_routes VALUES (1,1,'Replies','','re@acme.com',0,0,1);
INSERT INTO history VALUES
 (1,'2026-01-31 10:00:00','anna','route',1,'France','changed','name','F','France'),
 (2,'2026-01-31 10:00:00','anna','route',1,'France','changed','test_mode','on','off');
"""


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """A file with revision 0001 and a few rows."""
    path = tmp_path / FILE_NAME
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as file:
        file.executescript(_ROWS)
    return path


def test_everything_is_still_there(first_version: Path) -> None:
    """S-04."""
    database = Database(first_version)
    with database.read() as work:
        routes, outgoing = work.routes.of(1), work.routes.outgoing()
        changes = work.history.page(HistoryFilter(), 10)
        broken = work.connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    database.close()
    assert [(r.id, r.name, r.position, r.version) for r in routes] == [
        (1, "France", 0, 3),
        (2, "Spain", 1, 1),
    ]
    assert [r.name for r in outgoing] == ["Replies"]
    # Lines of the first version say nothing of each other, nor how to take them back.
    assert [(c.head.field, len(c.entries), c.restorable) for c in changes] == [
        ("test_mode", 1, False),
        ("name", 1, False),
    ]
    assert broken == []


@pytest.mark.parametrize("user", ["Hr.Team@acme.com", "hr"])
@pytest.mark.parametrize("additional", [None, "Payroll"])
def test_a_mailbox_is_known_again(first_version: Path, user: str, additional: str | None) -> None:
    """S-04, M-02: what was taken in by the first version is not taken in once more."""
    settings = ServerSettings(
        "other_imap", "IMAP.acme.com", 993, username=user, additional_mailbox=additional
    )
    epochs = [(1, f"{user.casefold()}/{additional or ''}/INBOX", 5), (2, "former//INBOX", 6)]
    with closing(sqlite3.connect(first_version)) as file, file:
        file.execute("UPDATE connectors SET incoming = ?", (server_text(settings),))
        file.executemany(
            "INSERT INTO mailbox_epochs (id,connector_id,mailbox,uidvalidity,opened,baseline_uid,"
            "last_uid) VALUES (?,1,?,?,'2026-01-31 10:00:00',40,50)",
            epochs,
        )
    database = Database(first_version)
    with database.read() as work:
        connector = work.connectors.get(1)
        assert connector is not None
        (life,) = work.ledger.epochs(1, mailbox_name(connector))
        (former,) = work.ledger.epochs(1, "former//INBOX")
    database.close()
    assert (life.id, life.uidvalidity, life.baseline_uid, life.last_uid) == (1, 5, 40, 50)
    assert former.uidvalidity == 6


def test_ids_of_deleted_routes_do_not_come_again(first_version: Path) -> None:
    """R-08: what the history, decisions and counters tell of a route is never of another."""
    database = Database(first_version)
    with database.write() as work:
        spain = work.routes.get(2)
        assert spain is not None
        work.routes.delete(spain)
        again = work.routes.add(Route(0, 1, "Italy", "hr@acme.com", 1, position=1))
    database.close()
    assert again == 3
