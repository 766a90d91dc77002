"""What the present routes would do with a mail, beside why it went where it went (X-03)."""

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from enate_desktop.services.hindsight import Hindsight
from enate_desktop.views.explanation_view import ExplanationView
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import label, secondary_label


class HindsightView(QWidget):
    """Empty until :meth:`set_hindsight`; differences are marked and explained in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label(self.tr("With the present routes"), strong=True)
        self.mark = Tag()
        self.words = secondary_label("")
        self.explanation = ExplanationView()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self.mark, self.words, self.explanation):
            column.addWidget(part)
        self.hide()

    def clear(self) -> None:
        """Nothing is known of the mail shown now."""
        self.hide()

    def set_hindsight(self, hindsight: Hindsight, paths: Mapping[int, str]) -> None:
        """Show then beside now; ``paths`` names the processes by id."""
        differing = [pair for pair in hindsight.pairs if pair.differs]
        one = self.tr("It would go elsewhere now")
        self.mark.set_tag(one if differing else "", "warning")
        self.words.setText(hindsight.note or self.tr("It would go the same way now."))
        self.words.setVisible(not differing)
        gone = [pair for pair in differing if pair.now is None]
        if gone:
            self.words.setText(self.tr("For one of its addresses nothing would be made now."))
            self.words.show()
        now = [pair.now for pair in differing if pair.now is not None]
        self.explanation.set_decisions(now, paths)
        self.explanation.setVisible(bool(now))
        self.show()
