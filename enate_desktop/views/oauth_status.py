"""Who is signed in, or how far a sign-in has come: words, shape, colour and the buttons (C-03)."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import announce
from enate_desktop.views.icons import paint_icon
from enate_desktop.views.oauth_standing import SignInState
from enate_desktop.views.sign_in_run import DeviceCode
from enate_desktop.views.tokens import tokens
from enate_desktop.views.widgets import button, label

_ICON = 16
_EDGE = 12


_LOOKS = {
    SignInState.NOBODY: ("circle", "secondary"),
    SignInState.UNDER_WAY: ("clock", "info"),
    SignInState.SIGNED_IN: ("circle-check", "ok"),
    SignInState.NEEDED: ("triangle-alert", "warning"),
    SignInState.REFUSED: ("circle-x", "error"),
    SignInState.NO_PERSON: ("info", "info"),
}
"""State to icon name and token."""


class OAuthStatus(QWidget):
    """Only shows and asks; the panel decides. Its focus is that of the button at hand."""

    sign_in_requested = Signal()
    cancel_requested = Signal()
    page_requested = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._state = SignInState.NOBODY
        self._url = ""
        self._expires: datetime | None = None
        self._title = label("", strong=True, wrap=True)
        self._note = label("", wrap=True)
        self._code = label("", strong=True)
        self._left = label("", colour="secondary")
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._show_time_left)
        self.sign_in_button = button(self.tr("Sign in…"), self.sign_in_requested.emit)
        self.cancel_button = button(self.tr("Cancel"), self.cancel_requested.emit)
        self.copy_address_button = button(
            self.tr("Copy address"), self._on_copy_address_clicked, icon_name="copy"
        )
        self.copy_code_button = button(
            self.tr("Copy code"), self._on_copy_code_clicked, icon_name="copy"
        )
        self.open_button = button(
            self.tr("Open the page"), self._on_open_clicked, icon_name="external-link"
        )
        self._code_row, self._buttons = QWidget(), QWidget()
        self._build()
        self.show_state(SignInState.NOBODY, "")

    @property
    def state(self) -> SignInState:
        """How the sign-in stands."""
        return self._state

    @property
    def title(self) -> str:
        """The first line."""
        return self._title.text()

    @property
    def note(self) -> str:
        """What stands under it."""
        return self._note.text()

    @property
    def code(self) -> str:
        """The code to type on another device, while there is one."""
        return self._code.text() if self._code_row.isVisibleTo(self) else ""

    @property
    def time_left(self) -> str:
        """How long the code is still good."""
        return self._left.text()

    def show_state(self, state: SignInState, title: str, note: str = "") -> None:
        """Show a state that a person may act on; UNDER_WAY can be cancelled."""
        self._state = state
        self._url, self._expires = "", None
        self._say(title, note)
        self._code_row.hide()
        self._clock.stop()
        self._show_buttons()

    def show_page(self, title: str, note: str, url: str) -> None:
        """The person is at work in the browser; the address can be copied."""
        self.show_state(SignInState.UNDER_WAY, title, note)
        self._url = url
        self._show_buttons()

    def show_code(self, code: DeviceCode) -> None:
        """A code to type on another device, with the time that is left."""
        note = self.tr("Open {url} on any device and type this code there.")
        self.show_state(
            SignInState.UNDER_WAY,
            self.tr("Waiting for the code to be typed…"),
            note.format(url=f"\u2068{code.url}\u2069"),
        )
        self._url, self._expires = code.url, code.expires
        self._code.setText(code.code)
        self._code.setAccessibleName(self.tr("Code") + " " + " ".join(code.code))
        self._code_row.show()
        self._show_time_left()
        self._clock.start()
        self._show_buttons()
        announce(f"{self.note} {code.code}")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = tokens()
        shape, colour = _LOOKS[self._state]
        plain = colour == "secondary"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(now.line if plain else now.named(colour), 1.2))
        painter.setBrush(now.base if plain else now.named(f"{colour}_tint"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 6, 6)
        left = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        side = _EDGE if left else self.width() - _EDGE - _ICON
        top = self._title.mapTo(self, self._title.rect().topLeft()).y()
        line = min(self._title.height(), self._title.fontMetrics().height())
        box = QRectF(side, top + (line - _ICON) / 2, _ICON, _ICON)
        paint_icon(painter, box, shape, now.named(colour))

    def _say(self, title: str, note: str) -> None:
        self._title.setText(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.setAccessibleName(f"{title} {note}".strip())
        self.update()

    def _show_buttons(self) -> None:
        under_way = self._state is SignInState.UNDER_WAY
        kept = self._kept_focus()
        self.sign_in_button.setVisible(not under_way and self._state is not SignInState.NO_PERSON)
        self.cancel_button.setVisible(under_way)
        self.copy_address_button.setVisible(bool(self._url))
        self.open_button.setVisible(self._expires is not None)
        self.copy_code_button.setVisible(self._expires is not None)
        self._buttons.setVisible(self._state is not SignInState.NO_PERSON)
        self.setFocusProxy(self.cancel_button if under_way else self.sign_in_button)
        if kept:
            self.setFocus()

    def _kept_focus(self) -> bool:
        """Whether a button that is about to go has the focus, which then stays in here."""
        return self.sign_in_button.hasFocus() or self.cancel_button.hasFocus()

    def _show_time_left(self) -> None:
        if self._expires is None:
            return
        seconds = max(0, round((self._expires - self._now()).total_seconds()))
        if seconds == 0:
            self._clock.stop()
        words = self.tr("{minutes}:{seconds} left")
        self._left.setText(words.format(minutes=seconds // 60, seconds=f"{seconds % 60:02}"))

    def _build(self) -> None:
        self._code.setFont(fonts.title_font())
        selectable = Qt.TextInteractionFlag
        self._code.setTextInteractionFlags(
            selectable.TextSelectableByMouse | selectable.TextSelectableByKeyboard
        )
        self._left.setFont(fonts.tabular_font())
        code = QHBoxLayout(self._code_row)
        code.setContentsMargins(0, 0, 0, 0)
        code.setSpacing(12)
        code.addWidget(self._code)
        code.addWidget(self.copy_code_button)
        code.addWidget(self._left)
        code.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._note)
        words.addWidget(self._code_row)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addSpacing(_ICON + 8)
        row.addLayout(words, 1)
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(_ICON + 8, 0, 0, 0)
        buttons.setSpacing(8)
        for part in (
            self.sign_in_button,
            self.open_button,
            self.copy_address_button,
            self.cancel_button,
        ):
            buttons.addWidget(part)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self._buttons)

    def _on_copy_address_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        announce(self.tr("Copied"))

    def _on_copy_code_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())
        announce(self.tr("Copied"))

    def _on_open_clicked(self) -> None:
        self.page_requested.emit(self._url)
