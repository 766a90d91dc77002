"""The Activity page: who changed what, found, compared, restored and exported (UI 3.8, A-01)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QResizeEvent, QUndoStack
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.activity_browser import ActivityBrowser
from enate_desktop.views.activity_export import ask_where_to_export
from enate_desktop.views.activity_filters import ActivityFilters
from enate_desktop.views.menus import action, explain
from enate_desktop.views.page import MenuName, Page
from enate_desktop.views.restore_command import UndoableWork, UndoAction
from enate_desktop.views.widgets import EmptyState, secondary_label
from enate_desktop.views.work_item_repair import RepairDialog
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background

_SIDE_BY_SIDE = 1500
"""From this width on the details stand beside the list, not under it."""
_BESIDE = 560


class ActivityPage(Page):
    """``navigate`` takes a thing as (kind, id, name) or the id of a change."""

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Activity", parent)
        self._services = services
        self._notifier = notifier
        self.filters = ActivityFilters()
        self.work = UndoableWork(services.restoring, self)
        self.browser = ActivityBrowser(services, self.work)
        self.export = action(self, self.tr("Export CSV…"), icon_name="arrow-down-to-line")
        self.repair = action(self, self.tr("Repair…"), icon_name="route")
        explain(self.repair, services.repair.may())
        self._count = secondary_label("", wrap=False)
        self._stack = QStackedWidget()
        self._none = EmptyState(
            "history",
            self.tr("Nothing was changed yet"),
            self.tr("Every change of connectors, routes and the directory is listed here."),
        )
        self._no_hit = EmptyState(
            "search", self.tr("No change fits"), self.tr("Change the filters, or clear them.")
        )
        self._no_hit.add_button(self.tr("Clear filters"), self.filters.clear, primary=False)
        self._build()
        self._connect()
        self._on_filter_changed()

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def menu_actions(self) -> Mapping[MenuName, Sequence[QAction]]:
        return {
            MenuName.FILE: (self.export,),
            MenuName.EDIT: self.browser.actions_of_change,
        }

    @override
    def shown(self) -> None:
        if self.browser.loader.is_filled:
            self.browser.refresh()

    @override
    def focus_first(self) -> None:
        self.browser.table.setFocus(Qt.FocusReason.TabFocusReason)

    @override
    def navigate(self, target: object) -> None:
        match target:
            case (str() as kind, int() as subject_id, str() as name):
                self.filters.show_subject(kind, subject_id, name)
            case int():
                self.browser.table.setCurrentIndex(self.browser.model.index_of(target))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= _SIDE_BY_SIDE
        self.browser.put_details(beside, _BESIDE if beside else event.size().height() // 3)

    def export_to(self, path: Path) -> None:
        """Write what the filters show to a file, in the background."""
        wanted = self.filters.wanted()
        run_in_background(
            self,
            lambda: self._services.history.export_csv(path, wanted),
            lambda count: self.toast(f"Saved {count:,} lines to “{path.name}”."),
            self._on_export_failed,
        )

    def _build(self) -> None:
        for page in (self.browser, self._none, self._no_hit):
            self._stack.addWidget(page)
        self.header.add_widget(self._count)
        self.header.add_action(UndoAction(self.work.stack, self))
        self.header.add_action(self.repair)
        self.header.add_action(self.export)
        self.body.addWidget(self.filters)
        self.body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self._on_filter_changed)
        self.browser.loader.loaded.connect(self._on_loaded)
        self.browser.loader.people_found.connect(self.filters.set_people)
        self.browser.failed.connect(self.messages.show_error)
        self.browser.open_requested.connect(self.page_requested)
        self.export.triggered.connect(self._on_export)
        self.repair.triggered.connect(self._on_repair)
        self.work.done.connect(self.toast)
        self.work.changed.connect(self._on_restored)
        self.work.failed.connect(self.messages.show_error)
        self._notifier.changed.connect(self._on_notified)

    def _on_filter_changed(self) -> None:
        self.browser.loader.show(self.filters.wanted())

    def _on_loaded(self) -> None:
        model = self.browser.model
        count = model.rowCount()
        more = "+" if model.has_more else ""
        self._count.setText(self.tr("1 change") if count == 1 else f"{count:,}{more} changes")
        empty = self._none if self.filters.is_clear else self._no_hit
        self._stack.setCurrentWidget(self.browser if count else empty)

    def _on_repair(self) -> None:
        """Mail that was decided since the current change (X-07)."""
        change = self.browser.current()
        since = change.head.at if change is not None else None
        dialog = RepairDialog(self._services, self.work, self, since)
        dialog.repaired.connect(self._on_restored)
        dialog.open()

    def _on_restored(self, changes: Changes) -> None:
        self._notifier.notify(changes, self)

    def _on_export(self) -> None:
        ask_where_to_export(self, self.export_to)

    def _on_export_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.messages.show_error(error)

    def _on_notified(self, changes: Changes, initiator: QObject | None) -> None:
        if initiator is self or not self.browser.loader.is_filled:
            return
        if changes.connectors or changes.routes or changes.directory:
            self.browser.refresh()
        elif changes.conditions:  # perhaps a connector was stopped
            self.browser.loader.refresh_soon()
