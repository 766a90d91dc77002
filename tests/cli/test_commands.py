"""The command line as outside checks drive it: exact output, exit codes, no traceback."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from enate_desktop.cli import run
from enate_desktop.cli.commands import keep_refreshing
from enate_desktop.domain.errors import StorageError
from tests.cli.conftest import Program
from tests.company import connector, document, route

Write = Callable[[object], str]

MAIL = (
    b"From: marie@acme.fr\r\nTo: hr@acme.example\r\nSubject: Hello\r\n"
    b"Message-ID: <1@x>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nHi\r\n"
)


def test_without_a_command_the_window_opens(program: Program) -> None:
    """SPEC 11."""
    assert program()[0] == 99
    assert program("demo")[0] == 99


def test_import_export_import_changes_nothing(program: Program, write: Write, data: Path) -> None:
    """SPEC 11: through files, with exit code 0."""
    assert program("config", "import", write(document()))[0] == 0
    exported = str(data.parent / "out.json")
    assert program("config", "export", exported)[0] == 0
    code, out, err = program("config", "import", exported, "--json")
    assert (code, json.loads(out)["changes"]) == (0, [])
    assert "Nothing changed." in err


def test_export_to_standard_output_is_the_document(program: Program, write: Write) -> None:
    """SPEC 11: FILE|-."""
    program("config", "import", write(document()))
    code, out, _ = program("config", "export", "-")
    assert code == 0
    assert json.loads(out)["format"] == "enate-desktop/1"


def test_options_may_stand_before_or_behind_the_command(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SPEC 11: --data and --json everywhere."""
    for arguments in (
        ["--data", str(data), "--json", "work-items"],
        ["work-items", "--json", "--data", str(data)],
    ):
        assert run(arguments, lambda _options: 99) == 0
        assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["config"],
        ["config", "import"],
        ["work-items", "--lmit", "3"],
        ["work-items", "--lim", "3"],
        ["work-items", "--limit", "-1"],
        ["work-items", "--limit", "99999999999999999999999"],
        ["--data", "", "work-items"],
        ["route", "replay", "--last", "0"],
        ["route", "explain"],
    ],
)
def test_wrong_use_is_2(program: Program, arguments: list[str]) -> None:
    """SPEC 11: exit 2."""
    with pytest.raises(SystemExit) as caught:
        program(*arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["config", "import", "/nowhere/config.json"],
        ["connector", "test", "Nobody"],
        ["connector", "enable", "Nobody"],
        ["connector", "disable", "Nobody"],
        ["route", "explain", "/nowhere/mail.eml"],
        ["route", "explain", "/dev/null"],
        ["config", "export", "/nowhere/config.json"],
    ],
)
def test_unusable_input_is_2_and_one_sentence(program: Program, arguments: list[str]) -> None:
    """SPEC 11: exit 2, the message on standard error, nothing on standard output."""
    code, out, err = program(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_data_folder_that_cannot_be_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S-01: one sentence."""
    (tmp_path / "file").write_text("x")
    code = run(["--data", str(tmp_path / "file" / "data"), "work-items"], lambda _options: 99)
    assert code == 2
    assert "cannot be used" in capsys.readouterr().err


def test_config_check_is_1_with_warnings_and_0_without(program: Program, write: Write) -> None:
    """SPEC 11, R-12: the answer is "no"."""
    config = document()
    program("config", "import", write(config))
    processes = config["customers"][0]["contracts"][0]["services"][0]["processes"]
    processes[1]["retired"] = True
    program("config", "import", write(config))
    code, out, _ = program("config", "check", "--json")
    kinds = {warning["kind"] for warning in json.loads(out)["warnings"]}
    assert code == 1
    assert any("retired" in kind for kind in kinds)


def test_explain_prints_exactly_the_documented_keys(
    program: Program, write: Write, data: Path
) -> None:
    """SPEC 11: the shape of ``route explain --json``; for connectors that are off too."""
    program("config", "import", write(document()))
    mail = data.parent / "mail.eml"
    mail.write_bytes(MAIL)
    code, out, _ = program("route", "explain", str(mail), "--json", "--connector", "hr emea")
    (decision,) = json.loads(out)["decisions"]
    assert code == 0
    assert set(decision) - {"connector"} == {
        "recipient",
        "outcome",
        "route",
        "block",
        "process",
        "category",
        "test_mode",
        "automated_email",
        "reason",
        "trace",
    }
    assert (decision["outcome"], decision["route"]) == ("created", "France")
    first = decision["trace"][0]
    assert (first["route"], first["result"]) == ("France", "took")
    assert set(first["rules"][0]) == {"rule", "asked", "found", "true"}
    assert [step["route"] for step in decision["trace"]] == [
        "France",
        "Payslips",
        "Everything else",
        "Fallback",
    ]


def test_explain_asks_the_connectors_the_mail_is_addressed_to(
    program: Program, write: Write, data: Path
) -> None:
    """SPEC 11: without --connector."""
    other = connector("Payroll", primary_address="payroll@acme.example", routes=[])
    program("config", "import", write(document(connector(), other)))
    mail = data.parent / "mail.eml"
    mail.write_bytes(MAIL)
    _, out, _ = program("route", "explain", str(mail), "--json")
    assert [d["connector"] for d in json.loads(out)["decisions"]] == ["HR EMEA"]


def test_terminal_output_cannot_be_steered_by_a_mail(
    program: Program, write: Write, data: Path
) -> None:
    """MAIL 4 B 36: control characters never reach the terminal."""
    program("config", "import", write(document()))
    mail = data.parent / "mail.eml"
    mail.write_bytes(MAIL.replace(b"Hello", b"=?utf-8?q?=1B[2Jgone=0D=0AX?="))
    _, out, _ = program("route", "explain", str(mail))
    assert "\x1b" not in out


def test_a_closed_port_is_a_stage_a_cause_and_exit_1(program: Program, write: Write) -> None:
    """C-06: the first failure names the stage and the field to mend."""
    closed = connector(routes=[route("France")])
    closed["incoming"]["port"] = 1
    program("config", "import", write(document(closed)))
    code, out, err = program("connector", "test", "HR EMEA", "--json")
    report = json.loads(out)
    failed = [stage for stage in report["stages"] if stage["state"] == "failed"]
    assert code == 1
    assert [(s["side"], s["stage"]) for s in failed] == [("incoming", "tcp")]
    assert failed[0]["field"].startswith("incoming.")
    assert "Traceback" not in err
    assert program("connector", "enable", "HR EMEA")[0] == 1
    code, out, _ = program("config", "export", "-")
    assert json.loads(out)["connectors"][0]["enabled"] is False


def test_the_worker_outlasts_a_database_that_does_not_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """S-01: said once, not every five seconds, and it goes on by itself."""
    stopped = threading.Event()
    busy = StorageError("The data file is busy.", "It is tried again.")
    answers = [None, busy, busy, busy, None]

    def refresh() -> None:
        answer = answers.pop(0)
        if not answers:
            stopped.set()
        if answer is not None:
            raise answer

    keep_refreshing(refresh, stopped, 0.0)
    said = "".join(capsys.readouterr())
    assert said.count("The data file is busy.") == 1
    assert said.count("goes on") == 1
