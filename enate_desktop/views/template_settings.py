"""The settings of automated emails: default language, how many an hour, unsure ones (O-04)."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from enate_desktop.domain.settings import Settings
from enate_desktop.views.accessibility import describe, explain_disabled
from enate_desktop.views.template_source import language_name
from enate_desktop.views.widgets import Card, button, label, spin_box


class TemplateSettings(Card):
    """``save_requested`` carries the Settings as they are to be."""

    save_requested = Signal(object)

    def __init__(self, refusal: str, parent: QWidget | None = None) -> None:
        """``refusal``: why this person may change nothing, or empty."""
        super().__init__(parent=parent)
        self._refusal = refusal
        self._settings = Settings()
        self.language = QComboBox()
        self.per_hour = spin_box(1, 1000)
        self.again = QCheckBox(self.tr("Send once more what may or may not have left"))
        self.save = button(self.tr("Save settings"), self._on_save)
        describe(self.language, self.tr("Default language"))
        describe(self.per_hour, self.tr("Automated emails to one address in an hour, at most"))
        self.again.setToolTip(self.tr("With the same Message-ID, so that it counts only once."))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("Default language")))
        row.addWidget(self.language)
        row.addSpacing(16)
        row.addWidget(label(self.tr("To one address in an hour, at most")))
        row.addWidget(self.per_hour)
        row.addSpacing(16)
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(self.save)
        self.body.addLayout(row)
        self.language.currentIndexChanged.connect(self._show_save)
        self.per_hour.valueChanged.connect(self._show_save)
        self.again.toggled.connect(self._show_save)
        for part in (self.language, self.per_hour, self.again):
            if refusal:
                explain_disabled(part, refusal)

    @property
    def dirty(self) -> bool:
        """Whether a choice is not saved."""
        return self.wanted() != self._settings

    def revert(self) -> None:
        """Forget what was chosen."""
        self.language.setCurrentIndex(
            self.language.findData(self._settings.acknowledgement_language)
        )
        self.per_hour.setValue(self._settings.automated_per_hour)
        self.again.setChecked(self._settings.send_again_when_unsure)

    def wanted(self) -> Settings:
        """The settings as chosen here; the others as they were."""
        return replace(
            self._settings,
            acknowledgement_language=str(self.language.currentData()),
            automated_per_hour=self.per_hour.value(),
            send_again_when_unsure=self.again.isChecked(),
        )

    def set_settings(self, settings: Settings, languages: Sequence[str]) -> None:
        """Show these; ``languages`` are those that have a text."""
        self._settings = settings
        present = settings.acknowledgement_language
        self.language.clear()
        for language in sorted({*languages, present}):
            self.language.addItem(language_name(language), language)
        self.revert()
        self._show_save()

    def _show_save(self) -> None:
        nothing = "" if self.dirty else self.tr("Nothing has been changed.")
        explain_disabled(self.save, self._refusal or nothing)

    def _on_save(self) -> None:
        self.save_requested.emit(self.wanted())
