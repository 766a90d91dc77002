"""The routes tree model: what it shows, and that every change is told exactly."""

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import SEARCH_ROW, group_key
from enate_desktop.item_models.route_search import RouteSearch
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.routing.analysis.warning_kinds import RouteWarning, WarningKind
from enate_desktop.services.route_hits import RouteHits
from enate_desktop.storage.records import RouteCount
from tests.item_models import samples
from tests.item_models.drawing import drawn, names
from tests.item_models.samples import FINANCE, HR, NOREPLY, hr_group, tree_model

HR_KEY = group_key(HR, outgoing=False)
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model() -> RouteTreeModel:
    made = tree_model(hr_group())
    made.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        made, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return made


def test_routes_are_grouped_by_connector_and_direction() -> None:
    """G-01."""
    assert drawn(tree_model()) == (
        "HR EMEA, 4 routes, incoming\n"
        "  1 Urgent payroll\n"
        "  2 Payslip attachments\n"
        "  3 France\n"
        "  4 Everything else HR\n"
        "  last Fallback\n"
        "HR EMEA, 1 route, outgoing\n"
        "  - Payroll replies\n"
        "Finance UK, 10 routes, incoming\n"
        "  1 Invoices of Initech\n"
        "  2 Invoices as PDF\n"
        "  3 Reminders\n"
        "  4 Expenses\n"
        "  5 New bank details\n"
        "  6 Suppliers\n"
        "  7 Scanner\n"
        "  8 Subsidiary Leeds\n"
        "  9 Subsidiary Bristol\n"
        "  10 Partners\n"
        "  last Fallback\n"
        "Payroll DE, 3 routes, incoming\n"
        "  1 Route 10\n"
        "  2 Route 2\n"
        "  3 Krankmeldung\n"
        "  last Fallback\n"
        "Service desk, 4 routes, incoming\n"
        "  1 Laptops\n"
        "  2 Access requests\n"
        "  3 Printers\n"
        "  4 Remote access\n"
        "  last Fallback\n"
        "Noreply, 2 routes, outgoing\n"
        "  - Careers\n"
        "  - Facilities"
    )


@pytest.mark.parametrize(
    ("route_row", "cells"),
    [
        (
            0,
            [
                "1",
                "payroll@acme.example",
                "Urgent payroll",
                "Urgent query (Ticket)  Acme \u203a Payroll 2026 \u203a Payroll",
                "Error",
                "",
                "On",
                "Live",
                "On",
            ],
        ),
        (
            2,
            [
                "3",
                "hr@acme.example",
                "France",
                "New starter (Case)  Acme \u203a HR services 2026 \u203a Onboarding",
                "",
                "",
                "Off",
                "Test",
                "On",
            ],
        ),
        (
            4,
            [
                "last",
                "hr@acme.example",
                "Fallback",
                "Triage (Ticket)  Acme \u203a HR services 2026 \u203a Query",
                "Triage",
                "",
                "Off",
                "Live",
                "On",
            ],
        ),
    ],
)
def test_a_row_says_what_its_route_does(
    model: RouteTreeModel, route_row: int, cells: list[str]
) -> None:
    """R-01, R-03."""
    parent = model.index(0, 0)
    assert [model.index(route_row, column, parent).data() for column in Column] == [*cells, "0"]


def test_a_screen_reader_hears_the_whole_row(model: RouteTreeModel) -> None:
    """UI 3.5."""
    never = RouteWarning(WarningKind.NEVER_REACHED, 3, "It takes all.", covering=(2,))
    model.set_warnings({3: (never,)})
    assert model.index(2, 0, model.index(0, 0)).data(SPOKEN) == (
        "Priority 3 of 4. France. hr@acme.example. Creates New starter, Case, Acme, "
        "HR services 2026, Onboarding. Test mode. Enabled. "
        "Warning: never reached, route 2 takes its mail."
    )
    assert model.index(4, 0, model.index(0, 0)).data(SPOKEN) == (
        "Last. Fallback. hr@acme.example. Creates Triage, Ticket, Acme, HR services 2026, Query. "
        "Category Triage. Enabled."
    )
    assert model.index(0, 0).data(SPOKEN) == (
        "HR EMEA. Office 365 (IMAP). 4 routes. incoming. Running. 1 warning."
    )


