"""Review: the mails a change of routes sends elsewhere, from where to where, and why (X-01)."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.messages import Message
from enate_desktop.routing.analysis.pins import PinResult
from enate_desktop.routing.explanation import Decision
from enate_desktop.services.proposals import Compared, Proposal
from enate_desktop.views.explanation_view import ExplanationView
from enate_desktop.views.route_consequences import Outcome
from enate_desktop.views.widgets import (
    SectionLabel,
    button,
    label,
    prepare_tree,
    scrolled,
    secondary_label,
)

Compare = Callable[[int, Proposal], Compared]
_MAIL = Qt.ItemDataRole.UserRole


class ReviewDialog(QDialog):
    """At the start side the mails, grouped; at the end side one of them, before and after.

    Open it with ``open()``; it goes by itself. ``actions`` are buttons beside Close, by text.
    """

    def __init__(
        self,
        outcome: Outcome,
        compare: Compare,
        paths: Mapping[int, str],
        actions: Mapping[str, Callable[[], object]],
        parent: QWidget,
        *,
        saved: bool,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("What the change does to mail"))
        self._outcome = outcome
        self._compare = compare
        self._paths = paths
        self.tree = QTreeView()
        self.model = QStandardItemModel(self)
        self.subject = label("", strong=True, wrap=True)
        self.facts = secondary_label("")
        self.before, self.after = ExplanationView(), ExplanationView()
        self.buttons = [self._button(text, run) for text, run in actions.items()]
        self._fill()
        self._build(outcome.text(saved=saved))
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self._select_first()

    def _fill(self) -> None:
        found = self._outcome.consequences
        messages = {d.mail_id: d.message for d in found.replayed.differences}
        for move in found.replayed.moves:
            count = "1 mail" if len(move.mail_ids) == 1 else f"{len(move.mail_ids)} mails"
            group = _item(f"{move.source} → {move.target}   {count}")
            group.setSelectable(False)
            for mail_id in move.mail_ids:
                mail = _item(_mail_text(messages[mail_id]))
                mail.setData(mail_id, _MAIL)
                group.appendRow(mail)
            self.model.appendRow(group)
        if found.broken_pins:
            group = _item(self.tr("Pinned mails that would no longer go where they must"))
            group.setSelectable(False)
            for connector, result in found.broken_pins:
                pin = _item(f"{result.pin.name} ({connector.name})")
                pin.setData(result, _MAIL)
                group.appendRow(pin)
            self.model.appendRow(group)

    def _build(self, sentence: str) -> None:
        prepare_tree(self.tree, self.tr("Mails that go elsewhere"))
        self.tree.setHeaderHidden(True)
        self.tree.setModel(self.model)
        self.tree.expandAll()
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(self.tree)
        halves.addWidget(self._mail_side())
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(16)
        halves.setSizes([320, 760])
        close = button(self.tr("Close"), self.accept)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for made in (*self.buttons, close):
            foot.addWidget(made)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(label(sentence, wrap=True))
        column.addWidget(halves, 1)
        column.addLayout(foot)
        self.resize(1120, 640)

    def _mail_side(self) -> QWidget:
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for title, view in ((self.tr("Before"), self.before), (self.tr("After"), self.after)):
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(label(title, strong=True))
            column.addWidget(view)
            column.addStretch(1)
            row.addLayout(column, 1)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.subject)
        column.addWidget(self.facts)
        column.addWidget(scrolled(both), 1)
        return side

    def _button(self, text: str, run: Callable[[], object]) -> QPushButton:
        def take() -> None:
            self.accept()
            run()

        return button(text, take)

    def _select_first(self) -> None:
        first = self.model.index(0, 0, self.model.index(0, 0))
        if first.isValid():
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.tree.selectionModel().setCurrentIndex(first, select)

    def _on_current_changed(self) -> None:
        chosen = self.tree.currentIndex().data(_MAIL)
        if isinstance(chosen, int):
            self._show_mail(chosen)
        elif isinstance(chosen, PinResult):
            self._show(chosen.pin.message, (), chosen.decisions)
            self.facts.setText(chosen.text)

    def _show_mail(self, mail_id: int) -> None:
        difference = next(
            d for d in self._outcome.consequences.replayed.differences if d.mail_id == mail_id
        )
        for proposal in self._outcome.proposals:
            try:
                compared = self._compare(mail_id, proposal)
            except EnateError as error:
                self._show(difference.message, (), ())
                self.facts.setText(error.sentence())
                return
            found = _routes(compared.before), _routes(compared.after)
            if found == (_routes(difference.old), _routes(difference.new)):
                self._show(compared.message, compared.before, compared.after)
                return
        self._show(difference.message, difference.old, difference.new)

    def _show(
        self, message: Message, before: Sequence[Decision], after: Sequence[Decision]
    ) -> None:
        self.subject.setText(message.subject or self.tr("(no subject)"))
        to = ", ".join(message.recipients)
        self.facts.setText(self.tr("From {sender} to {to}").format(sender=message.sender, to=to))
        self.before.set_decisions(before, self._paths)
        self.after.set_decisions(after, self._paths)


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    return item


def _mail_text(message: Message) -> str:
    return f"{message.subject or '(no subject)'} – {message.sender or '(no sender)'}"


def _routes(decisions: Sequence[Decision]) -> list[tuple[object, ...]]:
    return [(d.recipient, d.route_id, d.process_id, d.category, d.test_mode) for d in decisions]
