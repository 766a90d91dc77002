"""Signing in at Google, or at any issuer that keeps to the standards (RFC 6749, 7636, 8252)."""

import json
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from urllib.parse import quote_plus

import requests
from oauthlib.oauth2 import BackendApplicationClient, Client
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from enate_desktop.credentials.oauth.device import DeviceCode, wait_for_person
from enate_desktop.credentials.oauth.discovery import Issuer, discover
from enate_desktop.credentials.oauth.http import answer_of, guard, in_words
from enate_desktop.credentials.oauth.loopback import Loopback
from enate_desktop.credentials.oauth.refusals import not_understood, refused
from enate_desktop.credentials.oauth.registration import (
    GOOGLE_MAIL,
    Prompt,
    Registration,
    utc_now,
)
from enate_desktop.credentials.oauth.token import Token, account_in
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.oauth import OAuthFlow, OAuthProvider

# They write tokens into the log where anybody asks for its smallest details.
for _name in ("requests_oauthlib", "oauthlib"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_OFFLINE = "offline_access"
_NOTHING = json.dumps({"access_token": "-", "token_type": "Bearer"}).encode()


class StandardFlow:
    """The flows of one registration."""

    def __init__(self, registration: Registration) -> None:
        """For ``registration``; nothing is sent yet."""
        self._registration = registration
        self._google = registration.settings.provider is OAuthProvider.GOOGLE

    def sign_in(self, prompt: Prompt, cancel: threading.Event) -> Token:
        """Let a person sign in, in the browser or with a code on another device."""
        issuer = self._issuer()
        scopes = self._scopes(issuer)
        if self._registration.settings.flow is OAuthFlow.DEVICE:
            answer = self._by_device(issuer, scopes, prompt, cancel)
        else:
            answer = self._by_browser(issuer, scopes, prompt, cancel)
        self._check_granted(answer)
        account = account_in(answer, "email", "preferred_username", "upn")
        return _usable(lambda: Token.signed_in(answer, scopes, utc_now(), account))

    def renew(self, token: Token) -> Token:
        """A new access token for the refresh token (RFC 6749, 6)."""
        issuer = self._issuer()
        session, heard = self._session(renewing=True)
        secret, basic = self._secret(issuer)
        with in_words():
            session.refresh_token(
                issuer.token,
                refresh_token=token.refresh_token,
                auth=basic,
                client_id=None if basic else self._registration.settings.client_id,
                client_secret=secret,
            )
        return _usable(lambda: token.renewed(heard, utc_now()))

    def for_itself(self) -> Token:
        """A token for the program itself, for its client secret (RFC 6749, 4.4)."""
        issuer = self._issuer()
        scopes = self._registration.scopes
        client = BackendApplicationClient(self._registration.settings.client_id)
        session, heard = self._session(renewing=True, client=client, scopes=scopes)
        self._fetch(session, issuer)
        return _usable(lambda: Token.signed_in(heard, scopes, utc_now()))

    def _by_browser(
        self, issuer: Issuer, scopes: tuple[str, ...], prompt: Prompt, cancel: threading.Event
    ) -> Mapping[str, object]:
        registration = self._registration
        with Loopback() as loopback:
            session, heard = self._session(
                renewing=False, scopes=scopes, redirect=loopback.address()
            )
            extra = {"access_type": "offline"} if self._google else {}
            if self._google or _OFFLINE in scopes:
                # Without being asked again, a person who agreed before gets no refresh token.
                extra["prompt"] = "consent"
            if registration.username:
                extra["login_hint"] = registration.username
            state = secrets.token_urlsafe(32)
            address, _ = session.authorization_url(issuer.authorize, state=state, **extra)
            prompt.open_page(address)
            back = loopback.wait(registration, state, cancel)
        if "code" not in back:
            raise refused(registration, back, renewing=False)
        self._fetch(session, issuer, back["code"])
        return heard

    def _by_device(
        self, issuer: Issuer, scopes: tuple[str, ...], prompt: Prompt, cancel: threading.Event
    ) -> Mapping[str, object]:
        registration = self._registration
        if self._google or not issuer.device:
            # Google's own has no permission for mail (MAIL 1.2).
            raise InputError(
                "This sign-in provider does not offer signing in with a code.",
                "Nothing was changed. Choose signing in with the browser.",
                field=registration.at("oauth.flow"),
            )
        session = guard(requests.Session(), registration)
        identity = {"client_id": registration.settings.client_id}
        if registration.client_secret:
            identity["client_secret"] = registration.client_secret
        asked = self._ask(session, issuer.device, {**identity, "scope": " ".join(scopes)})
        if "error" in asked:
            raise refused(registration, asked, renewing=False)
        code = DeviceCode.of(asked)
        question = {**identity, "grant_type": _DEVICE_GRANT, "device_code": code.device_code}
        return wait_for_person(
            registration, code, prompt, cancel, lambda: self._ask(session, issuer.token, question)
        )

    def _ask(
        self, session: requests.Session, address: str, form: Mapping[str, str]
    ) -> dict[str, object]:
        with in_words():
            return answer_of(session.post(address, data=form))

    def _issuer(self) -> Issuer:
        with requests.Session() as session:
            return discover(guard(session, self._registration), self._registration)

    def _scopes(self, issuer: Issuer) -> tuple[str, ...]:
        """What is asked for, with what names the person and lasts where nobody chose otherwise."""
        asked = self._registration.scopes
        if self._registration.settings.scopes:
            return asked
        if self._google:
            return (*asked, "openid", "email")
        usual = ("openid", "email", _OFFLINE)
        return (*asked, *(scope for scope in usual if scope in issuer.scopes))

    def _fetch(self, session: OAuth2Session, issuer: Issuer, code: str | None = None) -> None:
        """Ask for a token, saying which registration we are (RFC 6749, 2.3)."""
        secret, basic = self._secret(issuer)
        with in_words():
            session.fetch_token(
                issuer.token,
                code=code,
                auth=basic,
                include_client_id=basic is None,
                client_secret=secret,
            )

    def _secret(self, issuer: Issuer) -> tuple[str | None, HTTPBasicAuth | None]:
        """The client secret as it goes into the form, or into the header."""
        secret = self._registration.client_secret
        if not secret or self._google or issuer.secret_in_body:
            return secret or None, None
        identity = self._registration.settings.client_id
        return None, HTTPBasicAuth(quote_plus(identity), quote_plus(secret))

    def _session(
        self,
        *,
        renewing: bool,
        scopes: tuple[str, ...] = (),
        client: Client | None = None,
        redirect: str = "",
    ) -> tuple[OAuth2Session, dict[str, object]]:
        """A guarded session, and where the provider's answer will be found."""
        registration = self._registration
        heard: dict[str, object] = {}

        def listen(response: requests.Response) -> requests.Response:
            answer = answer_of(response)
            if "error" in answer:
                raise refused(registration, answer, renewing=renewing)
            if response.status_code != requests.codes.ok:
                raise not_understood()
            heard.update(answer)
            # What the library would think of the answer does not matter, and it keeps no token.
            emptied = requests.Response()
            emptied.status_code = response.status_code
            emptied.raw = BytesIO(_NOTHING)
            return emptied

        session = OAuth2Session(
            registration.settings.client_id,
            client,
            scope=list(scopes) or None,
            redirect_uri=redirect or None,
            pkce="S256" if redirect else None,
        )
        guard(session, registration)
        session.register_compliance_hook("access_token_response", listen)
        session.register_compliance_hook("refresh_token_response", listen)
        return session, heard

    def _check_granted(self, answer: Mapping[str, object]) -> None:
        registration = self._registration
        granted = str(answer.get("scope") or "").split()
        wanted = self._google and GOOGLE_MAIL in registration.scopes
        if wanted and granted and GOOGLE_MAIL not in granted:
            raise InputError(
                "The permission to use the mailbox was not given.",
                "Nothing was changed. Sign in again and leave the box for mail ticked.",
                field=registration.at("oauth"),
            )
        if not answer.get("refresh_token"):
            raise InputError(
                "The sign-in provider gave a sign-in that ends within the hour.",
                f"Nothing was changed. Add the scope that makes it last, usually {_OFFLINE}.",
                field=registration.at("oauth.scopes"),
            )


def _usable(make: Callable[[], Token]) -> Token:
    try:
        return make()
    except ValueError:
        raise not_understood() from None
