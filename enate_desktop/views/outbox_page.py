"""The Outbox page: automated emails with how far each got, and the acknowledgement's texts."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent, QUndoStack
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.outbox import Delivery, DeliveryFilter
from enate_desktop.domain.people import Permission
from enate_desktop.item_models.delivery_table import DeliveryWish
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.choice_bar import ChoiceBar
from enate_desktop.views.outbox_hold_ups import OutboxHoldUps
from enate_desktop.views.outbox_view import OutboxView
from enate_desktop.views.page import Page
from enate_desktop.views.restore_command import UndoableWork, UndoAction
from enate_desktop.views.template_view import TemplateView
from enate_desktop.worker.notifier import ChangeNotifier

_GATHER_MILLISECONDS = 300


class OutboxPage(Page):
    """Asks for ``work_items`` and ``connectors``.

    ``navigate`` takes ``"acknowledgement"``, or a text to look for such as a reference.
    """

    def __init__(
        self, services: Services, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__("Outbox", parent)
        self._services = services
        self._notifier = notifier
        self.work = UndoableWork(services.restoring, self)
        self.deliveries = OutboxView(
            services.outbox, self._read, self._refusal(Permission.HANDLE_MAIL), self._sends_again
        )
        self.templates = TemplateView(
            services.templates,
            services.settings,
            services.work_items,
            self.work,
            self._refusal(Permission.CHANGE_SETTINGS),
        )
        self._hold_ups = OutboxHoldUps(services.outbox, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_GATHER_MILLISECONDS)
        self._stack = QStackedWidget()
        choices = ChoiceBar()
        self.deliveries_button = choices.add(self.tr("Deliveries"), self._show_deliveries)
        self.templates_button = choices.add(self.tr("Acknowledgement"), self._show_templates)
        for view in (self.deliveries, self.templates):
            self._stack.addWidget(view)
        self.header.add_action(UndoAction(self.work.stack, self))
        self._buttons = [self.header.add_action(made) for made in self.deliveries.commands.all]
        self.body.addWidget(choices)
        self.body.addWidget(self._stack, 1)
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Read again, in the background, how far the deliveries got and what holds them up."""
        self.deliveries.refresh()
        self._hold_ups.read()

    @override
    def undo_stack(self) -> QUndoStack:
        return self.work.stack

    @override
    def shown(self) -> None:
        self.refresh()
        self.templates.read()

    @override
    def may_leave(self, then: Callable[[], object]) -> bool:
        return self.templates.may_leave(then)

    @override
    def navigate(self, target: object) -> None:
        if target == "acknowledgement":
            self.templates_button.click()
        elif isinstance(target, str):
            self.deliveries_button.click()
            self.deliveries.show_of(target)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self.deliveries.set_ticking(True)
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.deliveries.set_ticking(False)
        super().hideEvent(event)

    def _connect(self) -> None:
        self.deliveries.touched.connect(self._on_touched)
        self.deliveries.failed.connect(self._on_failed)
        self.deliveries.done.connect(self._on_done)
        self.deliveries.work_item_wanted.connect(self._on_work_item_wanted)
        self.deliveries.attention.connect(self.badge_changed)
        self.templates.failed.connect(self._on_failed)
        self.work.done.connect(self.toast)
        self.work.failed.connect(self._on_failed)
        self.work.changed.connect(self._on_taken_back)
        self._hold_ups.start_wanted.connect(self._on_start_again)
        self._hold_ups.failed.connect(self._on_failed)
        self._soon.timeout.connect(self.refresh)
        self._notifier.changed.connect(self._on_changed)

    def _read(
        self, wish: DeliveryWish, offset: int, limit: int
    ) -> tuple[Sequence[Delivery], int | None]:
        wanted = DeliveryFilter(text=wish.text, state=wish.state)
        if not wish.text or offset:
            return self._services.outbox.rows(wanted, offset, limit), None
        page = self._services.outbox.page(wanted, offset, limit)
        return page.items, page.total

    def _refusal(self, permission: Permission) -> str:
        may = self._services.people.me.may(permission)
        return "" if may else f'You need the permission "{permission}".'

    def _sends_again(self) -> bool:
        return self._services.settings.get().send_again_when_unsure

    def _show_deliveries(self) -> None:
        self._stack.setCurrentWidget(self.deliveries)
        for made in self._buttons:
            made.show()

    def _show_templates(self) -> None:
        self._stack.setCurrentWidget(self.templates)
        for made in self._buttons:
            made.hide()

    def _on_start_again(self) -> None:
        try:
            changes = self._services.outbox.start_again()
        except EnateError as error:
            self._on_failed(error)
            return
        self.refresh()
        self._notifier.notify(changes, self)
        self.toast(self.tr("Mail is sent again."))

    def _on_touched(self, changes: Changes) -> None:
        self._notifier.notify(changes, self)

    def _on_taken_back(self, changes: Changes) -> None:
        self.templates.read()
        self._notifier.notify(changes, self)

    def _on_failed(self, error: EnateError) -> None:
        self.messages.show_error(error, key="failed")

    def _on_done(self, text: str) -> None:
        self.toast(text)

    def _on_work_item_wanted(self, work_item_id: int) -> None:
        self.page_requested.emit("work_items", work_item_id)

    def _on_changed(self, changes: Changes, initiator: QObject | None) -> None:
        touched = changes.outbox or changes.connectors or changes.worker
        if touched and initiator is not self and not self._soon.isActive():
            self._soon.start()
