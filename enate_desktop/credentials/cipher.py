"""Sealing secrets with AES-256-GCM, each bound to the place it is kept at."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enate_desktop.domain.errors import CredentialError

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12


class Cipher:
    """Seals and opens secrets with one key; never shows it."""

    def __init__(self, key: bytes) -> None:
        """Use the 32-byte ``key``."""
        self._gcm = AESGCM(key)
        self._mark_key = hashlib.sha256(b"mark" + key).digest()

    def __repr__(self) -> str:
        """Without the key (S-02)."""
        return "Cipher(…)"

    def seal(self, secret: bytes, place: str) -> bytes:
        """``secret`` encrypted for ``place`` (such as ``connector/7/incoming.password``)."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._gcm.encrypt(nonce, secret, _VERSION + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The secret; CredentialError with another key, at another place or when damaged."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if sealed[:1] != _VERSION:
                raise InvalidTag
            return self._gcm.decrypt(nonce, body, _VERSION + place.encode())
        except (InvalidTag, ValueError):
            raise CredentialError(
                "A stored secret cannot be read on this computer.",
                "No sign-in was tried and no mail was touched. Enter the secret again.",
            ) from None

    def mark(self, secret: bytes, place: str) -> str:
        """A keyed digest that is equal for equal secrets of one place and tells nothing else."""
        digest = hmac.new(self._mark_key, place.encode() + b"\0" + secret, hashlib.sha256)
        return digest.hexdigest()[:32]
