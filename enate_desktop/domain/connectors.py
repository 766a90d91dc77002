"""Connectors: one mailbox or sending gateway with its sign-in, and when it may run (SPEC 2)."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from enate_desktop.domain.certificates import CertificateFacts
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthSettings
from enate_desktop.domain.routes import Covers, Route

PASSWORD_LIMIT = 50
"""Characters a connector's password may have (C-01)."""


class UseFor(StrEnum):
    """The direction of a connector."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    BOTH = "both"

    @property
    def receives(self) -> bool:
        """Whether mail is taken in."""
        return self is not UseFor.OUTGOING

    @property
    def sends(self) -> bool:
        """Whether mail is sent."""
        return self is not UseFor.INCOMING


class Side(StrEnum):
    """The incoming or the outgoing half of a connector."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Security(StrEnum):
    """How the connection is protected; there is no "if available" (C-13)."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Authentication(StrEnum):
    """How we prove who we are."""

    PASSWORD = "password"  # noqa: S105  # names the method
    OAUTH2 = "oauth2"
    NONE = "none"
    CERTIFICATE = "certificate"


class IntakeAction(StrEnum):
    """What happens on the server once a mail is durably taken in (C-12)."""

    KEEP = "keep"
    MARK_READ = "mark_read"
    MOVE = "move"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class AfterIntake:
    """The action, and the target folder of a move."""

    action: IntakeAction = IntakeAction.KEEP
    folder: str = ""


class FirstIntake(StrEnum):
    """What the first enable of a mailbox does with mail that is already there (C-12)."""

    NEW = "new"
    SINCE = "since"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class StartFrom:
    """The choice at first enable; ``since`` (UTC) only with FirstIntake.SINCE."""

    choice: FirstIntake = FirstIntake.NEW
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where one side connects to and as whom; secrets are kept apart (S-02)."""

    service: str
    host: str
    port: int
    security: Security = Security.TLS
    authentication: Authentication = Authentication.PASSWORD
    username: str = ""
    additional_mailbox: str | None = None
    ca_certificate: str = ""
    """PEM of a private CA that is trusted for this server only (C-13); empty for the system's."""
    oauth: OAuthSettings | None = None
    """The registration to sign in with; only with Authentication.OAUTH2."""
    certificate: CertificateFacts | None = None
    """What may be shown of the stored authentication certificate (C-04)."""

    @property
    def is_pop3(self) -> bool:
        """Whether the service speaks POP3."""
        return self.service.endswith("_pop3")


@dataclass(frozen=True, slots=True)
class Fallback:
    """The obligatory last route of a connector that receives (C-07)."""

    process_id: int
    category: str | None = None
    send_automated_emails: bool = False
    only_test_mode: bool = False
    covers: Covers = Covers.ALL


class Health(StrEnum):
    """How the connector fares while it is enabled."""

    IDLE = "idle"
    RUNNING = "running"
    FAILING = "failing"
    STOPPED = "stopped"
    """Switched off by the worker."""
    SIGN_IN_NEEDED = "sign_in_needed"
    """Switched off by the worker, because a person must sign in again (OAuth 2.0)."""

    @property
    def is_stopped(self) -> bool:
        """Whether the worker switched the connector off."""
        return self in (Health.STOPPED, Health.SIGN_IN_NEEDED)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the worker last saw of a connector; times are UTC."""

    health: Health = Health.IDLE
    reason: str = ""
    failures: int = 0
    last_check: datetime | None = None
    last_error: datetime | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """One mailbox or sending gateway; ``id`` is 0 before it is stored."""

    id: int
    name: str
    use_for: UseFor
    primary_address: str
    incoming: ServerSettings | None = None
    outgoing: ServerSettings | None = None
    after_intake: AfterIntake = AfterIntake()
    start_from: StartFrom = StartFrom()
    fallback: Fallback | None = None
    enabled: bool = False
    default_sender: bool = False
    tested_fingerprint: str = ""
    tested_at: datetime | None = None
    tested_by: str = ""
    version: int = 1
    condition: Condition = field(default=Condition(), compare=False)

    @property
    def sides(self) -> dict[Side, ServerSettings]:
        """The settings of the sides it has."""
        both = {Side.INCOMING: self.incoming, Side.OUTGOING: self.outgoing}
        return {side: settings for side, settings in both.items() if settings is not None}

    @property
    def fallback_route(self) -> Route | None:
        """The fallback as the last route of the connector (R-03)."""
        if self.fallback is None or not self.use_for.receives:
            return None
        return Route(
            id=-self.id,
            connector_id=self.id,
            name="Fallback",
            address=self.primary_address,
            process_id=self.fallback.process_id,
            category=self.fallback.category,
            send_automated_emails=self.fallback.send_automated_emails,
            test_mode=self.fallback.only_test_mode,
            fallback=True,
        )


def sign_in_needed(connector: Connector) -> bool:
    """Whether the connector is off until a person signs in again."""
    return not connector.enabled and connector.condition.health is Health.SIGN_IN_NEEDED


def connection_fingerprint(connector: Connector, secret_marks: str) -> str:
    """A digest of everything a connection test depends on (C-05).

    ``secret_marks`` names the stored versions of the secrets, never the secrets themselves.
    """

    def side(settings: ServerSettings | None) -> list[object] | None:
        if settings is None:
            return None
        return [
            settings.service,
            settings.host.strip().lower(),
            settings.port,
            settings.security,
            settings.authentication,
            settings.username,
            settings.additional_mailbox,
            settings.ca_certificate,
            None if settings.oauth is None else asdict(settings.oauth),
        ]

    facts = [connector.use_for, side(connector.incoming), side(connector.outgoing), secret_marks]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def check_password(password: str, field_name: str) -> None:
    """Raise InputError for a password that cannot be kept as typed (C-01; MAIL 4 F 131)."""
    if len(password) > PASSWORD_LIMIT:
        raise InputError(
            f"The password has {len(password)} characters; the limit is {PASSWORD_LIMIT}.",
            "Nothing was cut. Use a shorter one, such as an app password.",
            field=field_name,
        )
    check_no_control_characters(password, "The password", field_name)


def check_no_control_characters(text: str, what: str, field_name: str) -> None:
    """Refuse what could smuggle a second command to a server (MAIL 4 E 107)."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise InputError(
            f"{what} contains a control character or line break.",
            "Nothing was sent to the server. Type it again without.",
            field=field_name,
        )
