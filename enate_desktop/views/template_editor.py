"""The acknowledgement in each language: edited with placeholders and a live preview (O-01)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.outbox import Template
from enate_desktop.domain.work_items import WorkItem
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.template_source import LANGUAGES, TemplateSource, language_name
from enate_desktop.views.widgets import Card, FormField, SectionLabel, button, label
from enate_desktop.views.widgets.flow import FlowLayout

_TYPING_MILLISECONDS = 250


class TemplateEditor(QWidget):
    """Edits one language at a time; asks for saving and removing, does neither.

    ``leave_wanted`` carries another language that was chosen while something is typed.
    """

    save_requested = Signal(object)
    remove_requested = Signal(str)
    leave_wanted = Signal(str)

    def __init__(self, source: TemplateSource, refusal: str, parent: QWidget | None = None) -> None:
        """``refusal``: why this person may change nothing, or empty."""
        super().__init__(parent)
        self._source = source
        self._refusal = refusal
        self._saved = Template("", "", "")
        self._kept: dict[str, Template] = {}
        self.languages = QListWidget()
        self.add = QComboBox()
        self.subject, self.body = QLineEdit(), QPlainTextEdit()
        self.subject_field = FormField(self.tr("Subject"), self.subject)
        self.body_field = FormField(self.tr("Text"), self.body)
        self.save = button(self.tr("Save"), self._on_save, primary=True)
        self.discard = button(self.tr("Discard"), self.revert)
        self.remove = button("", self._on_remove)
        self.sample = QComboBox()
        self.preview_subject = label("", strong=True, wrap=True)
        self.preview_body = QPlainTextEdit()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MILLISECONDS)
        self._build()
        self._connect()
        self.read()

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        return self.typed() != self._saved

    def typed(self) -> Template:
        """The template on screen."""
        return Template(self._saved.language, self.subject.text(), self.body.toPlainText())

    def read(self) -> None:
        """Take up what is kept now; what is typed stays."""
        self._kept = {one.language: one for one in self._source.all()}
        present = self._saved.language
        self.languages.blockSignals(True)
        self.languages.clear()
        for language in sorted(self._kept):
            self._list(language)
        self.languages.blockSignals(False)
        self._offer_languages()
        if not self.dirty:
            self.show_language(present if present in self._kept else next(iter(self._kept), ""))

    def show_language(self, language: str) -> None:
        """Edit this language from what is kept of it; nothing typed is asked about."""
        self._saved = self._kept.get(language, Template(language, "", ""))
        for field, text in ((self.subject, self._saved.subject), (self.body, self._saved.body)):
            field.blockSignals(True)
            field.setText(text) if isinstance(field, QLineEdit) else field.setPlainText(text)
            field.blockSignals(False)
        self._mark_current()
        self._show_preview()

    def revert(self) -> None:
        """Forget what was typed."""
        self.show_language(self._saved.language)

    def set_work_items(self, items: Sequence[WorkItem]) -> None:
        """Offer these to preview with, beside the sample."""
        present = self.sample.currentData()
        self.sample.blockSignals(True)
        self.sample.clear()
        self.sample.addItem(self.tr("A sample"), None)
        for item in items:
            self.sample.addItem(f"{item.reference}  {item.subject}"[:60], item.id)
        self.sample.setCurrentIndex(max(0, self.sample.findData(present)))
        self.sample.blockSignals(False)

    def insert(self, placeholder: str) -> None:
        """Put a placeholder where the cursor is, in the field that was used last."""
        if self.subject.hasFocus():
            self.subject.insert(placeholder)
        else:
            self.body.insertPlainText(placeholder)

    def _build(self) -> None:
        describe(self.languages, self.tr("Languages"))
        describe(self.add, self.tr("Add language"))
        describe(self.sample, self.tr("Preview with"))
        self.preview_body.setReadOnly(True)
        self.preview_body.setAccessibleName(self.tr("Preview of the text"))
        start, middle, end = Card(), Card(), Card()
        start.setFixedWidth(240)
        for part in (self.languages, self.add, self.remove):
            start.body.addWidget(part)
        middle.body.addWidget(self.subject_field)
        middle.body.addWidget(self._placeholders())
        middle.body.addWidget(self.body_field, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.discard)
        foot.addWidget(self.save)
        middle.body.addLayout(foot)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(SectionLabel(self.tr("Preview")))
        head.addWidget(self.sample, 1)
        end.body.addLayout(head)
        end.body.addWidget(self.preview_subject)
        end.body.addWidget(self.preview_body, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for card, share in ((start, 0), (middle, 3), (end, 2)):
            row.addWidget(card, share)
        for field in (self.subject, self.body):
            field.setReadOnly(bool(self._refusal))
        if self._refusal:
            self.body_field.set_hint(self._refusal)

    def _placeholders(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        line = QWidget()
        self._chips = FlowLayout(line)  # Qt does not keep the Python half of a layout
        for name, meaning in self._source.placeholders().items():
            text = name if name.startswith("{") else f"{{{name}}}"
            chip = button(text, partial(self.insert, text), help_text=meaning)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setAccessibleName(self.tr("Insert {name}").format(name=text))
            chip.setAccessibleDescription(meaning)
            chip.setEnabled(not self._refusal)
            self._chips.addWidget(chip)
        self._chips.addWidget(QWidget())
        column.addWidget(line)
        return made

    def _connect(self) -> None:
        self.languages.currentItemChanged.connect(self._on_language_chosen)
        self.add.activated.connect(self._on_added)
        self.subject.textChanged.connect(self._on_typed)
        self.body.textChanged.connect(self._on_typed)
        self.sample.currentIndexChanged.connect(self._show_preview)
        self._timer.timeout.connect(self._show_preview)

    def _list(self, language: str) -> None:
        item = QListWidgetItem(language_name(language))
        item.setData(Qt.ItemDataRole.UserRole, language)
        self.languages.addItem(item)

    def _offer_languages(self) -> None:
        self.add.clear()
        self.add.addItem(self.tr("Add language…"), "")
        for language in sorted(set(LANGUAGES) - set(self._kept), key=language_name):
            self.add.addItem(language_name(language), language)
        explain_disabled(self.add, self._refusal)

    def _mark_current(self) -> None:
        self.languages.blockSignals(True)
        found = [
            row
            for row in range(self.languages.count())
            if self.languages.item(row).data(Qt.ItemDataRole.UserRole) == self._saved.language
        ]
        if not found and self._saved.language:
            self._list(self._saved.language)
            found = [self.languages.count() - 1]
        self.languages.setCurrentRow(found[0] if found else -1)
        self.languages.blockSignals(False)

    def _show_preview(self) -> None:
        template = self.typed()
        shown = self._source.preview(template, self.sample.currentData())
        self.preview_subject.setText(shown.subject)
        self.preview_body.setPlainText(shown.body)
        names = [f"{{{name.strip('{}')}}}" for name in self._source.placeholders()]
        in_subject = [p for p in shown.problems if _is_about(p, template.subject, names)]
        self.subject_field.set_error(" ".join(in_subject))
        self.body_field.set_error(" ".join(p for p in shown.problems if p not in in_subject))
        problem = next(iter(shown.problems), "")
        nothing = "" if self.dirty else self.tr("Nothing has been changed.")
        explain_disabled(self.save, self._refusal or nothing or problem)
        explain_disabled(self.discard, nothing)
        self._show_remove()

    def _show_remove(self) -> None:
        """A language that the program has a text for gets that one again."""
        kept = self._kept.get(self._saved.language)
        built_in = self._source.built_in(self._saved.language)
        self.remove.setText(
            self.tr("Reset to the built-in text") if built_in else self.tr("Remove language")
        )
        why = "" if kept else self.tr("It is not saved yet.")
        if kept is not None and kept == built_in:
            why = self.tr("It is the built-in text.")
        explain_disabled(self.remove, self._refusal or why)

    def _on_typed(self) -> None:
        self._timer.start()

    def _on_save(self) -> None:
        self.save_requested.emit(replace(self.typed()))

    def saved(self) -> None:
        """It was kept: show it as it is kept now."""
        self._saved = self.typed()
        self.read()

    def _on_remove(self) -> None:
        self.remove_requested.emit(self._saved.language)

    def _on_added(self) -> None:
        self._go_to(str(self.add.currentData()))

    def _on_language_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._go_to(str(item.data(Qt.ItemDataRole.UserRole)))

    def _go_to(self, language: str) -> None:
        self.add.setCurrentIndex(0)
        if not language or language == self._saved.language:
            return
        if self.dirty:
            self._mark_current()
            self.leave_wanted.emit(language)
        else:
            self.show_language(language)
            self.subject.setFocus()


def _is_about(problem: str, subject: str, known: Sequence[str]) -> bool:
    """Whether a problem names a placeholder that stands in the subject."""
    words = [w.strip('".,“”') for w in problem.split()]
    return any(w.startswith("{") and w in subject and w not in known for w in words)
