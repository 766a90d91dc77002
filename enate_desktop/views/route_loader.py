"""Brings what the services know of routes into the tree model, as little of it as has changed."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError, NotFoundError
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.routing.analysis.warnings import RouteWarning
from enate_desktop.services.bundle import Services
from enate_desktop.services.route_hits import RouteHits
from enate_desktop.services.routes import RouteGroup
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.route_draft import RouteSources
from enate_desktop.worker.tasks import Task, run_in_background

_WARNINGS_AFTER_MILLISECONDS = 250
Warnings = Mapping[int, tuple[RouteWarning, ...]]


class RouteLoader(QObject):
    """``loaded`` comes after the model shows the present state; ``failed`` carries an EnateError.

    Warnings and counters are worked out in the background, a moment after the last change;
    ``judged`` comes when the model shows them.
    """

    loaded = Signal()
    judged = Signal()
    failed = Signal(object)

    def __init__(
        self, services: Services, model: RouteTreeModel, drafts: OrderDrafts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._services = services
        self._model = model
        self._groups: dict[int, RouteGroup] = {}
        self._addresses: dict[int, tuple[RouteGroup, tuple[str, ...]]] = {}
        self.sources = RouteSources()
        self._task: Task[tuple[Warnings, Mapping[int, RouteHits]]] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WARNINGS_AFTER_MILLISECONDS)
        self._timer.timeout.connect(self._find_warnings)

    @property
    def connectors(self) -> tuple[Connector, ...]:
        """Every connector, by name."""
        return tuple(group.connector for group in self._groups.values())

    def load(self) -> None:
        """Read everything: connectors, routes, processes, companies."""
        try:
            stored = self._services.routes.groups()
            self._drafts.keep_only([group.connector.id for group in stored])
            groups = tuple(map(self._drafts.applied, stored))
            book = ProcessBook(self._services.directory.processes(retired=True))
            companies = self._services.directory.companies()
        except EnateError as error:
            self.failed.emit(error)
            return
        self._groups = {group.connector.id: group for group in groups}
        self.sources = RouteSources(book=book, companies=companies)
        self._model.set_book(book)
        self._model.set_groups(groups)
        self._tell()

    def load_routes(self, connector_ids: Collection[int]) -> None:
        """Read the routes of some connectors again."""
        try:
            for connector_id in connector_ids:
                group = self._drafts.applied(self._services.routes.group(connector_id))
                self._groups[connector_id] = group
                self._model.set_group(group)
        except NotFoundError:
            self.load()
        except EnateError as error:
            self.failed.emit(error)
        else:
            self._tell()

    def load_conditions(self) -> None:
        """Read how the connectors fare; their routes stay as they are."""
        try:
            self._model.set_connectors(self._services.connectors.all())
        except EnateError as error:
            self.failed.emit(error)

    def load_hits(self) -> None:
        """Read the hit counters again, in the background and not too often."""
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        known = self._addresses
        self._addresses = {
            key: known[key]
            if key in known and known[key][0] is group
            else (group, _addresses_of(group))
            for key, group in self._groups.items()
        }
        self.sources = RouteSources(
            connectors=self.connectors,
            book=self.sources.book,
            companies=self.sources.companies,
            addresses={key: addresses for key, (_, addresses) in self._addresses.items()},
        )
        self._model.forest.held = frozenset(self._drafts.connector_ids)
        self._timer.start()
        self.loaded.emit()

    def _find_warnings(self) -> None:
        if self._task is not None:
            self._task.discard()
        services = self._services

        def work() -> tuple[Warnings, Mapping[int, RouteHits]]:
            return services.routes.warnings(), services.route_hits.counters()

        self._task = run_in_background(self, work, self._on_found, self._on_not_found)

    def _on_found(self, both: tuple[Warnings, Mapping[int, RouteHits]]) -> None:
        self._task = None
        found, hits = both
        self._model.set_hits(hits)
        self._model.set_warnings(found)
        self.judged.emit()

    def _on_not_found(self, error: Exception) -> None:
        self._task = None
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


def _addresses_of(group: RouteGroup) -> tuple[str, ...]:
    """The addresses of a connector and of its routes, each once."""
    routed = (route.address for route in group.routes)
    return tuple(dict.fromkeys((group.connector.primary_address, *routed)))
