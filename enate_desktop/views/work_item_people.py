"""Who takes part in a work item, and what happened to it (W-02, M-03)."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from enate_desktop.item_models.time_text import short_text
from enate_desktop.services.work_item_views import Event, Participant
from enate_desktop.views.tags import Tag
from enate_desktop.views.widgets import button, label, secondary_label


class PeopleView(QWidget):
    """``add_wanted`` carries the address of somebody who shall take part."""

    add_wanted = Signal(str)

    def __init__(
        self, people: Sequence[Participant], *, may: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        grid = _grid(self)
        for row, one in enumerate(people):
            grid.addWidget(label(one.name or one.address), row, 0)
            grid.addWidget(secondary_label(one.address if one.name else "", wrap=False), row, 1)
            grid.addWidget(secondary_label(one.company, wrap=False), row, 2)
            if one.takes_part:
                continue
            grid.addWidget(Tag(self.tr("Takes no part"), "warning"), row, 3)
            add = button(self.tr("Add"), partial(self.add_wanted.emit, one.address))
            add.setAccessibleName(self.tr("Let {who} take part").format(who=one.address))
            add.setEnabled(may)
            grid.addWidget(add, row, 4)
        grid.setColumnStretch(5, 1)
        grid.setRowStretch(len(people), 1)


class EventsView(QWidget):
    """What happened, the latest first."""

    def __init__(self, events: Sequence[Event], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = _grid(self)
        for row, event in enumerate(reversed(events)):
            grid.addWidget(secondary_label(short_text(event.at), wrap=False), row, 0)
            grid.addWidget(secondary_label(event.who, wrap=False), row, 1)
            grid.addWidget(label(event.text, wrap=True), row, 2)
        grid.setColumnStretch(2, 1)
        grid.setRowStretch(len(events), 1)


def _grid(widget: QWidget) -> QGridLayout:
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 4, 8, 4)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    return grid
