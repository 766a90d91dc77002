"""One window per person and data folder: a second start raises the first one (UI 2)."""

import getpass
import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

_RAISE = b"raise\n"
_RAISED = b"raised\n"
_MILLISECONDS = 3000


class SingleInstance(QObject):
    """Holds a lock in the data folder; ``raise_requested`` comes when another start asked for it.

    The lock of a process that died is taken over, and its socket removed.
    """

    raise_requested = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """For the window on the data in ``folder``, which need not be there yet."""
        super().__init__(parent)
        self._folder = folder
        self._lock: QLockFile | None = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_asked)

    @property
    def name(self) -> str:
        """Under which the first window listens."""
        identity = f"{getpass.getuser()} {self._folder.resolve()}"
        return f"enate-desktop-{hashlib.sha256(identity.encode()).hexdigest()[:24]}"

    def is_first(self) -> bool:
        """Whether no other window has this folder; listens for later ones then.

        Also when the folder cannot be written to, which opening the data will say.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return True
        self._lock = QLockFile(str(self._folder / "window.lock"))
        # Never by age: a window may be open for weeks. That of a dead process is taken over.
        self._lock.setStaleLockTime(0)
        if not self._lock.tryLock(0):
            return self._lock.error() is not QLockFile.LockError.LockFailedError
        QLocalServer.removeServer(self.name)
        self._server.listen(self.name)
        return True

    def raise_first(self) -> bool:
        """Ask the window that is open to come to the front; whether it answered in 3 seconds."""
        socket = QLocalSocket()
        socket.connectToServer(self.name)
        if not socket.waitForConnected(_MILLISECONDS):
            return False
        socket.write(_RAISE)
        return socket.waitForReadyRead(_MILLISECONDS) and bool(socket.readAll())

    def release(self) -> None:
        """Let another window have the folder."""
        self._server.close()
        if self._lock is not None:
            self._lock.unlock()

    def _on_asked(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._on_words(socket))
        socket.disconnected.connect(socket.deleteLater)
        if socket.bytesAvailable():
            self._on_words(socket)

    def _on_words(self, socket: QLocalSocket) -> None:
        if socket.readAll().data() == _RAISE:
            socket.write(_RAISED)
            socket.flush()
            self.raise_requested.emit()


def bring_to_front(window: QWidget) -> None:
    """Show a window that may be minimised or behind others."""
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()
