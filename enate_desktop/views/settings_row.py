"""One setting on its page: words, control, and whether it differs from the default (UI 3.14)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from enate_desktop.views.accessibility import describe
from enate_desktop.views.settings_fields import Entry
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import button, label, secondary_label, spin_box

Value = bool | int | str
_CONTROL_WIDTH = 140


class SettingRow(QWidget):
    """``changed`` after every change of ``value``."""

    changed = Signal()

    def __init__(
        self, entry: Entry, default: Value, choices: tuple[str, ...] = (), *, reason: str = ""
    ) -> None:
        """``choices`` are the texts one of which is taken; ``reason`` says why it is fixed."""
        super().__init__()
        self.entry = entry
        self._default = default
        self._control = self._made(default, choices)
        self._dot = Tag(self.tr("Changed"), "info")
        self.reset_button = button(self.tr("Reset"), lambda: self.set_value(default))
        describe(self._control, entry.title, reason or entry.hint)
        self.reset_button.setAccessibleName(self.tr("Reset: {name}").format(name=entry.title))
        self._control.setEnabled(not reason)
        self.reset_button.setEnabled(not reason)
        self._lay_out()
        self._on_changed()

    @property
    def value(self) -> Value:
        """What is on screen."""
        control = self._control
        if isinstance(control, QCheckBox):
            return control.isChecked()
        return control.value() if isinstance(control, QSpinBox) else control.currentText()

    def set_value(self, value: Value) -> None:
        """Show another value."""
        control = self._control
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, QSpinBox):
            control.setValue(int(value))
        else:
            control.setCurrentText(str(value))

    def fits(self, text: str) -> bool:
        """Whether the words of the setting hold what is searched for."""
        return text.casefold() in f"{self.entry.title} {self.entry.hint}".casefold()

    def _made(self, default: Value, choices: tuple[str, ...]) -> QCheckBox | QSpinBox | QComboBox:
        if isinstance(default, bool):
            box = QCheckBox()
            box.setMinimumSize(24, 24)
            box.toggled.connect(self._on_changed)
            return box
        if isinstance(default, int):
            spin = spin_box(self.entry.lowest, self.entry.highest)
            spin.setSuffix(f" {self.entry.unit}" if self.entry.unit else "")
            spin.setFixedWidth(_CONTROL_WIDTH)
            spin.valueChanged.connect(self._on_changed)
            return spin
        combo = QComboBox()
        combo.addItems(list(choices))
        combo.setFixedWidth(_CONTROL_WIDTH)
        combo.currentTextChanged.connect(self._on_changed)
        return combo

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        title = label(self.entry.title, wrap=True)
        title.setBuddy(self._control)
        words.addWidget(title)
        words.addWidget(secondary_label(self.entry.hint))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        row.addLayout(words, 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        for part in (self._dot, self.reset_button, self._control):
            row.addWidget(part, 0, middle)
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(part is not self._control)
            part.setSizePolicy(policy)

    def _on_changed(self) -> None:
        differs = self.value != self._default
        self._dot.setVisible(differs)
        self.reset_button.setVisible(differs)
        self.changed.emit()
