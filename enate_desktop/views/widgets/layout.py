"""What pages are put together from: header, card, empty state, buttons."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import describe
from enate_desktop.views.icons import BESIDE_TEXT, SMALL, icon, paint_icon
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets.labels import SectionLabel, label

_TEXT_WIDTH = 440


def button(
    text: str,
    clicked: Callable[[], object] | None = None,
    *,
    icon_name: str = "",
    primary: bool = False,
    danger: bool = False,
    help_text: str = "",
) -> QPushButton:
    """A push button of 32 pixels; at most one ``primary`` per page or dialog."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setProperty("primary", primary)
    made.setProperty("danger", danger)
    if icon_name:
        colour = "on_accent" if primary else "error" if danger else "text"
        made.setIcon(icon(icon_name, colour))
        made.setIconSize(BESIDE_TEXT)
    if help_text:
        made.setToolTip(help_text)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def icon_button(
    icon_name: str, name: str, clicked: Callable[[], object] | None = None, *, help_text: str = ""
) -> QToolButton:
    """A button of 32 x 32 pixels without words; ``name`` is its tooltip and accessible name."""
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setIconSize(SMALL)
    made.setFixedSize(32, 32)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    describe(made, name, help_text)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def menu_button(
    text: str, menu: QMenu, *, icon_name: str = "", primary: bool = False
) -> QPushButton:
    """A push button that opens a menu; the menu lives as long as the button at most."""
    made = button(text, icon_name=icon_name)
    if primary:
        made = _PrimaryMenuButton(text)
        made.setIcon(icon(icon_name, "on_accent"))
        made.setIconSize(BESIDE_TEXT)
    if menu.parent() is None:
        menu.setParent(made, menu.windowFlags())  # Qt only points to it
    made.setMenu(menu)
    return made


class _PrimaryMenuButton(QPushButton):
    """Draws its own arrow: that of the style sheet has the colour of text on a light button."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAutoDefault(False)
        self.setProperty("primary", True)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.features &= ~QStyleOptionButton.ButtonFeature.HasMenu
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        left_to_right = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        box = self.rect()
        option.rect = box.adjusted(0, 0, -18, 0) if left_to_right else box.adjusted(18, 0, 0, 0)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        side = box.right() - 25 if left_to_right else box.left() + 10
        colour = tokens().on_accent if self.isEnabled() else tokens().disabled
        paint_icon(painter, QRectF(side, box.center().y() - 7, 16, 16), "chevron-down", colour)


def scrolled(content: QWidget) -> QScrollArea:
    """A form in a scroll area without frame that leaves the page's ground visible."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    for part in (area.viewport(), content):
        part.setAutoFillBackground(False)
    return area


class PageHeader(QWidget):
    """The page's title with its buttons at the end side."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setFont(fonts.title_font())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        self.setMinimumHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def title(self) -> str:
        """The title shown."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)

    def add_widget(self, widget: QWidget) -> None:
        """Put a control at the end side, after the others."""
        self._row.addWidget(widget)

    def add_action(self, action: QAction, *, primary: bool = False) -> QPushButton:
        """Put a button for an action at the end side; text, state and tooltip follow the action."""
        made = button(action.text(), primary=primary)

        def follow() -> None:
            made.setText(action.text().replace("&", ""))
            made.setEnabled(action.isEnabled())
            made.setVisible(action.isVisible())
            keys = action.shortcut().toString()
            hint = action.toolTip() if action.isEnabled() else action.statusTip()
            made.setToolTip(f"{hint} ({keys})" if keys else hint)

        made.setIcon(action.icon())
        made.setIconSize(BESIDE_TEXT)
        made.clicked.connect(action.trigger)
        action.changed.connect(follow)
        made.destroyed.connect(lambda: action.changed.disconnect(follow))
        self._row.addWidget(made)
        follow()
        return made


class Card(QFrame):
    """A raised box with an optional heading; put content into ``body``."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(12)
        if title:
            self.body.addWidget(SectionLabel(title))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.line, 1.2))
        painter.setBrush(now.base)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 6, 6)


class EmptyState(QWidget):
    """What a place without content says, with the button that fills it (UI 3.16)."""

    def __init__(
        self, icon_name: str, title: str, text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = label(title, strong=True)
        self._text = label(text, colour="secondary", wrap=True)
        self._text.setFixedWidth(_TEXT_WIDTH)
        for part in (self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 32, 24, 32)
        column.setSpacing(12)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(_Picture(icon_name), 0, middle)
        column.addWidget(self._title, 0, middle)
        column.addWidget(self._text, 0, middle)
        column.addLayout(self._buttons)
        column.setAlignment(self._buttons, middle)
        column.addStretch(3)
        self.set_text(title, text)

    def set_text(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setMinimumHeight(max(0, self._text.heightForWidth(_TEXT_WIDTH)))
        self._text.setVisible(bool(text))

    def add_button(
        self, text: str, clicked: Callable[[], object], *, icon_name: str = "", primary: bool = True
    ) -> QPushButton:
        """Add a button under the text."""
        made = button(text, clicked, icon_name=icon_name, primary=primary)
        self._buttons.addWidget(made)
        return made


class _Picture(QWidget):
    """A large icon on a tinted disc."""

    def __init__(self, icon_name: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self.setFixedSize(QSize(72, 72))

    @override
    def changeEvent(self, event: QEvent) -> None:
        self.update()
        super().changeEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.info_tint)
        painter.drawEllipse(self.rect())
        paint_icon(painter, QRectF(20, 20, 32, 32), self._icon_name, now.info)
