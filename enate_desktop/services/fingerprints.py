"""What a connection test depends on: the settings, and those secrets that their methods use (C-05).

Secrets take part by their marks, so that a digest never tells anything of a secret.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    ServerSettings,
    Side,
    UseFor,
    connection_fingerprint,
)
from enate_desktop.domain.oauth import OAuthFlow
from enate_desktop.services.context import Context
from enate_desktop.services.oauth_settings import shared_sign_in
from enate_desktop.services.vault import SecretChanges, SecretName
from enate_desktop.storage.unit_of_work import UnitOfWork


def used_secrets(connector: Connector) -> frozenset[SecretName]:
    """The secrets that the sign-in methods of ``connector`` may use."""
    return frozenset(
        SecretName(f"{side}.{key}")
        for side, settings in connector.sides.items()
        for key in _keys(settings)
    )


def uses_certificate(settings: ServerSettings) -> bool:
    """Whether the side may sign in with a certificate, as a TLS client or to get tokens."""
    return "certificate" in _keys(settings)


def settled(
    connector: Connector, stored: Collection[str], secrets: SecretChanges
) -> dict[SecretName, bytes | None]:
    """The changes of secrets that saving ``connector`` makes: those of no more use are forgotten.

    ``stored`` are the names of the secrets there are, ``secrets`` the changes asked for.
    """
    used = used_secrets(connector)
    changes = {name: secret for name, secret in secrets.items() if name in used}
    unused = (SecretName(name) for name in stored if name not in used)
    return {**changes, **dict.fromkeys(unused)}


def secret_marks(
    context: Context, work: UnitOfWork, connector: Connector, secrets: SecretChanges
) -> str:
    """The marks of the secrets in use once ``connector`` and ``secrets`` were saved."""
    stored = work.connectors.credential_marks(connector.id) if connector.id else {}
    return context.vault.marks(work, connector.id, settled(connector, stored, secrets))


def fingerprint(
    context: Context,
    work: UnitOfWork,
    connector: Connector,
    secrets: SecretChanges | None = None,
) -> str:
    """That of a test of ``connector`` with the stored secrets, as if ``secrets`` were saved."""
    return connection_fingerprint(connector, secret_marks(context, work, connector, secrets or {}))


def route_fingerprint(
    context: Context, work: UnitOfWork, connector: Connector, address: str
) -> str:
    """That of a test to send from ``address`` over the outgoing side of a stored connector (R-02).

    The incoming side takes no part: a change of it leaves outgoing routes tested.
    """
    sending = replace(connector, use_for=UseFor.OUTGOING, incoming=None)
    marks = secret_marks(context, work, connector, {})
    if not shared_sign_in(connector):
        marks = ";".join(m for m in marks.split(";") if m.startswith(f"{Side.OUTGOING}."))
    facts = f"{connection_fingerprint(sending, marks)}\n{address}"
    return hashlib.sha256(facts.encode()).hexdigest()


def effective_secrets(
    stored: Mapping[SecretName, bytes], secrets: SecretChanges
) -> dict[SecretName, bytes]:
    """The stored secrets with ``secrets`` applied, in the clear."""
    changed = {**stored, **secrets}
    return {name: secret for name, secret in changed.items() if secret is not None}


def _keys(settings: ServerSettings) -> tuple[str, ...]:
    match settings.authentication:
        case Authentication.PASSWORD:
            return ("password",)
        case Authentication.CERTIFICATE:
            return ("certificate", "certificate_password")
        case Authentication.OAUTH2:
            own = settings.oauth is not None and settings.oauth.flow is OAuthFlow.APPLICATION
            pair = ("certificate", "certificate_password") if own else ()
            return ("client_secret", "oauth_token", *pair)
        case Authentication.NONE:
            return ()
