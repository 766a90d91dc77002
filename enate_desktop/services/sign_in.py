"""What a mail session needs to sign in, made of a connector's settings and its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from enate_desktop.credentials.certificates import ClientCertificate
from enate_desktop.credentials.oauth.source import TokenSource
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import Authentication, Connector, ServerSettings, Side
from enate_desktop.domain.errors import CredentialError
from enate_desktop.mail.credential import Credential
from enate_desktop.services.context import Context
from enate_desktop.services.oauth_settings import token_name
from enate_desktop.services.oauth_tokens import secrets_on_screen, stored_access, tried_access
from enate_desktop.services.vault import SecretChanges, SecretName


def credential_for(context: Context, connector: Connector, side: Side) -> Credential:
    """The credential of one side of a stored connector.

    CredentialError when the password or certificate that it signs in with is not stored. An OAuth
    2.0 provider is asked only when the session asks for a token.
    """
    settings = connector.sides[side]
    with context.database.read() as work:
        secrets = context.vault.stored(work, connector.id)
    needed = {Authentication.PASSWORD: "password", Authentication.CERTIFICATE: "certificate"}
    what = needed.get(settings.authentication)
    if what is not None and SecretName(f"{side}.{what}") not in secrets:
        raise CredentialError(
            f'No {what} is stored for "{connector.name}".',
            f"Mail stays safely on the server. Enter the {what} in the connector.",
            field=f"{side}.{what}",
        )
    credential = credential_of(side, settings, secrets)
    if settings.authentication is not Authentication.OAUTH2:
        return credential
    return replace(credential, access_token=stored_access(context, connector, side))


@dataclass(frozen=True, slots=True, repr=False)
class OnScreen:
    """The credentials of what is on screen, saved or not.

    ``renewed`` collects the tokens of sign-ins that are not stored and were renewed meanwhile: they
    belong into the save, because the provider no longer honours the former ones.
    """

    by_side: dict[Side, Credential]
    renewed: dict[SecretName, bytes] = field(default_factory=dict)


def credentials_on_screen(
    context: Context, connector: Connector, secrets: SecretChanges
) -> OnScreen:
    """The credentials of ``connector`` as given; stored secrets fill in for those not given."""
    known = secrets_on_screen(context, connector, secrets)
    found = OnScreen({})
    given: dict[SecretName, TokenSource] = {}
    for side, settings in connector.sides.items():
        credential = credential_of(side, settings, known)
        if settings.authentication is Authentication.OAUTH2:
            name = token_name(connector, side)
            if name in secrets and name not in given:
                given[name] = TokenSource(_HeldToken(name, known, found.renewed))
            access = tried_access(context, connector, side, known, given.get(name))
            credential = replace(credential, access_token=access)
        found.by_side[side] = credential
    return found


def credential_of(
    side: Side, settings: ServerSettings, secrets: Mapping[SecretName, bytes]
) -> Credential:
    """The password and certificate of one side; what is missing stays empty."""
    identity = None
    pfx = secrets.get(SecretName(f"{side}.certificate"))
    if settings.authentication is Authentication.CERTIFICATE and pfx is not None:
        opened_by = secrets.get(SecretName(f"{side}.certificate_password"), b"")
        identity = ClientCertificate(pfx, opened_by)
    password = secrets.get(SecretName(f"{side}.password"), b"").decode("utf-8", "replace")
    return Credential(password, identity=identity)


class _HeldToken:
    """The shelf of a sign-in that is on screen only."""

    def __init__(
        self,
        name: SecretName,
        known: Mapping[SecretName, bytes],
        renewed: dict[SecretName, bytes],
    ) -> None:
        self._name = name
        self._known = known
        self._renewed = renewed

    def load(self) -> Token | None:
        raw = self._renewed.get(self._name, self._known.get(self._name))
        return None if raw is None else Token.from_json(raw)

    def store(self, token: Token) -> None:
        self._renewed[self._name] = token.to_json()
