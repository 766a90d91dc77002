"""The connector table's columns share the width there is; the least needed go when it is narrow."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QTableView
from typing_extensions import override

from enate_desktop.item_models.connector_table import ConnectorColumn


@dataclass(frozen=True, slots=True)
class _Width:
    least: int
    usual: int
    share: int = 0
    """Of what is left once every column has its usual width."""


_WIDTHS = {
    ConnectorColumn.STATE: _Width(136, 240, 4),
    ConnectorColumn.NAME: _Width(132, 190, 2),
    ConnectorColumn.SERVICE: _Width(120, 190, 1),
    ConnectorColumn.USE_FOR: _Width(84, 90),
    ConnectorColumn.ADDRESS: _Width(140, 210, 1),
    ConnectorColumn.ROUTES: _Width(66, 70),
    ConnectorColumn.LAST_CHECK: _Width(92, 104),
    ConnectorColumn.ENABLED: _Width(92, 92),
    ConnectorColumn.MENU: _Width(36, 36),
}
_FIRST_TO_GO = (ConnectorColumn.USE_FOR, ConnectorColumn.LAST_CHECK, ConnectorColumn.SERVICE)


def column_widths(room: int, state: int = 0) -> dict[ConnectorColumn, int]:
    """The widths of the columns that fit into ``room`` pixels; the others are left out.

    ``state`` pixels show every state whole: that comes before the others grow.
    """
    shown = [column for column in ConnectorColumn if column in _WIDTHS]
    for column in _FIRST_TO_GO:
        if sum(_WIDTHS[c].least for c in shown) > room:
            shown.remove(column)
    least = sum(_WIDTHS[column].least for column in shown)
    usual = sum(_WIDTHS[column].usual for column in shown)
    if room < usual:
        part = max(0, room - least) / (usual - least)
        widths = {c: _between(_WIDTHS[c].least, _WIDTHS[c].usual, part) for c in shown}
    else:
        shares = sum(_WIDTHS[column].share for column in shown)
        whole = min(max(0, state - _WIDTHS[ConnectorColumn.STATE].usual), room - usual)
        left = room - usual - whole
        widths = {c: _WIDTHS[c].usual + left * _WIDTHS[c].share // shares for c in shown}
        widths[ConnectorColumn.STATE] += whole
    widths[ConnectorColumn.STATE] += max(0, room - sum(widths.values()))
    return widths


def fit_columns(table: QTableView) -> None:
    """Let the columns of ``table`` fill it from now on; a person's own widths stay."""
    _Fitting(table)


class _Fitting(QObject):
    """Lives with its table."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        self._fitting = False
        self._own_widths = False
        table.viewport().installEventFilter(self)
        table.horizontalHeader().sectionResized.connect(self._on_section_resized)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fit)
        model = table.model()
        for news in (model.dataChanged, model.rowsInserted, model.modelReset):
            news.connect(self._on_news)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self._own_widths:
            self._later.start(0)
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        header = self._table.horizontalHeader()
        if self._own_widths or header.count() < len(ConnectorColumn):
            return
        self._fitting = True
        state = self._table.sizeHintForColumn(ConnectorColumn.STATE)
        widths = column_widths(self._table.viewport().width(), state)
        for column in ConnectorColumn:
            header.setSectionHidden(column, column not in widths)
            if column in widths:
                header.resizeSection(column, widths[column])
        self._fitting = False

    def _on_news(self) -> None:
        if not self._own_widths:
            self._later.start(0)

    def _on_section_resized(self, _column: int, old: int, new: int) -> None:
        if not self._fitting and old and new:
            self._own_widths = True


def _between(least: int, usual: int, part: float) -> int:
    return least + int((usual - least) * part)
