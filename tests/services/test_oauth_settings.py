"""Which OAuth 2.0 registrations can be used, and what they ask for."""

from dataclasses import replace
from typing import Any

import pytest

from enate_desktop.domain.connectors import (
    Authentication,
    Connector,
    ServerSettings,
    Side,
    UseFor,
)
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider, OAuthSettings
from enate_desktop.services.oauth_settings import (
    asked_scopes,
    shared_sign_in,
    token_name,
    usable_oauth,
    usual_scopes,
)
from enate_desktop.services.vault import SecretName

MICROSOFT, GOOGLE, OTHER = OAuthProvider.MICROSOFT, OAuthProvider.GOOGLE, OAuthProvider.OTHER
DEVICE, APPLICATION = OAuthFlow.DEVICE, OAuthFlow.APPLICATION
ISSUER = "https://login.acme.example"


def server(service: str = "other_imap", **changes: Any) -> ServerSettings:
    oauth = OAuthSettings(MICROSOFT, client_id="app")
    sample = ServerSettings(
        service,
        "mail.acme.example",
        993,
        authentication=Authentication.OAUTH2,
        username="hr",
        oauth=oauth,
    )
    return replace(sample, **changes)


def usable(**changes: Any) -> OAuthSettings:
    settings = {"provider": MICROSOFT, "client_id": "app", **changes}
    found = usable_oauth(server(oauth=OAuthSettings(**settings)), Side.INCOMING).oauth
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"client_id": " "}, "client_id", "client ID is missing"),
        ({"client_id": "a\nb"}, "client_id", "not a client ID"),
        ({"client_id": "ä"}, "client_id", "not a client ID"),
        ({"client_id": "x" * 600}, "client_id", "not a client ID"),
        ({"tenant": "acme corp"}, "tenant", "not a directory"),
        ({"tenant": "../x"}, "tenant", "not a directory"),
        ({"tenant": "https://x"}, "tenant", "not a directory"),
        ({"flow": APPLICATION}, "tenant", "directory (tenant) is missing"),
        ({"flow": APPLICATION, "tenant": "common"}, "tenant", "directory (tenant) is missing"),
        ({"issuer": f"{ISSUER}/acme"}, "issuer", "without the directory"),
        ({"provider": OTHER}, "issuer", "issuer is missing"),
        ({"provider": OTHER, "issuer": "http://login.acme.example"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": "http://127.0.0.1:8080"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": "login.acme.example"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": "https://"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": f"{ISSUER}?x=1"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": f"{ISSUER}#x"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": "https://a@b.example"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": "https://[::1"}, "issuer", "cannot be used"),
        ({"provider": OTHER, "issuer": "https://x:99999"}, "issuer", "cannot be used"),
        ({"provider": GOOGLE, "flow": DEVICE}, "flow", "signing in with a code"),
        ({"provider": GOOGLE, "flow": APPLICATION}, "flow", "application itself"),
        ({"scopes": ('a"b',)}, "scopes", "is not a scope"),
        ({"scopes": ("a b",)}, "scopes", "is not a scope"),
        ({"scopes": ("x" * 600,)}, "scopes", "is not a scope"),
    ],
)
def test_a_registration_that_is_of_no_use_is_refused_with_the_field(
    changes: dict[str, Any], field: str, words: str
) -> None:
    """C-03: a sentence, and where to mend it."""
    with pytest.raises(InputError) as caught:
        usable(**changes)
    assert words in caught.value.title
    assert caught.value.field == f"incoming.oauth.{field}"
    assert "Nothing was saved." in caught.value.message


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tenant": "acme.onmicrosoft.com"},
        {"tenant": "11111111-2222-3333-4444-555555555555", "flow": APPLICATION},
        {"issuer": "https://login.microsoftonline.us"},
        {"flow": DEVICE},
        {"provider": GOOGLE},
        {"provider": OTHER, "issuer": f"{ISSUER}:8443/realms/acme", "flow": DEVICE},
        {"provider": OTHER, "issuer": ISSUER, "flow": APPLICATION},
        {"scopes": ("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access")},
    ],
)
def test_a_usual_registration_is_usable(changes: dict[str, Any]) -> None:
    """C-03, MAIL 1.1, 1.2."""
    assert usable(**changes) == OAuthSettings(
        **{"provider": MICROSOFT, "client_id": "app", **changes}
    )


