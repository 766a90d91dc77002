"""The place a certificate file is dropped on: the dashed zone, or the card of what is there."""

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from enate_desktop.domain.errors import InputError
from enate_desktop.views.accessibility import announce
from enate_desktop.views.certificate_card import CertificateCard
from enate_desktop.views.certificate_file import dropped_file, isolated
from enate_desktop.views.drop_zone import DropZone, ZoneState
from enate_desktop.views.tokens import tokens

_REFUSAL_MILLISECONDS = 6000
"""How long the words stay after what was refused has left; a refused drop is no event."""


class CertificateFrame(QWidget):
    """Takes a copy of one .pfx file and refuses everything else in words.

    A drop with Shift is a move on some systems, after which the source deletes its file: only a
    copy is ever accepted. ``dropped`` carries the Path.
    """

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = DropZone(self.tr("Drop a .pfx file here, or"), self.tr("Browse…"))
        self.card = CertificateCard()
        self._state = ZoneState.IDLE
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REFUSAL_MILLISECONDS)
        self._rest.timeout.connect(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.zone)
        column.addWidget(self.card)
        self.setAcceptDrops(True)
        self.show_card(shown=False)

    @property
    def state(self) -> ZoneState:
        """What is shown of a file on its way."""
        return self._state

    @property
    def words(self) -> str:
        """What is said about it, or what the zone always says."""
        return self.card.status if self.card.isVisibleTo(self) else self.zone.words

    def show_card(self, *, shown: bool) -> None:
        """The card of a certificate, or the zone that asks for one."""
        self.end()
        self.zone.setVisible(not shown)
        self.card.setVisible(shown)
        self.setFocusProxy(self.card.replace_button if shown else self.zone)

    def begin(self, name: str) -> None:
        """A file is being read."""
        self._say(ZoneState.READING, self.tr("Reading {name}…").format(name=name))

    def end(self) -> None:
        """Nothing is on its way any more."""
        self._say(ZoneState.IDLE, "")

    def has_focus_inside(self) -> bool:
        """Whether the keyboard is at work here."""
        return any(widget.hasFocus() for widget in self.findChildren(QWidget))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._offered(event) is not None:
            accept, words = ZoneState.ACCEPT, self.tr("Drop to use this file")
            self._say(accept, words)
        # Accepted either way: only then is there an event when it leaves again.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        if self._state is ZoneState.ACCEPT:
            event.accept()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        if self._state is ZoneState.REFUSE:
            self._rest.start()
        else:
            self.end()
        event.accept()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = self._offered(event)
        if path is None:
            event.ignore()
            self._rest.start()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.begin(isolated(path.name))
        self.dropped.emit(path)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.card.isVisibleTo(self):
            return
        now = tokens()
        colour, ground = now.line, now.base
        if self._state is ZoneState.ACCEPT:
            colour, ground = now.accent, now.info_tint
        elif self._state is ZoneState.REFUSE:
            colour, ground = now.error, now.error_tint
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.6, 0.6, -0.6, -0.6), 6, 6)

    def _offered(self, event: QDropEvent) -> Path | None:
        """The file to take, or None after the refusal was shown."""
        self._rest.stop()
        try:
            return dropped_file(event.mimeData(), event.possibleActions())
        except InputError as error:
            self._say(ZoneState.REFUSE, error.sentence())
            announce(error.sentence(), urgent=True)
            return None

    def _say(self, state: ZoneState, words: str) -> None:
        self._rest.stop()
        self._state = state
        self.zone.show_state(state, words)
        colours = {ZoneState.ACCEPT: "accent", ZoneState.REFUSE: "error"}
        self.card.say(words, colours.get(state, "secondary"))
        self.update()
