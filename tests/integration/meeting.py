"""Lets the program meet a server in one cell of the matrix: right, and with the wrong secret."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from enate_desktop.credentials.certificates import ClientCertificate
from enate_desktop.credentials.oauth.token import Token
from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    Security,
    ServerSettings,
    Side,
    UseFor,
)
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.probe import probe
from enate_desktop.mail.report import TestReport
from enate_desktop.services.testing import ConnectionTest
from enate_desktop.services.vault import SecretName
from enate_desktop.wiring import Services
from tests.canary import secret
from tests.integration.matrix import Cell
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import PFX_PASSWORD, Pki
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import Demand, SmtpSink

Secrets = Mapping[SecretName, bytes]


@dataclass(frozen=True)
class Arena:
    """Every server, who vouches for them, and the program."""

    services: Services
    pki: Pki
    provider: IdentityProvider
    dovecot: Dovecot
    cyrus: Cyrus
    postfix: Postfix
    sink: SmtpSink


class Meeting:
    """One cell with a user of its own."""

    def __init__(self, arena: Arena, cell: Cell) -> None:
        self.arena = arena
        self.cell = cell
        keepers: dict[str, Dovecot | Cyrus | SmtpSink]
        keepers = {"cyrus": arena.cyrus, "aiosmtpd": arena.sink}
        self.keeper = keepers.get(cell.server, arena.dovecot)
        """Knows the users: Postfix asks Dovecot."""
        self.user = self.keeper.new_user()
        self.address = f"{self.user}@example.test"

    @property
    def side(self) -> str:
        """``incoming`` or ``outgoing``."""
        return "incoming" if self.cell.receives else "outgoing"

    def port(self, demand: Demand | None = None) -> int | None:
        """Where the server listens for this cell; None where it does not."""
        arena, cell = self.arena, self.cell
        server = {
            "dovecot": arena.dovecot,
            "cyrus": arena.cyrus,
            "postfix": arena.postfix,
            "aiosmtpd": arena.sink,
        }[cell.server]
        if cell.receives:
            name = f"{cell.protocol}{'s' if cell.security is Security.TLS else ''}_port"
            return getattr(server, name, None)
        if isinstance(server, Postfix | SmtpSink):
            return server.port(cell.security, demand or _DEMANDS[cell.authentication])
        return None

    def settings(self, demand: Demand | None = None) -> ServerSettings:
        """What an administrator would fill in."""
        cell = self.cell
        oauth = cell.authentication is Authentication.OAUTH2
        return ServerSettings(
            service=f"other_{cell.protocol}",
            host="localhost",
            port=self.port(demand) or 0,
            security=cell.security,
            authentication=cell.authentication,
            username="" if cell.authentication in _NAMELESS else self.user,
            ca_certificate=self.arena.pki.ca_pem,
            oauth=self._registration() if oauth else None,
        )

    def connector(self, demand: Demand | None = None) -> Connector:
        """A connector that has only this side."""
        use_for = UseFor.INCOMING if self.cell.receives else UseFor.OUTGOING
        made = Connector(0, f"{self.cell}", use_for, self.address)
        settings = self.settings(demand)
        return (
            replace(made, incoming=settings)
            if self.cell.receives
            else replace(made, outgoing=settings)
        )

    def secrets(self) -> Secrets:
        """The right ones."""
        match self.cell.authentication:
            case Authentication.PASSWORD:
                return self._named(password=self.keeper.password(self.user).encode())
            case Authentication.OAUTH2:
                return self._token(self.arena.provider.issue(self.user))
            case Authentication.CERTIFICATE:
                return self._certificate(unknown=False)
        return {}

    def wrong_secrets(self) -> Secrets:
        """A wrong password, an expired token or a certificate that the server does not know."""
        match self.cell.authentication:
            case Authentication.PASSWORD:
                return self._named(password=secret("wrong").encode())
            case Authentication.OAUTH2:
                return self._token(self.arena.provider.issue(self.user, seconds=-1))
            case Authentication.CERTIFICATE:
                return self._certificate(unknown=True)
        return {}

    def test(
        self,
        secrets: Secrets,
        connector: Connector | None = None,
        *,
        demand: Demand | None = None,
    ) -> ConnectionTest:
        """The staged test of this side; a mail goes to the user where it sends."""
        return self.arena.services.testing.run(
            connector or self.connector(demand),
            secrets,
            lambda _stage: None,
            threading.Event(),
            None if self.cell.receives else self.address,
        )

    def session(self, asked: list[bool]) -> TestReport:
        """The same straight to the server, whatever the settings are worth.

        ``asked`` gets an entry for every token that is asked for.
        """

        def token(renew: bool) -> str:
            asked.append(renew)
            return self.arena.provider.issue(self.user)

        connector = self.connector(Demand.NOTHING)
        identity = ClientCertificate(self._pfx(), PFX_PASSWORD)
        credential = Credential(access_token=token, identity=identity)
        return probe(
            connector.use_for,
            connector.incoming,
            connector.outgoing,
            dict.fromkeys(Side, credential),
            lambda _stage: None,
            threading.Event(),
            None if self.cell.receives else self.address,
        )

    def arrived(self) -> int:
        """How many mails have come to the user."""
        if isinstance(self.keeper, SmtpSink):
            return len(self.keeper.mails_to(self.address))
        with self.keeper.session(self.user) as connection:
            return len((connection.uid("SEARCH", "ALL")[1][0] or b"").split())

    def _registration(self) -> OAuthSettings:
        provider = self.arena.provider
        return OAuthSettings(
            OAuthProvider.OTHER,
            OAuthFlow.BROWSER,
            client_id=provider.client_id,
            issuer=provider.issuer,
            scopes=("mail",),
        )

    def _token(self, access_token: str) -> Secrets:
        """As after a sign-in that the provider has since forgotten: it renews nothing."""
        token = Token(
            access_token,
            3600,
            datetime.now(UTC),
            refresh_token=secret("refresh"),
            account=self.user,
            grant=self.user,
        )
        return self._named(oauth_token=token.to_json())

    def _certificate(self, *, unknown: bool) -> Secrets:
        pfx = self._pfx(unknown=unknown)
        return self._named(certificate=pfx, certificate_password=PFX_PASSWORD)

    def _pfx(self, *, unknown: bool = False) -> bytes:
        return self.arena.pki.client_pfx("gateway", unknown=unknown)

    def _named(self, **secrets: bytes) -> Secrets:
        return {SecretName(f"{self.side}.{name}"): value for name, value in secrets.items()}


_NAMELESS = (Authentication.NONE, Authentication.CERTIFICATE)
_DEMANDS = {
    Authentication.PASSWORD: Demand.SIGN_IN,
    Authentication.OAUTH2: Demand.SIGN_IN,
    Authentication.NONE: Demand.NOTHING,
    Authentication.CERTIFICATE: Demand.CERTIFICATE,
}
