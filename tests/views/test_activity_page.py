"""The Activity page: filters, comparing, restoring with undo, export, and news from elsewhere."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.activity_table import PAGE_SIZE, ActivityColumn
from enate_desktop.item_models.activity_text import ItemChoice, WhatChoice
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.storage.tables import HistoryRow
from enate_desktop.views.activity_dialog import ActivityDialog
from enate_desktop.views.activity_page import ActivityPage
from enate_desktop.views.activity_restoring import RestoreDialog
from enate_desktop.views.page import Toast
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.worker.notifier import ChangeNotifier
from tests.views.page_samples import add_connector, add_route, company

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
pytestmark = pytest.mark.usefixtures("appearance")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A connector with three routes, of which one was edited and one moved."""
    with company(tmp_path) as made:
        connector = add_connector(made)
        for name in ("France", "Spain", "Italy"):
            add_route(made, connector.id, name)
        france = named(made, "France")
        rules = replace(france.rules, subject_keywords=("urgent",))
        made.routes.save(replace(france, rules=rules, test_mode=True))
        made.routes.move(connector.id, [france.id], 2)
        yield made


@pytest.fixture
def notifier() -> ChangeNotifier:
    return ChangeNotifier()


@pytest.fixture
def page(qtbot: QtBot, services: Services, notifier: ChangeNotifier) -> ActivityPage:
    return shown(qtbot, services, notifier)


def shown(qtbot: QtBot, services: Services, notifier: ChangeNotifier) -> ActivityPage:
    made = ActivityPage(services, notifier)
    qtbot.addWidget(made)
    made.resize(1310, 735)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    filled(qtbot, made)
    return made


def filled(qtbot: QtBot, page: ActivityPage) -> None:
    qtbot.waitUntil(lambda: page.browser.loader.is_filled)


def named(services: Services, name: str) -> Route:
    return next(r for g in services.routes.groups() for r in g.routes if r.name == name)


def order(services: Services) -> list[str]:
    return [r.name for g in services.routes.groups() for r in g.routes if not r.fallback]


def plain(text: object) -> str:
    return str(text).translate({0x2068: None, 0x2069: None})


def row(page: ActivityPage, number: int) -> list[str]:
    model = page.browser.model
    return [plain(model.index(number, column).data()) for column in ActivityColumn if column]


def what(page: ActivityPage) -> list[str]:
    return [" ".join(row(page, n)[1:3]) for n in range(page.browser.model.rowCount())]


def choose(qtbot: QtBot, page: ActivityPage, number: int) -> None:
    """Make a row the current one and wait until it was compared."""
    page.browser.table.setCurrentIndex(page.browser.model.index(number, 0))
    qtbot.waitUntil(lambda: "being compared" not in page.browser.restore.toolTip())


def comparison(page: ActivityPage) -> list[tuple[str, ...]]:
    model = page.browser.details.model
    return [
        tuple(plain(model.index(n, column).data()) for column in range(model.columnCount()))
        for n in range(model.rowCount())
    ]


def asked(qtbot: QtBot) -> RestoreDialog:
    def visible() -> list[RestoreDialog]:
        widgets = QApplication.topLevelWidgets()
        return [w for w in widgets if isinstance(w, RestoreDialog) and w.isVisible()]

    qtbot.waitUntil(lambda: bool(visible()))
    return visible()[0]


def test_one_row_for_each_change(page: ActivityPage) -> None:
    """R-08, UI 3.8: the newest first, several fields summed up."""
    assert row(page, 0) == [
        "anna",
        "Order changed",
        "Connector HR EMEA",
        "France 1 → 3, Spain 2 → 1, Italy 3 → 2",
    ]
    assert row(page, 1) == [
        "anna",
        "Changed",
        "Route France",
        "2 fields: Create Work For Test Mode, Key words in subject",
    ]


def test_model_contract(page: ActivityPage) -> None:
    QAbstractItemModelTester(page.browser.model, FATAL)
    QAbstractItemModelTester(page.browser.details.model, FATAL)


