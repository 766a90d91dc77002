"""Shows the warnings of the current route below the tree and carries out their remedies (R-12)."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from enate_desktop.domain.routes import Route
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_refusals import PERMISSION
from enate_desktop.item_models.route_remedies import Remedy, RemedyKind, remedies
from enate_desktop.routing.analysis.witness import witness_eml
from enate_desktop.views.route_actions import NO_EDIT
from enate_desktop.views.route_compare import CompareDialog
from enate_desktop.views.route_handling import RouteHandling
from enate_desktop.views.route_tree_view import RouteTreeView
from enate_desktop.views.route_warning_bar import RouteWarningBar


class RouteWarningHelp(QObject):
    """``connector_requested`` carries a connector id, ``try_requested`` the bytes of a mail."""

    connector_requested = Signal(int)
    try_requested = Signal(object)

    def __init__(
        self,
        tree: RouteTreeView,
        handling: RouteHandling,
        companies: Callable[[], Mapping[int, str]],
    ) -> None:
        """``companies`` gives the names of the companies by id."""
        super().__init__(tree)
        self._tree = tree
        self._handling = handling
        self._companies = companies
        self.bar = RouteWarningBar()
        self._shown: tuple[object, ...] = ()
        self.bar.taken.connect(self.take)
        tree.selectionModel().currentChanged.connect(self._on_current_changed)
        tree.routes.layoutChanged.connect(self.refresh)  # the current row may have gone with it

    def refresh(self) -> None:
        """Bring the bar in line with the current row and its warnings."""
        current = self._current()
        forest = self._tree.routes.forest
        if current is None or not forest.warnings_of(current[1]):
            self._shown = ()
            self.bar.show_warnings("", (), ())
            return
        group, route = current
        warnings = forest.warnings_of(route)
        may_edit = self._tree.rows.may_edit
        offered = remedies(forest, group, route, may_edit=may_edit, no_edit=self.tr(NO_EDIT))
        shown = (route.name, tuple(warnings), offered)
        if shown != self._shown:
            self._shown = shown
            self.bar.show_warnings(route.name, warnings, offered)

    def take(self, remedy: Remedy) -> None:
        """Do what a button of the bar offers, to the current route."""
        current = self._current()
        if current is None:
            return
        group, route = current
        match remedy.kind:
            case RemedyKind.COMPARE:
                self.compare(group, route, remedy)
            case RemedyKind.MOVE:
                self._move(group, route, remedy)
            case RemedyKind.DISABLE:
                self._handling.toggle(group.key, (route.id,))
            case RemedyKind.EDIT:
                self._handling.edit_current()
            case RemedyKind.CONNECTOR:
                self.connector_requested.emit(group.connector.id)

    def compare(self, group: RouteGroupRows, route: Route, remedy: Remedy) -> CompareDialog:
        """Open the routes of a warning side by side."""
        forest, warning = self._tree.routes.forest, remedy.warning
        actions: dict[str, Callable[[], object]] = {}
        witness = warning.witness
        if witness is not None:
            actions[self.tr("Try this mail")] = lambda: self.try_requested.emit(
                witness_eml(witness)
            )
        found = remedies(forest, group, route, may_edit=self._tree.rows.may_edit, no_edit="")
        for other in found:
            if other.kind is RemedyKind.MOVE and other.warning is warning and not other.reason:
                actions[other.text] = partial(self._move, group, route, other)
        dialog = CompareDialog(
            group, route, warning, forest.book, self._companies(), actions, self._tree.window()
        )
        dialog.open()
        return dialog

    def _move(self, group: RouteGroupRows, route: Route, remedy: Remedy) -> None:
        """However the list is sorted or narrowed: the button names the place."""
        if self._tree.routes.forest.may_reorder:
            self._handling.move(group.key, (route.id,), remedy.place)
        else:
            self._handling.refused.emit(PERMISSION)

    def _current(self) -> tuple[RouteGroupRows, Route] | None:
        index = self._tree.currentIndex()
        route = self._tree.routes.route_at(index)
        if not isinstance(route, Route):
            return None
        return self._tree.routes.group_at(index), route

    def _on_current_changed(self) -> None:
        was_hidden = self.bar.isHidden()
        self.refresh()
        if was_hidden and not self.bar.isHidden():
            # The bar takes its room from the tree: the current row may lie below it now.
            QTimer.singleShot(0, self._tree, self._follow)

    def _follow(self) -> None:
        if self._tree.currentIndex().isValid():
            self._tree.scrollTo(self._tree.currentIndex())
