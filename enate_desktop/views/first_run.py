"""What the start page asks a person who has neither connectors nor mails (UI 3.15)."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QProcess, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from enate_desktop.views import fonts
from enate_desktop.views.accessibility import explain_disabled
from enate_desktop.views.main_window import MainWindow
from enate_desktop.views.message_bar import MessageKind
from enate_desktop.views.page import Page
from enate_desktop.views.widgets import Card, button, label, secondary_label

_WIDTH = 720
_BUTTON_WIDTH = 272
_WORDS_WIDTH = _WIDTH - _BUTTON_WIDTH - 3 * 24


class Welcome(QWidget):
    """Three ways to begin; none of them has to be taken."""

    connect_requested = Signal()
    demo_requested = Signal()
    open_requested = Signal()

    def __init__(self, blocked: str, parent: QWidget | None = None) -> None:
        """``blocked`` is why nothing may be set up here, or empty."""
        super().__init__(parent)
        title = label(self.tr("Welcome. What would you like to do?"))
        title.setFont(fonts.title_font())
        self.connect_button = button(
            self.tr("Connect a mailbox"),
            self.connect_requested.emit,
            icon_name="plug",
            primary=True,
        )
        self.demo_button = button(
            self.tr("Look around with demo data"),
            self.demo_requested.emit,
            icon_name="flask-conical",
        )
        self.open_button = button(
            self.tr("Open an existing configuration…"),
            self.open_requested.emit,
            icon_name="file-up",
        )
        for each in (self.connect_button, self.open_button):
            explain_disabled(each, blocked)
        for each in (self.connect_button, self.open_button) if blocked else ():
            explain_disabled(each, blocked)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._card(title), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def _card(self, title: QWidget) -> Card:
        card = Card()
        card.setFixedWidth(_WIDTH)
        card.body.setContentsMargins(24, 24, 24, 24)
        card.body.setSpacing(16)
        card.body.addWidget(title)
        for each, words in (
            (self.connect_button, self.tr("Name, address, password; 2 minutes.")),
            (
                self.demo_button,
                self.tr(
                    "Connectors, routes and mails that are made up, in a window of their own."
                    " Nothing leaves this computer."
                ),
            ),
            (
                self.open_button,
                self.tr("An exported file of another installation. Its changes are shown first."),
            ),
        ):
            card.body.addLayout(_choice(each, words))
        return card


def _choice(made: QPushButton, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    made.setFixedWidth(_BUTTON_WIDTH)
    if made.isEnabled():
        made.setAccessibleDescription(words)
    row.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
    told = secondary_label(words)
    told.setMinimumHeight(max(32, told.heightForWidth(_WORDS_WIDTH)))
    row.addWidget(told, 1)
    return row


def tell_of_demo(page: Page, begin: Callable[[], bool] | None = None) -> None:
    """Start the demo and say so on ``page``, or that it could not be started."""
    if (begin or start_demo)():
        page.toast(page.tr("The demo opens in a window of its own."))
    else:
        text = page.tr("The demo could not be started. Start “enate-desktop demo” yourself.")
        page.messages.show_message(MessageKind.ERROR, text, key="demo")


def start_demo(start: Callable[[str, list[str]], bool] | None = None) -> bool:
    """Start this program once more, on demo data; whether it could be started.

    ``start`` takes a program and its arguments, and does not wait for its end.
    """
    return _start(["demo"], start)


def start_own(start: Callable[[str, list[str]], bool] | None = None) -> bool:
    """Start this program once more, on the person's own data; whether it could be started."""
    return _start([], start)


def _start(arguments: list[str], start: Callable[[str, list[str]], bool] | None) -> bool:
    run = start or (lambda program, given: QProcess.startDetached(program, given)[0])
    module = [] if getattr(sys, "frozen", False) else ["-m", "enate_desktop"]
    return bool(run(sys.executable, [*module, *arguments]))


def offer_own(window: MainWindow, begin: Callable[[], bool] = start_own) -> None:
    """A button in the demo's bar: start with the person's own data, and close the demo."""

    def leave() -> None:
        if begin():
            window.close()
            return
        text = window.tr("It could not be started. Start “enate-desktop” yourself.")
        window.show_message(MessageKind.ERROR, text, key="own")

    window.demo_bar.add_button(window.tr("Start with my own"), leave)
