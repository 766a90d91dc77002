"""The bars that say why mail is not sent: sending was stopped, or a connector is off (O-04)."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from enate_desktop.domain.errors import EnateError
from enate_desktop.services.outbox import OutboxService, Waiting
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.page import Page
from enate_desktop.worker.tasks import run_in_background


class OutboxHoldUps(QObject):
    """``start_wanted``: a person wants mail to be sent again; ``failed`` carries an EnateError."""

    start_wanted = Signal()
    failed = Signal(object)

    def __init__(self, service: OutboxService, page: Page) -> None:
        super().__init__(page)
        self._service = service
        self._page = page
        self._reading = self._again = False

    def read(self) -> None:
        """Look in the background what holds mail up, and show it."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        run_in_background(
            self,
            lambda: (self._service.stopped(), self._service.waiting()),
            lambda found: self._on_read(*found),
            self._on_failed,
        )

    def _on_read(self, stopped: str, waiting: Sequence[Waiting]) -> None:
        self._tell_of_stop(stopped)
        self._tell_of_disabled(waiting)
        self._go_on()

    def _on_failed(self, error: Exception) -> None:
        self._go_on()
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)

    def _go_on(self) -> None:
        again, self._reading, self._again = self._again, False, False
        if again:
            self.read()

    def _tell_of_stop(self, reason: str) -> None:
        if not reason:
            self._page.messages.dismiss("stopped")
            return
        start = MessageAction(self.tr("Start again"), self.start_wanted.emit, closes=False)
        text = self.tr("Nothing is sent: {reason}").format(reason=reason)
        self._page.messages.show_message(
            MessageKind.ERROR, text, start, key="stopped", closable=False
        )

    def _tell_of_disabled(self, waiting: Sequence[Waiting]) -> None:
        if not waiting:
            self._page.messages.dismiss("disabled")
            return
        first = waiting[0]
        show = MessageAction(
            self.tr("Open connector"),
            lambda: self._page.page_requested.emit("connectors", first.connector_id),
            closes=False,
        )
        text = _sentence(waiting)
        self._page.messages.show_message(MessageKind.WARNING, text, show, key="disabled")


def _sentence(waiting: Sequence[Waiting]) -> str:
    """``12 mails wait for “Noreply”, 3 for “Payroll”: they are off.``"""
    first, *others = waiting
    start = "1 mail waits" if first.mails == 1 else f"{first.mails:,} mails wait"
    parts = [f"{start} for “{first.connector}”"]
    parts += [f"{one.mails:,} for “{one.connector}”" for one in others]
    off = "it is off" if not others else "these connectors are off"
    return f"{', '.join(parts)}: {off}."
