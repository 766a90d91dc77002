"""The email services, their presets and the sign-in methods each allows (C-02, C-03, MAIL 1.3)."""

from dataclasses import dataclass

from enate_desktop.domain.connectors import Authentication, Security, Side

PASSWORD, OAUTH2, NONE, CERTIFICATE = (
    Authentication.PASSWORD,
    Authentication.OAUTH2,
    Authentication.NONE,
    Authentication.CERTIFICATE,
)


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of *Email Service*. ``host`` is empty where the administrator gives the server."""

    key: str
    label: str
    side: Side
    host: str
    port: int
    security: Security
    authentications: tuple[Authentication, ...]

    @property
    def preset(self) -> bool:
        """Whether server, port and security are filled in and hidden."""
        return bool(self.host)


def _in(key: str, label: str, host: str, port: int, *methods: Authentication) -> Service:
    return Service(key, label, Side.INCOMING, host, port, Security.TLS, methods)


def _out(
    key: str, label: str, host: str, port: int, security: Security, *methods: Authentication
) -> Service:
    return Service(key, label, Side.OUTGOING, host, port, security, methods)


SERVICES: dict[str, Service] = {
    service.key: service
    for service in (
        _in("gmail_imap", "Gmail (IMAP)", "imap.gmail.com", 993, PASSWORD, OAUTH2),
        _in("gmail_pop3", "Gmail (POP3)", "pop.gmail.com", 995, PASSWORD, OAUTH2),
        _in("office365_imap", "Office 365 (IMAP)", "outlook.office365.com", 993, PASSWORD, OAUTH2),
        _in("office365_pop3", "Office 365 (POP3)", "outlook.office365.com", 995, PASSWORD, OAUTH2),
        _in("other_imap", "Other (IMAP)", "", 993, PASSWORD, OAUTH2),
        _in("other_pop3", "Other (POP3)", "", 995, PASSWORD, OAUTH2),
        _out("gmail_smtp", "Gmail (SMTP)", "smtp.gmail.com", 465, Security.TLS, PASSWORD, OAUTH2),
        _out(
            "office365_smtp_relay",
            "Office 365 (SMTP Relay)",
            "",
            25,
            Security.STARTTLS,
            CERTIFICATE,
            NONE,
            OAUTH2,
        ),
        _out(
            "other_smtp",
            "Other (SMTP)",
            "",
            587,
            Security.STARTTLS,
            PASSWORD,
            NONE,
            CERTIFICATE,
            OAUTH2,
        ),
    )
}
"""By the key used in configuration files (SPEC 11), in the order they are offered."""


def usual_port(service_key: str, security: Security) -> int:
    """The port a server of this kind usually listens on (RFC 8314, RFC 6409)."""
    protocol = service_key.rpartition("_")[2]
    implicit, plain = {"imap": (993, 143), "pop3": (995, 110)}.get(protocol, (465, 587))
    return implicit if security is Security.TLS else plain
