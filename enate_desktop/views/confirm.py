"""A question before something that cannot be undone; it names the object and the verb (UI 2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import SectionLabel, button, label


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer besides Cancel; ``danger`` marks the one that destroys."""

    text: str
    run: Callable[[], object]
    danger: bool = False


class ConfirmDialog(QDialog):
    """Cancel is the default and Esc; open it with ``open()``, it goes by itself."""

    def __init__(
        self,
        title: str,
        text: str,
        lines: Sequence[str],
        choices: Sequence[Choice],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.cancel_button = button(self.tr("Cancel"), self.reject)
        self.cancel_button.setDefault(True)
        self.buttons = [self._button(choice) for choice in choices]
        self._build(title, [text, *(f"•  {line}" for line in lines)])

    def _button(self, choice: Choice) -> QPushButton:
        def take() -> None:
            self.accept()
            choice.run()

        return button(choice.text, take, danger=choice.danger)

    def _build(self, title: str, texts: Sequence[str]) -> None:
        words = QVBoxLayout()
        words.setSpacing(8)
        heading = SectionLabel(title)
        heading.setWordWrap(True)
        words.addWidget(heading)
        for part in texts:
            if part:
                words.addWidget(label(part, wrap=True))
        words.addStretch(1)
        picture = Picture("triangle-alert", "warning", 24)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for made in (*self.buttons, self.cancel_button):
            foot.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addLayout(foot)
        self.setMinimumWidth(460)
        self.cancel_button.setFocus()
