"""Asking before something is restored, with what will happen, and doing it undoably (X-08)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.activity_text import isolated
from enate_desktop.item_models.time_text import short_text
from enate_desktop.services.restoring import Comparison, RestoreService, RestoreTo, Way
from enate_desktop.views.restore_command import UndoableWork
from enate_desktop.views.widgets import SectionLabel, button, label
from enate_desktop.worker.tasks import run_in_background

_DONE = {
    Way.VALUES: 'Restored "{name}".',
    Way.ORDER: 'Restored the order of "{name}".',
    Way.REMOVAL: 'Removed "{name}" again.',
    Way.RETURN: 'Brought "{name}" back.',
}


class RestoreDialog(QDialog):
    """What restoring will do; it can be undone, so that Restore is the default button."""

    restore_confirmed = Signal()

    def __init__(self, title: str, sentences: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.sentences = sentences
        self.restore_button = button(self.tr("Restore"), self._on_restore_clicked, primary=True)
        self.cancel_button = button(self.tr("Cancel"), self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.restore_button)
        foot.addWidget(self.cancel_button)
        heading = SectionLabel(title)
        heading.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(heading)
        for sentence in sentences:
            column.addWidget(label(f"•  {isolated(sentence)}", wrap=True))
        last = self.tr("It becomes an entry of its own, and can be undone.")
        column.addWidget(label(last, colour="secondary", wrap=True))
        column.addSpacing(8)
        column.addLayout(foot)
        self.restore_button.setDefault(True)
        self.restore_button.setFocus()
        self.setMinimumWidth(460)

    def _on_restore_clicked(self) -> None:
        self.accept()
        self.restore_confirmed.emit()


def ask_to_restore(
    comparison: Comparison,
    to: RestoreTo,
    service: RestoreService,
    work: UndoableWork,
    parent: QWidget,
    failed: Callable[[EnateError], object],
) -> None:
    """Ask, then restore over ``work``; ``failed`` gets an EnateError."""
    change = comparison.change
    text = _DONE[comparison.way].format(name=change.head.name)

    def run() -> None:
        try:
            work.restore(text, change.head.id, to)
        except EnateError as error:
            failed(error)

    def ask(sentences: tuple[str, ...]) -> None:
        dialog = RestoreDialog(_title(comparison, to), sentences, parent)
        dialog.restore_confirmed.connect(run)
        dialog.open()

    def refuse(error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        failed(error)

    run_in_background(parent, lambda: service.preview(change.head.id, to), ask, refuse)


def _title(comparison: Comparison, to: RestoreTo) -> str:
    head = comparison.change.head
    name, when = f"“{isolated(head.name)}”", short_text(head.at)
    match comparison.way:
        case Way.ORDER:
            which = "before" if to is RestoreTo.BEFORE else "of"
            return f"Restore the order of {name} {which} {when}?"
        case Way.REMOVAL:
            return f"Remove {name} again?"
        case Way.RETURN:
            return f"Bring {name} back?"
        case Way.VALUES:
            return f"Restore {name} as it was before {when}?"
