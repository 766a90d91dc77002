"""The deliveries with their filters, the current one in full, and what can be done with them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.outbox import Delivery, DeliveryState
from enate_desktop.item_models.delivery_state import DISCARDABLE, NEEDS_A_PERSON, RETRIABLE
from enate_desktop.item_models.delivery_table import (
    DeliveryColumn,
    DeliveryTableModel,
    DeliveryWish,
    ReadDeliveries,
)
from enate_desktop.services.changes import Changes
from enate_desktop.views import mail_files
from enate_desktop.views.mail_list import MailList
from enate_desktop.views.outbox_actions import OutboxActions
from enate_desktop.views.outbox_delegate import OutboxDelegate
from enate_desktop.views.outbox_details import OutboxDetails
from enate_desktop.views.outbox_filters import OutboxFilters
from enate_desktop.views.outbox_loader import OutboxLoader, OutboxLook
from enate_desktop.views.widgets import EmptyState

_WIDTHS = {
    DeliveryColumn.CREATED: 88,
    DeliveryColumn.STATE: 176,
    DeliveryColumn.RECIPIENT: 180,
    DeliveryColumn.SUBJECT: 200,
    DeliveryColumn.REFERENCE: 92,
    DeliveryColumn.SENDER: 140,
    DeliveryColumn.CONNECTOR: 110,
    DeliveryColumn.TRIES: 50,
    DeliveryColumn.NEXT: 76,
}


class OutboxSource(Protocol):
    """What of the outbox service is used here."""

    def counts(self) -> Counter[DeliveryState]:
        """How many deliveries are in which state."""

    def mail(self, delivery_id: int) -> bytes:
        """The mail as it is sent."""

    def retry(self, ids: Iterable[int]) -> Changes:
        """Send these once more now."""

    def discard(self, ids: Iterable[int]) -> Changes:
        """Never send these."""


class OutboxView(QWidget):
    """``touched`` carries Changes, ``failed`` an EnateError, ``done`` words for the toast,
    ``work_item_wanted`` an id, ``attention`` how many need a person."""

    touched = Signal(object)
    failed = Signal(object)
    done = Signal(str)
    work_item_wanted = Signal(int)
    attention = Signal(int)

    def __init__(
        self,
        source: OutboxSource,
        read: ReadDeliveries,
        refusal: str,
        sends_again: Callable[[], bool],
        parent: QWidget | None = None,
    ) -> None:
        """``refusal``: why this person may do nothing here, or empty."""
        super().__init__(parent)
        self._source = source
        self._sends_again = sends_again
        self.filters = OutboxFilters()
        self.model = DeliveryTableModel(read, self)
        self.list = MailList(self.tr("Outbox"), self.model, _WIDTHS, DeliveryColumn.ERROR)
        self.details = OutboxDetails()
        self.commands = OutboxActions(self.list, refusal, self)
        self.loader = OutboxLoader(source.counts, read, self)
        self._none = EmptyState(
            "send",
            self.tr("Nothing was sent yet"),
            self.tr("Acknowledgements of new Tickets are listed here, with how far they got."),
        )
        self._no_hit = EmptyState(
            "search", self.tr("No delivery fits"), self.tr("Change the filters, or clear them.")
        )
        self._no_hit.add_button(self.tr("Clear filters"), self.filters.clear, primary=False)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._build()
        self._connect()
        self.commands.explain(())
        self.refresh()

    def refresh(self) -> None:
        """Read again what may have changed, in the background."""
        self.loader.look(self.filters.wanted(), self.list.table.rowAt(0))

    def set_ticking(self, ticking: bool) -> None:
        """Let the times to the next try run while the list is seen."""
        if ticking:
            self._clock.start()
        else:
            self._clock.stop()

    def show_of(self, text: str) -> None:
        """List what has ``text`` in recipient or reference."""
        self.filters.all_button.click()
        self.filters.text.setText(text)

    def save_to(self, path: Path) -> None:
        """Write the chosen mails: one to the file ``path``, several into the folder ``path``."""
        chosen = self.chosen()
        try:
            if len(chosen) == 1:
                mail_files.write_mail(path, self._source.mail(chosen[0].id))
                self.done.emit(self.tr("Saved “{name}”.").format(name=path.name))
            else:
                mails = [(_name(one), partial(self._source.mail, one.id)) for one in chosen]
                count = mail_files.write_mails(path, mails)
                text = self.tr("Saved {count} mails in “{name}”.")
                self.done.emit(text.format(count=count, name=path.name))
        except EnateError as error:
            self.failed.emit(error)

    def chosen(self) -> list[Delivery]:
        """The selected deliveries, from the top."""
        rows = (self.model.row_of(self.model.index(r, 0)) for r in self.list.chosen_rows())
        return [row for row in rows if row is not None]

    def _build(self) -> None:
        self.list.table.setItemDelegate(OutboxDelegate(self.list.table))
        self.list.add_empty(self._none, self._no_hit)
        self.list.pane.body.addWidget(self.details)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        column.addWidget(self.list, 1)

    def _connect(self) -> None:
        self.filters.changed.connect(self.refresh)
        selection = self.list.table.selectionModel()
        selection.selectionChanged.connect(self._on_selection_changed)
        selection.currentRowChanged.connect(self._on_selection_changed)
        self.list.table.doubleClicked.connect(self._on_open)
        self.commands.retry.triggered.connect(self._on_retry)
        self.commands.discard.triggered.connect(self._on_discard)
        self.commands.save.triggered.connect(self._on_save)
        self.commands.open.triggered.connect(self._on_open)
        self._clock.timeout.connect(self._on_tick)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self.failed)

    def _show_empty(self) -> None:
        nothing = self._none if self.model.wish == DeliveryWish() else self._no_hit
        self.list.show_empty(None if self.model.total else nothing)

    def _show_current(self) -> None:
        delivery = self.model.row_of(self.list.table.currentIndex())
        self.list.show_pane(delivery is not None)
        if delivery is None:
            return
        try:
            raw = self._source.mail(delivery.id)
        except EnateError as error:
            self.failed.emit(error)
            raw = b""
        self.details.set_delivery(delivery, raw, again=self._sends_again())

    def _act(
        self, step: Callable[[Sequence[int]], Changes], states: Sequence[DeliveryState], text: str
    ) -> None:
        usable = [one for one in self.chosen() if one.state in states]
        if not usable:
            return
        what = usable[0].recipient if len(usable) == 1 else f"{len(usable)} deliveries"
        try:
            changes = step([one.id for one in usable])
        except EnateError as error:
            self.failed.emit(error)
            return
        self.refresh()
        self.touched.emit(changes)
        self.done.emit(text.format(what=what))

    def _on_retry(self) -> None:
        self._act(self._source.retry, RETRIABLE, self.tr("Sending to {what} as soon as it can be."))

    def _on_discard(self) -> None:
        text = self.tr("Discarded: {what}. Retry now sends it after all.")
        self._act(self._source.discard, DISCARDABLE, text)

    def _on_save(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            mail_files.ask_for_file(self, _name(chosen[0]), self.save_to)
        elif chosen:
            mail_files.ask_for_folder(self, self.save_to)

    def _on_open(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1 and chosen[0].work_item_id is not None:
            self.work_item_wanted.emit(chosen[0].work_item_id)

    def _on_loaded(self, look: OutboxLook) -> None:
        self.filters.set_counts(look.counts)
        if look.wish == self.model.wish:
            for at, rows in look.pages:
                self.model.show_page(rows, look.total, at)
        else:
            self.model.show_filter(look.wish, look.pages[0][1], look.total)
        self._show_empty()
        self._on_selection_changed()
        self.attention.emit(sum(look.counts[state] for state in NEEDS_A_PERSON))

    def _on_selection_changed(self) -> None:
        self._show_current()
        self.commands.explain(self.chosen())

    def _on_tick(self) -> None:
        self.model.tick(datetime.now(UTC), (DeliveryColumn.NEXT,))


def _name(delivery: Delivery) -> str:
    return mail_files.file_name(delivery.subject, delivery.id)
