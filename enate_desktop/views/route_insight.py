"""What the context menu of a route tells and asks about its mail, and the counters (UI 3.5)."""

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import Route
from enate_desktop.services.bundle import Services
from enate_desktop.services.proposals import Takes
from enate_desktop.services.work_items import MailView
from enate_desktop.views.confirm import Choice, ConfirmDialog
from enate_desktop.views.matching_mails import MatchingMailsDialog
from enate_desktop.views.route_actions import RouteActions
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.route_work import RouteWork
from enate_desktop.worker.tasks import run_in_background

_SHOWN = 100


class RouteInsight(QObject):
    """``try_requested`` carries what to try: a Route, or the id of a stored mail.

    ``hits_changed`` comes after counters were reset, with the sentence that says so.
    """

    try_requested = Signal(object)
    hits_changed = Signal(str)
    failed = Signal(object)

    def __init__(
        self, tree: RouteTreeView, actions: RouteActions, work: RouteWork, services: Services
    ) -> None:
        super().__init__(tree)
        self._tree = tree
        self._work = work
        self._services = services
        actions.connect_all(
            {
                actions.try_mail: self._on_try,
                actions.matching: self._on_matching,
                actions.reset_hits: self.ask_reset,
                actions.looked: self._on_looked,
            }
        )

    def ask_reset(self) -> ConfirmDialog | None:
        """Ask whether the counters of the selected routes are to begin anew."""
        routes = self._selected()
        if not routes:
            return None
        name = f'"{routes[0].name}"' if len(routes) == 1 else f"{len(routes)} routes"
        dialog = ConfirmDialog(
            self.tr("Reset the counters of {name}?").format(name=name),
            self.tr("Counting starts again from 0. What was counted is kept in the history."),
            (),
            (Choice(self.tr("Reset counters"), lambda: self._reset(routes, name)),),
            self._tree.window(),
        )
        dialog.open()
        return dialog

    def show_matching(self, route: Route) -> None:
        """Find the recent mails a route takes, and list them."""
        services = self._services

        def work() -> tuple[Takes, tuple[MailView, ...]]:
            takes = services.proposals.takes(route)
            return takes, tuple(services.work_items.mail(key) for key in takes.taken[:_SHOWN])

        def done(found: tuple[Takes, tuple[MailView, ...]]) -> None:
            dialog = MatchingMailsDialog(route.name, *found, self._tree.window())
            dialog.try_requested.connect(self.try_requested)
            dialog.open()

        run_in_background(self, work, done, self._on_failed)

    def _selected(self) -> list[Route]:
        key, ids = self._tree.selection()
        group = self._tree.routes.forest.groups.get(key)
        found = [group.route(route_id) for route_id in ids] if group is not None else []
        return [route for route in found if isinstance(route, Route)]

    def _reset(self, routes: list[Route], name: str) -> None:
        try:
            self._services.route_hits.reset([route.id for route in routes])
        except EnateError as error:
            self.failed.emit(error)
        else:
            self.hits_changed.emit(self.tr("Reset the counters of {name}.").format(name=name))

    def _on_try(self) -> None:
        for route in self._selected()[:1]:
            self.try_requested.emit(route)

    def _on_matching(self) -> None:
        for route in self._selected()[:1]:
            self.show_matching(route)

    def _on_looked(self) -> None:
        self._work.clear_marks([route for route in self._selected() if route.for_attention])

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)
