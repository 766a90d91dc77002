"""The name of a mail folder: typed, or chosen on the server with Browse (C-01, C-12)."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from enate_desktop.views.widgets import button


class FolderField(QWidget):
    """A line with *Browse folders…* beside it; ``browse_requested`` asks for the dialog."""

    changed = Signal()
    browse_requested = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        self.browse_button = button(self.tr("Browse folders…"), icon_name="folder-tree")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.edit, 1)
        row.addWidget(self.browse_button)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._on_text_changed)
        self.browse_button.clicked.connect(self._on_browse_clicked)

    @property
    def text(self) -> str:
        """The name, without blanks around it."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Put a name in."""
        self.edit.setText(text)

    def _on_text_changed(self) -> None:
        self.changed.emit()

    def _on_browse_clicked(self) -> None:
        self.browse_requested.emit()
