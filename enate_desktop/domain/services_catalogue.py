"""The email services, their servers and the sign-in methods each allows (C-02, C-03, MAIL 1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from enate_desktop.domain.addresses import normal_domain
from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side
from enate_desktop.domain.oauth import OAuthProvider

PASSWORD, OAUTH2, NONE, CERTIFICATE = (
    Authentication.PASSWORD,
    Authentication.OAUTH2,
    Authentication.NONE,
    Authentication.CERTIFICATE,
)
RELAY_DOMAIN = "mail.protection.outlook.com"
"""The MX hosts of Exchange Online are below it."""

_DOMAINS = {
    OAuthProvider.GOOGLE: ("gmail.com", "googlemail.com"),
    OAuthProvider.MICROSOFT: (
        "office365.com",
        "outlook.com",
        "mx.microsoft",
        "office365.us",
        "outlook.cn",
    ),
}
_PROVIDERS = {"gmail": OAuthProvider.GOOGLE, "office365": OAuthProvider.MICROSOFT}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server; ``host`` is empty where the administrator gives it."""

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of *Email Service*. ``host`` is empty where the administrator gives the server.

    ``authentications`` are in the order in which they are offered, the best first. ``elsewhere``
    names the methods for which the provider has another server.
    """

    key: str
    label: str
    side: Side
    host: str
    port: int
    security: Security
    authentications: tuple[Authentication, ...]
    hints: Mapping[Authentication, str] = field(default_factory=dict, hash=False)
    elsewhere: Mapping[Authentication, Endpoint] = field(default_factory=dict, hash=False)

    @property
    def preset(self) -> bool:
        """Whether server, port and security are filled in and hidden, whatever the method."""
        return bool(self.host)

    @property
    def provider(self) -> OAuthProvider:
        """Who issues the tokens for it."""
        return provider_of(self.key, self.host)

    def endpoint(self, method: Authentication) -> Endpoint:
        """The server for ``method``; one with a host is filled in and hidden."""
        usual = Endpoint(self.host, self.port, self.security)
        return self.elsewhere.get(method, usual)

    def hint(self, method: Authentication, host: str = "") -> str:
        """One sentence about signing in with ``method``, or nothing; ``host`` as typed so far."""
        if method is PASSWORD and not self.host:
            about = _PASSWORD_HINTS.get((provider_of(self.key, host), self.side))
            if about is not None:
                return about
        return self.hints.get(method, "")


_APP_PASSWORD = (
    "Google takes an app password of 16 letters here, not the one of the account;"  # noqa: S105
    " the account needs 2-step verification for it."
)
_NO_PASSWORD = (
    "Microsoft switched passwords off for receiving in 2022: this works only where an"  # noqa: S105
    " exception still holds. Sign in with Microsoft instead."
)
_PASSWORD_HINTS = {
    (OAuthProvider.GOOGLE, Side.INCOMING): _APP_PASSWORD,
    (OAuthProvider.GOOGLE, Side.OUTGOING): _APP_PASSWORD,
    (OAuthProvider.MICROSOFT, Side.INCOMING): _NO_PASSWORD,
    (OAuthProvider.MICROSOFT, Side.OUTGOING): "Microsoft switches passwords for sending off at the"
    " end of December 2026. Sign in with Microsoft instead.",
}
_GMAIL_IMAP = {
    PASSWORD: _APP_PASSWORD,
    OAUTH2: "IMAP must be switched on in the settings of the Google mailbox.",
}
_GMAIL_POP3 = {
    PASSWORD: _APP_PASSWORD,
    OAUTH2: "Google's POP3 shows the oldest mails first and hides what was fetched once; IMAP is"
    " the better choice.",
}
_OFFICE365 = {
    PASSWORD: _NO_PASSWORD,
    OAUTH2: "The protocol must be switched on for the mailbox in Exchange Online.",
}
_RELAY = {
    CERTIFICATE: "An inbound connector in Exchange Online must name this certificate.",
    NONE: "An inbound connector in Exchange Online must name this computer's public IP address;"
    " many internet providers block port 25.",
    OAUTH2: "Sends through smtp.office365.com, port 587; authenticated SMTP must be switched on for"
    " the mailbox.",
}
_OTHER_IN = {OAUTH2: "The server must take tokens of this issuer (XOAUTH2 or OAUTHBEARER)."}
_OTHER_OUT = {
    NONE: "The server must take mail from this computer's address.",
    CERTIFICATE: "The certificate is shown while encryption begins; no password is sent.",
    **_OTHER_IN,
}


def _in(
    key: str,
    label: str,
    host: str,
    port: int,
    methods: tuple[Authentication, ...],
    hints: Mapping[Authentication, str],
) -> Service:
    return Service(key, label, Side.INCOMING, host, port, Security.TLS, methods, hints)


_SERVICES = (
    _in("gmail_imap", "Gmail (IMAP)", "imap.gmail.com", 993, (PASSWORD, OAUTH2), _GMAIL_IMAP),
    _in("gmail_pop3", "Gmail (POP3)", "pop.gmail.com", 995, (PASSWORD, OAUTH2), _GMAIL_POP3),
    _in(
        "office365_imap",
        "Office 365 (IMAP)",
        "outlook.office365.com",
        993,
        (OAUTH2, PASSWORD),
        _OFFICE365,
    ),
    _in(
        "office365_pop3",
        "Office 365 (POP3)",
        "outlook.office365.com",
        995,
        (OAUTH2, PASSWORD),
        _OFFICE365,
    ),
    _in("other_imap", "Other (IMAP)", "", 993, (PASSWORD, OAUTH2), _OTHER_IN),
    _in("other_pop3", "Other (POP3)", "", 995, (PASSWORD, OAUTH2), _OTHER_IN),
    Service(
        "gmail_smtp",
        "Gmail (SMTP)",
        Side.OUTGOING,
        "smtp.gmail.com",
        465,
        Security.TLS,
        (PASSWORD, OAUTH2),
        {PASSWORD: _APP_PASSWORD},
    ),
    Service(
        "office365_smtp_relay",
        "Office 365 (SMTP Relay)",
        Side.OUTGOING,
        "",
        25,
        Security.STARTTLS,
        (CERTIFICATE, NONE, OAUTH2),
        _RELAY,
        # A relay knows no users: whoever signs in, sends through client submission.
        {OAUTH2: Endpoint("smtp.office365.com", 587, Security.STARTTLS)},
    ),
    Service(
        "other_smtp",
        "Other (SMTP)",
        Side.OUTGOING,
        "",
        587,
        Security.STARTTLS,
        (PASSWORD, NONE, CERTIFICATE, OAUTH2),
        _OTHER_OUT,
    ),
)
SERVICES: dict[str, Service] = {service.key: service for service in _SERVICES}
"""By the key used in configuration files (SPEC 11), in the order they are offered.

