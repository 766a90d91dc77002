"""One database for several workstations, from the command line: Dovecot and PostgreSQL (S-01)."""

import json
import re
from pathlib import Path

import pytest

from tests.canary import secret
from tests.integration.conftest import Configure
from tests.integration.program import ask, run
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres

PASSWORD = secret("database")


def mails(count: int) -> list[bytes]:
    """Mails that differ."""
    return [
        f"From: marie@acme.fr\r\nTo: hr@acme.example\r\nSubject: Mail {n}\r\n"
        f"Message-ID: <{n}@acme.fr>\r\n\r\nText {n}.\r\n".encode()
        for n in range(count)
    ]


def subjects(data: Path, *options: str) -> set[str]:
    """Of all work items."""
    return {item["subject"] for item in ask(data, *options, "work-items")}


def test_two_workstations_work_on_one_database(
    dovecot: Dovecot,
    mailbox_user: str,
    configure: Configure,
    postgres: Postgres,
    tmp_path: Path,
) -> None:
    """S-01, S-02: what one imports the other works with; a backup opens on a file as well."""
    on_server = ("--database", postgres.new_database())
    one, two, alone = (tmp_path / name for name in ("one", "two", "alone"))
    (tmp_path / "config.json").write_text(json.dumps(configure()))
    run(one, *on_server, "config", "import", str(tmp_path / "config.json"))
    assert b"incoming folder: passed" in run(two, *on_server, "connector", "test", "HR EMEA").stdout
    run(two, *on_server, "connector", "enable", "HR EMEA")
    dovecot.fill(mailbox_user, mails(7))
    (first,) = ask(two, *on_server, "worker", "--once")["connectors"]
    assert (first["taken_in"], first["error"]) == (7, None)
    (second,) = ask(one, *on_server, "worker", "--once")["connectors"]
    assert (second["taken_in"], second["error"]) == (0, None)
    wanted = {f"Mail {n}" for n in range(7)}
    assert subjects(one, *on_server) == wanted
    backup = str(tmp_path / "monday.backup")
    run(one, *on_server, "backup", backup)
    run(alone, "restore", backup)
    assert subjects(alone) == wanted
    assert not list(one.glob("*.sqlite3"))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("stranger@{folder}/postgres", "refuses the login"),
        ("keeper@{folder}/nowhere", "no such database"),
        ("keeper@{folder}/nothing/postgres", "does not answer"),
    ],
)
def test_what_does_not_open_is_one_sentence(
    postgres: Postgres, tmp_path: Path, place: str, words: str
) -> None:
    """S-01, S-02: exit code 2, a sentence, and no password in it."""
    login, _, rest = place.format(folder=postgres.folder).partition("@")
    folder, _, database = rest.rpartition("/")
    url = f"postgresql+psycopg://{login}:{PASSWORD}@/{database}?host={folder}"
    done = run(tmp_path / "data", "--database", url, "work-items", code=2)
    told = (done.stdout + done.stderr).decode()
    assert re.search(words, told)
    assert PASSWORD not in told
    assert len(told.strip().splitlines()) <= 2
