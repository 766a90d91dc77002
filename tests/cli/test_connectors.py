"""Testing and switching connectors and outgoing routes from the command line (SPEC 11)."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Program
from tests.company import connector, document
from tests.credentials.pfx_files import PASSWORD, certificate, key, pfx
from tests.mail.support import smtp_script
from tests.servers.scripted import ScriptedServer

Write = Callable[[Any], str]


def sender(port: int, **outgoing: Any) -> dict[str, Any]:
    """A connector that sends without signing in, with an outgoing route that is off."""
    facts = connector("Noreply", use_for="outgoing", primary_address="noreply@acme.example")
    return {
        **{k: v for k, v in facts.items() if k not in ("fallback", "routes")},
        "incoming": None,
        "outgoing": {
            "service": "other_smtp",
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "authentication": "none",
            **outgoing,
        },
        "outgoing_routes": [
            {"name": "Payroll", "description": "", "address": "pay@acme.example", "enabled": False}
        ],
    }


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    answers = {"MAIL FROM:<sales": b"550 not yours\r\n"}
    with ScriptedServer(smtp_script(answers)) as running:
        yield running


def outgoing_route(program: Program) -> dict[str, Any]:
    _, out, _ = program("config", "export", "-")
    found: dict[str, Any] = json.loads(out)["connectors"][0]["outgoing_routes"][0]
    return found


def test_an_outgoing_route_is_tested_switched_on_and_off(
    program: Program, write: Write, server: ScriptedServer
) -> None:
    """R-02: a test of the route itself, never of the mailbox."""
    program("config", "import", write(document(sender(server.port))))
    code, out, _ = program("connector", "test", "Noreply", "--route", "payroll", "--json")
    report = json.loads(out)
    assert (code, report["outgoing_route"], report["ok"]) == (0, "Payroll", True)
    assert "pay@acme.example" in report["stages"][-1]["detail"]
    assert outgoing_route(program)["enabled"] is False
    assert program("connector", "enable", "Noreply", "--route", "Payroll")[0] == 0
    assert outgoing_route(program)["enabled"] is True
    code, out, _ = program("connector", "disable", "Noreply", "--route", "Payroll", "--json")
    assert json.loads(out) == {
        "connector": "Noreply",
        "outgoing_route": "Payroll",
        "enabled": False,
    }
    assert outgoing_route(program)["enabled"] is False


def test_a_refused_address_leaves_the_route_off_with_exit_1(program: Program, write: Write) -> None:
    """R-02."""
    with ScriptedServer(smtp_script({"MAIL": b"553 5.7.1 not yours\r\n"})) as server:
        program("config", "import", write(document(sender(server.port))))
        code, out, err = program("connector", "enable", "Noreply", "--route", "Payroll")
    assert code == 1
    assert "not yours" in out
    assert '"Payroll" was not enabled' in err
    assert outgoing_route(program)["enabled"] is False


def test_an_unknown_route_names_the_ones_there_are(program: Program, write: Write) -> None:
    """SPEC 11: exit 2 for wrong use."""
    program("config", "import", write(document(sender(1))))
    code, _, err = program("connector", "test", "Noreply", "--route", "Sales")
    assert code == 2
    assert 'no outgoing route named "Sales"' in err
    assert 'Its outgoing routes are: "Payroll".' in err


def test_a_certificate_that_ends_soon_is_told_of_with_every_test(
    program: Program, write: Write, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C-04."""
    ends = datetime.now(UTC) + timedelta(days=12, hours=1)
    monkeypatch.setenv("PFX_PASSWORD", PASSWORD.decode())
    data.parent.mkdir(exist_ok=True)
    (data.parent / "sender.pfx").write_bytes(pfx(key(), certificate(key(), days=(-1, 12.1))))
    with_certificate = sender(
        1,
        security="starttls",
        authentication="certificate",
        certificate={"file": "sender.pfx"},
        certificate_password={"env": "PFX_PASSWORD"},
    )
    program("config", "import", write(document(with_certificate)))
    code, _, err = program("connector", "test", "Noreply")
    assert code == 1
    assert "The certificate of Noreply expires in 12 days, on" in err
    assert str(ends.year) in err
