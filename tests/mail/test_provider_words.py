"""The refusals of Office 365, Gmail and others, in words and with the field (MAIL 1.1, 1.2)."""

from dataclasses import dataclass, replace

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings, Side
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.mail.dialling import Line
from enate_desktop.mail.imap_errors import dropped, refused
from enate_desktop.mail.mailbox import BusyError, ErrorKind, MailError
from enate_desktop.mail.provider_words import refused_sign_in, translated
from enate_desktop.mail.smtp_errors import Refused, not_sent, sign_in_refused
from enate_desktop.mail.smtp_errors import refused as smtp_refused

FINAL, LATER = ErrorKind.AUTHENTICATION, ErrorKind.TEMPORARY
APP = OAuthSettings(OAuthProvider.MICROSOFT, OAuthFlow.APPLICATION, "client")
PERSON = OAuthSettings(OAuthProvider.MICROSOFT, OAuthFlow.BROWSER, "client")


def line_of(service: str, oauth: OAuthSettings | None = None, host: str = "mail.test") -> Line:
    side = Side.OUTGOING if "smtp" in service else Side.INCOMING
    method = Authentication.OAUTH2 if oauth else Authentication.PASSWORD
    settings = ServerSettings(service, host, 1, Security.TLS, method, "hr@acme.test", oauth=oauth)
    return Line(side, settings)


@dataclass(frozen=True)
class Row:
    service: str
    words: str
    title: str
    remedy: str
    field: str
    kind: ErrorKind = FINAL
    oauth: OAuthSettings | None = None
    code: int = 0


INCOMING = [
    Row(
        "gmail_imap",
        "[ALERT] Application-specific password required:"
        " https://support.google.com/accounts/answer/185833 (Failure)",
        "Google does not take the password of this account here.",
        "Make an app password",
        "password",
    ),
    Row(
        "gmail_pop3",
        "[AUTH] Application-specific password required",
        "Google does not take the password",
        "app password",
        "password",
    ),
    Row(
        "gmail_imap",
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        "Sign-in as hr@acme.test was refused by mail.test.",
        "use an app password of the Google account",
        "password",
    ),
    Row(
        "gmail_pop3",
        "[AUTH] Username and password not accepted.",
        "was refused by mail.test",
        "use an app password of the Google account",
        "password",
    ),
    Row(
        "gmail_imap",
        "[ALERT] Please log in via your web browser: https://support.google.com/mail (Failure)",
        "Google wants to see a person",
        "in a browser once",
        "password",
    ),
    Row("gmail_pop3", "[AUTH] Web login required", "Google wants to see", "browser", "password"),
    Row(
        "gmail_imap",
        "[ALERT] Your account is not enabled for IMAP use. Please visit your account settings page",
        "switched off for the mailbox",
        "Switch IMAP or POP on",
        "service",
    ),
    Row(
        "gmail_pop3",
        "[SYS/PERM] Your account is not enabled for POP access.",
        "switched off for the mailbox",
        "Switch IMAP or POP on",
        "service",
    ),
    Row(
        "gmail_imap",
        "[ALERT] IMAP access is disabled for your domain. Please contact your administrator",
        "switched off for the mailbox",
        "its administrator",
        "service",
    ),
    Row(
        "gmail_imap",
        "[ALERT] Too many simultaneous connections. (Failure)",
        "mail.test has too many connections of hr@acme.test",
        "Other mail programs",
        "",
        LATER,
    ),
    Row(
        "gmail_imap",
        "[ALERT] Account exceeded command or bandwidth limits. (Failure)",
        "cannot sign hr@acme.test in at the moment",
        "try again later",
        "",
        LATER,
    ),
    Row(
        "gmail_imap", "[UNAVAILABLE] Temporary error", "at the moment", "try again later", "", LATER
    ),
    Row(
        "gmail_imap",
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure), status 400, scope x",
        "refused the sign-in of hr@acme.test with OAuth 2.0",
        "IMAP must be switched on",
        "oauth_token",
        oauth=OAuthSettings(OAuthProvider.GOOGLE, client_id="client"),
    ),
    Row(
        "office365_imap",
        "LOGIN failed.",
        "Sign-in as hr@acme.test was refused",
        "Office 365 takes no passwords for receiving any more",
        "authentication",
    ),
    Row(
        "office365_pop3",
        "Authentication failure: unknown user name or bad password.",
        "was refused",
        "takes no passwords for receiving any more",
        "authentication",
    ),
    Row(
        "office365_imap",
        "AUTHENTICATE failed.",
        "refused the sign-in of hr@acme.test with OAuth 2.0",
        "IMAP is switched on for the mailbox in Exchange Online",
        "oauth_token",
        oauth=PERSON,
    ),
    Row(
        "office365_imap",
        "AUTHENTICATE failed.",
        "with OAuth 2.0",
        "IMAP.AccessAsApp with admin consent, a service principal in Exchange with the object id of"
        " the enterprise application",
        "client_id",
        oauth=APP,
    ),
    Row(
        "office365_pop3",
        "Authentication failure: unknown user name or bad password.",
        "with OAuth 2.0",
        "POP.AccessAsApp",
        "client_id",
        oauth=APP,
    ),
    Row(
        "office365_imap",
        "AUTHENTICATE command error: BAD [b'User is authenticated but not connected.']",
        "took the sign-in of hr@acme.test, but does not open the mailbox",
        "has no licence",
        "additional_mailbox",
        kind=ErrorKind.FOLDER,
        oauth=PERSON,
    ),
    Row(
        "office365_imap",
        "Request is throttled. Suggested Backoff Time: 299995 milliseconds",
        "slows hr@acme.test down",
        "try again later",
        "",
        LATER,
        PERSON,
    ),
    Row(
        "office365_imap",
        "Session invalidated - AccessTokenExpired",
        "the sign-in of hr@acme.test ran out",
        "signs in anew",
        "",
        LATER,
        PERSON,
    ),
    Row("other_imap", "[INUSE] Mailbox in use", "at the moment", "try again later", "", LATER),
    Row(
        "other_pop3", "[IN-USE] Do you have another", "at the moment", "try again later", "", LATER
    ),
    Row("other_pop3", "[LOGIN-DELAY] wait", "at the moment", "try again later", "", LATER),
    Row("other_pop3", "[SYS/TEMP] no", "at the moment", "try again later", "", LATER),
    Row("other_imap", "no such user", "was refused", "IMAP must first be switched on", "password"),
    Row("other_pop3", "no such user", "was refused", "POP3 must first be switched on", "password"),
    Row(
        "other_imap",
        "no",
        "with OAuth 2.0",
        "needs the scope for mail",
        "oauth_token",
        oauth=OAuthSettings(OAuthProvider.OTHER, client_id="client"),
    ),
]


