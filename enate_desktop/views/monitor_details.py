"""An error of the worker in full: sentence, the server's words, and the way to the field."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.item_models.time_text import whole_text
from enate_desktop.services.monitor import WorkerError
from enate_desktop.views.connection_failure import field_words
from enate_desktop.views.widgets import SectionLabel, button, label, secondary_label


class ErrorDetails(QDialog):
    """Open it with ``open()``; ``mend`` goes to the field in the connector's editor."""

    def __init__(
        self, error: WorkerError, connector: str, mend: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Error of “{name}”").format(name=connector))
        self._error = error
        words = field_words(error.field) if error.field else self.tr("Open connector")
        self.mend_button = button(words, lambda: self._mend(mend), icon_name="pencil")
        self.copy_button = button(self.tr("Copy"), self._copy, icon_name="clipboard-copy")
        close = button(self.tr("Close"), self.accept)
        close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        heading = SectionLabel(error.title)
        heading.setWordWrap(True)
        column.addWidget(heading)
        moment = f"{connector}, {error.side}, {whole_text(error.at)}"
        column.addWidget(secondary_label(moment))
        if error.message:
            column.addWidget(label(error.message, wrap=True))
        if error.server_words:
            column.addWidget(secondary_label(self.tr("The server said")))
            said = label(error.server_words, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(said)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.mend_button)
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addSpacing(8)
        column.addLayout(foot)
        self.setMinimumWidth(520)

    @property
    def text(self) -> str:
        """All that is said, to copy."""
        lines = [whole_text(self._error.at), self._error.sentence]
        if self._error.server_words:
            lines.append(self.tr("The server said: {words}").format(words=self._error.server_words))
        return "\n".join(lines)

    def _mend(self, mend: Callable[[], object]) -> None:
        self.accept()
        mend()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