def test_a_connector_without_routes_says_where_its_mail_goes() -> None:
    """C-07, UI 3.16."""
    bare = samples.group(FINANCE, ())
    lost = replace(bare, connector=replace(bare.connector, fallback=None), routes=())
    assert names(tree_model(bare)) == ["[empty]", "Fallback"]
    assert names(tree_model(lost)) == ["[empty]", "[no fallback]"]
    assert names(tree_model(samples.group(NOREPLY, ()))) == ["[empty]"]


def test_a_move_keeps_selection_and_current_row(model: RouteTreeModel) -> None:
    """G-06: the row that was moved stays selected."""
    selection = QItemSelectionModel(model)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
    index = model.child_index(HR_KEY, 3)
    selection.setCurrentIndex(index, flags | QItemSelectionModel.SelectionFlag.Rows)
    moves: list[int] = []
    model.rowsMoved.connect(lambda *_: moves.append(1))
    first, second, third, fourth = samples.HR_ROUTES
    model.set_group(hr_group((third, first, second, fourth)))
    assert names(model) == [
        "France",
        "Urgent payroll",
        "Payslip attachments",
        "Everything else HR",
        "Fallback",
    ]
    assert len(moves) == 1
    assert selection.currentIndex().row() == 0
    assert model.route_at(selection.currentIndex()) == replace(third, position=0)


def test_nothing_is_told_when_nothing_changed(model: RouteTreeModel) -> None:
    signals: list[str] = []
    model.rowsMoved.connect(lambda *_: signals.append("moved"))
    model.rowsInserted.connect(lambda *_: signals.append("inserted"))
    model.rowsRemoved.connect(lambda *_: signals.append("removed"))
    model.layoutChanged.connect(lambda *_: signals.append("layout"))
    model.modelReset.connect(lambda *_: signals.append("reset"))
    model.set_groups((hr_group(),))
    assert signals == []


def test_a_changed_route_is_repainted_where_it_stands(model: RouteTreeModel) -> None:
    rows: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        if first.parent().isValid():
            rows.append((first.row(), last.row()))

    model.dataChanged.connect(note)
    routes = list(samples.HR_ROUTES)
    routes[1] = replace(routes[1], name="Payslips")
    model.set_group(hr_group(routes))
    assert rows == [(1, 1)]
    assert model.index(1, Column.NAME, model.index(0, 0)).data() == "Payslips"


def test_connectors_come_and_go_without_disturbing_the_others() -> None:
    """ARCHITECTURE 5: rows are never reset."""
    hr, finance, *rest = samples.company_groups()
    model = tree_model(hr, *rest)
    held = QPersistentModelIndex(model.child_index(HR_KEY, 3))
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.set_groups((finance, *rest, hr))
    assert drawn(model).split("\n")[0] == "Finance UK, 10 routes, incoming"
    model.set_groups((hr,))
    assert held.isValid()
    assert model.route_at(held) == hr.routes[2]
    assert resets == []


def test_the_search_row_comes_first_and_goes_with_its_search(model: RouteTreeModel) -> None:
    """G-03."""
    model.open_search(HR_KEY)
    model.set_search(HR_KEY, RouteSearch(name="fra"))
    assert drawn(model) == "HR EMEA, 1 of 4 routes, incoming\n  [search]\n  3 France"
    model.open_search(HR_KEY, is_open=False)
    assert drawn(model).startswith("HR EMEA, 4 routes, incoming\n  1 Urgent payroll")