def check(error: MailError | None, row: Row) -> None:
    assert error is not None
    assert row.title in error.title
    assert row.remedy.lower() in error.message.lower()
    side = "outgoing" if "smtp" in row.service else "incoming"
    assert error.field == (f"{side}.{row.field}" if row.field else "")
    assert error.kind is row.kind
    assert isinstance(error, BusyError) or row.kind is not LATER or side == "outgoing"
    safe = "Nothing was sent." if side == "outgoing" else "Mail stays safely on the server."
    assert error.message.startswith(safe)
    assert row.words in error.server_words
    assert "{" not in error.sentence()


@pytest.mark.parametrize("row", INCOMING, ids=[f"{r.service} {r.words[:30]}" for r in INCOMING])
def test_a_refused_sign_in_for_receiving_is_translated(row: Row) -> None:
    """MAIL 1.1, 1.2, 4 F 129: what happened, what it means for the mail, what to do, the field."""
    check(refused_sign_in(line_of(row.service, row.oauth), row.words), row)


SIGN_IN = [
    Row(
        "gmail_smtp",
        "5.7.8 Username and Password not accepted. For more information, go to https://x",
        "was refused",
        "use an app password of the Google account",
        "password",
        code=535,
    ),
    Row(
        "gmail_smtp",
        "5.7.9 Application-specific password required. For more information",
        "Google does not take the password",
        "app password",
        "password",
        code=534,
    ),
    Row(
        "gmail_smtp",
        "5.7.14 Please log in via your web browser and then try again.",
        "Google wants to see",
        "browser",
        "password",
        code=534,
    ),
    Row(
        "gmail_smtp",
        "4.7.0 Too many login attempts, please try again later.",
        "has seen too many sign-ins",
        "try again later",
        "",
        LATER,
        code=454,
    ),
    Row(
        "other_smtp",
        "5.7.30 Basic authentication is not supported for Client Submission.",
        "no longer accepts passwords for sending",
        "Sign in with Microsoft",
        "authentication",
        code=550,
    ),
    Row(
        "other_smtp",
        "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
        " Visit https://aka.ms/smtp_auth_disabled",
        "authenticated SMTP is switched off",
        "switch it on for the mailbox or the tenant",
        "authentication",
        code=535,
    ),
    Row(
        "other_smtp",
        "5.7.139 Authentication unsuccessful, the request did not meet the criteria to be"
        " authenticated successfully. Contact your administrator.",
        "A rule of the Office 365 tenant",
        "Conditional access",
        "authentication",
        code=535,
    ),
    Row(
        "other_smtp",
        "5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "does not take a password for this mailbox",
        "Sign in with Microsoft",
        "authentication",
        code=535,
    ),
    Row(
        "office365_smtp_relay",
        "5.7.3 Authentication unsuccessful",
        "with OAuth 2.0",
        "SMTP.SendAsApp",
        "client_id",
        code=535,
        oauth=APP,
    ),
    Row("other_smtp", "5.7.8 no", "was refused", "some services want an app", "password", code=535),
    Row("other_smtp", "4.7.0 later", "not available", "try again later", "", LATER, code=454),
]


