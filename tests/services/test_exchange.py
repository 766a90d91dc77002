"""The configuration as a file: exact, previewed, all or nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.services.exchange.service import read_document
from enate_desktop.wiring import Services
from tests.canary import CANARY, secret
from tests.company import connector, document, open_services, route


def test_import_of_an_export_changes_nothing(services: Services, tmp_path: Path) -> None:
    """SPEC 11: to the letter, the order and the secrets included."""
    exported = services.exchange.export()
    report = services.exchange.import_(exported, tmp_path)
    assert report.changes == ()
    assert services.exchange.export() == exported


def test_an_export_holds_what_was_imported(services: Services) -> None:
    """SPEC 11: the shape of the file."""
    exported = services.exchange.export()
    (made,) = exported["connectors"]
    (asked,) = document()["connectors"]
    assert made["routes"] == asked["routes"]
    assert made["fallback"] == asked["fallback"]
    assert {k: made["incoming"][k] for k in asked["incoming"] if k != "password"} == {
        k: v for k, v in asked["incoming"].items() if k != "password"
    }
    assert exported["customers"] == document()["customers"]
    assert exported["companies"] == document()["companies"]


def test_secrets_are_exported_as_set_only(services: Services) -> None:
    """S-02, SPEC 11: no secret in an export."""
    exported = services.exchange.export()
    assert exported["connectors"][0]["incoming"]["password"] == {"set": True}
    assert CANARY not in json.dumps(exported)


def test_an_export_can_be_imported_elsewhere(services: Services, tmp_path: Path) -> None:
    """SPEC 11: everything but secrets moves to another data file."""
    exported = services.exchange.export()
    other = open_services(tmp_path / "other")
    other.exchange.import_(exported, tmp_path)
    again = other.exchange.export()
    other.close()
    del exported["connectors"][0]["incoming"]["password"]
    assert again == exported


def test_a_dry_run_tells_the_difference_and_changes_nothing(
    services: Services, tmp_path: Path
) -> None:
    """SPEC 11: previewed as a diff."""
    before = services.exchange.export()
    changed = document(connector(primary_address="people@acme.example", routes=[route("France")]))
    report = services.exchange.import_(changed, tmp_path, dry_run=True)
    told = {(c.kind, c.name, c.action, c.field) for c in report.changes}
    assert ("connector", "HR EMEA", "changed", "primary_address") in told
    assert ("route", "Payslips", "deleted", "") in told
    assert ("route", "France", "changed", "rules.senders") in told
    assert services.exchange.export() == before
    assert not report.applied


def test_the_order_of_the_list_becomes_the_priority_order(
    services: Services, tmp_path: Path
) -> None:
    """SPEC 11: order of ``routes`` is the Priority Order; ids survive."""
    (group,) = services.routes.groups()
    ids = {r.name: r.id for r in group.routes}
    names = ["Everything else", "New one", "France", "Payslips"]
    services.exchange.import_(document(connector(routes=[route(n) for n in names])), tmp_path)
    (group,) = services.routes.groups()
    assert [r.name for r in group.routes] == [*names, "Fallback"]
    assert all(r.id == ids[r.name] for r in group.routes if r.name in ids)


def test_routes_with_the_same_name_keep_their_order(services: Services, tmp_path: Path) -> None:
    """SPEC 11: names need not be unique inside a connector."""
    twins = [route("Twin", rules={"senders": [f"*@{n}.example"]}) for n in ("a", "b", "c")]
    services.exchange.import_(document(connector(routes=twins)), tmp_path)
    assert services.exchange.export()["connectors"][0]["routes"] == twins
    assert services.exchange.import_(services.exchange.export(), tmp_path).changes == ()


def test_what_the_file_does_not_name_stays(services: Services, tmp_path: Path) -> None:
    """Decision: an import never deletes a connector or a process by silence."""
    services.exchange.import_({"format": "enate-desktop/1"}, tmp_path)
    assert len(services.connectors.all()) == 1
    assert len(services.directory.processes()) == 2


def test_a_connector_that_stopped_receiving_can_still_travel(
    services: Services, tmp_path: Path
) -> None:
    """SPEC 11: an export names only what its connector uses."""
    outgoing = {"service": "other_smtp", "host": "127.0.0.1", "authentication": "none"}
    turned = connector(use_for="outgoing", incoming=None, outgoing=outgoing, fallback=None)
    del turned["routes"]
    services.exchange.import_(document(turned), tmp_path)
    exported = services.exchange.export()
    assert services.exchange.import_(exported, tmp_path).changes == ()


def test_five_hundred_routes_are_imported_with_few_questions(
    services: Services, tmp_path: Path
) -> None:
    """SPEC 11: the directory is read once, not once per route."""
    many = document(connector(routes=[route(f"R{n}") for n in range(500)]))
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = services.context.database._engine._engine  # type: ignore[attr-defined]  # noqa: SLF001
    event.listen(engine, "before_cursor_execute", count)
    services.exchange.import_(many, tmp_path)
    event.remove(engine, "before_cursor_execute", count)
    assert len(statements) < 500 * 9


def test_an_untested_connector_is_left_off_with_a_note(tmp_path: Path) -> None:
    """C-05: Enable is possible only after a passed test."""
    services = open_services(tmp_path / "data")
    plain = connector(enabled=True)
    del plain["incoming"]["password"]
    report = services.exchange.import_(document(plain), tmp_path)
    (made,) = services.connectors.all()
    services.close()
    assert not made.enabled
    assert 'connector enable "HR EMEA"' in report.notes[0]


def _change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(target: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        item: Any = target
        for part in parents:
            item = item[int(part)] if part.isdigit() else item[part]
        item[int(last) if last.isdigit() else last] = value

    return apply


BAD = [
    ("format", "enate-desktop/2", "format"),
    ("connectors", {}, "not a list"),
    ("connectors.0.name", "", "name"),
    ("connectors.0.name", 7, "not a text"),
    ("connectors.0.use_for", "sideways", "must be one of"),
    ("connectors.0.primary_address", "nobody", "not a mail address"),
    ("connectors.0.primary_adress", "hr@acme.example", "nobody knows"),
    ("connectors.0.fallback", None, "fallback"),
    ("connectors.0.fallback.process", "Acme > HR services > Onboarding > Gone", "does not exist"),
    ("connectors.0.fallback.category", "Gone", "category"),
    ("connectors.0.fallback.category", None, "category"),
    ("connectors.0.incoming", None, "not filled in"),
    ("connectors.0.incoming.service", "other_smtp", "must be one of"),
    ("connectors.0.incoming.port", 70000, "port"),
    ("connectors.0.incoming.port", "993", "whole number"),
    ("connectors.0.incoming.host", "a b", "server name"),
    ("connectors.0.incoming.username", "hr\r\nA1 LOGOUT", "control character"),
    ("connectors.0.incoming.authentication", "certificate", "does not allow"),
    ("connectors.0.incoming.password", "plain text", "do not stand in the file"),
    ("connectors.0.incoming.password", {"env": "NOT_SET_ANYWHERE"}, "NOT_SET_ANYWHERE"),
    ("connectors.0.incoming.password", {"file": "missing.txt"}, "missing.txt"),
    ("connectors.0.incoming.after_intake", "shred", "must be one of"),
    ("connectors.0.incoming.after_intake", {"move": "a\r\nb"}, "control character"),
    ("connectors.0.routes.0.address", "nobody", "cannot be used"),
    ("connectors.0.routes.1.address", "*", "sender list"),
    ("connectors.0.routes.1.process", "Nowhere", "does not exist"),
    ("connectors.0.routes.1.category", "General", "Case"),
    ("connectors.0.routes.2.rules.senders", ["acme*.com"], "One star"),
    ("connectors.0.routes.2.rules.senders", ["*"], "everybody"),
    ("connectors.0.routes.2.rules.companies", ["Nobody Ltd"], "does not exist"),
    ("connectors.0.routes.2.rules.attachment_types", ["p/df"], "attachment type"),
    ("connectors.0.routes.2.rules.body", ["x"], "nobody knows"),
    ("connectors.0.routes.2.rules.senders", [" "], "cannot be used"),
    ("connectors.0.routes.2.rules.subject_keywords", ["a; b"], "separator"),
    ("connectors.0.incoming.after_intake", {"move": " Inbox "}, "fetched from"),
    ("connectors.0.incoming.first_intake", {"since": "0001-01-01T00:00+23:00"}, "is not a day"),
    ("connectors.0.incoming.password", {"file": "a\u0000b"}, "cannot be read"),
    ("connectors.0.name", "\ud800", "surrogate"),
    ("settings", {"poll_seconds": -5}, "every 5"),
    ("settings", {"retry_limit": 99}, "1 to 10"),
    ("settings", {"max_mail_megabytes": 10**30}, "1 to 1000"),
    ("companies.0.domains", ["not a domain"], "not a domain"),
    ("companies.0.contacts", ["nobody"], "not a mail address"),
    ("customers.0.contracts.0.services.0.processes.0.kind", "letter", "must be one of"),
    ("customers.0.contracts.0.services.0.processes.1.categories", ["x"], "no ticket categories"),
]


@pytest.mark.parametrize(
    ("path", "value", "words"), BAD, ids=[f"{p}={v!r}"[:60] for p, v, _ in BAD]
)
def test_an_unusable_file_changes_nothing_and_says_where(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    value: Any,
    words: str,
) -> None:
    """SPEC 11: all or nothing, one plain sentence."""
    monkeypatch.setenv("HR_PASSWORD", secret("hr"))
    services = open_services(tmp_path / "data")
    bad = document()
    _change(path, value)(bad)
    with pytest.raises(EnateError) as caught:
        services.exchange.import_(bad, tmp_path)
    exported = services.exchange.export()
    services.close()
    assert words in caught.value.sentence()
    assert "\n" not in caught.value.sentence()
    assert (exported["connectors"], exported["customers"]) == ([], [])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', '{"format": }', "[" * 100_000], ids=repr
)
def test_what_is_no_document_is_one_sentence(tmp_path: Path, text: str) -> None:
    """SPEC 11: unreadable configuration file, no traceback."""
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"bad\.json"):
        read_document(file)
    with pytest.raises(InputError, match="Standard input"):
        read_document(None, text.encode() + b"\xff")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """SPEC 11: unreadable configuration file."""
    with pytest.raises(InputError, match="cannot be read"):
        read_document(tmp_path / "none.json")
