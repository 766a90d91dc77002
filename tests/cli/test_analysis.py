"""Replay, wishes and pinned mails from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enate_desktop.cli import run
from enate_desktop.demo.session import DemoSession
from enate_desktop.domain.connectors import Connector
from enate_desktop.mail.mailbox import FolderState
from enate_desktop.services.intake import Undecided
from enate_desktop.storage.records import NewMail
from enate_desktop.wiring import build_services
from tests.cli.conftest import Program
from tests.cli.test_twenty_mails import raw
from tests.company import connector, document, route
from tests.worker.test_poller import NOW

ROUTES = [
    route("France", rules={"senders": ["*@acme.fr"]}),
    route("Urgent", rules={"subject_keywords": ["urgent"]}),
    route("Everything else"),
]


def mail(number: int, headers: str) -> bytes:
    return raw(f"{headers}|Message-ID: <{number}@x.example>")


@pytest.fixture
def company(program: Program, write: Callable[[object], str], data: Path) -> Path:
    """Three mails were taken in: one for each route."""
    program("config", "import", write(document(connector(routes=ROUTES))))
    services = build_services(data, trusted_keyrings=())
    item: Connector = services.connectors.find("HR EMEA")
    epoch = services.intake.epoch(item, FolderState(1, 1, 0, 0, read_only=False))
    raws = [
        mail(1, "From: paul@acme.fr|Subject: urgent question"),
        mail(2, "Subject: urgent"),
        mail(3, "Subject: hello"),
    ]
    kept = services.intake.store(
        item, epoch, [NewMail(uid, NOW, len(r), r) for uid, r in enumerate(raws, 1)]
    )
    undecided = [Undecided(key, new.raw or b"", NOW) for key, new in kept]
    assert len(services.intake.decide(item.id, undecided)) == 3
    services.close()
    return data


def test_a_proposed_order_is_replayed_before_it_hurts(
    program: Program, write: Callable[[object], str], company: Path
) -> None:
    """X-01: only the mails that differ, grouped from → to; nothing is changed."""
    before = program("config", "export", "-")[1]
    proposed = write(document(connector(routes=[ROUTES[1], ROUTES[0], ROUTES[2]])))
    code, out, _ = program("route", "replay", "--last", "500", "--against", proposed, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["mails"], found["differing"]) == (3, 1)
    assert found["moves"] == [{"from": "France", "to": "Urgent", "mails": 1}]
    assert found["differences"][0]["message_id"] == "<1@x.example>"
    assert program("config", "export", "-")[1] == before


def test_a_replay_against_what_is_stored_finds_nothing(program: Program, company: Path) -> None:
    """X-01, SPEC 11: for connectors that are off too."""
    exported = str(company.parent / "same.json")
    program("config", "export", exported)
    found = json.loads(program("route", "replay", "--against", exported, "--json")[1])
    assert (found["mails"], found["differing"]) == (3, 0)


def test_then_and_now(program: Program, write: Callable[[object], str], company: Path) -> None:
    """X-03: the stored decisions beside what the present routes would do."""
    assert json.loads(program("route", "replay", "--json")[1])["differing"] == 0
    program("config", "import", write(document(connector(routes=[ROUTES[0], ROUTES[2]]))))
    found = json.loads(program("route", "replay", "--json")[1])
    assert found["moves"] == [{"from": "Urgent", "to": "Everything else", "mails": 1}]


def test_a_wish_names_what_is_in_the_way_and_the_least_change(
    program: Program, company: Path
) -> None:
    """X-04: blocking rules, earlier winners, the change and its replay."""
    file = company.parent / "mail.eml"
    file.write_bytes(mail(9, "From: paul@acme.fr|Subject: urgent thing"))
    code, out, _ = program("route", "wish", str(file), "--route", "urgent", "--json")
    answer = json.loads(out)
    assert (code, answer["takes"], answer["earlier"]) == (0, False, ["France"])
    assert answer["changes"]
    assert answer["replay"]["differing"] == 1
    code, out, _ = program("route", "wish", str(file), "--route", "France", "--json")
    assert (code, json.loads(out)["takes"]) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["route", "wish", "MAIL", "--route", "Nobody"],
        ["route", "wish", "MAIL", "--route", "Nobody", "--connector", "HR EMEA"],
        ["route", "replay", "--against", "/nowhere.json"],
        ["pin", "add", "  ", "MAIL"],
        ["pin", "remove", "Nobody", "--connector", "HR EMEA"],
    ],
)
def test_unusable_questions_are_2(program: Program, company: Path, arguments: list[str]) -> None:
    """SPEC 11: one sentence."""
    file = company.parent / "mail.eml"
    file.write_bytes(mail(9, "Subject: x"))
    code, out, err = program(*[str(file) if a == "MAIL" else a for a in arguments])
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_pinned_mail_turns_red_when_the_routes_change(
    program: Program, write: Callable[[object], str], company: Path
) -> None:
    """X-06: kept in the configuration, run by ``pin run`` and ``config check``."""
    file = company.parent / "mail.eml"
    file.write_bytes(mail(9, "From: paul@acme.fr|Subject: urgent thing"))
    assert program("pin", "add", "VIP", str(file))[0] == 0
    assert program("pin", "run")[0] == 0
    exported: dict[str, Any] = json.loads(program("config", "export", "-")[1])
    exported["connectors"][0]["routes"].reverse()
    program("config", "import", write(exported))
    code, out, _ = program("pin", "run", "--json")
    (pin,) = json.loads(out)["pins"]
    assert (code, pin["name"], pin["passed"]) == (1, "VIP", False)
    check = json.loads(program("config", "check", "--json")[1])
    assert [red["name"] for red in check["pins"]] == ["VIP"]
    program("pin", "remove", "vip", "--connector", "HR EMEA")
    assert program("pin", "run")[0] == 0


def test_pins_travel_with_the_configuration(
    program: Program, write: Callable[[object], str], company: Path
) -> None:
    """X-06, SPEC 11: import of an export changes nothing."""
    file = company.parent / "mail.eml"
    file.write_bytes(mail(9, "From: paul@acme.fr|Subject: urgent thing|ATTACH: a.pdf"))
    program("pin", "add", "VIP", str(file))
    exported = program("config", "export", "-")[1]
    code, out, _ = program("config", "import", write(json.loads(exported)), "--json")
    assert (code, json.loads(out)["changes"]) == (0, [])
    assert program("config", "export", "-")[1] == exported


def test_the_demo_company_has_its_three_planted_faults_and_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R-12: never reached, duplicate, contradictory; each with what the person needs."""
    with DemoSession(tmp_path / "demo") as demo:
        services = demo.open()
        found = [w for group in services.routes.warnings().values() for w in group]
        services.close()
    code = run(["--data", str(tmp_path / "demo"), "config", "check", "--json"], lambda _o: 99)
    shown = json.loads(capsys.readouterr().out)["warnings"]
    assert code == 1
    assert [warning["kind"] for warning in shown] == [str(warning.kind) for warning in found]
    assert all(warning["text"] and warning["route"] for warning in shown)
    assert sorted(str(w.kind) for w in found) == [
        "contradictory rules",
        "duplicate",
        "never reached",
    ]
    shadowed = next(w for w in found if w.kind == "never reached")
    assert shadowed.proved
    assert shadowed.covering
    assert shadowed.witness is not None
    assert shadowed.safe_place is not None
