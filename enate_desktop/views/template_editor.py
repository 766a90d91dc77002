"""The acknowledgement in each language: edited with placeholders and a live preview (O-01)."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from enate_desktop.domain.outbox import Template
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.template_languages import TemplateLanguages
from enate_desktop.views.template_preview import TemplatePreview
from enate_desktop.views.template_source import Preview, TemplateSource
from enate_desktop.views.widgets import Card, FormField, button
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
        self.languages = TemplateLanguages(refusal)
        self.preview = TemplatePreview()
        self.subject, self.body = QLineEdit(), QPlainTextEdit()
        self.subject_field = FormField(self.tr("Subject"), self.subject)
        self.body_field = FormField(self.tr("Text"), self.body)
        self.save = button(self.tr("Save"), self._on_save, primary=True)
        self.discard = button(self.tr("Discard"), self.revert)
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
        self.languages.set_languages(self._kept)
        if self.dirty:
            self.languages.mark(present)
        else:
            self.show_language(present if present in self._kept else next(iter(self._kept), ""))

    def show_language(self, language: str) -> None:
        """Edit this language from what is kept of it; nothing typed is asked about."""
        self._saved = self._kept.get(language, Template(language, "", ""))
        for field in (self.subject, self.body):
            field.blockSignals(True)
        self.subject.setText(self._saved.subject)
        self.body.setPlainText(self._saved.body)
        for field in (self.subject, self.body):
            field.blockSignals(False)
        self.languages.mark(language)
        self._show_preview()

    def revert(self) -> None:
        """Forget what was typed."""
        self.show_language(self._saved.language)

    def saved(self) -> None:
        """It was kept: show it as it is kept now."""
        self._saved = self.typed()
        self.read()

    def insert(self, placeholder: str) -> None:
        """Put a placeholder where the cursor is, in the field that was used last."""
        if self.subject.hasFocus():
            self.subject.insert(placeholder)
        else:
            self.body.insertPlainText(placeholder)

    def _build(self) -> None:
        middle = Card()
        middle.body.addWidget(self.subject_field)
        middle.body.addWidget(self._placeholders())
        middle.body.addWidget(self.body_field, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.discard)
        foot.addWidget(self.save)
        middle.body.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for card, share in ((self.languages, 0), (middle, 3), (self.preview, 2)):
            row.addWidget(card, share)
        for field in (self.subject, self.body):
            field.setReadOnly(bool(self._refusal))
        if self._refusal:
            self.body_field.set_hint(self._refusal)

    def _placeholders(self) -> QWidget:
        line = QWidget()
        self._chips = FlowLayout(line)  # Qt does not keep the Python half of a layout
        for text, meaning in _in_braces(self._source):
            chip = button(text, partial(self.insert, text), help_text=meaning)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setAccessibleName(self.tr("Insert {name}").format(name=text))
            chip.setAccessibleDescription(meaning)
            chip.setEnabled(not self._refusal)
            self._chips.addWidget(chip)
        self._chips.addWidget(QWidget())  # takes the room that is left in the last line
        self._chips.setContentsMargins(0, 0, 0, 0)
        return line

    def _connect(self) -> None:
        self.languages.chosen.connect(self._on_language_chosen)
        self.languages.removal_wanted.connect(self._on_remove)
        self.subject.textChanged.connect(self._on_typed)
        self.body.textChanged.connect(self._on_typed)
        self.preview.chosen.connect(self._show_preview)
        self._timer.timeout.connect(self._show_preview)

    def _show_preview(self) -> None:
        shown = self._source.preview(self.typed(), self.preview.work_item_id)
        self.preview.set_preview(shown)
        self._show_problems(shown)
        problem = next(iter(shown.problems), "")
        nothing = "" if self.dirty else self.tr("Nothing has been changed.")
        explain_disabled(self.save, self._refusal or nothing or problem)
        explain_disabled(self.discard, nothing)
        language = self._saved.language
        self.languages.show_remove(self._kept.get(language), self._source.built_in(language))

    def _show_problems(self, shown: Preview) -> None:
        subject, names = self.subject.text(), [text for text, _ in _in_braces(self._source)]
        in_subject = [p for p in shown.problems if _is_about(p, subject, names)]
        self.subject_field.set_error(" ".join(in_subject))
        self.body_field.set_error(" ".join(p for p in shown.problems if p not in in_subject))

    def _on_typed(self) -> None:
        self._timer.start()

    def _on_save(self) -> None:
        self.save_requested.emit(self.typed())

    def _on_remove(self) -> None:
        self.remove_requested.emit(self._saved.language)

    def _on_language_chosen(self, language: str) -> None:
        if language == self._saved.language:
            return
        if self.dirty:
            self.languages.mark(self._saved.language)
            self.leave_wanted.emit(language)
        else:
            self.show_language(language)
            self.subject.setFocus()


def _in_braces(source: TemplateSource) -> list[tuple[str, str]]:
    """Each placeholder as it is written in a text, and what it stands for."""
    return [(f"{{{name.strip('{}')}}}", text) for name, text in source.placeholders().items()]


def _is_about(problem: str, subject: str, known: Sequence[str]) -> bool:
    """Whether a problem names a placeholder that stands in the subject."""
    words = [w.strip('".,“”') for w in problem.split()]
    return any(w.startswith("{") and w in subject and w not in known for w in words)