def test_a_registration_is_kept_without_blanks() -> None:
    """R-11: in one form; what the provider does not know of is dropped."""
    found = usable(
        provider=OTHER,
        client_id=" app ",
        tenant="x",
        issuer=f" {ISSUER}/ ",
        scopes=(" a ", "", "a"),
    )
    assert found == OAuthSettings(OTHER, client_id="app", issuer=ISSUER, scopes=("a",))


def test_only_oauth_has_a_registration() -> None:
    """C-03: changing the method drops it; choosing the method needs one."""
    other = server(authentication=Authentication.PASSWORD)
    assert usable_oauth(other, Side.INCOMING).oauth is None
    with pytest.raises(InputError, match="no OAuth") as caught:
        usable_oauth(server(oauth=None), Side.OUTGOING)
    assert caught.value.field == "outgoing.oauth"


SENDING = server("other_smtp")


def both(outgoing: ServerSettings | None = SENDING, **changes: Any) -> Connector:
    sample = Connector(
        1,
        "HR",
        UseFor.BOTH,
        "hr@acme.example",
        incoming=server(),
        outgoing=outgoing,
    )
    return replace(sample, **changes)


@pytest.mark.parametrize(
    ("connector", "shared"),
    [
        (both(), True),
        (both(server("other_smtp", username=" hr ")), True),
        (both(server("other_smtp", username="anna")), False),
        (both(server("other_smtp", oauth=OAuthSettings(GOOGLE, client_id="app"))), False),
        (both(server("other_smtp", authentication=Authentication.PASSWORD)), False),
        (both(incoming=server(authentication=Authentication.PASSWORD)), False),
        (both(use_for=UseFor.INCOMING, outgoing=None), False),
    ],
)
def test_equal_registrations_share_one_sign_in(connector: Connector, shared: bool) -> None:
    """C-03: one person signs in once for both sides, and the token is kept once."""
    assert shared_sign_in(connector) is shared
    for side in connector.sides:
        kept = Side.INCOMING if shared else side
        assert token_name(connector, side) == SecretName(f"{kept}.oauth_token")


OUTLOOK = "https://outlook.office.com"


@pytest.mark.parametrize(
    ("connector", "side", "scopes"),
    [
        (both(), Side.INCOMING, (f"{OUTLOOK}/IMAP.AccessAsUser.All", f"{OUTLOOK}/SMTP.Send")),
        (both(), Side.OUTGOING, (f"{OUTLOOK}/IMAP.AccessAsUser.All", f"{OUTLOOK}/SMTP.Send")),
        (
            both(server("other_smtp", username="anna")),
            Side.OUTGOING,
            (f"{OUTLOOK}/SMTP.Send",),
        ),
        (
            both(incoming=server("office365_pop3"), outgoing=None),
            Side.INCOMING,
            (f"{OUTLOOK}/POP.AccessAsUser.All",),
        ),
        (
            both(
                incoming=server(oauth=OAuthSettings(MICROSOFT, APPLICATION, "app", "acme")),
                outgoing=None,
            ),
            Side.INCOMING,
            ("https://outlook.office365.com/.default",),
        ),
        (
            both(incoming=server(oauth=OAuthSettings(GOOGLE, client_id="a")), outgoing=None),
            Side.INCOMING,
            ("https://mail.google.com/",),
        ),
        (
            both(
                incoming=server(oauth=OAuthSettings(OTHER, client_id="a", scopes=("mail",))),
                outgoing=None,
            ),
            Side.INCOMING,
            ("mail",),
        ),
    ],
)
def test_a_sign_in_asks_for_what_its_sides_need(
    connector: Connector, side: Side, scopes: tuple[str, ...]
) -> None:
    """MAIL 1.1, 1.2: the union where both sides share it."""
    assert asked_scopes(connector, side) == scopes


def test_the_usual_scopes_are_those_without_the_administrators() -> None:
    """MAIL 1.1: shown while nothing was written."""
    settings = server(oauth=OAuthSettings(MICROSOFT, client_id="a", scopes=("mine",)))
    assert usual_scopes(settings, Side.INCOMING) == (f"{OUTLOOK}/IMAP.AccessAsUser.All",)
    assert usual_scopes(replace(settings, oauth=None), Side.INCOMING) == ()
