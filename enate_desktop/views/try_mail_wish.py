"""What would it take that a route takes the tried mail: obstacles and least change (X-04)."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import EnateError
from enate_desktop.domain.routes import Route
from enate_desktop.services.analysis import AnalysisService, WishAnswer
from enate_desktop.services.routes import RouteGroup
from enate_desktop.views.widgets import Card, button, label
from enate_desktop.worker.tasks import run_in_background


class WishCard(Card):
    """``route_requested`` carries the route to open, ``failed`` an EnateError."""

    route_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, analysis: AnalysisService, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What would it take?"), parent)
        self._analysis = analysis
        self._raw = b""
        self._preferred = 0
        self.route = QComboBox()
        self.route.setAccessibleName(self.tr("Route that should take the mail"))
        self.ask_button = button(self.tr("Ask"), self._on_ask)
        self.open_button = button(self.tr("Open the route"), self._on_open)
        self.answer = label("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("So that this route takes the mail:")))
        row.addWidget(self.route, 1)
        row.addWidget(self.ask_button)
        row.addWidget(self.open_button)
        self.body.addLayout(row)
        self.body.addWidget(self.answer)
        self.route.currentIndexChanged.connect(self._on_route_chosen)
        self.hide()

    def prefer(self, route: Route) -> None:
        """Propose this route, now and for the next mails."""
        self._preferred = route.id
        self._choose_preferred()

    def set_mail(self, raw: bytes, groups: Sequence[RouteGroup]) -> None:
        """Offer the routes of these connectors for a mail."""
        self._raw = raw
        self.route.clear()
        for group in groups:
            for route in group.routes:
                if not route.fallback:
                    words = f"{group.connector.name}: {route.name}"
                    self.route.addItem(words, (group.connector, route))
        self._choose_preferred()
        self.setVisible(bool(self.route.count()))
        self._on_route_chosen()

    def _choose_preferred(self) -> None:
        for row in range(self.route.count()):
            if self.route.itemData(row)[1].id == self._preferred:
                self.route.setCurrentIndex(row)

    def _on_route_chosen(self) -> None:
        self.answer.setText("")
        self.answer.hide()

    def _chosen(self) -> tuple[Connector, Route] | None:
        chosen = self.route.currentData()
        return chosen if isinstance(chosen, tuple) else None

    def _on_ask(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        connector, route = chosen
        self.ask_button.setEnabled(False)
        raw = self._raw
        run_in_background(
            self,
            lambda: self._analysis.wish(raw, connector, route.name),
            lambda answer: self._on_answered(answer, raw, route.id),
            self._on_failed,
        )

    def _on_open(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.route_requested.emit(chosen[1])

    def _on_answered(self, answer: WishAnswer, raw: bytes, route_id: int) -> None:
        self.ask_button.setEnabled(True)
        chosen = self._chosen()
        if chosen is None or chosen[1].id != route_id or raw is not self._raw:
            return
        self.answer.setText(answer_text(answer))
        self.answer.show()

    def _on_failed(self, error: Exception) -> None:
        self.ask_button.setEnabled(True)
        if not isinstance(error, EnateError):
            raise error
        self.failed.emit(error)


def answer_text(answer: WishAnswer) -> str:
    """The answer in sentences, one per line."""
    wish = answer.wish
    if wish.takes:
        return f'"{wish.route.name}" takes this mail already.'
    lines = [f"In the way: {obstacle}" for obstacle in wish.obstacles]
    if not wish.changes:
        return "\n".join((*lines, "No change of this route alone would help."))
    lines += [f"Change: {change}" for change in wish.changes]
    count, mails = len(answer.replayed.differences), answer.replayed.mails
    lines.append(f"With that, {count} of the last {mails} mails would go elsewhere.")
    return "\n".join(lines)
