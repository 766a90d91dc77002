"""The languages an acknowledgement is written in: chosen, added, removed or reset (O-01)."""

from collections.abc import Collection

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QWidget

from enate_desktop.domain.outbox import Template
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.template_source import LANGUAGES, language_name
from enate_desktop.views.widgets import Card, button

_WIDTH, _ROW = 240, 32


class TemplateLanguages(Card):
    """``chosen`` carries the language a person wants to edit; marking one tells nobody."""

    chosen = Signal(str)
    removal_wanted = Signal()

    def __init__(self, refusal: str, parent: QWidget | None = None) -> None:
        """``refusal``: why this person may change nothing, or empty."""
        super().__init__(parent=parent)
        self._refusal = refusal
        self.list = QListWidget()
        self.add = QComboBox()
        self.remove = button("", self.removal_wanted.emit)
        describe(self.list, self.tr("Languages"))
        describe(self.add, self.tr("Add language"))
        self.setFixedWidth(_WIDTH)
        for part in (self.list, self.add, self.remove):
            self.body.addWidget(part)
        self.list.currentItemChanged.connect(self._on_current_changed)
        self.add.activated.connect(self._on_added)

    def set_languages(self, kept: Collection[str]) -> None:
        """List those that have a text, offer the others."""
        self.list.blockSignals(True)
        self.list.clear()
        for language in sorted(kept):
            self._list(language)
        self.list.blockSignals(False)
        self.add.clear()
        self.add.addItem(self.tr("Add language…"), "")
        for language in sorted(set(LANGUAGES) - set(kept), key=language_name):
            self.add.addItem(language_name(language), language)
        explain_disabled(self.add, self._refusal)

    def mark(self, language: str) -> None:
        """Show which one is edited, listed or not yet."""
        self.list.blockSignals(True)
        listed = [_language(self.list.item(row)) for row in range(self.list.count())]
        if language and language not in listed:
            self._list(language)
            listed.append(language)
        self.list.setCurrentRow(listed.index(language) if language else -1)
        self.list.blockSignals(False)
        self.add.setCurrentIndex(0)

    def show_remove(self, kept: Template | None, built_in: Template | None) -> None:
        """A language that the program has a text for gets that one again."""
        self.remove.setText(
            self.tr("Reset to the built-in text") if built_in else self.tr("Remove language")
        )
        why = "" if kept else self.tr("It is not saved yet.")
        if kept is not None and kept == built_in:
            why = self.tr("It is the built-in text.")
        explain_disabled(self.remove, self._refusal or why)

    def _list(self, language: str) -> None:
        item = QListWidgetItem(language_name(language))
        item.setData(Qt.ItemDataRole.UserRole, language)
        item.setSizeHint(QSize(0, _ROW))
        self.list.addItem(item)

    def _on_added(self) -> None:
        language = str(self.add.currentData())
        self.add.setCurrentIndex(0)
        if language:
            self.chosen.emit(language)

    def _on_current_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(_language(item))


def _language(item: QListWidgetItem) -> str:
    return str(item.data(Qt.ItemDataRole.UserRole))
