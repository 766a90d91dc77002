"""``enate-desktop activity``: who changed what, filtered, and as a file for spreadsheets."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program
from tests.company import connector, document

Write = Callable[[object], str]


@pytest.fixture
def told(program: Program, write: Write) -> Callable[..., list[dict[str, str]]]:
    """The lines that ``activity --json`` prints, after an import with two connectors."""
    second = connector("Payroll", primary_address="pay@acme.example", routes=[])
    assert program("config", "import", write(document(connector(), second)))[0] == 0

    def call(*options: str) -> list[dict[str, str]]:
        code, out, _ = program("activity", "--json", *options)
        assert code == 0
        found: list[dict[str, str]] = json.loads(out)
        return found

    return call


def test_everything_oldest_first(told: Callable[..., list[dict[str, str]]]) -> None:
    """SPEC 11, A-01."""
    lines = told()
    assert lines[0]["action"].startswith("first opened the data file")
    assert (lines[-1]["kind"], lines[-1]["name"], lines[-1]["action"]) == (
        "connector",
        "Payroll",
        "created",
    )
    assert told("--limit", "2") == lines[-2:]


def test_filters(told: Callable[..., list[dict[str, str]]]) -> None:
    """A-01: searchable on the command line too."""
    assert {line["name"] for line in told("--connector", "Payroll")} == {"Payroll"}
    assert {line["kind"] for line in told("--kind", "route")} == {"route"}
    assert told("--who", "nobody") == []
    assert told("--since", "2000-01-01") == told()
    assert told("--since", "2999-01-01") == []


def test_a_file_for_spreadsheets(
    told: Callable[..., list[dict[str, str]]], program: Program, data: Path
) -> None:
    """A-01: the message goes to standard error."""
    path = data.parent / "activity.csv"
    code, out, err = program("activity", "--kind", "connector", "--csv", str(path))
    assert (code, out) == (0, "")
    assert "activity.csv" in err
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[3] for row in rows[1:]] == ["Payroll", "HR EMEA"]


@pytest.mark.parametrize("options", [("--connector", "Nowhere"), ("--csv", "/nowhere/at/all.csv")])
def test_what_cannot_be_done_is_a_sentence(program: Program, options: tuple[str, str]) -> None:
    """SPEC 11: exit code 2, no traceback."""
    code, out, err = program("activity", *options)
    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err


def test_a_day_that_is_none_is_refused(program: Program) -> None:
    """SPEC 11: wrong use is exit code 2."""
    with pytest.raises(SystemExit) as end:
        program("activity", "--since", "soon")
    assert end.value.code == 2
