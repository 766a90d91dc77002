"""Signing in at Microsoft, through its own library (MAIL 1.1)."""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msal  # type: ignore[import-untyped]  # ships no types
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from enate_desktop.credentials.certificates import CertificateError
from enate_desktop.credentials.oauth.device import DeviceCode, wait_for_person
from enate_desktop.credentials.oauth.http import answer_of, guard, in_words, secure_address
from enate_desktop.credentials.oauth.loopback import Loopback
from enate_desktop.credentials.oauth.refusals import not_understood, refused
from enate_desktop.credentials.oauth.registration import Prompt, Registration, utc_now
from enate_desktop.credentials.oauth.token import Token, account_in
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow

logging.getLogger("msal").setLevel(logging.ERROR)

_AUTHORITY = "https://login.microsoftonline.com"
_ANYBODY = "common"
_RESERVED = frozenset(("openid", "profile", "offline_access"))
"""The library adds these itself, and refuses to be told."""
_ADDRESSES = ("authorization_endpoint", "token_endpoint")
_TAKEN = (
    *("access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"),
    *("error", "error_description", "suberror"),
    *("device_code", "user_code", "verification_uri", "interval"),
    *("issuer", "device_authorization_endpoint", *_ADDRESSES),
)


class MicrosoftFlow:
    """The flows of one registration."""

    def __init__(self, registration: Registration) -> None:
        """For ``registration``; nothing is sent yet."""
        self._registration = registration

    def sign_in(self, prompt: Prompt, cancel: threading.Event) -> Token:
        """Let a person sign in, in the browser or with a code on another device."""
        device = self._registration.settings.flow is OAuthFlow.DEVICE
        with requests.Session() as session:
            application = self._application(session, renewing=False)
            way = self._by_device if device else self._by_browser
            answer = way(application, prompt, cancel)
        self._check(answer, renewing=False)
        account = account_in(answer, "preferred_username", "upn", "email")
        if not answer.get("refresh_token"):
            raise not_understood("It gave a sign-in that ends within the hour.")
        with _understood():
            return Token.signed_in(answer, self._registration.scopes, utc_now(), account)

    def renew(self, token: Token) -> Token:
        """A new access token for the refresh token."""
        scopes = self._scopes(token.scopes or self._registration.scopes)
        with requests.Session() as session:
            application = self._application(session, renewing=True)
            with _understood():
                answer = application.acquire_token_by_refresh_token(token.refresh_token, scopes)
        self._check(answer, renewing=True)
        with _understood():
            return token.renewed(answer, utc_now())

    def for_itself(self) -> Token:
        """A token for the program itself, for its client secret or certificate."""
        scopes = self._registration.scopes
        with requests.Session() as session:
            application = self._application(session, renewing=True)
            with _understood():
                answer = application.acquire_token_for_client(list(scopes))
        self._check(answer, renewing=True)
        with _understood():
            return Token.signed_in(answer, scopes, utc_now())

    def _by_browser(
        self, application: msal.ClientApplication, prompt: Prompt, cancel: threading.Event
    ) -> Mapping[str, object]:
        registration = self._registration
        hint = {"login_hint": registration.username} if registration.username else {}
        with Loopback() as loopback:
            with _understood():
                flow = application.initiate_auth_code_flow(
                    self._scopes(registration.scopes),
                    redirect_uri=loopback.address("localhost"),
                    response_mode="form_post",
                    **(hint or {"prompt": "select_account"}),
                )
            prompt.open_page(flow["auth_uri"])
            back = loopback.wait(registration, flow["state"], cancel)
        if "code" not in back:
            return back
        with _understood():
            answer: Mapping[str, object] = application.acquire_token_by_auth_code_flow(flow, back)
            return answer

    def _by_device(
        self, application: msal.ClientApplication, prompt: Prompt, cancel: threading.Event
    ) -> Mapping[str, object]:
        with _understood():
            flow = application.initiate_device_flow(self._scopes(self._registration.scopes))
        self._check(flow, renewing=False)

        def ask() -> Mapping[str, object]:
            with _understood():
                answer: Mapping[str, object] = application.acquire_token_by_device_flow(
                    flow, exit_condition=lambda _flow: True
                )
                return answer

        return wait_for_person(self._registration, DeviceCode.of(flow), prompt, cancel, ask)

    def _scopes(self, asked: tuple[str, ...]) -> list[str]:
        return [scope for scope in asked if scope not in _RESERVED]

    def _check(self, answer: Mapping[str, object], *, renewing: bool) -> None:
        if "error" in answer:
            raise refused(self._registration, answer, renewing=renewing)

    def _application(self, session: requests.Session, *, renewing: bool) -> msal.ClientApplication:
        """The library's object for this registration; it asks the directory for its addresses."""
        registration = self._registration
        settings = registration.settings
        web = _Web(guard(session, registration), lambda a: self._check(a, renewing=renewing))
        options = {
            "authority": f"{settings.issuer.rstrip('/') or _AUTHORITY}"
            f"/{settings.tenant or _ANYBODY}",
            "instance_discovery": False,
            "http_client": web,
        }
        credential = _credential(registration)
        with _understood():
            if credential is None:
                return msal.PublicClientApplication(settings.client_id, **options)
            return msal.ConfidentialClientApplication(
                settings.client_id, client_credential=credential, **options
            )


