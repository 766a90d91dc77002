"""Compare: a route beside those that take its mail, and a made-up mail that shows it (X-02)."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Route
from enate_desktop.item_models.route_comparison import ComparedLine, compared
from enate_desktop.item_models.route_group import RouteGroupRows
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_warnings import sentence
from enate_desktop.routing.analysis.warning_kinds import RouteWarning
from enate_desktop.views.widgets import Card, SectionLabel, button, label, scrolled, secondary_label

_MOST = 2
"""Covering routes shown beside the one that is covered; the sentence names the others."""


class CompareDialog(QDialog):
    """Open it with ``open()``; it goes by itself. ``actions`` are buttons beside Close, by text."""

    def __init__(
        self,
        group: RouteGroupRows,
        route: Route,
        warning: RouteWarning,
        book: ProcessBook,
        companies: Mapping[int, str],
        actions: Mapping[str, Callable[[], object]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Compare routes"))
        found = (group.route(key) for key in warning.covering)
        covering = [each for each in found if isinstance(each, Route)][:_MOST]
        self.routes = (route, *covering)
        self.lines = compared(group, self.routes, book, companies)
        self.sentence = label(sentence(warning), wrap=True)
        self.buttons = [button(text, self._closing(run)) for text, run in actions.items()]
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(SectionLabel(self.windowTitle()))
        column.addWidget(self.sentence)
        inside = QWidget()
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, 8, 0)
        parts.setSpacing(12)
        parts.addWidget(_table([each.name for each in self.routes], self.lines))
        if warning.witness is not None:
            parts.addWidget(self._witness(route, warning.witness))
        parts.addStretch(1)
        column.addWidget(scrolled(inside), 1)
        column.addLayout(self._foot())
        self._close.setFocus()
        self.resize(860, 620 if warning.witness is not None else 460)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        close = button(self.tr("Close"), self.reject)
        close.setDefault(True)
        for made in (*self.buttons, close):
            foot.addWidget(made)
        self._close = close
        return foot

    def _witness(self, route: Route, mail: Message) -> QWidget:
        card = Card(self.tr("A made-up mail that shows it"))
        text = self.tr('It fits "{name}", but goes elsewhere.').format(name=route.name)
        card.body.addWidget(label(text, wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(_facts(mail)):
            grid.addWidget(secondary_label(name, wrap=False), row, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(shown, row, 1)
        card.body.addLayout(grid)
        return card

    def _closing(self, run: Callable[[], object]) -> Callable[[], None]:
        def take() -> None:
            self.accept()
            run()

        return take


def _table(names: Sequence[str], lines: Sequence[ComparedLine]) -> QWidget:
    table = Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for column, name in enumerate(names, start=1):
        grid.addWidget(label(name, strong=True, wrap=True), 0, column)
        grid.setColumnStretch(column, 1)
    top = Qt.AlignmentFlag.AlignTop
    for row, line in enumerate(lines, start=1):
        grid.addWidget(secondary_label(line.name, wrap=False), row, 0, top)
        for column, value in enumerate(line.values, start=1):
            shown = label(value, wrap=True, strong=line.differs)
            shown.setAccessibleDescription("The routes differ here." if line.differs else "")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(shown, row, column, top)
    table.body.addLayout(grid)
    table.body.addWidget(secondary_label("Bold: where the routes differ."))
    return table


def _facts(mail: Message) -> list[tuple[str, str]]:
    attachments = ", ".join(attachment.name for attachment in mail.attachments)
    facts = [
        ("From", ", ".join(mail.senders)),
        ("To", ", ".join(mail.to)),
        ("CC", ", ".join(mail.cc)),
        ("Subject", mail.subject),
        ("Attachments", attachments),
        ("Important", "yes" if mail.important else ""),
    ]
    return [(name, value) for name, value in facts if value]
