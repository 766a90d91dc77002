"""The way from page to page: icon and word, or the icon alone, with counts that need a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.icons import icon, paint_icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import icon_button
from enate_desktop.views.widgets.labels import badge_text, paint_badge

WIDE = 200
NARROW = 56
_ENTRY_HEIGHT = 40
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""Focus that came by the keyboard is shown; after a click the accent bar says enough."""


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One page in the rail; ``starts_group`` puts a line above it."""

    key: str
    title: str
    icon_name: str
    starts_group: bool = False
    keys: str = ""


class Rail(QFrame):
    """The list of pages; one Tab stop, Up and Down move inside it.

    ``page_chosen`` carries the key; ``collapse_toggled`` says that the person used the button.
    """

    page_chosen = Signal(str)
    collapse_toggled = Signal(bool)

    def __init__(self, entries: Sequence[RailEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._collapsed = False
        self._buttons = {entry.key: _RailButton(entry) for entry in entries}
        self._fold = icon_button("panel-left-close", self.tr("Collapse"), self._on_fold_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 4)
        column.setSpacing(2)
        for entry in entries:
            if entry.starts_group:
                column.addSpacing(4)
                column.addWidget(_Line())
                column.addSpacing(4)
            made = self._buttons[entry.key]
            made.clicked.connect(self._on_button_clicked)
            column.addWidget(made)
        column.addStretch(1)
        column.addWidget(self._fold)
        self.setAccessibleName(self.tr("Pages"))
        self.set_collapsed(False)

    @property
    def collapsed(self) -> bool:
        """Whether only the icons are shown."""
        return self._collapsed

    @property
    def current(self) -> str:
        """The key of the page marked as shown, or empty."""
        return next((key for key, made in self._buttons.items() if made.isChecked()), "")

    def set_collapsed(self, collapsed: bool) -> None:
        """Show the icons alone (words in tooltips), or icons and words."""
        self._collapsed = collapsed
        self.setFixedWidth(NARROW if collapsed else WIDE)
        for made in self._buttons.values():
            made.set_collapsed(collapsed)
        text = self.tr("Show words") if collapsed else self.tr("Collapse to icons")
        self._fold.setIcon(icon("panel-left-open" if collapsed else "panel-left-close"))
        self._fold.setToolTip(text)
        self._fold.setAccessibleName(text)

    def set_current(self, key: str) -> None:
        """Mark the page that is shown."""
        for other, made in self._buttons.items():
            made.setChecked(other == key)
            made.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if other == key else Qt.FocusPolicy.ClickFocus
            )

    def set_badge(self, key: str, count: int) -> None:
        """Show how many things on a page need a person; 0 shows nothing."""
        self._buttons[key].set_badge(count)

    def badge(self, key: str) -> int:
        """The count shown for a page."""
        return self._buttons[key].badge

    def focus_current(self) -> None:
        """Put the focus on the current page's entry."""
        for made in self._buttons.values():
            if made.isChecked():
                made.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self._buttons.values())
        focused = next((i for i, made in enumerate(buttons) if made.hasFocus()), None)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if focused is None or event.key() not in (*steps, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(buttons) - 1}
        key = Qt.Key(event.key())
        place = ends[key] if key in ends else focused + steps[key]
        buttons[max(0, min(place, len(buttons) - 1))].setFocus(Qt.FocusReason.TabFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), now.base)
        painter.setPen(QPen(now.line, 1))
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        edge = self.width() - 1 if left_to_right else 0
        painter.drawLine(edge, 0, edge, self.height())

    def _on_button_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, _RailButton):
            self.page_chosen.emit(sender.entry.key)

    def _on_fold_clicked(self) -> None:
        self.set_collapsed(not self._collapsed)
        self.collapse_toggled.emit(self._collapsed)


class _RailButton(QAbstractButton):
    """One entry, painted: accent bar and tint for the current page, badge at the end."""

    def __init__(self, entry: RailEntry) -> None:
        super().__init__()
        self.entry = entry
        self.badge = 0
        self._collapsed = False
        self._ring = False
        self.setText(entry.title)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    def set_collapsed(self, collapsed: bool) -> None:
        self._collapsed = collapsed
        self._describe()
        self.update()

    def set_badge(self, count: int) -> None:
        self.badge = count
        self._describe()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(NARROW - 16, _ENTRY_HEIGHT)

    @override
    def nextCheckState(self) -> None:
        """The rail decides what is checked, after the page is there."""

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _BY_KEYS
        super().focusInEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # QAbstractButton would walk by itself, over disabled and hidden ones
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = now.selection if self.isChecked() else now.hover
        filled = self.isChecked() or self.underMouse()
        painter.setPen(QPen(now.accent, 2) if self.hasFocus() and self._ring else Qt.PenStyle.NoPen)
        painter.setBrush(ground if filled else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(now.accent)
            painter.drawRoundedRect(self._mirrored(QRectF(0, 10, 3, self.height() - 20)), 1.5, 1.5)
        colour = now.accent if self.isChecked() else now.secondary
        paint_icon(painter, self._mirrored(QRectF(10, 10, 20, 20)), self.entry.icon_name, colour)
        if not self._collapsed:
            self._paint_words(painter)
        if self.badge:
            self._paint_badge(painter)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(fonts.strong_font() if self.isChecked() else self.font())
        painter.setPen(tokens().text)
        room = self.width() - 40 - (self._badge_width() + 12 if self.badge else 8)
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        visual = self.style().visualAlignment(self.layoutDirection(), align)
        painter.drawText(self._mirrored(QRectF(40, 0, room, self.height())), visual, words)

    def _paint_badge(self, painter: QPainter) -> None:
        font = fonts.tabular_font(fonts.secondary_font())
        width = self._badge_width()
        if self._collapsed:
            font.setPixelSize(10)
            box = QRectF(self.width() - 20, 2, max(16, width - 6), 16)
            box.moveRight(self.width())
        else:
            box = QRectF(self.width() - width - 8, (self.height() - 20) / 2, width, 20)
        paint_badge(painter, self._mirrored(box), self.badge, font)

    def _badge_width(self) -> int:
        return max(20, self.fontMetrics().horizontalAdvance(badge_text(self.badge)) + 12)

    def _mirrored(self, box: QRectF) -> QRectF:
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            box.moveLeft(self.width() - box.right())
        return box

    def _describe(self) -> None:
        name = self.entry.title
        if self.badge:
            name = self.tr("{title}, {count} to look at").format(title=name, count=self.badge)
        self.setAccessibleName(name)
        hint = f"{name} ({self.entry.keys})" if self.entry.keys else name
        self.setToolTip(hint if self._collapsed else "")


class _Line(QWidget):
    """The line between groups of pages."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), tokens().line)
