"""What a sign-in provider gave."""

import base64
import json
from typing import Any

import pytest

from enate_desktop.credentials.oauth.token import Token, account_in, grant_in
from enate_desktop.domain.errors import CredentialError
from tests.credentials.oauth_support import NOON, answer, token


def test_a_token_comes_back_from_its_json() -> None:
    """S-02: what the vault seals is all there is."""
    kept = token(scopes=("a", "b"), renewals=3)
    assert Token.from_json(kept.to_json()) == kept


@pytest.mark.parametrize("raw", [b"", b"x", b"[]", b"null", b"{}", b'{"access_token": 1}'])
def test_what_is_no_token_is_a_known_error(raw: bytes) -> None:
    """S-02: a damaged secret is told, with the remedy."""
    with pytest.raises(CredentialError, match="cannot be read") as caught:
        Token.from_json(raw)
    assert "Sign in again." in caught.value.message


def test_a_token_is_never_shown() -> None:
    """S-02: no secret in a repr."""
    shown = repr(token(access_token="canary-at", refresh_token="canary-rt"))
    assert "canary" not in shown


def test_a_renewal_belongs_to_the_same_sign_in() -> None:
    """MAIL 1.4: the grant is kept, the refresh token too where no other is sent."""
    first = Token.signed_in(answer(refresh_token="rt-1"), ("mail",), NOON, "hr@acme.example")
    second = first.renewed(answer(access_token="at-2"), NOON)
    third = second.renewed(answer(access_token="at-3", refresh_token="rt-3"), NOON)
    assert (second.refresh_token, third.refresh_token) == ("rt-1", "rt-3")
    assert second.newer_than(first)
    assert third.newer_than(second)
    assert not first.newer_than(third)
    assert (third.account, third.scopes) == ("hr@acme.example", ("mail",))
    assert grant_in(first.to_json()) == grant_in(third.to_json())


def test_two_sign_ins_are_not_the_same() -> None:
    """C-05: a new sign-in is told from the renewal of an old one."""
    first = Token.signed_in(answer(), (), NOON)
    second = Token.signed_in(answer(), (), NOON)
    assert first.grant != second.grant
    assert not second.newer_than(first)


def test_the_same_imported_refresh_token_is_the_same_sign_in() -> None:
    """SPEC 11: importing a file twice changes nothing."""
    assert Token.imported("rt-1") == Token.imported("rt-1")
    assert Token.imported("rt-1").grant != Token.imported("rt-2").grant


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": "two words"},
        {"access_token": "line\r\nbreak"},
        {"access_token": "end\x01"},
        {"access_token": "ä"},
        {"access_token": "x" * 40_000},
        {"token_type": "mac"},
        {"token_type": 5},
        {"refresh_token": ["rt"]},
        {"refresh_token": "x" * 40_000},
    ],
)
def test_what_could_harm_a_mail_server_is_no_token(changes: dict[str, object]) -> None:
    """MAIL 4 E 107: a token goes onto the wire as it is."""
    with pytest.raises(ValueError, match=r"token|text"):
        Token.signed_in(answer(**changes), (), NOON)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (3600, 3600),
        ("3599", 3599),
        (3599.6, 3599),
        (0, 0),
        (-5, 0),
        (None, 3600),
        (True, 3600),
        ("soon", 3600),
        ("²", 3600),
        ([], 3600),
        (10**400, 604_800),
        (float("nan"), 3600),
        (float("inf"), 604_800),
        ("9" * 5_000, 3600),
    ],
)
def test_the_life_of_a_token_is_read_with_care(given: Any, seconds: int) -> None:
    """RFC 6749, 5.1: expires_in is recommended only; a hostile one must not raise."""
    assert Token.signed_in(answer(expires_in=given), (), NOON).expires_in == seconds


def _id_token(claims: object) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{part}.sig"


@pytest.mark.parametrize(
    ("id_token", "account"),
    [
        (_id_token({"email": "hr@acme.example"}), "hr@acme.example"),
        (_id_token({"upn": "HR@acme.example", "email": ""}), "HR@acme.example"),
        (_id_token({"email": "line\nbreak"}), ""),
        (_id_token({"email": "x" * 400}), ""),
        (_id_token({"email": 5}), ""),
        (_id_token([]), ""),
        ("a.b.c", ""),
        ("abc", ""),
        ("a.!!!.c", ""),
        (f"e30.{'W' * 100_000}.x", ""),
        (None, ""),
    ],
)
def test_the_account_is_read_where_the_provider_says_it(id_token: Any, account: str) -> None:
    """C-03: who signed in is shown; a hostile ID token is nobody."""
    assert account_in({"id_token": id_token}, "email", "upn") == account
