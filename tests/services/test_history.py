"""The history: changes with all their lines, filters, paging, and the export."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from enate_desktop.domain.errors import InputError
from enate_desktop.domain.history import HistoryChange, HistoryFilter, HistoryLine
from enate_desktop.domain.routes import Route
from enate_desktop.services.history import COLUMNS
from enate_desktop.services.vault import SecretName
from enate_desktop.storage.tables import HistoryRow
from enate_desktop.wiring import Services
from tests.canary import secret


def named(services: Services, name: str) -> Route:
    return next(r for g in services.routes.groups() for r in g.routes if r.name == name)


def heads(changes: tuple[HistoryChange, ...]) -> list[str]:
    return [f"{change.head.action} {change.head.name}" for change in changes]


@pytest.fixture
def edited(services: Services) -> Services:
    """A few changes of different kinds, the last of them a move."""
    france = named(services, "France")
    services.routes.save(replace(france, name="France and Monaco", test_mode=True))
    services.routes.set_enabled([named(services, "Payslips").id], False)
    services.routes.move(france.connector_id, [france.id], 2)
    return services


def test_all_lines_of_a_change_belong_together(edited: Services) -> None:
    """R-08: one change, its fields below it."""
    moved, off, saved = edited.history.page(limit=3)
    assert heads((moved, off, saved)) == [
        "order changed HR EMEA",
        "switched off Payslips",
        "changed France and Monaco",
    ]
    assert [(e.field, e.old, e.new) for e in saved.fields] == [
        ("name", "France", "France and Monaco"),
        ("test_mode", "off", "on"),
    ]
    assert {e.change_id for e in saved.entries} == {saved.head.id}
    assert all(change.restorable for change in (moved, off, saved))
    assert edited.history.change(saved.head.id) == saved
    assert edited.history.change(saved.entries[1].id) is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (HistoryFilter(text="monaco"), ["order changed HR EMEA", "changed France and Monaco"]),
        (HistoryFilter(text="test mode"), ["changed France and Monaco"]),
        (HistoryFilter(text="100%"), []),
        (HistoryFilter(actions=("switched",)), ["switched off Payslips"]),
        (HistoryFilter(actions=("order",), who="anna"), ["order changed HR EMEA"]),
        (HistoryFilter(who="ben"), []),
        (HistoryFilter(kinds=("connector",)), ["order changed HR EMEA", "created HR EMEA"]),
        (HistoryFilter(kinds=("route",), actions=("order",)), ["order changed HR EMEA"]),
        (HistoryFilter(kinds=("settings",)), []),
    ],
)
def test_filters(edited: Services, wanted: HistoryFilter, found: list[str]) -> None:
    """A-01: searchable by what, who and words; a further line counts for its change."""
    assert heads(edited.history.page(wanted)) == found


def test_the_history_of_one_thing_has_its_moves(edited: Services) -> None:
    """R-08: Show Activity of a route."""
    france = named(edited, "France and Monaco")
    wanted = HistoryFilter(subject=("route", france.id))
    assert heads(edited.history.page(wanted)) == [
        "order changed HR EMEA",
        "changed France and Monaco",
        "created France",
    ]


def test_a_span_of_time(services: Services) -> None:
    """UI 3.8: When; the end is not included."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        {
            **{"at": day + timedelta(days=n), "who": "ben", "kind": "route", "subject_id": 1},
            **{"name": f"Day {n}", "action": "changed", "field": "", "old": "", "new": ""},
        }
        for n in (0, 2, 1, 3)  # the clock was set back once
    ]
    with services.context.database.write() as work:
        work.connection.execute(insert(HistoryRow), rows)
    wanted = HistoryFilter(since=day + timedelta(days=1), until=day + timedelta(days=3))
    assert heads(services.history.page(wanted)) == ["changed Day 1", "changed Day 2"]


def test_pages_follow_one_another_whatever_comes_on_top(edited: Services) -> None:
    """A-01: by the last change seen, not by a number that shifts."""
    first = edited.history.page(limit=2)
    edited.routes.set_enabled([named(edited, "Payslips").id], True)
    second = edited.history.page(before=first[-1].head.id, limit=2)
    assert heads(second)[0] == "changed France and Monaco"
    newer = edited.history.newer(HistoryFilter(), first[0].head.id)
    assert heads(newer) == ["switched on Payslips"]
    everything = tuple(edited.history.all())
    assert len(everything) == len({change.head.id for change in everything})
    assert everything[-1].head.action.startswith("first opened the data file")


def test_people_and_kinds(edited: Services) -> None:
    assert edited.history.people() == ("anna",)
    assert {"connector", "route", "process", "person"} <= set(edited.history.kinds())


def test_no_secret_is_kept_to_go_back_to(services: Services, tmp_path: Path) -> None:
    """S-02: neither in the lines nor in what a change can be taken back to."""
    (item,) = services.connectors.all()
    hidden = secret("rotated").encode()
    moved = replace(item, name="HR", primary_address="people@acme.example")
    services.connectors.save(moved, {SecretName.INCOMING_PASSWORD: hidden})
    services.connectors.delete(item.id)
    services.history.export_csv(tmp_path / "out.csv")
    services.context.database.close()
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or hidden not in file.read_bytes()


class TestExport:
    def rows(self, path: Path) -> list[list[str]]:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def test_every_line_with_words_for_its_field(self, edited: Services, tmp_path: Path) -> None:
        """A-01: RFC 4180, UTF-8 with a byte order mark."""
        path = tmp_path / "activity.csv"
        count = edited.history.export_csv(path, HistoryFilter(text="Monaco"))
        heading, *rows = self.rows(path)
        assert tuple(heading) == COLUMNS
        assert len(rows) == count == 4
        told = [(row[4], row[5], row[6], row[7]) for row in rows if row[2] == "route"]
        assert ("changed", "Create Work For Test Mode", "off", "on") in told
        assert b"\r\n" in path.read_bytes()

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
    def test_nothing_is_taken_for_a_formula(
        self, services: Services, tmp_path: Path, name: str
    ) -> None:
        """A-01: the names come from mails and people."""
        with services.context.database.write() as work:
            work.history.add("anna", "contact", 1, name, "created", ("name", "", 'a "b"; c'))
        path = tmp_path / "activity.csv"
        services.history.export_csv(path, HistoryFilter(kinds=("contact",)))
        newest = self.rows(path)[1]
        assert newest[3] == "'" + name
        assert newest[7] == 'a "b"; c'

    def test_a_file_that_was_there_stays_when_writing_fails(
        self, services: Services, tmp_path: Path
    ) -> None:
        """A-01: whole or not at all."""
        folder = tmp_path / "out.csv"
        folder.mkdir()
        with pytest.raises(InputError, match="was not written"):
            services.history.export_csv(folder)
        assert folder.is_dir()
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")] == []


def test_lines_about_other_things_belong_to_the_change(services: Services) -> None:
    """R-08: a default sender that is replaced is told too."""
    with services.context.database.write() as work:
        change_id = work.history.add(
            "anna",
            "connector",
            7,
            "Payroll",
            "changed",
            ("default_sender", "off", "on"),
            also=[HistoryLine("connector", 8, "Noreply", "changed", "default_sender", "on", "off")],
        )
    assert change_id == 0  # nothing was kept to go back to
    (change,) = services.history.page(HistoryFilter(subject=("connector", 8)))
    assert [(e.name, e.old, e.new) for e in change.entries] == [
        ("Payroll", "off", "on"),
        ("Noreply", "on", "off"),
    ]
    assert [entry.name for entry in change.fields] == ["Payroll"]
