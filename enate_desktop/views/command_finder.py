"""Gathers what the command palette offers: pages, menus, settings, connectors and routes."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.command_search import Command
from enate_desktop.views.command_palette import CommandPalette
from enate_desktop.views.menus import plain_text
from enate_desktop.worker.notifier import ChangeNotifier
from enate_desktop.worker.tasks import run_in_background

if TYPE_CHECKING:
    from enate_desktop.services.bundle import Services
    from enate_desktop.services.changes import Changes
    from enate_desktop.services.routes import RouteGroup
    from enate_desktop.views.main_window import MainWindow

_RECENT = "palette/recent"
_REMEMBERED = 12


class CommandFinder(QObject):
    """Opens the palette of one window. Connectors and routes are read apart from the window."""

    def __init__(
        self,
        window: "MainWindow",
        notifier: ChangeNotifier,
        services: "Callable[[], Services | None]",
    ) -> None:
        """``services`` gives None until the data are open."""
        super().__init__(window)
        self._window = window
        self._services = services
        self._things: tuple[Command, ...] | None = None
        self.palette = CommandPalette(window)
        self.palette.chosen.connect(self._run, Qt.ConnectionType.QueuedConnection)
        window.commands_requested.connect(self.open)
        notifier.changed.connect(self._on_changed)

    @property
    def recent(self) -> tuple[str, ...]:
        """Names of what was used last, newest first."""
        try:
            names = json.loads(self._window.state.text(_RECENT, "[]"))
        except ValueError:
            return ()
        return tuple(name for name in names if isinstance(name, str)) if names else ()

    def open(self) -> None:
        """Show the palette."""
        at_once = (*self._pages(), *self._menu_actions(), *self._settings())
        self.palette.open((*at_once, *(self._things or ())), self.recent)
        services = self._services()
        if self._things is None and services is not None:
            groups = services.routes.groups
            run_in_background(self, lambda: groups(), self._on_read, self._on_not_read)

    def _pages(self) -> Iterator[Command]:
        kind = self.tr("Page")
        for place, spec in enumerate(self._window.area.specs.values(), start=1):
            keys = f"Ctrl+{place}" if place <= 9 else spec.keys
            yield Command(spec.title, kind, self._to(spec.key), _native(QKeySequence(keys)))

    def _menu_actions(self) -> Iterator[Command]:
        titles = {spec.title for spec in self._window.area.specs.values()}
        for menu, made in self._window.menus.everything():
            title = plain_text(made)
            if title not in titles and made.isVisible():
                keys = _native(made.shortcut())
                yield Command(title, menu, made.trigger, keys, reason=self._reason(made))

    def _reason(self, made: QAction) -> str:
        if made.isEnabled():
            return ""
        return made.statusTip() or self.tr("Not possible now")

    def _settings(self) -> Iterator[Command]:
        # Their words are loaded with the settings page or here, whichever is first.
        from enate_desktop.views.settings_fields import sections

        for section in sections():
            for entry in section.entries:
                run = self._to("settings", entry.title)
                yield Command(entry.title, self.tr("Setting"), run, also=section.title)

    def _to(self, key: str, target: object = None) -> Callable[[], object]:
        return lambda: self._window.go_to(key, target)

    def _on_read(self, groups: "tuple[RouteGroup, ...]") -> None:
        made: list[Command] = []
        for group in groups:
            owner = group.connector
            run = self._to("connectors", owner.id)
            made.append(Command(owner.name, self.tr("Connector"), run, also=owner.primary_address))
            made.extend(self._route(owner.name, route) for route in group.routes)
            made.extend(self._route(owner.name, route) for route in group.outgoing)
        self._things = tuple(made)
        self.palette.add(made)

    def _route(self, owner: str, route: Route | OutgoingRoute) -> Command:
        kind = self.tr("Route of {connector}").format(connector=owner)
        run = self._to("routes", route)
        return Command(route.name, kind, run, also=route.address, many=True)

    def _on_not_read(self, error: Exception) -> None:
        """Read again when it is opened again; what the data lack, the pages say themselves."""
        if not isinstance(error, EnateError):
            raise error

    def _on_changed(self, changes: "Changes") -> None:
        if changes.connectors or changes.routes:
            self._things = None

    def _run(self, command: Command) -> None:
        names = [command.name, *(name for name in self.recent if name != command.name)]
        self._window.state.set_text(_RECENT, json.dumps(names[:_REMEMBERED]))
        command.run()


def _native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
