"""Keeps the routes page in line with what is stored, whoever changed it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.services.changes import Changes
from enate_desktop.views.page import Page
from enate_desktop.views.route_foresight import RouteForesight
from enate_desktop.views.route_loader import RouteLoader
from enate_desktop.views.route_work import RouteWork
from enate_desktop.worker.notifier import ChangeNotifier


class RoutesUpdates(QObject):
    """``refreshed`` comes after the tree shows the present routes, warnings and counters."""

    refreshed = Signal()

    def __init__(
        self,
        page: Page,
        loader: RouteLoader,
        work: RouteWork,
        foresight: RouteForesight,
        notifier: ChangeNotifier,
        forget_gone: Callable[[], None],
    ) -> None:
        """``forget_gone`` lets go of what belonged to groups that are no longer there.

        Other pages are told of changes in the name of ``page``, whose own ones it passes over.
        """
        super().__init__(page)
        self._page = page
        self._loader = loader
        self._foresight = foresight
        self._notifier = notifier
        self._forget_gone = forget_gone
        work.changed.connect(self._on_changed)
        work.failed.connect(self.show_error)
        foresight.order_changed.connect(self._on_order_held)
        loader.loaded.connect(self._on_loaded)
        loader.judged.connect(self.refreshed)
        loader.failed.connect(self.show_error)
        notifier.changed.connect(self._on_notified)

    def show_error(self, error: EnateError) -> None:
        """Say what could not be done."""
        self._page.messages.show_error(error)

    def _on_loaded(self) -> None:
        self._forget_gone()
        self._foresight.show_drafts()
        self.refreshed.emit()

    def _on_changed(self, changes: Changes) -> None:
        before = self._foresight.drafts.saved()
        self._loader.load_routes(changes.routes)
        self._foresight.routes_changed(before, self._foresight.drafts.saved())
        self._notifier.notify(changes, self._page)

    def _on_notified(self, changes: Changes, initiator: object) -> None:
        if initiator is self._page:
            return
        if changes.connectors or changes.directory:
            self._loader.load()
        elif changes.routes:
            self._loader.load_routes(changes.routes)
        elif changes.conditions:
            self._loader.load_conditions()
        if changes.work_items:
            self._loader.load_hits()

    def _on_order_held(self, connector_id: int) -> None:
        self._loader.load_routes((connector_id,))
