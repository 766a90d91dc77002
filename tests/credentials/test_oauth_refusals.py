"""What a sign-in provider refuses, in plain words."""

from dataclasses import replace

import pytest

from enate_desktop.credentials.oauth.refusals import refused, shown
from enate_desktop.credentials.oauth.registration import Registration
from enate_desktop.domain.errors import InputError, SignInNeededError, UnavailableError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from tests.canary import CANARY, secret

GUID = "11111111-2222-3333-4444-555555555555"
REGISTRATION = Registration(
    OAuthSettings(OAuthProvider.MICROSOFT, client_id=GUID),
    (),
    "hr@acme.example",
    client_secret=secret("c"),
)


def microsoft(number: int) -> dict[str, object]:
    """An answer as Microsoft gives it."""
    return {
        "error": "invalid_grant",
        "error_description": f"AADSTS{number}: It did not work for '{GUID}'. "
        "Trace ID: a-b-c Correlation ID: d-e-f Timestamp: 2026-11-23 12:00:00Z",
        "error_codes": [number],
    }


@pytest.mark.parametrize(
    ("number", "words", "field"),
    [
        (90002, "does not know this directory", "oauth.tenant"),
        (900023, "does not know this directory", "oauth.tenant"),
        (50020, "does not belong to the directory", "oauth.tenant"),
        (50194, "one directory (tenant) only", "oauth.tenant"),
        (700016, "does not know this client ID", "oauth.client_id"),
        (65001, "Nobody has allowed this application", "oauth.scopes"),
        (90094, "Nobody has allowed this application", "oauth.scopes"),
        (70011, "permissions that were asked for", "oauth.scopes"),
        (7000215, "not the one of the registration", "client_secret"),
        (7000222, "client secret has expired", "client_secret"),
        (7000218, "wants a client secret", "client_secret"),
        (700025, "has no client secret", "client_secret"),
        (700027, "does not know this certificate", "certificate"),
        (50011, "way back to this program", "oauth.client_id"),
        (50057, "account is disabled", "oauth"),
        (50053, "account is locked", "oauth"),
        (50105, "may not use the application", "oauth"),
        (50173, "password has changed", "oauth"),
        (50076, "second factor", "oauth"),
        (53003, "Conditional Access", "oauth"),
        (700082, "expired or was withdrawn", "oauth"),
    ],
)
def test_microsofts_numbers_become_words(number: int, words: str, field: str) -> None:
    """MAIL 1.1, 4 F 129, 130: with the field to mend."""
    signing_in = refused(REGISTRATION, microsoft(number), renewing=False)
    assert isinstance(signing_in, InputError)
    assert words in signing_in.title
    later = refused(REGISTRATION, microsoft(number), renewing=True)
    assert isinstance(later, SignInNeededError)
    assert later.title == "Sign-in to hr@acme.example is no longer accepted."
    ended = number == 700082
    assert later.message.startswith("Mail stays" if ended else f"{signing_in.title} Mail stays")
    assert "Mail stays safely on the server." in later.message
    assert signing_in.field == later.field == f"incoming.{field}"
    assert f"AADSTS{number}: It did not work for '{GUID}'.\"" in later.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("access_denied", "permission was not given"),
        ("admin_policy_enforced", "Nobody has allowed"),
        ("deleted_client", "does not know this client ID"),
        ("invalid_client", "does not know this client ID"),
        ("invalid_scope", "permissions that were asked for"),
        ("org_internal", "does not belong to the directory"),
        ("redirect_uri_mismatch", "way back to this program"),
        ("unauthorized_client", "does not allow this way"),
        ("unsupported_grant_type", "does not know this way"),
        ("invalid_grant", "did not succeed"),
        ("something_new", "did not succeed"),
    ],
)
def test_the_standards_names_become_words(name: str, words: str) -> None:
    """RFC 6749, 5.2, and Google's own."""
    error = refused(REGISTRATION, {"error": name}, renewing=False)
    assert words in error.title
    assert name in error.message


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "temporarily_unavailable"},
        {"error": "server_error"},
        microsoft(90033),
        microsoft(50196),
    ],
)
def test_what_passes_is_no_refusal(answer: dict[str, object]) -> None:
    """MAIL 1.4: the sign-in is kept."""
    assert isinstance(refused(REGISTRATION, answer, renewing=True), UnavailableError)


def test_an_application_is_not_told_to_sign_in_as_somebody() -> None:
    """MAIL 1.1: client credentials."""
    settings = replace(REGISTRATION.settings, flow=OAuthFlow.APPLICATION)
    error = refused(replace(REGISTRATION, settings=settings), microsoft(7000222), renewing=True)
    assert error.title == "The application cannot sign in for hr@acme.example."


@pytest.mark.parametrize("number", [53003, 700082])
@pytest.mark.parametrize("flow", list(OAuthFlow))
def test_a_forbidden_code_is_explained_to_those_who_use_one(number: int, flow: OAuthFlow) -> None:
    """MAIL 1.1."""
    settings = replace(REGISTRATION.settings, flow=flow)
    error = refused(replace(REGISTRATION, settings=settings), microsoft(number), renewing=False)
    explained = "no longer allow signing in with a code" in error.message
    assert explained is (flow is OAuthFlow.DEVICE and number == 53003)


@pytest.mark.parametrize(
    "answer",
    [
        {"error": None},
        {"error": 5, "error_description": ["x"]},
        {"error": "x" * 100_000, "error_description": "y " * 100_000},
        {"error": "a\r\nb\x1b[2J", "error_description": "c\x00\u202e"},
    ],
)
def test_an_odd_refusal_is_one_short_clean_line(answer: dict[str, object]) -> None:
    """S-02: what comes from outside is not trusted with the terminal or the log."""
    text = refused(REGISTRATION, answer, renewing=True).sentence()
    assert text.isprintable()
    assert len(text) < 700


@pytest.mark.parametrize(
    "words",
    [
        f"The token rt-{CANARY}-abcdefgh12345 is not known.",
        f"eyJhbGciOi.{CANARY}abcdefghijklmnop.sig",
        f"secret '{secret('c')}' is wrong",
    ],
)
def test_a_provider_that_says_a_secret_again_is_not_quoted(words: str) -> None:
    """S-02: no secret in an error."""
    answer: dict[str, object] = {"error": "invalid_grant", "error_description": words}
    assert CANARY not in refused(REGISTRATION, answer, renewing=True).sentence()


def test_what_helps_an_administrator_is_quoted() -> None:
    """MAIL 4 H: details, without Microsoft's numbers for its own support."""
    assert shown(f"AADSTS1: app {GUID} of https://outlook.office.com/IMAP.AccessAsUser.All") == (
        f"AADSTS1: app {GUID} of https://outlook.office.com/IMAP.AccessAsUser.All"
    )
    assert shown("AADSTS1: no.\r\nTrace ID: 1") == "AADSTS1: no."
