"""Shows what a change of routes does to real mail, before it is saved or right after (G-09)."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import Route
from enate_desktop.services.bundle import Services
from enate_desktop.services.proposals import Proposal
from enate_desktop.views.draft_bar import DraftBar
from enate_desktop.views.message_bar import MessageAction, MessageKind, MessageStack
from enate_desktop.views.order_drafts import OrderDrafts
from enate_desktop.views.route_consequences import (
    Outcome,
    RouteConsequences,
    proposals_between,
)
from enate_desktop.views.route_review import ReviewDialog
from enate_desktop.views.route_work import RouteWork

_KEY = "consequences"
_SHOWN_SECONDS = 10
_DRAFT_AFTER_MILLISECONDS = 150
Undo = Callable[[], object]


class RouteForesight(QObject):
    """``order_changed`` carries the connector whose order on screen is another, held back."""

    order_changed = Signal(object)

    def __init__(
        self,
        services: Services,
        drafts: OrderDrafts,
        work: RouteWork,
        messages: MessageStack,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._services = services
        self._work = work
        self._messages = messages
        self._page = page
        self._made: tuple[Proposal, ...] = ()
        self._draft_outcome: Outcome | None = None
        self.drafts = drafts
        self.bar = DraftBar()
        self._saved = RouteConsequences(services.proposals, self)
        self._drafted = RouteConsequences(services.proposals, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DRAFT_AFTER_MILLISECONDS)
        self._timer.timeout.connect(self._ask_about_drafts)
        self._saved.found.connect(self._on_saved_found)
        self._saved.failed.connect(messages.show_error)
        self._drafted.found.connect(self._on_drafted_found)
        self._drafted.failed.connect(messages.show_error)
        self.drafts.changed.connect(self._on_draft_changed)
        work.done.connect(self._on_done)
        self.bar.review_requested.connect(self._on_review_requested)
        self.bar.discard_requested.connect(work.discard_drafts)
        self.bar.save_requested.connect(self.save)

    def routes_changed(
        self, before: Mapping[int, tuple[Route, ...]], after: Mapping[int, tuple[Route, ...]]
    ) -> None:
        """Saved routes changed; what is asked follows when it was done on purpose."""
        self._made = proposals_between(before, after)
        self._saved.cancel()
        self._messages.dismiss(_KEY)

    def save(self) -> None:
        """Save what is held back; nothing happens without a draft."""
        if self.drafts.connector_ids:
            self._work.save_drafts()

    def show_drafts(self) -> None:
        """Show or hide the bar as the drafts are."""
        if not self.drafts.connector_ids:
            self._drafted.cancel()
            self._timer.stop()
            self.bar.hide()
            return
        self._draft_outcome = None
        self.bar.show_draft(self._draft_text(), "", reviewable=False)
        self._timer.start()

    def _on_draft_changed(self, connector_id: int) -> None:
        self._made = ()
        self._saved.cancel()
        self._messages.dismiss(_KEY)
        self.order_changed.emit(connector_id)
        self.show_drafts()

    def _ask_about_drafts(self) -> None:
        self._drafted.ask(self.drafts.proposals())

    def _draft_text(self) -> str:
        ids = self.drafts.connector_ids
        names = [c.name for c in self._services.connectors.all() if c.id in ids]
        count = self.drafts.moved_count()
        moved = self.tr("1 route moved") if count == 1 else f"{count} routes moved"
        where = names[0] if len(names) == 1 else self.tr("{n} connectors").format(n=len(names))
        return self.tr("Order changed in {where}: {moved}, not saved yet.").format(
            where=where, moved=moved
        )

    def _on_done(self, _text: str, undo: Undo) -> None:
        made, self._made = self._made, ()
        self._saved.ask(made, undo)

    def _on_saved_found(self, outcome: Outcome, undo: Undo) -> None:
        if not (outcome.matters or outcome.consequences.replayed.mails):
            return
        actions = [MessageAction(self.tr("Undo"), undo)]
        if outcome.matters:
            review = MessageAction(
                self.tr("Review"), lambda: self._review(outcome, undo), closes=False
            )
            actions.insert(0, review)
        kind = MessageKind.WARNING if outcome.consequences.broken_pins else MessageKind.INFO
        bar = self._messages.show_message(kind, outcome.text(saved=True), *actions, key=_KEY)
        if not outcome.matters:
            bar.close_after(_SHOWN_SECONDS)

    def _on_drafted_found(self, outcome: Outcome, _about: object) -> None:
        if self.drafts.connector_ids:
            self._draft_outcome = outcome
            text = outcome.text(saved=False)
            self.bar.show_draft(self._draft_text(), text, reviewable=outcome.matters)

    def _review(self, outcome: Outcome, undo: Undo) -> None:
        def take_back() -> None:
            self._messages.dismiss(_KEY)
            undo()

        self._open(outcome, {self.tr("Undo the change"): take_back}, saved=True)

    def _on_review_requested(self) -> None:
        if self._draft_outcome is not None:
            actions: dict[str, Undo] = {
                self.tr("Discard"): self._work.discard_drafts,
                self.tr("Save order"): self.save,
            }
            self._open(self._draft_outcome, actions, saved=False)

    def _open(self, outcome: Outcome, actions: Mapping[str, Undo], *, saved: bool) -> None:
        try:
            paths = self._services.work_items.process_paths()
        except EnateError as error:
            self._messages.show_error(error)
            return
        compare = self._services.proposals.compare
        dialog = ReviewDialog(outcome, compare, paths, actions, self._page.window(), saved=saved)
        dialog.open()
