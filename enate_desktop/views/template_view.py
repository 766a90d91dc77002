"""The second view of the Outbox page: acknowledgement texts and what automated emails may do."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.outbox import Template
from enate_desktop.domain.settings import Settings
from enate_desktop.services.settings import SettingsService
from enate_desktop.services.work_items import WorkItemService
from enate_desktop.views.confirm import Choice, ConfirmDialog
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.template_editor import TemplateEditor
from enate_desktop.views.template_settings import TemplateSettings
from enate_desktop.views.template_source import TemplateSource, language_name

_RECENT = 30


class TemplateStore(TemplateSource, Protocol):
    """The template service with what changes it."""

    def save(self, template: Template) -> object:
        """Keep a text."""

    def remove(self, language: str) -> object:
        """Forget the own text of a language."""


class TemplateView(QWidget):
    """``failed`` carries an EnateError; what was done goes over ``work``."""

    failed = Signal(object)

    def __init__(
        self,
        store: TemplateStore,
        settings: SettingsService,
        work_items: WorkItemService,
        work: UndoableWork,
        refusal: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._settings_service = settings
        self._work_items = work_items
        self.work = work
        self.editor = TemplateEditor(store, refusal)
        self.settings = TemplateSettings(refusal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.editor, 1)
        column.addWidget(self.settings)
        self.editor.save_requested.connect(self.save)
        self.editor.remove_requested.connect(self._on_remove)
        self.editor.leave_wanted.connect(self._on_leave_wanted)
        self.settings.save_requested.connect(self._save_settings)
        self._read_settings()
        self.read()

    def read(self) -> None:
        """Take up what is kept now; what is typed stays."""
        self.editor.preview.set_work_items(self._work_items.page(limit=_RECENT).items)
        self.editor.read()
        self._read_languages()

    def save(self, template: Template) -> bool:
        """Keep a text; False when it was refused, which ``failed`` tells."""
        text = self.tr("Saved the acknowledgement in {language}.")
        words = text.format(language=language_name(template.language))
        if not self._run(words, lambda: self._store.save(template)):
            return False
        self.editor.saved()
        self._read_languages()
        return True

    def may_leave(self, then: Callable[[], object]) -> bool:
        """Whether all is saved; else it asks, and calls ``then`` once it is saved or given up."""
        unsaved = []
        if self.editor.dirty:
            language = language_name(self.editor.typed().language)
            unsaved.append(self.tr("The text in {language}").format(language=language))
        if self.settings.dirty:
            unsaved.append(self.tr("The settings of automated emails"))
        if unsaved:
            self._ask(unsaved, then, self._save_all, self._give_up_all)
        return not unsaved

    def _ask(
        self,
        unsaved: Sequence[str],
        then: Callable[[], object],
        save: Callable[[], bool],
        give_up: Callable[[], object],
    ) -> None:
        def saved() -> None:
            if save():
                then()

        def gave_up() -> None:
            give_up()
            then()

        ConfirmDialog(
            self.tr("Save the acknowledgement?"),
            self.tr("Not saved yet:"),
            unsaved,
            (
                Choice(self.tr("Save"), saved),
                Choice(self.tr("Discard"), gave_up, danger=True),
            ),
            self,
        ).open()

    def _save_all(self) -> bool:
        if self.editor.dirty and not self.save(self.editor.typed()):
            return False
        return not self.settings.dirty or self._save_settings(self.settings.wanted())

    def _give_up_all(self) -> None:
        self.editor.revert()
        self.settings.revert()

    def _run(self, words: str, act: Callable[[], object]) -> bool:
        try:
            self.work.run(words, act)
        except EnateError as error:
            self.failed.emit(error)
            return False
        return True

    def _read_settings(self) -> None:
        languages = [one.language for one in self._store.all()]
        self.settings.set_settings(self._settings_service.get(), languages)

    def _read_languages(self) -> None:
        if not self.settings.dirty:
            self._read_settings()

    def _on_remove(self, language: str) -> None:
        words = self.tr("Reset the acknowledgement in {language}.")
        named = words.format(language=language_name(language))
        if self._run(named, lambda: self._store.remove(language)):
            self.editor.revert()
            self.read()

    def _on_leave_wanted(self, language: str) -> None:
        present = language_name(self.editor.typed().language)
        self._ask(
            [self.tr("The text in {language}").format(language=present)],
            lambda: self.editor.show_language(language),
            lambda: self.save(self.editor.typed()),
            self.editor.revert,
        )

    def _save_settings(self, settings: Settings) -> bool:
        words = self.tr("Saved the settings of automated emails.")
        if not self._run(words, lambda: self._settings_service.save(settings)):
            return False
        self._read_settings()
        return True
