"""Show Activity: who changed one thing, from which value to which, and the way back (R-08)."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.history import HistoryFilter
from enate_desktop.item_models.activity_text import isolated
from enate_desktop.services.bundle import Services
from enate_desktop.views.activity_browser import ActivityBrowser
from enate_desktop.views.message_bar import MessageStack
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.widgets import SectionLabel, button, secondary_label


class ActivityDialog(QDialog):
    """Open it with ``open()``; it goes by itself when closed.

    ``subject`` is the kind and id of the thing. Restoring goes over ``work``, the undoable work of
    the page, which hears of it by ``work.changed``.
    """

    def __init__(
        self,
        name: str,
        subject: tuple[str, int],
        services: Services,
        work: UndoableWork,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Activity of {name}").format(name=isolated(name)))
        self.messages = MessageStack()
        self.browser = ActivityBrowser(services, work, can_open=False)
        self._count = secondary_label("", wrap=False)
        close = button(self.tr("Close"), self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(self.messages)
        column.addWidget(self.browser, 1)
        column.addLayout(foot)
        self.resize(1000, 600)
        self.browser.loader.loaded.connect(self._on_loaded)
        self.browser.failed.connect(self._on_failed)
        self.browser.loader.show(HistoryFilter(subject=subject))
        self.browser.table.setFocus()

    def _on_loaded(self) -> None:
        model = self.browser.model
        count = model.rowCount()
        more = "+" if model.has_more else ""
        entries = "1 change" if count == 1 else f"{count:,}{more} changes"
        told = f"{entries}, newest first. Nothing can be removed from it."
        self._count.setText(told if count else self.tr("Nothing was changed so far."))

    def _on_failed(self, error: EnateError) -> None:
        self.messages.show_error(error)