class TestFilters:
    def test_by_thing_person_and_what_was_done(self, qtbot: QtBot, page: ActivityPage) -> None:
        """A-01."""
        filters = page.filters
        filters.item.setCurrentIndex(filters.item.findData(ItemChoice.CONNECTORS))
        qtbot.waitUntil(
            lambda: what(page) == ["Order changed Connector HR EMEA", "Created Connector HR EMEA"]
        )
        filters.what.setCurrentIndex(filters.what.findData(WhatChoice.ORDER))
        qtbot.waitUntil(lambda: what(page) == ["Order changed Connector HR EMEA"])
        qtbot.waitUntil(lambda: filters.who.findData("anna") > 0)
        filters.who.setCurrentIndex(filters.who.findData("anna"))
        filled(qtbot, page)
        assert what(page) == ["Order changed Connector HR EMEA"]

    def test_by_words(self, qtbot: QtBot, page: ActivityPage) -> None:
        """A-01: in names, fields and values, a moment after the last key."""
        QTest.keyClicks(page.filters.text, "urgent")
        qtbot.waitUntil(lambda: what(page) == ["Changed Route France"])

    def test_by_time(self, qtbot: QtBot, page: ActivityPage) -> None:
        """UI 3.8: today, the last days, or between two days."""
        when = page.filters.when
        assert not page.filters.first.isVisible()
        when.setCurrentIndex(when.findText("Between…"))
        assert page.filters.first.isVisible()
        page.filters.first.setDate(page.filters.first.date().addDays(-3))
        page.filters.last.setDate(page.filters.last.date().addDays(-2))
        qtbot.waitUntil(lambda: page.browser.model.rowCount() == 0)
        when.setCurrentIndex(when.findText("Today"))
        qtbot.waitUntil(lambda: page.browser.model.rowCount() > 5)

    def test_no_hit_offers_to_clear_the_filters(self, qtbot: QtBot, page: ActivityPage) -> None:
        """UI 3.16."""
        page.filters.text.setText("nothing has this name")
        qtbot.waitUntil(lambda: not page.browser.isVisible())
        page.filters.clear()
        qtbot.waitUntil(lambda: page.browser.isVisible())

    def test_one_thing_as_another_page_asks(
        self, qtbot: QtBot, page: ActivityPage, services: Services
    ) -> None:
        """R-08: a route with its moves."""
        france = named(services, "France")
        page.navigate(("route", france.id, "France"))
        assert page.filters.item.currentText() == "Route France"
        qtbot.waitUntil(lambda: len(what(page)) == 3)
        assert what(page)[1:] == ["Changed Route France", "Created Route France"]
        page.filters.clear()
        assert page.filters.item.findText("Route France") == -1


class TestComparing:
    def test_before_after_and_now(
        self, qtbot: QtBot, page: ActivityPage, services: Services
    ) -> None:
        """UI 3.8."""
        france = named(services, "France")
        rules = replace(france.rules, subject_keywords=("urgent", "overdue"))
        services.routes.save(replace(france, rules=rules))
        choose(qtbot, page, 1)
        assert comparison(page) == [
            ("Create Work For Test Mode", "off", "on", "on"),
            ("Key words in subject", "–", "urgent", "urgent; overdue"),
        ]
        assert page.browser.details.notes == "Changed again since: Key words in subject."

    def test_enter_goes_to_the_comparison_and_escape_back(
        self, qtbot: QtBot, page: ActivityPage
    ) -> None:
        """UI 3.17: by the keyboard alone."""
        choose(qtbot, page, 1)
        page.browser.table.setFocus()
        QTest.keyClick(page.browser.table, Qt.Key.Key_Return)
        assert page.browser.details.table.hasFocus()
        QTest.keyClick(page.browser.details.table, Qt.Key.Key_Escape)
        assert page.browser.table.hasFocus()
        assert not page.browser.details.isVisible()

    def test_the_thing_is_opened(
        self, qtbot: QtBot, page: ActivityPage, services: Services
    ) -> None:
        choose(qtbot, page, 1)
        with qtbot.waitSignal(page.page_requested) as wish:
            page.browser.details.open_button.click()
        assert wish.args == ["routes", named(services, "France")]
        choose(qtbot, page, 0)
        with qtbot.waitSignal(page.page_requested) as wish:
            page.browser.details.open_button.click()
        assert wish.args == ["routes", named(services, "France").connector_id]


