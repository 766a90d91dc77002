"""Tells every view what a mutation touched, and who made it."""

from PySide6.QtCore import QObject, Signal


class ChangeNotifier(QObject):
    """One per program, made on the GUI thread.

    ``changed`` carries the Changes and its initiator: the page that made them (it ignores its own
    echo), or None when the worker or another program did. Worker threads do not emit it; they
    report through a QObject of the GUI thread.
    """

    changed = Signal(object, object)

    def notify(self, changes: object, initiator: object = None) -> None:
        """Pass on what was touched; GUI thread only."""
        self.changed.emit(changes, initiator)