Sending with a password through Office 365 is "Other (SMTP)" at smtp.office365.com, port 587: the
seed allows no password for the relay (C-03).
"""


def usual_port(service_key: str, security: Security) -> int:
    """The port a server of this kind usually listens on (RFC 8314, RFC 6409)."""
    protocol = service_key.rpartition("_")[2]
    implicit, plain = {"imap": (993, 143), "pop3": (995, 110)}.get(protocol, (465, 587))
    if protocol == "relay" and security is not Security.TLS:
        return 25
    return implicit if security is Security.TLS else plain


def provider_of(service_key: str, host: str) -> OAuthProvider:
    """Whose servers these are, also when they were typed under "Other"."""
    provider = _PROVIDERS.get(service_key.partition("_")[0])
    if provider is not None:
        return provider
    name = f".{host.strip().rstrip('.').lower()}"
    for known, domains in _DOMAINS.items():
        if any(name.endswith(f".{domain}") for domain in domains):
            return known
    return OAuthProvider.OTHER


def relay_host(address: str) -> str:
    """The MX host that Exchange Online usually gives the domain of ``address``; "" without one.

    ``hr@acme.com`` gives ``acme-com.mail.protection.outlook.com``; only the tenant's administrator
    knows for sure.
    """
    domain = normal_domain(address.rpartition("@")[2])
    if domain is None or "." not in domain:
        return ""
    return f"{domain.replace('.', '-')}.{RELAY_DOMAIN}"


def with_preset(settings: ServerSettings) -> ServerSettings:
    """``settings`` with the server that service and method imply, where they imply one."""
    service = SERVICES.get(settings.service)
    if service is None:
        return settings
    known = service.endpoint(settings.authentication)
    if not known.host:
        return settings
    return replace(settings, host=known.host, port=known.port, security=known.security)
