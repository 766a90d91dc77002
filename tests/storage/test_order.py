"""Lists come in the same order on every database, whatever the language of the server (S-01)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.domain.people import VIEWER
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.company import connector, document, open_services
from tests.servers.postgres import Postgres

NAMES = ("zebra", "Äpfel", "Zoë", "_hidden", "apple", "Apple pie", "élan", "banana-1", "banana 2")
ENGLISH = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
"""A collation that knows letters from signs and takes upper and lower case for neighbours."""


def configuration() -> dict[str, Any]:
    """A company whose names are ordered differently by bytes and by English rules."""
    made = document(
        *(
            connector(name, primary_address=f"hr{n}@acme.example", routes=[])
            for n, name in enumerate(NAMES)
        )
    )
    made["companies"] = [
        {"name": name, "domains": [f"{n}-x.example", f"{n}x.example"], "contacts": []}
        for n, name in enumerate(NAMES)
    ]
    return made


def lists(folder: Path, url: str | None) -> Mapping[str, object]:
    """What people see in lists of names."""
    services = open_services(folder / "data", url=url)
    try:
        services.exchange.import_(configuration(), folder)
        for name in NAMES:
            services.people.give_role(name, VIEWER)
        return _lists(services)
    finally:
        services.close()


def _lists(services: Services) -> Mapping[str, object]:
    with services.context.database.read() as work:
        return {
            "connectors": [one.name for one in work.connectors.all()],
            "companies": [(one.name, one.domains) for one in work.companies.all()],
            "people": work.people.members(),
            "who": work.history.people(),
            "export": services.exchange.export(),
        }


def test_names_are_ordered_alike(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-01: a server whose language orders "a" before "B" shows the order of a data file."""
    monkeypatch.setenv("HR_PASSWORD", secret("order"))
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("a long passphrase"))
    url = postgres.new_database(template="template0", options=ENGLISH)
    assert postgres.execute("SELECT 'a' < 'B', 'B' < 'a' COLLATE \"C\"", url) == [(True, True)]
    with_file, with_server = lists(tmp_path / "one", None), lists(tmp_path / "two", url)
    assert with_server == with_file
    assert [name for name, _ in with_server["companies"]] == sorted(NAMES, key=str.casefold)  # type: ignore[attr-defined]