@contextmanager
def _understood() -> Iterator[None]:
    """What the library chokes on is not the answer of a sign-in provider."""
    try:
        yield
    except (ValueError, RuntimeError, LookupError, TypeError, AttributeError):
        raise not_understood() from None


def _credential(registration: Registration) -> object:
    """The client secret, or the certificate's key in the form the library takes; None for none."""
    if registration.certificate is None:
        return registration.client_secret or None
    try:
        pem, passphrase = registration.certificate.as_pem()
    except CertificateError as error:
        field = registration.at(error.field)
        raise InputError(error.title, error.message, field=field) from None
    key = load_pem_private_key(pem, passphrase.encode())
    if not isinstance(key, RSAPrivateKey):
        raise InputError(
            "Microsoft takes a certificate with an RSA key only.",
            "Nothing was sent. Choose another certificate file (.pfx).",
            field=registration.at("certificate"),
        )
    text = pem.decode("ascii")
    return {"private_key": text, "passphrase": passphrase, "public_certificate": text}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the library looks at."""

    status_code: int
    text: str
    headers: Mapping[str, str]


class _Web:
    """The library's way to the web: bounded, and only answers that are what they should be."""

    def __init__(
        self, session: requests.Session, check: Callable[[Mapping[str, object]], None]
    ) -> None:
        self._session = session
        self._check = check

    def get(self, url: str, **options: object) -> _Answer:
        """What the provider says of itself."""
        facts, answer = self._ask("GET", url, options)
        self._check(answer)
        for name in _ADDRESSES:
            secure_address(answer.get(name))
        if answer.get("device_authorization_endpoint"):
            secure_address(answer["device_authorization_endpoint"])
        return facts

    def post(self, url: str, **options: object) -> _Answer:
        """A token, or why there is none."""
        return self._ask("POST", url, options)[0]

    def close(self) -> None:
        """Its owner closes the session."""

    def _ask(
        self, method: str, url: str, options: Mapping[str, Any]
    ) -> tuple[_Answer, Mapping[str, object]]:
        """What the library may look at of an answer, as it wants it and as a mapping."""
        known = {key: options[key] for key in ("params", "data", "headers") if key in options}
        with in_words():
            response = self._session.request(method, url, **known)
        answer = answer_of(response)
        if response.status_code != requests.codes.ok and "error" not in answer:
            raise not_understood()
        taken = {name: answer[name] for name in _TAKEN if name in answer}
        if not account_in(taken, "sub"):
            taken.pop("id_token", None)
        return _Answer(response.status_code, json.dumps(taken), dict(response.headers)), taken
