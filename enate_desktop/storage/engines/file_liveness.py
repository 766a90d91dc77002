"""Signs of life beside a data file: one locked file for every owner, freed by the system itself."""

import contextlib
import hashlib
import os
import sys
import threading
from pathlib import Path

from enate_desktop.domain.errors import StorageError

FOLDER = "workers"
_TAIL = ".lock"


class FileLiveness:
    """Locked files in a folder; a process that dies lets go of them, however it dies."""

    def __init__(self, data_folder: Path) -> None:
        """In the folder ``workers`` of ``data_folder``."""
        self._folder = data_folder / FOLDER
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()

    def hold(self, owner: str) -> None:
        """Lock the file of ``owner``; StorageError when another process holds it."""
        with self._lock:
            if owner in self._held:
                return
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                self._remove_dead()
                descriptor = _locked_file(self._file(owner))
            except OSError as error:
                raise StorageError(
                    f"The folder {self._folder} cannot be used: {error.strerror or error}.",
                    "No mail is processed here; it stays on the server. Mend its permissions.",
                ) from None
            self._held[owner] = descriptor

    def is_dead(self, owner: str) -> bool:
        """Whether nobody has the file of ``owner`` locked."""
        with self._lock:
            return owner not in self._held and _is_free(self._file(owner))

    def close(self) -> None:
        """Remove what was held."""
        with self._lock:
            for owner, descriptor in self._held.items():
                _remove(self._file(owner), descriptor)
            self._held.clear()

    def _file(self, owner: str) -> Path:
        # A digest: an owner may have any name, and a file may not.
        return self._folder / (hashlib.sha256(owner.encode()).hexdigest()[:32] + _TAIL)

    def _remove_dead(self) -> None:
        held = {self._file(owner) for owner in self._held}
        for path in self._folder.glob("*" + _TAIL):
            if path not in held:
                _is_free(path)


def _locked_file(path: Path) -> int:
    """Open and lock the file; BlockingIOError when somebody else has it locked."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        # Whoever cleans up may have removed the file between the two steps.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)


def _is_free(path: Path) -> bool:
    """Whether nobody has the file locked; it is removed then."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        _lock(descriptor)
    except OSError:
        os.close(descriptor)
        return False
    _remove(path, descriptor)
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _remove(path: Path, descriptor: int) -> None:
        # An open file cannot be removed here; if somebody is faster it stays and is found later.
        os.close(descriptor)
        with contextlib.suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _remove(path: Path, descriptor: int) -> None:
        # While it is locked, so that nobody else's new file is taken for it.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)
