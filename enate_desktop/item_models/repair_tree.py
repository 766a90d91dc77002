"""Mails that would go elsewhere, grouped from → to, with ticks for what is routed again (X-07)."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from enate_desktop.services.repair import Candidate, RepairPlan

TICK_COLUMN = 1
_CANDIDATE = Qt.ItemDataRole.UserRole


class RepairTreeModel(QStandardItemModel):
    """A group has a tick for all of its mails; what cannot be routed again has none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan = RepairPlan(0, ())
        self._is_following = False
        self._headers()

    def show_plan(self, plan: RepairPlan, *, touched: bool) -> None:
        """Show what a repair would do; ``touched``: work that was begun can be ticked too."""
        self.plan = plan
        self.removeRows(0, self.rowCount())
        groups: dict[tuple[str, str], list[Candidate]] = {}
        for one in plan.candidates:
            groups.setdefault((one.source, one.target), []).append(one)
        for (source, target), mails in sorted(groups.items(), key=lambda item: -len(item[1])):
            count = "1 mail" if len(mails) == 1 else f"{len(mails):,} mails"
            head = _cell(f"{source} → {target}   ({count})")
            rows = [_row(one, touched=touched) for one in mails]
            tick = _tick(checkable=any(row[TICK_COLUMN].isCheckable() for row in rows))
            for row in rows:
                head.appendRow(row)
            self.appendRow([head, tick, _cell(""), _cell(""), _cell("")])

    def chosen(self) -> tuple[int, ...]:
        """The mails that are ticked, by id."""
        found = []
        for place in range(self.rowCount()):
            head = self.item(place)
            for row in range(head.rowCount()):
                cell = head.child(row, TICK_COLUMN)
                if cell.isCheckable() and cell.checkState() is Qt.CheckState.Checked:
                    found.append(int(cell.data(_CANDIDATE)))
        return tuple(found)

    def follow(self, changed: QStandardItem) -> bool:
        """Give the mails of a group its tick; a group is ticked while all of its mails are.

        False where the change came of this itself.
        """
        if self._is_following:
            return False
        self._is_following = True
        above = changed.index().parent()
        head = self.item(above.row() if above.isValid() else changed.row())
        tick = self.item(head.row(), TICK_COLUMN)
        own = (head.child(row, TICK_COLUMN) for row in range(head.rowCount()))
        mails = [cell for cell in own if cell.isCheckable()]
        if not above.isValid():
            for cell in mails:
                cell.setCheckState(tick.checkState())
        elif mails:
            ticked = sum(cell.checkState() is Qt.CheckState.Checked for cell in mails)
            some = Qt.CheckState.PartiallyChecked if ticked else Qt.CheckState.Unchecked
            tick.setCheckState(Qt.CheckState.Checked if ticked == len(mails) else some)
        self._is_following = False
        return True

    def _headers(self) -> None:
        self.setHorizontalHeaderLabels(["Mail", "Route again", "From", "Work item", "Note"])


def _row(one: Candidate, *, touched: bool) -> list[QStandardItem]:
    note = one.refusal or ("A person has begun the work" if one.touched else "")
    first = _cell(one.subject or "(no subject)")
    tick = _tick(checkable=not one.refusal and (touched or not one.touched))
    tick.setData(one.intake_id, _CANDIDATE)
    return [
        first,
        tick,
        _cell(one.sender or "(no sender)"),
        _cell(", ".join(one.references) or "–"),
        _cell(note),
    ]


def _tick(*, checkable: bool) -> QStandardItem:
    made = _cell("")
    if checkable:
        made.setCheckable(True)
        made.setCheckState(Qt.CheckState.Checked)
    return made


def _cell(text: str) -> QStandardItem:
    made = QStandardItem(text)
    made.setEditable(False)
    made.setToolTip(text)
    return made
