"""The vault: connectors' secrets, sealed before they reach the database (S-02)."""

import threading
from collections.abc import Mapping
from enum import StrEnum

from enate_desktop.credentials.cipher import Cipher
from enate_desktop.credentials.keys import KeyStore
from enate_desktop.credentials.oauth.source import TokenSources
from enate_desktop.credentials.oauth.token import Token, grant_in
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

    @property
    def is_token(self) -> bool:
        """Whether the program renews it by itself."""
        return self in (SecretName.INCOMING_OAUTH_TOKEN, SecretName.OUTGOING_OAUTH_TOKEN)


SecretChanges = Mapping[SecretName, bytes | None]
"""New values by name; None forgets the stored one. What is not named stays as it is."""


class Vault:
    """Seals, opens and compares secrets; the key is fetched once, at the first need."""

    def __init__(self, keys: KeyStore) -> None:
        """Take the key from ``keys``."""
        self._keys = keys
        self._cipher: Cipher | None = None
        self._lock = threading.Lock()
        self.token_sources = TokenSources()
        """One per stored sign-in, so that no two threads of this process renew it at once."""

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

    def secret(self, work: UnitOfWork, connector_id: int, name: SecretName) -> bytes | None:
        """One secret of a connector in the clear, or None; CredentialError as above."""
        sealed = work.connectors.credentials(connector_id).get(name)
        if sealed is None:
            return None
        return self._get(create=False).open(sealed, _place(connector_id, name))

    def store(self, work: UnitOfWork, connector_id: int, changes: SecretChanges) -> list[str]:
        """Apply ``changes``; returns the names of those that really differ, for history.

        A token of the sign-in that is stored is kept only if it is a later renewal.
        """
        marks = work.connectors.credential_marks(connector_id)
        changed = []
        for name, secret in changes.items():
            if secret is None:
                if name in marks:
                    work.connectors.remove_credential(connector_id, name)
                    changed.append(str(name))
                continue
            mark = self._mark(name, secret)
            if marks.get(name) != mark:
                changed.append(str(name))
            elif not self._supersedes(work, connector_id, name, secret):
                continue
            self._seal(work, connector_id, name, secret)
        return changed

    def renew(self, work: UnitOfWork, connector_id: int, name: SecretName, token: Token) -> None:
        """Keep a renewed token, unless somebody signed in anew or forgot the sign-in meanwhile.

        No history is written: nothing that an administrator decided has changed.
        """
        present = self.secret(work, connector_id, name)
        if present is not None and token.newer_than(Token.from_json(present)):
            self._seal(work, connector_id, name, token.to_json())

    def marks(
        self, work: UnitOfWork, connector_id: int, changes: SecretChanges | None = None
    ) -> str:
        """One text that differs whenever a secret differs, as if ``changes`` were stored.

        Renewals of one sign-in do not differ.
        """
        marks = dict(work.connectors.credential_marks(connector_id)) if connector_id else {}
        for name, secret in (changes or {}).items():
            if secret is None:
                marks.pop(name, None)
            else:
                marks[name] = self._mark(name, secret)
        return ";".join(f"{name}={mark}" for name, mark in sorted(marks.items()))

    def _seal(self, work: UnitOfWork, connector_id: int, name: SecretName, secret: bytes) -> None:
        sealed = self._get(create=True).seal(secret, _place(connector_id, name))
        work.connectors.set_credential(connector_id, name, sealed, self._mark(name, secret))

    def _mark(self, name: SecretName, secret: bytes) -> str:
        told = grant_in(secret) if name.is_token else secret
        return self._get(create=True).mark(told, _place(0, name))

    def _supersedes(
        self, work: UnitOfWork, connector_id: int, name: SecretName, secret: bytes
    ) -> bool:
        """Whether a secret whose mark is that of the stored one is to take its place."""
        if not name.is_token:
            return True
        present = self.secret(work, connector_id, name)
        if present is None or present == secret:
            return present is None
        return Token.from_json(secret).newer_than(Token.from_json(present))

    def _get(self, *, create: bool) -> Cipher:
        with self._lock:
            if self._cipher is None:
                self._cipher = Cipher(self._keys.key(create=create))
            return self._cipher


def _place(connector_id: int, name: str) -> str:
    return f"connector/{connector_id}/{name}"