@pytest.mark.parametrize("row", SIGN_IN, ids=[f"{r.code} {r.words[:30]}" for r in SIGN_IN])
def test_a_refused_sign_in_for_sending_is_translated(row: Row) -> None:
    """MAIL 1.1, 1.2: the dates and switches of Office 365, the app passwords of Gmail."""
    check(sign_in_refused(line_of(row.service, row.oauth), row.code, row.words), row)


def test_a_password_for_microsoft_typed_under_other_is_warned_of() -> None:
    """MAIL 1.3: client submission with a password ends with December 2026."""
    line = line_of("other_smtp", host="smtp.office365.com")
    assert "end of December 2026" in sign_in_refused(line, 535, "5.7.3 no").message


SENDING = [
    Row(
        "office365_smtp_relay",
        "5.7.64 TenantAttribution; Relay Access Denied",
        "does not recognise this sender",
        "usual after a renewal",
        "certificate",
        ErrorKind.PROTOCOL,
        code=550,
    ),
    Row(
        "office365_smtp_relay",
        "5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization",
        "refuses direct sending",
        "Set up an inbound connector",
        "authentication",
        ErrorKind.PROTOCOL,
        code=550,
    ),
    Row(
        "office365_smtp_relay",
        "5.7.57 Client not authenticated to send mail.",
        "takes no mail here from somebody who has not signed in",
        "the tenant's own relay host",
        "authentication",
        code=530,
    ),
    Row(
        "other_smtp",
        "5.7.60 SMTP; Client does not have permissions to send as this sender",
        "hr@acme.test may not send from this address",
        "the right to send as",
        "username",
        ErrorKind.PROTOCOL,
        code=550,
    ),
    Row(
        "other_smtp",
        "5.7.1 <x@y.test>: Relay access denied",
        "does not pass mail on",
        "this computer's address to be allowed",
        "authentication",
        ErrorKind.PROTOCOL,
        code=554,
    ),
    Row(
        "other_smtp",
        "4.3.2 The maximum number of concurrent connections has exceeded a limit",
        "too many connections",
        "try again later",
        "",
        LATER,
        code=421,
    ),
    Row(
        "gmail_smtp",
        "5.4.5 Daily user sending limit exceeded.",
        "limit for sending is reached",
        "try again later",
        "",
        LATER,
        code=550,
    ),
    Row(
        "other_smtp",
        "5.7.0 Must issue a STARTTLS command first.",
        "wants an encrypted connection",
        "Choose STARTTLS or TLS",
        "security",
        code=530,
    ),
    Row(
        "other_smtp",
        "5.7.606 Access denied, banned sending IP [192.0.2.1]",
        "this computer's public address",
        "take it off the list",
        "host",
        ErrorKind.PROTOCOL,
        code=550,
    ),
]


@pytest.mark.parametrize("row", SENDING, ids=[f"{r.code} {r.words[:30]}" for r in SENDING])
def test_a_refused_mail_is_translated(row: Row) -> None:
    """MAIL 1.1, 4 E 105: relay, certificate, direct send, permission to send as, limits."""
    check(not_sent(line_of(row.service), row.code, row.words, Refused.SENDER), row)


