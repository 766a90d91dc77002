"""What a signed-in connection to any kind of server goes through, step by step (C-06)."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence

from enate_desktop.domain.connectors import Authentication, Security, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Address, Line, encrypt, open_wire
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.secrecy import check_before_password, check_before_token, typed_password
from enate_desktop.mail.wire import Wire
from enate_desktop.mail.wire_errors import LostError
from enate_desktop.mail.xoauth2 import BearerExchange, chosen_mechanism, sign_in_with_token


class Session(ABC):
    """The steps in their order: :meth:`dial`, :meth:`encrypt`, :meth:`sign_in`, then what the
    protocol is for. Each raises MailError and leaves closing to the caller.
    """

    def __init__(self, line: Line, credential: Credential) -> None:
        self.line = line
        self._credential = credential
        self._wire: Wire | None = None
        self._addresses: Sequence[Address] = ()

    @property
    def wire(self) -> Wire | None:
        """The connection, once there is one."""
        return self._wire

    def dial(self, addresses: Sequence[Address]) -> None:
        """Connect; without implicit TLS the server's greeting is read too."""
        self._addresses = addresses
        self._wire = open_wire(self.line, addresses)
        if self.line.settings.security is not Security.TLS:
            self._greet(self._wire)

    def encrypt(self) -> None:
        """Begin TLS as the connector says; nothing to do when it says none."""
        wire, security = self._wire, self.line.settings.security
        if wire is None or security is Security.NONE:
            return
        if security is Security.STARTTLS:
            wire.expect_silence()
            self._ask_for_tls()
        upgrade = self._upgrade if security is Security.STARTTLS else None
        encrypt(self.line, wire, self._addresses, upgrade)
        try:
            (self._greet if upgrade is None else self._begin_anew)(wire)
        except LostError as error:
            raise self._unless_refused(error) from error

    def sign_in(self) -> None:
        """Prove who we are, with the password or an access token."""
        settings = self.line.settings
        if settings.authentication is not Authentication.OAUTH2:
            check_before_password(self.line, self._wire, self._credential.password)
            self._sign_in_with_password(typed_password(settings, self._credential.password))
            return
        check_before_token(self.line, self._wire)
        mechanism = chosen_mechanism(self.line, self._mechanisms())
        sign_in_with_token(self.line, self._credential, mechanism, self._carry_out, self._reopen)

    @abstractmethod
    def capabilities(self) -> tuple[str, ...]:
        """What the server says it can do, bounded and safe to show."""

    @abstractmethod
    def close(self) -> None:
        """Sign out if possible and close; never raises."""

    @abstractmethod
    def _greet(self, wire: Wire) -> None:
        """Read the greeting, and what the server can do."""

    @abstractmethod
    def _ask_for_tls(self) -> None:
        """Send the STARTTLS of the protocol; ``secrecy.no_starttls`` when it is refused."""

    @staticmethod
    @abstractmethod
    def _upgrade(wire: Wire) -> None:
        """Bring a fresh plain connection to the point where TLS begins."""

    @abstractmethod
    def _begin_anew(self, wire: Wire) -> None:
        """After STARTTLS: what the server said before does not count (RFC 3207)."""

    @abstractmethod
    def _mechanisms(self) -> Collection[str]:
        """The SASL mechanisms that the server offers here."""

    @abstractmethod
    def _sign_in_with_password(self, password: str) -> None:
        """Sign in as the user name of the settings."""

    @abstractmethod
    def _carry_out(self, exchange: BearerExchange) -> None:
        """Sign in with a token; raises ``exchange.refused`` for a refusal."""

    def _unless_refused(self, error: LostError) -> MailError:
        """In TLS 1.3 a server's word about our certificate may be lost with the line."""
        if self.line.side is Side.INCOMING:
            return error
        shown = self.line.identity is not None
        likely = (
            "It may not accept the authentication certificate: give this connector one (.pfx) that"
            " the server knows."
            if shown
            else "It may want a client certificate (.pfx), or be overloaded; we try again later."
        )
        return MailError(
            ErrorKind.TLS if shown else ErrorKind.TEMPORARY,
            f"The server {self.line.host} hung up as soon as the connection was encrypted.",
            f"Nothing was sent. {likely}",
            field=self.line.field("certificate"),
            server_words=error.server_words,
        )

    def _reopen(self) -> None:
        """The same connection anew, up to the sign-in."""
        self.close()
        self.dial(self._addresses)
        self.encrypt()

    def _opened(self) -> Wire:
        """The connection; MailError when the session is not open."""
        if self._wire is None:
            raise self._not_open()
        return self._wire

    def _not_open(self) -> MailError:
        return MailError(
            ErrorKind.TEMPORARY,
            "The connection to the server is not open.",
            "No mail was changed; it is opened again at the next check.",
        )
