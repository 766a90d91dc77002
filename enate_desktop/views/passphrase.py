"""Asks for the passphrase of the key file, from whichever thread needs it."""

from PySide6.QtCore import QObject, Qt, QThread, Signal
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit


class PassphraseAsker(QObject):
    """Made on the GUI thread; :meth:`ask` may be called from any thread and waits."""

    _wanted = Signal(object)

    def __init__(self, parent: QObject | None = None, *, shared: bool = False) -> None:
        """``shared``: the secrets lie on a server that other computers work with too."""
        super().__init__(parent)
        self._shared = shared
        self._wanted.connect(self._on_wanted, Qt.ConnectionType.BlockingQueuedConnection)

    def ask(self, new: bool) -> str | None:
        """The passphrase, or None when the person gave none."""
        question = _Question(new)
        if QThread.currentThread() is self.thread():
            question.answer = self._dialog(new)
        else:
            self._wanted.emit(question)
        return question.answer

    def _on_wanted(self, question: "_Question") -> None:
        question.answer = self._dialog(question.new)

    def _dialog(self, new: bool) -> str | None:
        title = self.tr("Passphrase")
        if not new:
            return self._line(title, self._question())
        first = self._line(title, self._choice())
        if not first:
            return None
        while True:
            second = self._line(title, self.tr("The same passphrase once more:"))
            if second is None or second == first:
                return second

    def _question(self) -> str:
        if self._shared:
            return self.tr(
                "The passphrase that was chosen when the first secret was stored in this "
                "database.\nWhoever set up the first computer knows it:"
            )
        return self.tr("Passphrase of the stored secrets:")

    def _choice(self) -> str:
        if self._shared:
            return self.tr(
                "Choose a passphrase for stored secrets, of at least 12 characters.\n"
                "Every other computer that uses this database asks for it once. "
                "It cannot be recovered if it is forgotten."
            )
        return self.tr(
            "This computer has no system keyring. Choose a passphrase for stored secrets.\n"
            "It cannot be recovered if it is forgotten."
        )

    def _line(self, title: str, label: str) -> str | None:
        text, accepted = QInputDialog.getText(
            QApplication.activeWindow(), title, label, QLineEdit.EchoMode.Password
        )
        return text if accepted else None


class _Question:
    """Travels to the GUI thread and comes back with the answer."""

    def __init__(self, new: bool) -> None:
        self.new = new
        self.answer: str | None = None
