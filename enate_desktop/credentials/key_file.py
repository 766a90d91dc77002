"""The one key sealed with a passphrase, as the text of a key file or of a shared database."""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from enate_desktop.credentials.cipher import KEY_BYTES

_AAD = b"enate-key/1"
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class SharedKey:
    """Where several computers find the sealed key of their database."""

    load: Callable[[], str | None]
    keep: Callable[[str], str]
    """Keeps a new one, unless there is one already; returns the one that counts."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key that a passphrase opens (scrypt, AES-GCM)."""

    kdf: dict[str, int]
    salt: bytes
    nonce: bytes
    sealed: bytes = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what :func:`seal_key` wrote; ValueError when it is damaged."""
        try:
            facts = json.loads(text)
            kdf = {name: int(facts["kdf"][name]) for name in ("n", "r", "p")}
            parts = [base64.b64decode(facts[name]) for name in ("salt", "nonce", "key")]
        except (KeyError, TypeError) as error:
            raise ValueError(f"{error!r} in a sealed key") from None
        power = kdf["n"].bit_length() - 1
        if kdf["n"] != 1 << power or not 1 <= power <= 20:
            raise ValueError("n of scrypt")
        if not (1 <= kdf["r"] <= 32 and 1 <= kdf["p"] <= 16):
            raise ValueError("r or p of scrypt")
        return cls(kdf, *parts)

    def opened(self, passphrase: str) -> bytes | None:
        """The key, or None when it is another passphrase."""
        wrapping = AESGCM(_derive(passphrase, self.salt, self.kdf))
        try:
            return wrapping.decrypt(self.nonce, self.sealed, _AAD)
        except InvalidTag:
            return None


def seal_key(key: bytes, passphrase: str) -> str:
    """``key`` as a text that only ``passphrase`` opens."""
    salt, nonce = os.urandom(16), os.urandom(12)
    wrapping = AESGCM(_derive(passphrase, salt, _SCRYPT))
    return json.dumps(
        {
            "format": _AAD.decode(),
            "kdf": {"name": "scrypt", **_SCRYPT},
            "salt": base64.b64encode(salt).decode(),
            "nonce": base64.b64encode(nonce).decode(),
            "key": base64.b64encode(wrapping.encrypt(nonce, key, _AAD)).decode(),
        }
    )


def _derive(passphrase: str, salt: bytes, kdf: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, **kdf).derive(passphrase.encode())
