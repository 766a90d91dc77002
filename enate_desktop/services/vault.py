"""The vault: connectors' secrets, sealed before they reach the database (S-02)."""

import threading
from collections.abc import Mapping
from enum import StrEnum

from enate_desktop.credentials.cipher import Cipher
from enate_desktop.credentials.keys import KeyStore
from enate_desktop.storage.unit_of_work import UnitOfWork


class SecretName(StrEnum):
    """The secrets a connector may have.

    The certificate is what an authentication certificate or an OAuth 2.0 application signs in with.
    The OAuth token is the JSON of what the provider gave: it is renewed by the program itself.
    """

    # ruff takes the names of secrets for secrets.
    INCOMING_PASSWORD = "incoming.password"  # noqa: S105
    INCOMING_CERTIFICATE = "incoming.certificate"
    INCOMING_CERTIFICATE_PASSWORD = "incoming.certificate_password"  # noqa: S105
    INCOMING_CLIENT_SECRET = "incoming.client_secret"  # noqa: S105
    INCOMING_OAUTH_TOKEN = "incoming.oauth_token"  # noqa: S105
    OUTGOING_PASSWORD = "outgoing.password"  # noqa: S105
    OUTGOING_CERTIFICATE = "outgoing.certificate"
    OUTGOING_CERTIFICATE_PASSWORD = "outgoing.certificate_password"  # noqa: S105
    OUTGOING_CLIENT_SECRET = "outgoing.client_secret"  # noqa: S105
    OUTGOING_OAUTH_TOKEN = "outgoing.oauth_token"  # noqa: S105


SecretChanges = Mapping[SecretName, bytes | None]
"""New values by name; None forgets the stored one. What is not named stays as it is."""


class Vault:
    """Seals, opens and compares secrets; the key is fetched once, at the first need."""

    def __init__(self, keys: KeyStore) -> None:
        """Take the key from ``keys``."""
        self._keys = keys
        self._cipher: Cipher | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Without anything secret."""
        return "Vault(…)"

    def prepare(self) -> None:
        """Fetch or make the key now: a locked keyring must not hold a database transaction."""
        self._get(create=True)

    def stored(self, work: UnitOfWork, connector_id: int) -> dict[SecretName, bytes]:
        """The secrets of a connector in the clear; CredentialError when they cannot be read."""
        sealed = work.connectors.credentials(connector_id)
        if not sealed:
            return {}
        cipher = self._get(create=False)
        return {
            SecretName(name): cipher.open(value, _place(connector_id, name))
            for name, value in sealed.items()
        }

    def store(self, work: UnitOfWork, connector_id: int, changes: SecretChanges) -> list[str]:
        """Apply ``changes``; returns the names of those that really differ, for history."""
        marks = work.connectors.credential_marks(connector_id)
        changed = []
        for name, secret in changes.items():
            if secret is None:
                if name in marks:
                    work.connectors.remove_credential(connector_id, name)
                    changed.append(str(name))
                continue
            cipher = self._get(create=True)
            place = _place(connector_id, name)
            mark = cipher.mark(secret, _place(0, name))
            if marks.get(name) != mark:
                changed.append(str(name))
            work.connectors.set_credential(connector_id, name, cipher.seal(secret, place), mark)
        return changed

    def marks(
        self, work: UnitOfWork, connector_id: int, changes: SecretChanges | None = None
    ) -> str:
        """One text that differs whenever a secret differs, as if ``changes`` were stored."""
        marks = dict(work.connectors.credential_marks(connector_id)) if connector_id else {}
        for name, secret in (changes or {}).items():
            if secret is None:
                marks.pop(name, None)
            else:
                marks[name] = self._get(create=True).mark(secret, _place(0, name))
        return ";".join(f"{name}={mark}" for name, mark in sorted(marks.items()))

    def _get(self, *, create: bool) -> Cipher:
        with self._lock:
            if self._cipher is None:
                self._cipher = Cipher(self._keys.key(create=create))
            return self._cipher


def _place(connector_id: int, name: str) -> str:
    return f"connector/{connector_id}/{name}"
