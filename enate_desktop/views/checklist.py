"""The first four steps of a new installation; they tick themselves."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from enate_desktop.services.overview import Progress
from enate_desktop.views.picture import Picture
from enate_desktop.views.widgets import Card, SectionLabel, button, label

_STEPS = {
    "tested": ("Test the connector", "Test", "connectors"),
    "fallback": ("Set its fallback", "Set fallback", "connectors"),
    "routed": ("Add the first route", "Add route", "routes"),
    "tried": ("Try a mail", "Try a mail", "try_mail"),
}
"""Step to its words, the words of its button, and the page it is done on."""


class Checklist(Card):
    """``wanted`` carries a page and None; ``dismissed`` comes when a person has had enough."""

    wanted = Signal(str, object)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.body.addWidget(SectionLabel(self.tr("First steps")))
        self.dismiss = button(self.tr("Dismiss"), self.dismissed.emit)
        self.dismiss.setAccessibleName(self.tr("Dismiss the first steps"))
        row = QHBoxLayout()
        row.setSpacing(24)
        self.steps = {name: _Step(*words, self.wanted.emit) for name, words in _STEPS.items()}
        for step in self.steps.values():
            row.addWidget(step)
        row.addStretch(1)
        row.addWidget(self.dismiss)
        self.body.addLayout(row)

    @property
    def done(self) -> tuple[str, ...]:
        """The steps that are ticked, in order."""
        return tuple(name for name, step in self.steps.items() if step.done)

    @property
    def is_complete(self) -> bool:
        """Whether every step is ticked."""
        return len(self.done) == len(self.steps)

    def show_progress(self, progress: Progress, *, tried: bool) -> None:
        """Tick what is done; ``tried``: a mail was tried. A mail that came in counts as well."""
        self.steps["tested"].tick(progress.tested)
        self.steps["fallback"].tick(progress.fallback)
        self.steps["routed"].tick(progress.routed)
        self.steps["tried"].tick(tried or progress.mails)


class _Step(QWidget):
    """A tick or an empty circle, the words, and the way there."""

    def __init__(
        self, words: str, verb: str, page: str, wanted: Callable[[str, object], object]
    ) -> None:
        super().__init__()
        self.done = False
        self._words = words
        self._picture = Picture("circle", "secondary", 16)
        self.button: QPushButton = button(verb, partial(wanted, page, None))
        self._label = label(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self._picture, self._label, self.button):
            row.addWidget(part)
        self.tick(done=False)

    def tick(self, done: bool) -> None:
        self.done = done
        self._picture.set_picture(*(("circle-check", "ok") if done else ("circle", "secondary")))
        self._label.set_colour("secondary" if done else "text")
        self.button.setVisible(not done)
        self.setAccessibleName(f"{self._words}: {'done' if done else 'to do'}")
