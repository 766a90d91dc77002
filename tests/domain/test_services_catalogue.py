"""The presets of the email services and the methods each allows (C-02, C-03, MAIL 1.3)."""

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side
from enate_desktop.domain.oauth import OAuthProvider
from enate_desktop.domain.services_catalogue import (
    SERVICES,
    Endpoint,
    provider_of,
    relay_host,
    usual_port,
    with_preset,
)

PASSWORD, OAUTH2, NONE, CERTIFICATE = (
    Authentication.PASSWORD,
    Authentication.OAUTH2,
    Authentication.NONE,
    Authentication.CERTIFICATE,
)
TLS, STARTTLS = Security.TLS, Security.STARTTLS
TABLE = [
    ("gmail_imap", "Gmail (IMAP)", "imap.gmail.com", 993, TLS, {PASSWORD, OAUTH2}),
    ("gmail_pop3", "Gmail (POP3)", "pop.gmail.com", 995, TLS, {PASSWORD, OAUTH2}),
    ("gmail_smtp", "Gmail (SMTP)", "smtp.gmail.com", 465, TLS, {PASSWORD, OAUTH2}),
    ("office365_imap", "Office 365 (IMAP)", "outlook.office365.com", 993, TLS, {PASSWORD, OAUTH2}),
    ("office365_pop3", "Office 365 (POP3)", "outlook.office365.com", 995, TLS, {PASSWORD, OAUTH2}),
    (
        "office365_smtp_relay",
        "Office 365 (SMTP Relay)",
        "",
        25,
        STARTTLS,
        {NONE, CERTIFICATE, OAUTH2},
    ),
    ("other_imap", "Other (IMAP)", "", 993, TLS, {PASSWORD, OAUTH2}),
    ("other_pop3", "Other (POP3)", "", 995, TLS, {PASSWORD, OAUTH2}),
    ("other_smtp", "Other (SMTP)", "", 587, STARTTLS, {NONE, PASSWORD, CERTIFICATE, OAUTH2}),
]


@pytest.mark.parametrize(
    ("key", "label", "host", "port", "security", "methods"), TABLE, ids=[row[0] for row in TABLE]
)
def test_every_service_is_as_the_providers_say(
    key: str,
    label: str,
    host: str,
    port: int,
    security: Security,
    methods: set[Authentication],
) -> None:
    """C-02, C-03, MAIL 1.3: names, servers, ports, security and methods, exactly."""
    service = SERVICES[key]
    assert (service.label, service.host, service.port) == (label, host, port)
    assert service.security is security
    assert set(service.authentications) == methods
    assert service.side is (Side.OUTGOING if "smtp" in key else Side.INCOMING)
    assert service.preset is bool(host)
    assert service.provider is provider_of(key, "")
    assert len(set(SERVICES)) == len(TABLE)
    hash(service)


def test_the_method_that_still_works_comes_first() -> None:
    """MAIL 1.1: passwords are gone at Office 365; they are offered for exceptions only."""
    for key in ("office365_imap", "office365_pop3"):
        assert SERVICES[key].authentications[0] is OAUTH2
        assert "switched passwords off" in SERVICES[key].hint(PASSWORD)
    assert SERVICES["office365_smtp_relay"].authentications[0] is CERTIFICATE


@pytest.mark.parametrize("key", list(SERVICES))
def test_a_hint_is_one_sentence_of_words(key: str) -> None:
    """C-03: shown under the method; nothing for a method that needs none."""
    service = SERVICES[key]
    for method in service.authentications:
        hint = service.hint(method)
        assert hint == hint.strip()
        assert not hint or hint.endswith(".")
    assert service.hint(OAUTH2) or key == "gmail_smtp"


@pytest.mark.parametrize(
    ("key", "host", "words"),
    [
        ("gmail_imap", "", "app password of 16 letters"),
        ("gmail_smtp", "", "app password of 16 letters"),
        ("other_imap", "imap.gmail.com", "app password of 16 letters"),
        ("other_imap", "outlook.office365.com", "switched passwords off"),
        ("other_smtp", "smtp.office365.com.", "end of December 2026"),
        ("other_smtp", "SMTP-MAIL.OUTLOOK.COM", "end of December 2026"),
        ("other_smtp", "smtp.acme.com", ""),
        ("other_smtp", "evil-gmail.com", ""),
    ],
)
def test_a_password_hint_follows_the_server_that_was_typed(key: str, host: str, words: str) -> None:
    """MAIL 1.1-1.3: warned of with the date, also where the server was typed under Other."""
    hint = SERVICES[key].hint(PASSWORD, host)
    assert words in hint
    assert bool(words) is bool(hint)


