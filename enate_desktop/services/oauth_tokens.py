"""The access tokens of connectors: asked for by mail sessions, renewed and kept here (C-03)."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from enate_desktop.credentials.oauth.flows import flow_of
from enate_desktop.credentials.oauth.refusals import nobody_signed_in
from enate_desktop.credentials.oauth.registration import Registration
from enate_desktop.credentials.oauth.source import MemoryShelf, Shelf, TokenSource
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import Connector, Side
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow
from enate_desktop.mail.credential import AccessToken
from enate_desktop.services.context import Context
from enate_desktop.services.fingerprints import effective_secrets
from enate_desktop.services.oauth_settings import asked_scopes, shared_sign_in, token_name
from enate_desktop.services.vault import SecretChanges, SecretName

Secrets = Mapping[SecretName, bytes]


def secrets_on_screen(
    context: Context, connector: Connector, secrets: SecretChanges
) -> dict[SecretName, bytes]:
    """The secrets of ``connector`` in the clear, as if ``secrets`` were stored."""
    known: dict[SecretName, bytes] = {}
    if connector.id:
        with context.database.read() as work:
            known = context.vault.stored(work, connector.id)
    return effective_secrets(known, secrets)


def registration_of(connector: Connector, side: Side, secrets: Secrets) -> Registration:
    """What the provider is asked with; InputError where a side has no registration."""
    settings = connector.sides[side]
    if settings.oauth is None:
        raise InputError(
            "There is no OAuth 2.0 registration to sign in with.",
            "Mail stays safely on the server. Fill it in.",
            field=f"{side}.oauth",
        )
    # A shared sign-in is the incoming one; what is missing there may stand on the other side.
    sides = tuple(Side) if shared_sign_in(connector) else (side,)

    def found(key: str) -> bytes:
        names = (SecretName(f"{one}.{key}") for one in sides)
        return next((secrets[name] for name in names if name in secrets), b"")

    certificate = None
    if settings.oauth.flow is OAuthFlow.APPLICATION and (pfx := found("certificate")):
        # Reading certificates costs 60 ms to import; only an application pays for it.
        from enate_desktop.credentials.certificates import ClientCertificate

        certificate = ClientCertificate(pfx, found("certificate_password"))
    return Registration(
        settings=settings.oauth,
        scopes=asked_scopes(connector, side),
        username=settings.username or connector.primary_address,
        side=side,
        client_secret=found("client_secret").decode("utf-8", "replace").strip(),
        certificate=certificate,
        ca_certificate="\n".join(
            dict.fromkeys(connector.sides[one].ca_certificate for one in sides)
        ),
    )


def stored_access(context: Context, connector: Connector, side: Side) -> AccessToken:
    """The access tokens of one side of a stored connector; renewals are kept in the data file."""

    def secrets() -> Secrets:
        with context.database.read() as work:
            return context.vault.stored(work, connector.id)

    def source(registration: Registration, known: Secrets) -> TokenSource:
        return _source(context, connector, side, registration, known)

    return _Access(connector, side, secrets, source)


def tried_access(
    context: Context, connector: Connector, side: Side, known: Secrets, given: TokenSource | None
) -> AccessToken:
    """The access tokens for a test of ``connector`` as it is on screen, with the ``known`` secrets.

    ``given`` gives those of a sign-in that is not stored. Without it the stored one is used, and
    its renewals are kept.
    """
    asked = False

    def source(registration: Registration, known: Secrets) -> TokenSource:
        nonlocal asked
        found = given or _source(context, connector, side, registration, known)
        if not asked:
            # Somebody asks, who may have mended what was wrong.
            found.ask_anew()
            asked = True
        return found

    return _Access(connector, side, lambda: known, source)


class _Access:
    """An ``AccessToken`` that remembers what it gave, so that the same is not given again."""

    def __init__(
        self,
        connector: Connector,
        side: Side,
        secrets: Callable[[], Secrets],
        source: Callable[[Registration, Secrets], TokenSource],
    ) -> None:
        self._connector = connector
        self._side = side
        self._secrets = secrets
        self._source = source
        self._given: str | None = None

    def __repr__(self) -> str:
        """Without anything secret (S-02)."""
        return f"_Access({self._side})"

    def __call__(self, renew: bool) -> str:
        secrets = self._secrets()
        registration = registration_of(self._connector, self._side, secrets)
        source = self._source(registration, secrets)
        refused = self._given if renew else None
        self._given = source.access_token(
            lambda token: _renewed(registration, token), refused=refused
        )
        return self._given


class _StoredToken:
    """The shelf in the data file."""

    def __init__(self, context: Context, connector_id: int, name: SecretName) -> None:
        self._context = context
        self._connector_id = connector_id
        self._name = name

    def load(self) -> Token | None:
        with self._context.database.read() as work:
            raw = self._context.vault.secret(work, self._connector_id, self._name)
        return None if raw is None else Token.from_json(raw)

    def store(self, token: Token) -> None:
        # The provider has taken back the former one: a lease lost meanwhile must not lose this one.
        with self._context.database.unfenced.write() as work:
            self._context.vault.renew(work, self._connector_id, self._name, token)


def _source(
    context: Context,
    connector: Connector,
    side: Side,
    registration: Registration,
    secrets: Secrets,
) -> TokenSource:
    """The one source of a stored sign-in; a changed registration begins anew."""
    name = token_name(connector, side)

    def shelf() -> Shelf:
        if registration.settings.flow is OAuthFlow.APPLICATION or not connector.id:
            return MemoryShelf()
        return _StoredToken(context, connector.id, name)

    if not connector.id:
        return TokenSource(shelf())
    version = _digest(registration, secrets)
    return context.vault.token_sources.of((connector.id, name), shelf, version)


def _renewed(registration: Registration, token: Token | None) -> Token:
    flow = flow_of(registration)
    if registration.settings.flow is OAuthFlow.APPLICATION:
        return flow.for_itself()
    if token is None or not token.refresh_token:
        raise nobody_signed_in(registration)
    return flow.renew(token)


def _digest(registration: Registration, secrets: Secrets) -> str:
    """Differs whenever what the provider is told differs, but for the token itself."""
    facts = (
        registration.settings,
        registration.scopes,
        registration.username,
        registration.ca_certificate,
        sorted((name, secret) for name, secret in secrets.items() if not name.is_token),
    )
    return sha256(repr(facts).encode()).hexdigest()
