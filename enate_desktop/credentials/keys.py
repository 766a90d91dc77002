"""Where the one key lives: the operating system's keyring, else a passphrase-protected file."""

import base64
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from enate_desktop.credentials.cipher import KEY_BYTES
from enate_desktop.credentials.key_file import SealedKey, SharedKey, seal_key
from enate_desktop.domain.errors import CredentialError

KEY_FILE = "enate.key"
KEYRING_SECONDS = 10.0
"""A keyring that has not answered by then is treated as locked (it may wait for minutes)."""
_USER = "data-file-key"
_PREFIX = "v1:"
SHARED_PASSPHRASE = 12
"""The fewest characters of a passphrase whose sealed key others can read."""
TRUSTED_KEYRINGS = (
    "keyring.backends.SecretService.",
    "keyring.backends.libsecret.",
    "keyring.backends.kwallet.",
    "keyring.backends.Windows.",
    "keyring.backends.macOS.",
)
"""Backends by module; those that keep plain text or ask on a terminal are not among them."""

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
AskPassphrase = Callable[[bool], str | None]
"""Asks the person; the argument says whether a new passphrase is being chosen. None: no answer."""


class KeyStore:
    """Finds or makes the key of one data file. Not thread-safe; the caller holds a lock."""

    def __init__(
        self,
        folder: Path,
        identity: str,
        ask: AskPassphrase,
        *,
        trusted: tuple[str, ...] = TRUSTED_KEYRINGS,
        shared: SharedKey | None = None,
    ) -> None:
        """For the data file ``identity`` in ``folder``; ``trusted`` names usable backends.

        ``shared``: for a database on a server, where the sealed key lies for all computers; every
        one of them asks for the passphrase once and then has the key in its own keyring.
        """
        self._shared = shared
        self._file = folder / KEY_FILE
        self._service = f"enate-desktop/{identity}"
        self._ask = ask
        self._trusted = trusted

    def key(self, *, create: bool) -> bytes:
        """The 32-byte key; ``create`` makes one where there is none.

        Raises CredentialError when it cannot be had: keyring locked, passphrase wrong or not
        given, or no key on this computer.
        """
        if self._shared is not None:
            return self._from_server(self._shared, create)
        if self._file.exists():
            return self._from_file()
        backend = self._backend()
        if backend is not None:
            return self._from_keyring(backend, create)
        if create:
            return self._new_file()
        raise _missing()

    def _backend(self) -> "KeyringBackend | None":
        # keyring looks for its back ends at import time, which costs 150 ms.
        import keyring

        chosen = _in_time(keyring.get_keyring)
        for backend in getattr(chosen, "backends", [chosen]):
            if f"{type(backend).__module__}.".startswith(self._trusted):
                return cast("KeyringBackend", backend)
        return None

    def _from_keyring(self, backend: "KeyringBackend", create: bool) -> bytes:
        value = _in_time(lambda: backend.get_password(self._service, _USER))
        if value is None:
            if not create:
                raise _missing()
            value = _PREFIX + base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()
            fresh = value
            _in_time(lambda: backend.set_password(self._service, _USER, fresh))
            # Another process may have made one at the same time, or the keyring kept nothing.
            value = _in_time(lambda: backend.get_password(self._service, _USER))
        if not value or not value.startswith(_PREFIX):
            raise CredentialError(
                "The system keyring did not keep the key of this data file.",
                "No secret was stored. Unlock the keyring and try again.",
            )
        return base64.urlsafe_b64decode(value.removeprefix(_PREFIX))

    def _new_file(self) -> bytes:
        key = os.urandom(KEY_BYTES)
        text = seal_key(key, self._passphrase(new=True))
        try:
            descriptor = os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return self._from_file()
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return key

    def _from_file(self) -> bytes:
        try:
            sealed = SealedKey.from_text(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise CredentialError(
                f"The key file {self._file.name} is damaged.",
                "Stored secrets cannot be read. Restore it from a backup, or delete it and "
                "enter the secrets again.",
            ) from None
        key = sealed.opened(self._passphrase(new=False))
        if key is None:
            raise CredentialError(
                "The passphrase does not open the key file.",
                "No secret was read and no mail was touched. Type the passphrase again.",
            )
        return key

    def _from_server(self, shared: SharedKey, create: bool) -> bytes:
        """The key of a shared server: from this computer's keyring, else unsealed once more."""
        backend = self._backend()
        if backend is not None:
            value = _in_time(lambda: backend.get_password(self._service, _USER))
            if value and value.startswith(_PREFIX):
                return base64.urlsafe_b64decode(value.removeprefix(_PREFIX))
        text = shared.load()
        passphrase = None
        if text is None:
            if not create:
                raise _missing()
            passphrase = self._passphrase(new=True)
            if len(passphrase) < SHARED_PASSPHRASE:
                raise _too_short()
            text = shared.keep(seal_key(os.urandom(KEY_BYTES), passphrase))
        key = _unsealed(text, passphrase or self._passphrase(new=False))
        if backend is not None:
            value = _PREFIX + base64.urlsafe_b64encode(key).decode()
            _in_time(lambda: backend.set_password(self._service, _USER, value))
        return key

    def _passphrase(self, *, new: bool) -> str:
        passphrase = os.environ.get("ENATE_PASSPHRASE") or self._ask(new)
        if not passphrase:
            raise CredentialError(
                "There is no usable system keyring and no passphrase was given.",
                "No secret was stored or read. Set ENATE_PASSPHRASE, or start from a terminal or "
                "the window, where you are asked.",
            )
        return passphrase


def _unsealed(text: str, passphrase: str) -> bytes:
    try:
        key = SealedKey.from_text(text).opened(passphrase)
    except ValueError:
        raise CredentialError(
            "The key that the database holds for stored secrets is damaged.",
            "No secret was read and no mail was touched. Restore a backup of the database.",
        ) from None
    if key is None:
        raise CredentialError(
            "The passphrase does not open the stored secrets of this database.",
            "No secret was read and no mail was touched. Type the passphrase that was chosen when "
            "the first secret was stored; whoever set up the first computer knows it.",
        )
    return key


def _too_short() -> CredentialError:
    return CredentialError(
        f"The passphrase has fewer than {SHARED_PASSPHRASE} characters.",
        "No secret was stored. Everybody who can read the database can try passphrases, so choose "
        "a long one, such as five words.",
    )


def _missing() -> CredentialError:
    return CredentialError(
        "The key of this data file is not on this computer.",
        "Stored secrets cannot be read here. Enter them again; mail stays on the server.",
    )


def _in_time(work: Callable[[], T]) -> T:
    """Run a keyring call in a thread of its own: a D-Bus prompt can hang for minutes."""
    results: list[T] = []
    problems: list[BaseException] = []

    def call() -> None:
        try:
            results.append(work())
        # Windows raises bare pywintypes errors, D-Bus an assortment: all mean "not usable now".
        except Exception as error:
            problems.append(error)

    thread = threading.Thread(target=call, name="keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    if results:
        return results[0]
    reason = type(problems[0]).__name__ if problems else "no answer in time"
    raise CredentialError(
        "The system keyring is locked or does not answer.",
        f"No secret was read or stored. Unlock it and try again. ({reason})",
    )