@pytest.mark.parametrize(
    ("method", "title", "remedy", "field"),
    [
        (Authentication.NONE, "only from a known", "Choose Authentication Cert", "authentication"),
        (Authentication.PASSWORD, "only from a known", "and give the .pfx file", "authentication"),
        (Authentication.CERTIFICATE, "mail.test does not know", "ask its admin", "certificate"),
    ],
)
@pytest.mark.parametrize("code", [454, 554])
def test_a_certificate_that_the_server_does_not_know_is_told_from_none(
    method: Authentication, title: str, remedy: str, field: str, code: int
) -> None:
    """C-04, MAIL 1.3: who already shows one is not told to choose that method."""
    line = line_of("other_smtp")
    line = replace(line, settings=replace(line.settings, authentication=method))
    words = f"{code // 100}.7.1 <unknown[192.0.2.1]>: Client certificate not trusted"
    for error in (
        smtp_refused(line, code, words),
        not_sent(line, code, words, Refused.RECIPIENT),
    ):
        assert title in error.title
        assert remedy in error.message
        assert error.field == f"outgoing.{field}"
        assert error.kind is FINAL


@pytest.mark.parametrize(
    ("code", "words", "what", "title", "field", "kind"),
    [
        (550, "5.1.1 unknown", Refused.RECIPIENT, "did not take the recipient", "send_to", False),
        (553, "5.1.8 no", Refused.SENDER, "did not take the sender", "outgoing.username", False),
        (552, "5.3.4 too big", Refused.MAIL, "larger than mail.test allows", "", False),
        (552, "5.2.2 full", Refused.RECIPIENT, "mailbox is full", "", False),
        (452, "4.2.2 full", Refused.RECIPIENT, "mailbox is full", "", True),
        (451, "4.7.1 Greylisted", Refused.RECIPIENT, "only at a second try", "", True),
        (554, "5.7.1 spam", Refused.MAIL, "A rule of the server", "", False),
        (
            550,
            "5.4.1 Recipient address rejected: Access denied",
            Refused.RECIPIENT,
            "t exist",
            "",
            0,
        ),
        (554, "no", Refused.MAIL, "did not take the mail", "outgoing.username", False),
        (421, "4.3.0 x", Refused.SENDER, "did not take the sender", "outgoing.username", True),
    ],
)
def test_every_refusal_of_a_mail_has_its_sentence(
    code: int, words: str, what: Refused, title: str, field: str, kind: bool
) -> None:
    """MAIL 4 E 104, 105: size, policy, greylisting, a full mailbox, sender and recipient."""
    error = not_sent(line_of("other_smtp"), code, words, what)
    assert title in error.title
    assert error.field == field
    assert error.kind is (LATER if kind else ErrorKind.PROTOCOL)
    assert error.server_words == f"{code} {words}"


def test_a_server_that_does_not_talk_to_us_is_told_from_no_mail_server() -> None:
    """C-06: 421 and 554 as a greeting, and words that are no answer at all."""
    line = line_of("other_smtp")
    assert "not available at the moment" in smtp_refused(line, 421, "busy").title
    assert "does not talk to this computer" in smtp_refused(line, 554, "go away").title
    assert "is not a mail server" in smtp_refused(line, -1, "* OK IMAP").title


@pytest.mark.parametrize(
    ("method", "words"),
    [(Authentication.NONE, "than None"), (Authentication.PASSWORD, "Check the authentication")],
)
def test_a_server_that_wants_to_know_who_sends(method: Authentication, words: str) -> None:
    """C-03: 530 without a known text, to a mail and to the greeting."""
    settings = ServerSettings("other_smtp", "mail.test", 25, Security.TLS, method)
    line = Line(Side.OUTGOING, settings)
    for error in (
        not_sent(line, 530, "5.7.0 Authentication required", Refused.SENDER),
        smtp_refused(line, 530, "5.7.0 Authentication required"),
    ):
        assert "wants to know who sends" in error.title
        assert words in error.message
        assert error.field == "outgoing.authentication"


def test_an_unknown_refusal_keeps_the_servers_words() -> None:
    """C-06: nothing is guessed; mid-session, patience asked for is no fault."""
    assert translated(line_of("other_imap"), "xyzzy", ErrorKind.FOLDER) is None
    assert refused("mail.test", b"xyzzy").server_words == "xyzzy"
    assert isinstance(refused("mail.test", b"Request is throttled."), BusyError)
    assert isinstance(dropped("mail.test", b"Session expired, please login again"), BusyError)
    assert not isinstance(dropped("mail.test", b"overloaded"), BusyError)
