"""Shows why something cannot be done now, with the button that mends it (UI 3.5)."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from enate_desktop.domain.people import Permission
from enate_desktop.item_models.route_columns import Sorting
from enate_desktop.item_models.route_refusals import Reason, Refusal
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack
from enate_desktop.views.route_filter_bar import RouteFilterBar
from enate_desktop.views.route_handling import sort_by
from enate_desktop.views.route_search_fields import RouteSearchFields
from enate_desktop.views.route_tree_view import RouteTreeView

_SECONDS = 10


class RefusalBar(QObject):
    """One bar for each reason, for ten seconds; a second refusal takes the place of the first."""

    def __init__(
        self,
        messages: MessageStack,
        tree: RouteTreeView,
        search: RouteSearchFields,
        filters: RouteFilterBar,
    ) -> None:
        super().__init__(tree)
        self._filters = filters
        self._messages = messages
        self._tree = tree
        self._search = search

    def show(self, refusal: Refusal) -> None:
        """Say it, and offer the remedy if there is one."""
        remedies: Mapping[Reason, Callable[[], object]] = {
            Reason.SORTED: self._sort_by_priority,
            Reason.FILTERED: self._show_all,
            Reason.SEARCHED: lambda: self._clear_search(refusal.group),
            Reason.PERMISSION: lambda: self._copy_request(Permission.REORDER_ROUTES),
            Reason.EDITING: lambda: self._copy_request(Permission.EDIT_ROUTES),
        }
        remedy = remedies.get(refusal.reason)
        actions = [MessageAction(refusal.remedy, remedy)] if remedy and refusal.remedy else []
        self._messages.show_message(
            MessageKind.INFO,
            f"{refusal.title} {refusal.message}".strip(),
            *actions,
            key=f"refusal {refusal.reason}",
            seconds=_SECONDS,
        )

    def _sort_by_priority(self) -> None:
        sort_by(self._tree, Sorting())
        self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_all(self) -> None:
        self._filters.choose_only(ShowOnly.ALL)
        self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear_search(self, key: int) -> None:
        self._search.clear(key)
        self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy_request(self, permission: Permission) -> None:
        text = self.tr('Please give me the permission "{name}" in Enate Desktop.')
        QGuiApplication.clipboard().setText(text.format(name=permission))
