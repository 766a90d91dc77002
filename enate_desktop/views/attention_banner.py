"""The banner that asks for a look at routes made from unhandled mail (R-10)."""

from PySide6.QtCore import QObject

from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_search import ShowOnly
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack
from enate_desktop.views.route_filter_bar import RouteFilterBar
from enate_desktop.views.route_work import RouteWork

_KEY = "attention"


class AttentionBanner(QObject):
    """Stays while a route is marked; once closed it comes back when another route is marked."""

    def __init__(
        self,
        messages: MessageStack,
        forest: RouteForest,
        filters: RouteFilterBar,
        work: RouteWork,
        *,
        may_edit: bool,
    ) -> None:
        super().__init__(messages)
        self._messages = messages
        self._forest = forest
        self._filters = filters
        self._work = work
        self._may_edit = may_edit
        self._told: tuple[frozenset[int], ShowOnly] = (frozenset(), ShowOnly.ALL)

    def refresh(self) -> None:
        """Show, change or take away the banner as the routes are."""
        marked = self._forest.marked()
        ids, only = frozenset(route.id for route in marked), self._filters.only
        if not marked:
            self._messages.dismiss(_KEY)
        elif (ids, only) != self._told and (not ids < self._told[0] or self._is_open):
            self._show(len(marked), only)
        self._told = (ids, only)

    def clear_all(self) -> None:
        """Take the mark off every route."""
        self._work.clear_marks(self._forest.marked())

    @property
    def _is_open(self) -> bool:
        return any(bar.objectName() == _KEY for bar in self._messages.bars)

    def _show(self, count: int, only: ShowOnly) -> None:
        one = self.tr("1 route was made from an unhandled mail and needs a look.")
        more = self.tr("{count} routes were made from unhandled mail and need a look.")
        if only is ShowOnly.ATTENTION:
            shown = MessageAction(
                self.tr("Show all routes"), lambda: self._filters.choose_only(ShowOnly.ALL), False
            )
        else:
            words = self.tr("Show it") if count == 1 else self.tr("Show them")
            shown = MessageAction(
                words, lambda: self._filters.choose_only(ShowOnly.ATTENTION), False
            )
        looked = MessageAction(self.tr("Mark as looked at"), self.clear_all, False)
        bar = self._messages.show_message(
            MessageKind.INFO,
            one if count == 1 else more.format(count=count),
            *((shown, looked) if self._may_edit else (shown,)),
            key=_KEY,
        )
        bar.setObjectName(_KEY)