class TestRestoring:
    def test_the_order_before_comes_back_and_can_be_undone(
        self, qtbot: QtBot, page: ActivityPage, services: Services, notifier: ChangeNotifier
    ) -> None:
        """X-08: with what will happen before, and an undo after."""
        choose(qtbot, page, 0)
        details = page.browser.details
        assert details.before_button.text() == "Restore the order before…"
        assert not details.after_button.isEnabled()
        assert "It is so now" in details.after_button.toolTip()
        details.before_button.click()
        dialog = asked(qtbot)
        assert dialog.sentences[0] == "Spain: 1 → 2"
        assert dialog.restore_button.isDefault()
        toasts: list[Toast] = []
        page.toast_requested.connect(toasts.append)
        with qtbot.waitSignal(notifier.changed) as told:
            dialog.restore_button.click()
        assert told.args[0].routes
        assert order(services) == ["France", "Spain", "Italy"]
        qtbot.waitUntil(lambda: what(page)[0] == "Order restored Connector HR EMEA")
        assert toasts[0].text == 'Restored the order of "HR EMEA".'
        assert toasts[0].undo is not None
        toasts[0].undo()
        assert order(services) == ["Spain", "Italy", "France"]
        page.undo_stack().redo()
        assert order(services) == ["France", "Spain", "Italy"]

    def test_this_order_comes_back(
        self, qtbot: QtBot, page: ActivityPage, services: Services
    ) -> None:
        """X-08: "Restore this order" from history."""
        services.routes.move(
            named(services, "Italy").connector_id, [named(services, "Italy").id], 0
        )
        page.browser.refresh()
        qtbot.waitUntil(lambda: what(page)[:2] == ["Order changed Connector HR EMEA"] * 2)
        choose(qtbot, page, 1)
        page.browser.details.after_button.click()
        asked(qtbot).restore_button.click()
        assert order(services) == ["Spain", "Italy", "France"]

    def test_a_refusal_is_said(self, qtbot: QtBot, page: ActivityPage, services: Services) -> None:
        """UI 3.19: a disabled control says why."""
        services.routes.delete([named(services, "France").id])
        page.browser.table.setCurrentIndex(page.browser.model.index(1, 0))
        details = page.browser.details
        qtbot.waitUntil(lambda: "was deleted in the meantime" in details.refusal)
        assert not details.before_button.isEnabled()
        assert not details.open_button.isEnabled()
        assert details.notes == "It was deleted since."
        assert not page.browser.restore.isEnabled()

    def test_a_person_without_the_permission_is_told_why(
        self, qtbot: QtBot, services: Services, tmp_path: Path
    ) -> None:
        """P-01."""
        with company(tmp_path, "stranger") as theirs:
            page = shown(qtbot, theirs, ChangeNotifier())
            choose(qtbot, page, 1)
            assert "Reorder routes" in page.browser.details.before_button.toolTip()

    def test_what_was_made_or_deleted_goes_the_other_way(
        self, qtbot: QtBot, page: ActivityPage, services: Services
    ) -> None:
        """X-08: the button says what it does."""
        services.routes.delete([named(services, "Spain").id])
        page.browser.refresh()
        qtbot.waitUntil(lambda: what(page)[0] == "Deleted Route Spain")
        choose(qtbot, page, 0)
        details = page.browser.details
        assert details.before_button.text() == "Bring back…"
        assert ("Email Address", "hr@acme.example", "–", "–") in comparison(page)
        details.before_button.click()
        asked(qtbot).restore_button.click()
        assert order(services) == ["Spain", "Italy", "France"]
        qtbot.waitUntil(lambda: what(page)[0] == "Restored Route Spain")
        choose(qtbot, page, 0)
        qtbot.waitUntil(lambda: details.before_button.text() == "Remove again…")


class TestReading:
    def test_news_come_on_top_without_losing_the_selection(
        self, qtbot: QtBot, page: ActivityPage, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 5.14: rows are inserted, nothing is reset."""
        choose(qtbot, page, 1)
        services.routes.set_enabled([named(services, "Spain").id], False)
        notifier.notify(Changes(routes=frozenset((1,))))
        qtbot.waitUntil(lambda: what(page)[0] == "Switched off Route Spain")
        assert page.browser.table.currentIndex().row() == 2
        assert page.browser.details.isVisible()

    def test_it_reads_on_as_it_is_scrolled(
        self, qtbot: QtBot, services: Services, notifier: ChangeNotifier
    ) -> None:
        """UI 3.8: 200 at a time, in the background."""
        day = datetime(2026, 3, 1, tzinfo=UTC)
        rows = [
            {
                **{"at": day + timedelta(minutes=n), "who": "ben", "kind": "route"},
                **{"subject_id": 99, "name": f"Route {n}", "action": "changed"},
                **{"field": "name", "old": "a", "new": "b"},
            }
            for n in range(2 * PAGE_SIZE)
        ]
        with services.context.database.write() as work:
            work.connection.execute(insert(HistoryRow), rows)
        page = shown(qtbot, services, notifier)
        model = page.browser.model
        assert (model.rowCount(), model.has_more) == (PAGE_SIZE, True)
        while model.has_more:
            with qtbot.waitSignal(page.browser.loader.loaded):
                page.browser.table.scrollToBottom()
        assert model.rowCount() > 2 * PAGE_SIZE


def test_the_list_is_exported(qtbot: QtBot, page: ActivityPage, tmp_path: Path) -> None:
    """A-01: what the filters show, through a file dialog."""
    page.filters.text.setText("urgent")
    qtbot.waitUntil(lambda: len(what(page)) == 1)
    page.export.trigger()
    (dialog,) = page.findChildren(QFileDialog)
    dialog.close()
    path = tmp_path / "activity.csv"
    with qtbot.waitSignal(page.toast_requested) as told:
        page.export_to(path)
    assert told.args[0].text == "Saved 2 lines to “activity.csv”."
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 3


def test_show_activity_of_an_editor_restores_too(qtbot: QtBot, services: Services) -> None:
    """R-08, X-08: over the undo stack of its page."""
    france = named(services, "France")
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    work = UndoableWork(services.restoring, owner)
    dialog = ActivityDialog("France", ("route", france.id), services, work, owner)
    dialog.open()
    model = dialog.browser.model
    qtbot.waitUntil(lambda: model.rowCount() == 3)
    dialog.browser.table.setCurrentIndex(model.index(1, 0))
    details = dialog.browser.details
    qtbot.waitUntil(details.before_button.isEnabled)
    assert not details.open_button.isVisible()
    details.before_button.click()
    asked(qtbot).restore_button.click()
    assert not named(services, "France").test_mode
    work.stack.undo()
    assert named(services, "France").test_mode
    qtbot.waitUntil(lambda: model.rowCount() == 5)
    dialog.close()
