"""Head and foot of the connector editor: the way back, Enable in words, Discard and Save."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.connector_first_intake import FirstIntakeCard
from enate_desktop.views.widgets import ElidedLabel, Toggle, button, label

_PANEL_WIDTHS = (340, 460)
_NARROW = 900
"""Below this width the panel goes under the form."""


class EditorHeader(QWidget):
    """``< Connectors / Finance UK``, Show Activity, Duplicate and Delete."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        back = "chevron-left" if left_to_right else "chevron-right"
        self.back_button = button(self.tr("Connectors"), icon_name=back)
        self.activity_button = button(self.tr("Show Activity"), icon_name="history")
        self.duplicate_button = button(self.tr("Duplicate"), icon_name="copy")
        self.delete_button = button(self.tr("Delete…"), icon_name="trash-2")
        self._of_stored = (self.activity_button, self.duplicate_button, self.delete_button)
        self._name = ElidedLabel()
        self._name.setFont(fonts.title_font())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.back_button)
        row.addSpacing(4)
        row.addWidget(self._name, 1)
        for part in self._of_stored:
            row.addWidget(part)

    def set_name(self, name: str) -> None:
        """Show the connector's name."""
        self._name.set_text(name)

    def set_stored(self, *, stored: bool, reason: str) -> None:
        """Offer what can be done with a stored connector; ``reason`` says why not to change it."""
        for part in self._of_stored:
            part.setVisible(stored)
        for part in (self.duplicate_button, self.delete_button):
            explain_disabled(part, reason)


class EditorFooter(QWidget):
    """Only shows; the editor decides."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._resumes = False
        self.first_intake = FirstIntakeCard()
        self.enable = Toggle(self.tr("Enable"))
        self.discard_button = button(self.tr("Discard"))
        self.save_button = button(self.tr("Save"), primary=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("Enable")))
        row.addWidget(self.enable)
        row.addStretch(1)
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.first_intake)
        column.addLayout(row)
        self.first_intake.hide()

    def show_enable(self, *, fresh: bool, changed: bool, was_on: bool) -> None:
        """``fresh``: a test of what is on screen passed; ``changed``: one did before a change.

        What was switched off by a change only is on again once the settings are tested again.
        """
        self._resumes = was_on and (self._resumes or (not fresh and self.enable.isChecked()))
        if fresh:
            self.enable.set_locked("")
            if self._resumes:
                self._resumes = False
                self.enable.setChecked(True)
            on = self.tr("On") if was_on else self.tr("On – starts when you save")
            off = self.tr("Off – stops when you save") if was_on else self.tr("Off")
            self.enable.set_state_texts(on, off)
            return
        self.enable.setChecked(False)
        stale = self.tr("Off – the test is out of date")
        untested = self.tr("Off – test the connection first")
        self.enable.set_state_texts(self.tr("On"), stale if changed else untested)
        self.enable.set_locked(self.tr("Test the connection first."))

    def show_testing(self) -> None:
        """A test must pass before it is switched on."""
        words = self.tr("Testing before it is switched on…")
        self.enable.set_state_texts(words, words)

    def show_buttons(self, *, dirty: bool, reason: str) -> None:
        """``reason`` says why nothing may be saved, or is empty."""
        explain_disabled(self.enable, reason)
        if not reason and self.enable.lock_reason:
            self.enable.set_locked(self.enable.lock_reason)
        nothing = self.tr("There is nothing to save.")
        explain_disabled(self.save_button, reason or ("" if dirty else nothing))
        if not reason and dirty:
            self.save_button.setToolTip(self.tr("Save (Ctrl+S)"))
        self.discard_button.setText(self.tr("Discard") if dirty else self.tr("Close"))


class EditorBody(QWidget):
    """The form, which takes the room there is, and the panel beside it; each scrolls by itself.

    In a narrow window the panel stands under the form.
    """

    def __init__(self, form: QWidget, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._beside = _scrolling(panel)
        least, most = _PANEL_WIDTHS
        self._beside.setMinimumWidth(least)
        self._beside.setMaximumWidth(most)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        self._column.addWidget(form, 1)
        self._under = _scrolling(content)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._under, 3)
        row.addWidget(self._beside, 2)

    @property
    def is_narrow(self) -> bool:
        """Whether the panel stands under the form."""
        return self._beside.isHidden()

    def show_panel(self) -> None:
        """Bring the panel to where it can be seen."""
        if self.is_narrow:
            self._under.ensureWidgetVisible(self._panel, 0, 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        if narrow == self.is_narrow:
            return
        self._beside.setVisible(not narrow)
        if narrow:
            self._column.addWidget(self._beside.takeWidget())
            self._panel.show()
        else:
            self._beside.setWidget(self._panel)


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
