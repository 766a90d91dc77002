"""Signing in with tokens to servers that really ask their provider about them."""

from dataclasses import replace

import pytest

from enate_desktop.domain.connectors import Authentication, Security, ServerSettings
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.mailbox import ErrorKind, MailError
from enate_desktop.mail.probe import Stage
from tests.mail.support import Tokens, imap_settings, run
from tests.servers.dovecot import Dovecot
from tests.servers.identity_provider import IdentityProvider
from tests.servers.pki import Pki
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import Demand, SmtpSink


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("service", ["other_imap", "other_pop3"])
def test_a_mailbox_opens_with_a_token(
    dovecot: Dovecot,
    mailbox_user: str,
    pki: Pki,
    server_provider: IdentityProvider,
    security: Security,
    service: str,
) -> None:
    """C-03: Sign in with OAuth 2.0, incoming; the first token is refused, a fresh one is taken."""
    dovecot.fill(mailbox_user, [b"Subject: a\r\n\r\n"])
    settings = imap_settings(dovecot, mailbox_user, pki, security)
    settings = replace(settings, authentication=Authentication.OAUTH2)
    if service == "other_pop3":
        port = dovecot.pop3s_port if security is Security.TLS else dovecot.pop3_port
        settings = replace(settings, service=service, port=port)
    good = server_provider.issue(mailbox_user)
    for tokens in (Tokens(good), Tokens("no-longer-good", good)):
        report = run(settings, token=tokens)
        assert report.ok, report.summary
        assert report.folder is not None
        assert report.folder.count == 1
    assert tokens.asked == [False, True]


@pytest.mark.parametrize("token", ["nonsense", "of-somebody-else", "expired"])
def test_a_token_that_does_not_open_the_mailbox_is_refused_in_words(
    dovecot: Dovecot, mailbox_user: str, pki: Pki, server_provider: IdentityProvider, token: str
) -> None:
    """MAIL 4 F 130: unknown, another account's, expired; the server's challenge is not a loop."""
    given = {
        "nonsense": "nonsense",
        "of-somebody-else": server_provider.issue(dovecot.new_user()),
        "expired": server_provider.issue(mailbox_user, seconds=-1),
    }[token]
    settings = imap_settings(dovecot, mailbox_user, pki)
    settings = replace(settings, authentication=Authentication.OAUTH2)
    with pytest.raises(MailError) as caught:
        ImapMailbox(settings, Credential(access_token=Tokens(given))).open()
    assert caught.value.kind is ErrorKind.AUTHENTICATION
    assert caught.value.field == "incoming.oauth_token"
    assert caught.value.server_words
    assert given not in caught.value.server_words


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_mail_is_sent_with_a_token(
    smtp_sink: SmtpSink, pki: Pki, server_provider: IdentityProvider, security: Security
) -> None:
    """C-03: Sign in with OAuth 2.0, outgoing."""
    user = f"{smtp_sink.new_user()}@acme.example"
    settings = ServerSettings(
        "other_smtp",
        smtp_sink.host,
        smtp_sink.port(security, Demand.SIGN_IN),
        security,
        Authentication.OAUTH2,
        user,
        ca_certificate=pki.ca_pem,
    )
    tokens = Tokens("no-longer-good", server_provider.issue(user))
    report = run(None, settings, token=tokens, send_to="anna@else.example", send_from=user)
    assert report.ok, report.summary
    assert tokens.asked == [False, True]
    mail = next(mail for mail in smtp_sink.mails_to("anna@else.example") if mail.user == user)
    assert mail.mechanism == "XOAUTH2"


def test_postfix_takes_a_token_too(
    postfix: Postfix,
    dovecot: Dovecot,
    mailbox_user: str,
    pki: Pki,
    server_provider: IdentityProvider,
) -> None:
    """C-03: a real sending server; the refusal names stage and field."""
    settings = ServerSettings(
        "other_smtp",
        postfix.host,
        postfix.sign_in_port,
        Security.STARTTLS,
        Authentication.OAUTH2,
        mailbox_user,
        ca_certificate=pki.ca_pem,
    )
    recipient = f"{mailbox_user}@example.test"
    good = server_provider.issue(mailbox_user)
    assert run(None, settings, token=Tokens(good), send_to=recipient).ok
    failure = run(None, settings, token=Tokens("nonsense"), send_to=recipient).failure
    assert failure is not None
    assert (failure.stage, failure.field) == (Stage.SIGN_IN, "outgoing.oauth_token")
