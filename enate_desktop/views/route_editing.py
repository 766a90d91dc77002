"""The editor pane of the routes page: opens, saves and closes, and keeps what was not saved."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from enate_desktop.domain.errors import EnateError, StaleError
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.item_models.route_columns import AnyRoute
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_group import group_key
from enate_desktop.services.proposals import ProposalService
from enate_desktop.views.edit_conflict import ConflictDialog
from enate_desktop.views.editor_pane import PANE_WIDTH
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.outgoing_route_editor import OutgoingRouteEditor
from enate_desktop.views.outgoing_route_testing import OutgoingTests
from enate_desktop.views.route_conflict import compare_routes
from enate_desktop.views.route_draft import OutgoingDraft, RouteDraft, RouteSources
from enate_desktop.views.route_editor import RouteEditor
from enate_desktop.views.route_preview import RoutePreview
from enate_desktop.views.route_work import RouteWork

Editor = RouteEditor | OutgoingRouteEditor
Draft = RouteDraft | OutgoingDraft


class RouteEditing(QObject):
    """One pane for both directions. Leaving a route that was changed keeps the changes as a draft.

    ``opened`` and ``closed`` tell about the pane; ``saved`` carries the stored route;
    ``activity_requested`` the route; ``connector_requested`` a connector id; ``matching_requested``
    the Route as typed whose recent mails are to be shown.
    """

    opened = Signal()
    closed = Signal()
    saved = Signal(object)
    drafts_changed = Signal()
    activity_requested = Signal(object)
    connector_requested = Signal(int)
    matching_requested = Signal(object)

    def __init__(
        self,
        work: RouteWork,
        forest: RouteForest,
        tests: OutgoingTests,
        proposals: ProposalService,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._forest = forest
        self._sources = RouteSources()
        self._drafts: dict[tuple[bool, int], Draft] = {}
        self.pane = QStackedWidget()
        self.incoming = RouteEditor()
        self.preview = RoutePreview(proposals)
        self.incoming.ui.rules_slot.addWidget(self.preview)
        self.incoming.draft_changed.connect(self._on_incoming_changed)
        self.outgoing = OutgoingRouteEditor(tests)
        self.pane.setMinimumWidth(360)
        self.pane.setMaximumWidth(PANE_WIDTH)
        for editor in (self.incoming, self.outgoing):
            self.pane.addWidget(editor)
            editor.save_requested.connect(self.save)
            editor.discard_requested.connect(self.discard)
            editor.close_requested.connect(self.close)
            editor.activity_requested.connect(self._on_activity_requested)
        self.incoming.connector_requested.connect(self.connector_requested)
        self.saved.connect(self._note_saved)
        self.preview.mails_requested.connect(self.matching_requested)
        self.preview.failed.connect(self.incoming.messages.show_error)
        self.outgoing.connector_requested.connect(self.connector_requested)
        self.pane.hide()

    @property
    def is_open(self) -> bool:
        """Whether the pane is shown."""
        return not self.pane.isHidden()

    @property
    def editor(self) -> Editor:
        """The editor in front."""
        current = self.pane.currentWidget()
        return self.outgoing if current is self.outgoing else self.incoming

    def set_sources(self, sources: RouteSources) -> None:
        """Pass on what can be chosen, and take up what others saved meanwhile."""
        if sources != self._sources:
            self._sources = sources
            self.incoming.set_sources(sources)
            self.outgoing.set_sources(sources)
        if self.is_open and self.editor.route.id:
            self._refresh()

    def set_read_only(self, reason: str) -> None:
        """Lock both editors with a reason, or unlock them."""
        self.incoming.set_read_only(reason)
        self.outgoing.set_read_only(reason)

    def open(self, route: AnyRoute) -> None:
        """Show a route, with its draft if there is one."""
        self._keep_draft()
        draft = self._drafts.pop(_key(route), None)
        if isinstance(route, OutgoingRoute):
            self.pane.setCurrentWidget(self.outgoing)
            self.outgoing.show_route(route, draft if isinstance(draft, OutgoingDraft) else None)
        else:
            self.pane.setCurrentWidget(self.incoming)
            self.preview.clear()
            self.incoming.show_route(route, draft if isinstance(draft, RouteDraft) else None)
        self._tell_drafts()
        self.pane.show()
        self.opened.emit()

    def open_new(self, connector_id: int, address: str) -> None:
        """Show an empty incoming route; address ``*`` makes it a wildcard one."""
        self.open(Route(0, connector_id, "", address, 0))
        self.focus_name()

    def open_new_outgoing(self, connector_id: int) -> None:
        """Show an empty outgoing route."""
        self.open(OutgoingRoute(0, connector_id, "", ""))
        self.focus_name()

    def focus_name(self) -> None:
        """Put the focus where the name is typed."""
        self.editor.ui.name.setFocus()
        self.editor.ui.name.selectAll()

    def save(self) -> bool:
        """Save what is shown; a refusal is shown at its field and nothing typed is lost."""
        editor = self.editor
        saved: AnyRoute | None
        try:
            if isinstance(editor, RouteEditor):
                after = editor.built()
                before = editor.route
                saved = (
                    self._work.save(before, after)
                    if before.id
                    else self._work.add(after, self.preview.place)
                )
            else:
                old = editor.route if editor.route.id else None
                saved = self._work.save_outgoing(old, editor.built(), editor.passed_test)
        except EnateError as error:
            editor.show_error(error)
            return False
        if saved is None:
            self._show_failure(editor)
            return False
        self._drafts.pop(_key(saved), None)
        self._show(saved)
        self.saved.emit(saved)
        return True

    def discard(self) -> None:
        """Put back what is stored; a new route goes away."""
        if not self.editor.route.id:
            self._forget_and_close()
            return
        self._show(self.editor.route)

    def close(self) -> None:
        """Close the pane; what was typed stays as a draft."""
        self._keep_draft()
        self._forget_and_close()

    def _show(self, route: AnyRoute) -> None:
        if isinstance(route, OutgoingRoute):
            self.outgoing.show_route(route)
        else:
            self.incoming.show_route(route)

    def _forget_and_close(self) -> None:
        self.pane.hide()
        self._tell_drafts()
        self.closed.emit()

    def _keep_draft(self) -> None:
        editor = self.editor
        if self.is_open and editor.route.id and editor.dirty:
            self._drafts[_key(editor.route)] = editor.draft()

    def _tell_drafts(self) -> None:
        self._forest.drafts = frozenset(self._drafts)
        self.drafts_changed.emit()

    def _stored(self, route: AnyRoute) -> AnyRoute | None:
        outgoing = isinstance(route, OutgoingRoute)
        group = self._forest.groups.get(group_key(route.connector_id, outgoing=outgoing))
        return group.route(route.id) if group is not None else None

    def _refresh(self) -> None:
        """Show what others saved, unless something was typed here."""
        editor = self.editor
        stored = self._stored(editor.route)
        if stored is None:
            if editor.dirty:
                text = self.tr("This route was deleted in the meantime. Saving is not possible.")
                editor.messages.show_message(MessageKind.WARNING, text, key="gone")
            else:
                self._forget_and_close()
        elif stored != editor.route and not editor.dirty:
            self._show(stored)

    def _show_failure(self, editor: Editor) -> None:
        error = self._work.failure
        if error is None:
            return
        editor.show_error(error)
        if isinstance(error, StaleError) and self._work.stored(editor.route) is not None:
            editor.messages.show_message(
                MessageKind.ERROR,
                error.sentence(),
                MessageAction(self.tr("Compare…"), self.compare, closes=False),
                MessageAction(self.tr("Show theirs"), self._on_show_theirs),
                key=error.sentence(),
            )

    def compare(self) -> ConflictDialog | None:
        """Put the stored route and the typed one side by side; what is chosen is saved."""
        editor = self.editor
        theirs = self._work.stored(editor.route)
        if theirs is None:
            return None
        try:
            mine = editor.built()
        except EnateError as error:
            editor.show_error(error)
            return None
        window = self.pane.window()
        return compare_routes(editor.route, theirs, mine, self._sources, self._store, window)

    def _store(self, theirs: AnyRoute, wanted: AnyRoute) -> None:
        saved: AnyRoute | None = None
        if isinstance(theirs, Route) and isinstance(wanted, Route):
            saved = self._work.save(theirs, wanted)
        elif isinstance(theirs, OutgoingRoute) and isinstance(wanted, OutgoingRoute):
            saved = self._work.save_outgoing(theirs, wanted)
        if saved is None:
            self._show_failure(self.editor)
            return
        self._drafts.pop(_key(saved), None)
        self._show(saved)
        self.saved.emit(saved)

    def _on_show_theirs(self) -> None:
        stored = self._work.stored(self.editor.route)
        if stored is not None:
            self._show(stored)

    def _note_saved(self, route: object) -> None:
        if isinstance(route, Route):
            self.incoming.process.note_used(route.process_id)

    def _on_incoming_changed(self) -> None:
        """Count again what the incoming route would do; the fallback takes what is left."""
        if self.incoming.route.fallback:
            self.preview.clear()
        else:
            self.preview.ask(self.incoming.built)

    def _on_activity_requested(self) -> None:
        self.activity_requested.emit(self.editor.route)


def _key(route: AnyRoute) -> tuple[bool, int]:
    return isinstance(route, OutgoingRoute), route.id
