"""What a hostile mail names at length is kept on both databases (MAIL 4)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.services.live_mailboxes import mailbox_name
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import open_services
from tests.services.answers import answering, mail, take_in


@pytest.fixture
def services(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    monkeypatch.setenv("HR_PASSWORD", secret("long"))
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("a long passphrase"))
    opened = open_services(tmp_path / "data", url=database_url)
    yield opened
    opened.close()


def noise(characters: int) -> str:
    """Letters of four bytes in UTF-8 that no compression makes shorter."""
    chance = random.Random(7)
    return "".join(chr(chance.randrange(0x20000, 0x2A6D0)) for _ in range(characters))


def test_long_ids_and_addresses_are_taken_in(services: Services, tmp_path: Path) -> None:
    """MAIL 4: an index of PostgreSQL takes 2,700 bytes; an answer still finds its work item."""
    long_id = f"<{noise(890)}@x>"
    key = answering(services, tmp_path)
    sender = f"{noise(64)}@{'d' * 60}.{'e' * 60}.{'f' * 60}.example"
    everybody = ", ".join(f"{noise(60)}{n}@{'d' * 60}.example" for n in range(5))
    first = mail(sender, message_id=long_id, cc=everybody)
    answer = mail(
        "marie@acme.fr",
        subject="Re: A question",
        message_id="<two@acme.fr>",
        headers=f"In-Reply-To: {long_id}",
    )
    take_in(services, first, connector_id=key)
    take_in(services, answer, connector_id=key)
    with services.context.database.read() as work:
        counts = work.ledger.counts(key)
    assert {str(end): number for end, number in counts.items() if number} == {
        "created": 1,
        "appended": 1,
    }


def test_a_long_mailbox_name_has_a_life_of_its_own(services: Services, tmp_path: Path) -> None:
    """C-12: the ledger tells mailboxes apart however long their names are."""
    key = answering(services, tmp_path)
    stored = services.connectors.get(key)
    assert stored.incoming is not None
    ones = [
        replace(stored, incoming=replace(stored.incoming, additional_mailbox=noise(length)))
        for length in (999, 1000)
    ]
    for one in ones:
        services.connectors.save(replace(one, version=services.connectors.get(key).version))
        take_in(services, mail(message_id=f"<{one.version}@x>"), connector_id=key)
    with services.context.database.read() as work:
        lives = [work.ledger.epochs(key, mailbox_name(one)) for one in ones]
    assert [len(life) for life in lives] == [1, 1]
