"""Move to position…: a number, and between which routes it lies (G-06)."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from enate_desktop.forms.ui_move_to_position import Ui_MoveToPosition
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_refusals import Refusal
from enate_desktop.views.route_moves import neighbours
from enate_desktop.views.widgets import button


class MoveDialog(QDialog):
    """Asks for a position from 1; ``place`` is the same counted from 0."""

    def __init__(
        self,
        title: str,
        first: int,
        last: int,
        present: int,
        words: Callable[[int], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._form: Any = Ui_MoveToPosition()
        self._form.setupUi(self)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._form.what.setText(title)
        self._form.what.setTextFormat(Qt.TextFormat.PlainText)
        self._form.between.setTextFormat(Qt.TextFormat.PlainText)
        self._form.position.setRange(first, last)
        self._form.position.setValue(present)
        self._form.position.lineEdit().setTextMargins(6, 0, 0, 0)
        self._form.position.setFixedHeight(32)
        self._form.position.selectAll()
        self._form.range.setText(self.tr("{first} to {last}").format(first=first, last=last))
        move = button(self.tr("Move"), self.accept, primary=True)
        self._form.buttons.addWidget(button(self.tr("Cancel"), self.reject))
        self._form.buttons.addWidget(move)
        move.setDefault(True)  # only inside its dialog can a button become the default one
        self._form.position.valueChanged.connect(self._on_position_changed)
        self._on_position_changed()

    @property
    def place(self) -> int:
        """The chosen place, counted from 0."""
        return int(self._form.position.value()) - 1

    def set_position(self, position: int) -> None:
        """Choose a position, counted from 1."""
        self._form.position.setValue(position)

    @property
    def between(self) -> str:
        """Where that is, in words."""
        return str(self._form.between.text())

    def _on_position_changed(self) -> None:
        self._form.between.setText(self._words(self.place))


def move_dialog(
    forest: RouteForest, key: int, ids: tuple[int, ...], parent: QWidget
) -> MoveDialog | Refusal:
    """The dialog for these routes, or why they cannot be moved."""
    places = forest.places(key, ids)
    if isinstance(places, Refusal):
        return places
    group = forest.groups[key]
    first = next(route for route in group.routes if route.id in ids)
    title = (
        f'Move "{first.name}" to position'
        if len(ids) == 1
        else (f"Move {len(ids)} routes to position")
    )
    present = min(max(group.number(first.id), places.start + 1), places.stop)
    return MoveDialog(
        title,
        places.start + 1,
        places.stop,
        present,
        lambda place: neighbours(forest, key, ids, place),
        parent,
    )