def test_typing_never_moves_the_search_row(model: RouteTreeModel) -> None:
    """The fields live on the search row's index: it has to survive every keystroke."""
    model.open_search(HR_KEY)
    held = QPersistentModelIndex(model.child_index(HR_KEY, SEARCH_ROW, Column.NAME))
    for typed in ("f", "fr", "frx", "fr", "", "e"):
        model.set_search(HR_KEY, RouteSearch(name=typed))
        assert held.isValid()
        assert (held.row(), held.column()) == (0, Column.NAME)
    model.sort(Column.ADDRESS, Qt.SortOrder.DescendingOrder)
    assert (held.row(), held.column()) == (0, Column.NAME)


def test_a_search_without_a_hit_says_so(model: RouteTreeModel) -> None:
    """G-03: ``rance`` does not find ``France``."""
    model.open_search(HR_KEY)
    model.set_search(HR_KEY, RouteSearch(name="rance"))
    assert names(model) == ["[search]", "[no hit]"]
    assert model.index(1, 0, model.index(0, 0)).data() == (
        'No route starts with "rance". The search looks at the start of the text only.'
    )


def test_a_hundred_thousand_routes_stay_one_list() -> None:
    """QUALITY: structure only; times are the benchmark's."""
    many = [samples.route(n, HR, f"Route {n}", "hr@acme.example", 3) for n in range(1, 100_001)]
    model = tree_model(hr_group(many))
    parent = model.index(0, 0)
    assert model.rowCount(parent) == 100_001
    shuffled = [*many[50_000:], *many[:50_000]]
    model.set_group(hr_group(shuffled))
    assert model.index(0, Column.NAME, parent).data() == "Route 50001"
    model.set_search(HR_KEY, RouteSearch(name="route 9999"))
    assert model.rowCount(parent) == 11
    model.sort(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert model.index(0, Column.NAME, parent).data() == "Route 99999"


@pytest.mark.parametrize("seed", range(5))
def test_any_change_ends_in_the_same_tree_as_a_fresh_model(seed: int) -> None:
    """Moves, insertions, removals, searches and sortings in any mixture; the tester watches."""
    chance = random.Random(seed)
    model = tree_model(hr_group())
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    pool = [samples.route(n, HR, f"Route {n}", f"box{n % 7}@acme.example", 3) for n in range(9, 50)]
    for _ in range(8):
        routes = chance.sample(pool, chance.randrange(len(pool)))
        search = RouteSearch(name=chance.choice(("", "", "route 1", "x")))
        is_open, descending = chance.random() < 0.5, chance.random() < 0.5
        column = chance.choice((Column.PRIORITY, Column.ADDRESS, Column.NAME))
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        held = [
            (QPersistentModelIndex(model.child_index(HR_KEY, key)), key)
            for key in model.forest.groups[HR_KEY].children
        ]
        model.set_group(hr_group(routes))
        model.open_search(HR_KEY, is_open=is_open)
        model.set_search(HR_KEY, search)
        model.sort(column, order)
        fresh = tree_model(hr_group(routes))
        fresh.open_search(HR_KEY, is_open=is_open)
        fresh.set_search(HR_KEY, search)
        fresh.sort(column, order)
        assert drawn(model) == drawn(fresh)
        children = model.forest.groups[HR_KEY].children
        for index, key in held:
            if index.isValid():
                assert children[index.row()] == key


def test_hits_are_shown_by_number_and_sorted(model: RouteTreeModel) -> None:
    """UI 3.5: seven days; a route that is off and took nothing says so."""
    count = RouteCount(3, samples.NOW, 9, samples.NOW, samples.NOW)
    model.set_hits({3: RouteHits((0, 0, 0, 0, 1, 2, 6), count)})
    parent = model.index(0, 0)
    shown = [model.index(row, Column.HITS, parent).data() for row in range(5)]
    assert shown[2] == "9"
    tooltip = str(model.index(2, Column.HITS, parent).data(Qt.ItemDataRole.ToolTipRole))
    assert "9 altogether, counted since" in tooltip
    model.sort(Column.HITS, Qt.SortOrder.DescendingOrder)
    assert model.index(0, Column.NAME, parent).data() == "France"
    assert model.index(4, Column.NAME, parent).data() == "Fallback"
