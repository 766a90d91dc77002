"""The question before what cannot be undone: it names the thing and the verb, Cancel is default."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.views.widgets.labels import SectionLabel, label
from enate_desktop.views.widgets.layout import button

_WIDTH = 440


class ConfirmDialog(QDialog):
    """Asks once; ``verb`` is the button's text ("Delete connector"), never OK or Yes."""

    def __init__(
        self, title: str, text: str, verb: str, parent: QWidget, *, danger: bool = True
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        words = label(text, wrap=True)
        words.setFixedWidth(_WIDTH)
        words.setMinimumHeight(words.heightForWidth(_WIDTH))
        self.extra = QVBoxLayout()
        self.verb_button = button(verb, self.accept, danger=danger, primary=not danger)
        self.cancel_button = button(self.tr("Cancel"), self.reject)
        self.cancel_button.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.verb_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(title))
        column.addWidget(words)
        column.addLayout(self.extra)
        column.addSpacing(8)
        column.addLayout(foot)
        self.cancel_button.setFocus()


def confirm(
    parent: QWidget,
    title: str,
    text: str,
    verb: str,
    accepted: Callable[[], object],
    *,
    danger: bool = True,
) -> ConfirmDialog:
    """Open the question over the window and return at once; ``accepted`` follows the verb."""
    dialog = ConfirmDialog(title, text, verb, parent, danger=danger)
    dialog.accepted.connect(lambda: accepted())
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