@pytest.mark.parametrize(
    ("key", "host", "provider"),
    [
        ("gmail_imap", "", OAuthProvider.GOOGLE),
        ("office365_smtp_relay", "", OAuthProvider.MICROSOFT),
        ("other_smtp", "acme-com.mail.protection.outlook.com", OAuthProvider.MICROSOFT),
        ("other_smtp", "acme-com.x-v1.mx.microsoft", OAuthProvider.MICROSOFT),
        ("other_imap", "imap.googlemail.com", OAuthProvider.GOOGLE),
        ("other_imap", "outlook.com.evil.test", OAuthProvider.OTHER),
        ("other_imap", "notoutlook.com", OAuthProvider.OTHER),
        ("other_imap", "", OAuthProvider.OTHER),
    ],
)
def test_the_provider_is_known_by_service_or_server(
    key: str, host: str, provider: OAuthProvider
) -> None:
    """C-03: who issues the tokens."""
    assert provider_of(key, host) is provider


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("hr@acme.com", "acme-com.mail.protection.outlook.com"),
        ("hr@mail.acme.co.uk", "mail-acme-co-uk.mail.protection.outlook.com"),
        ("hr@Acme.COM", "acme-com.mail.protection.outlook.com"),
        ("hr@bücher.de", "xn--bcher-kva-de.mail.protection.outlook.com"),
        ("hr@localhost", ""),
        ("hr", ""),
        ("", ""),
        ("hr@a b.com", ""),
    ],
)
def test_the_relay_is_guessed_from_the_primary_address(address: str, host: str) -> None:
    """MAIL 1.1, 1.3: the tenant's MX host; the administrator may know better."""
    assert relay_host(address) == host


def test_whoever_signs_in_to_office_365_sends_through_client_submission() -> None:
    """MAIL 1.1: a relay knows no users; its OAuth 2.0 has another server, which is filled in."""
    service = SERVICES["office365_smtp_relay"]
    assert service.endpoint(OAUTH2) == Endpoint("smtp.office365.com", 587, STARTTLS)
    for method in (CERTIFICATE, NONE):
        assert service.endpoint(method) == Endpoint("", 25, STARTTLS)
    typed = ServerSettings(service.key, "mx.acme.com", 26, TLS, CERTIFICATE)
    assert with_preset(typed) == typed
    signed_in = with_preset(ServerSettings(service.key, "mx.acme.com", 26, TLS, OAUTH2))
    assert (signed_in.host, signed_in.port) == ("smtp.office365.com", 587)
    assert signed_in.security is STARTTLS


def test_a_preset_wins_over_what_was_typed_and_nothing_else_does() -> None:
    """C-02: presets fill and hide the server; Other keeps what the administrator gave."""
    gmail = with_preset(ServerSettings("gmail_imap", "evil.test", 1, Security.NONE))
    assert (gmail.host, gmail.port, gmail.security) == ("imap.gmail.com", 993, TLS)
    other = ServerSettings("other_imap", "imap.acme.com", 1143, STARTTLS)
    assert with_preset(other) == other
    unknown = ServerSettings("no_such", "imap.acme.com", 1143)
    assert with_preset(unknown) == unknown


@pytest.mark.parametrize(
    ("key", "security", "port"),
    [
        ("other_imap", TLS, 993),
        ("other_imap", STARTTLS, 143),
        ("other_pop3", Security.NONE, 110),
        ("other_smtp", TLS, 465),
        ("other_smtp", STARTTLS, 587),
        ("office365_smtp_relay", STARTTLS, 25),
    ],
)
def test_the_usual_port_is_known(key: str, security: Security, port: int) -> None:
    """RFC 8314, RFC 6409, MAIL 1.3."""
    assert usual_port(key, security) == port
