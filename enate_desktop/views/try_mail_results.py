"""What became of the tried mail: for each connector the answers, saved and drafted (UI 3.7)."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.directory import SEPARATOR
from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision, Outcome
from enate_desktop.services.trial import Answer, Trial
from enate_desktop.views.explanation_view import ExplanationView
from enate_desktop.views.widgets import Card, label, secondary_label

_ENDS = {
    Outcome.UNHANDLED: "becomes unhandled mail",
    Outcome.OWN: "is dropped: it is our own mail",
    Outcome.DUPLICATE: "is ignored: it was already taken in",
    Outcome.APPENDED: "joins the work item it answers",
}


class TrialResults(QWidget):
    """One card per connector; the newest trial replaces the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[QWidget] = []
        self.views: list[ExplanationView] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    @property
    def text(self) -> str:
        """Everything that is said, for the clipboard and for a screen reader."""
        return "\n".join(block.text for view in self.views for block in view.blocks)

    def set_trial(self, trial: Trial, paths: Mapping[int, str]) -> None:
        """Show a trial; ``paths`` names the processes by id."""
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.views = []
        self._cards = [self._card(answer, paths) for answer in trial.answers]
        for card in self._cards:
            self._column.addWidget(card)

    def _card(self, answer: Answer, paths: Mapping[int, str]) -> Card:
        off = "" if answer.connector.enabled else self.tr("  (switched off at the moment)")
        card = Card(f"{answer.connector.name}{off}")
        if answer.draft is None:
            card.body.addWidget(self._answer("", answer.saved, paths))
            return card
        same = _ends(answer.saved) == _ends(answer.draft)
        words = (
            self.tr("Saved order and draft do the same with this mail.")
            if same
            else self.tr("Saved order and draft differ.")
        )
        card.body.addWidget(label(words, colour="secondary" if same else "warning"))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._answer(self.tr("Saved order"), answer.saved, paths), 1)
        row.addWidget(self._answer(self.tr("My draft"), answer.draft, paths), 1)
        card.body.addLayout(row)
        return card

    def _answer(
        self, title: str, decisions: Sequence[Decision], paths: Mapping[int, str]
    ) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        if title:
            column.addWidget(label(title, strong=True))
        for decision in decisions:
            column.addWidget(label(summary(decision, paths), wrap=True))
        count = sum(decision.outcome is Outcome.CREATED for decision in decisions)
        if count > 1:
            text = f"{count} work items: one per To/CC address that has a route."
            column.addWidget(secondary_label(text))
        view = ExplanationView()
        view.set_decisions(decisions, paths)
        self.views.append(view)
        column.addWidget(view)
        column.addStretch(1)
        return made


def summary(decision: Decision, paths: Mapping[int, str]) -> str:
    """One line: for whom, by which route, what is created."""
    who = decision.recipient or "This mail"
    if decision.outcome is not Outcome.CREATED or decision.route is None:
        return f"{who} {_ENDS.get(decision.outcome, '')}".strip() + "."
    path = paths.get(decision.process_id or 0, "a process that is gone")
    process = path.split(SEPARATOR)[-1]
    mode = ", in test mode" if decision.test_mode else ""
    return f'{who} → "{decision.route}" creates {process}{mode}.'


def message_text(message: Message) -> str:
    """The facts of a mail that routes may ask for, on a few lines."""
    attachments = ", ".join(a.name or a.media_type for a in message.attachments) or "none"
    lines = [
        f"From {message.sender or '(no sender)'}   To {', '.join(message.to) or '(nobody)'}"
        + (f"   CC {', '.join(message.cc)}" if message.cc else ""),
        f"Subject {message.subject or '(no subject)'}   Attachments {attachments}"
        f"   Important {'yes' if message.important else 'no'}",
    ]
    if message.auto_generated:
        lines.append(f"Automatic mail ({message.auto_generated}): never answered automatically.")
    return "\n".join((*lines, *message.notes))


def _ends(decisions: Sequence[Decision]) -> list[tuple[object, ...]]:
    return [
        (d.recipient, d.outcome, d.route_id, d.process_id, d.category, d.test_mode)
        for d in decisions
    ]
