"""Words for screen readers: announcements and names, in one place."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QWidget

_QUIET_MILLISECONDS = 300


class _Announcer(QObject):
    """Gathers what is said within 300 ms: a reader drops announcements that come too fast."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._texts: list[str] = []
        self._urgent = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MILLISECONDS)
        self._timer.timeout.connect(self._speak)

    def add(self, text: str, urgent: bool) -> None:
        if text not in self._texts:
            self._texts.append(text)
        self._urgent = self._urgent or urgent
        self._timer.start()

    def _speak(self) -> None:
        texts, urgent = self._texts, self._urgent
        self._texts, self._urgent = [], False
        window = QApplication.activeWindow()
        if window is None:
            return
        event = QAccessibleAnnouncementEvent(window, " ".join(texts))
        levels = QAccessible.AnnouncementPoliteness
        event.setPoliteness(levels.Assertive if urgent else levels.Polite)
        QAccessible.updateAccessibility(event)


def announce(text: str, *, urgent: bool = False) -> None:
    """Have a screen reader say the text; urgent interrupts what it is saying."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    announcer = application.findChild(_Announcer)
    if announcer is None:
        announcer = _Announcer(application)
    announcer.add(text, urgent)


def describe(widget: QWidget, name: str, help_text: str = "") -> None:
    """Name a control for screen readers; the help is its tooltip too."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(help_text)
    widget.setToolTip(plain_tooltip(help_text or name))


def explain_disabled(widget: QWidget, reason: str) -> None:
    """Disable a control and say why, or enable it again when the reason is empty (UI 3.19)."""
    widget.setEnabled(not reason)
    widget.setAccessibleDescription(reason)
    widget.setToolTip(plain_tooltip(reason))


def plain_tooltip(text: str) -> str:
    """Text that a tooltip shows as it is: Qt would take ``<b>`` in a subject for markup."""
    if "<" not in text and "&" not in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<p style="white-space:pre-wrap">{escaped}</p>'
