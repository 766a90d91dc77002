"""One field of a form: label above, control, hint, error under it; and the field for secrets."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce, describe
from enate_desktop.views.icons import icon, pixmap
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets.labels import label, secondary_label
from enate_desktop.views.widgets.layout import icon_button

PASSWORD_LIMIT = 50
"""C-01: at most this many characters; more are counted, never cut."""


def spin_box(lowest: int, highest: int, value: int = 0) -> QSpinBox:
    """A field for a whole number, 32 pixels high and with room before the figure.

    A style sheet reaches neither the height nor the margin of the edit inside.
    """
    made = QSpinBox()
    made.setRange(lowest, highest)
    made.setValue(value)
    made.lineEdit().setTextMargins(6, 0, 0, 0)
    made.setFixedHeight(32)
    return made


class FormField(QWidget):
    """A control with its label above, *(optional)* beside it, a hint and an error under it."""

    def __init__(
        self,
        text: str,
        control: QWidget,
        *,
        optional: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._control = control
        self._hint_text = hint
        self._label = label(text)
        self._label.setBuddy(control.focusProxy() or control)
        self._hint = secondary_label(hint)
        self._error = _ErrorLine()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._label)
        if optional:
            head.addWidget(secondary_label(self.tr("(optional)"), wrap=False))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(control)
        column.addWidget(self._hint)
        column.addWidget(self._error)
        for part in self._frames():
            if not part.accessibleName():
                part.setAccessibleName(text)
        self._hint.setVisible(bool(hint))
        self._describe()

    @property
    def control(self) -> QWidget:
        """The control inside."""
        return self._control

    @property
    def error(self) -> str:
        """The error shown, or empty."""
        return self._error.text

    def set_error(self, text: str) -> None:
        """Show what to mend under the field, or nothing for an empty text."""
        if text and text != self._error.text:
            announce(text)
        self._error.set_text(text)
        for part in self._frames():
            part.setProperty("error", bool(text))
            part.style().unpolish(part)
            part.style().polish(part)
        self._describe()

    def set_hint(self, text: str) -> None:
        """Change the line under the field that helps before anything is wrong."""
        self._hint_text = text
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._describe()

    def set_label(self, text: str) -> None:
        """Change the label above."""
        self._label.setText(text)
        for part in self._frames():
            part.setAccessibleName(text)

    def _frames(self) -> Iterator[QWidget]:
        """The control, and in one of several parts the one that is typed in."""
        part: QWidget | None = self._control
        while part is not None:
            yield part
            part = part.focusProxy()

    def _describe(self) -> None:
        parts = (part for part in (self._error.text, self._hint_text) if part)
        words = " ".join(parts)
        for part in self._frames():
            part.setAccessibleDescription(words)


class _ErrorLine(QWidget):
    """The error under a field: shape and words, not colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QLabel()
        self._words = label("", colour="error", wrap=True)
        self._words.setFont(fonts.secondary_font())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.set_text("")

    @property
    def text(self) -> str:
        return self._words.text()

    def set_text(self, text: str) -> None:
        self._words.setText(text)
        self._colour()
        self.setVisible(bool(text))

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap("circle-x", 14, tokens().error, ratio))


class PasswordField(QWidget):
    """A secret: show and hide, paste allowed, nothing cut; too long is said, not done (C-01)."""

    changed = Signal()

    def __init__(self, limit: int = PASSWORD_LIMIT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._edit = QLineEdit()
        self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = icon_button("eye", self.tr("Show password"))
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._on_eye_toggled)
        self._note = label("", colour="error", wrap=True)
        self._note.setFont(fonts.secondary_font())
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._edit, 1)
        row.addWidget(self._eye)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._note)
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self._on_text_changed)
        self._on_text_changed()

    @property
    def text(self) -> str:
        """The secret as typed, whole."""
        return self._edit.text()

    @property
    def edit(self) -> QLineEdit:
        """The line edit inside, for placeholder and signals."""
        return self._edit

    @property
    def problem(self) -> str:
        """What is wrong with the length, or empty."""
        length = len(self._edit.text())
        if length <= self._limit:
            return ""
        return self.tr("{length} characters; the limit is {limit}.").format(
            length=length, limit=self._limit
        )

    def set_text(self, text: str) -> None:
        """Put a secret in."""
        self._edit.setText(text)

    def set_placeholder(self, text: str) -> None:
        """What an empty field shows ("Stored")."""
        self._edit.setPlaceholderText(text)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._eye.setChecked(False)
        super().changeEvent(event)

    def _on_eye_toggled(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self._edit.setEchoMode(mode)
        self._eye.setIcon(icon("eye-off" if shown else "eye"))
        describe(self._eye, self.tr("Hide password") if shown else self.tr("Show password"))

    def _on_text_changed(self) -> None:
        problem = self.problem
        self._note.setText(problem)
        self._note.setVisible(bool(problem))
        self.changed.emit()
