"""A sign-in provider on loopback: OAuth 2.0 with every flow the program knows, and its faults."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.x509 import Certificate

from tests.canary import CANARY
from tests.servers.identity_http import Answer, IdentityServer, Request, page, redirect, refusal
from tests.servers.pki import Pki

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Family:
    """Everything that one sign-in gave: one refresh token is good at a time, if they rotate."""

    account: str
    scope: str
    refresh_token: str = ""
    nonce: str = ""
    used: set[str] = field(default_factory=set)
    access_tokens: set[str] = field(default_factory=set)
    alive: bool = True


@dataclass
class _Code:
    parameters: dict[str, str]
    account: str
    user_code: str = ""
    approved: bool | None = None


class IdentityProvider:
    """A context manager; every sign-in page is answered at once for ``account``.

    ``issuer`` is the address of the generic issuer; Microsoft's authority is ``base``, below which
    any tenant exists. What it was asked is in ``requests``; ``fail`` makes it misbehave.
    """

    def __init__(self, pki: Pki, *, fault: str = "", account: str = "hr@acme.example") -> None:
        """With a certificate of ``pki``; ``fault`` as in ``Pki.server``."""
        self.account = account
        self.client_id = "enate-test-client"
        self.client_secret = ""
        """What a client must send to the token end point; empty for none."""
        self.client_certificate: Certificate | None = None
        """What a client's assertion must be signed with (RFC 7523); None to refuse them."""
        self.rotates = True
        self.lifetime = 3600
        self.denies = ""
        """An error to answer the sign-in page with, such as ``access_denied``."""
        self.granted: str | None = None
        """The scope that is really granted; None for the one that was asked for."""
        self.has_device_flow = True
        self.lasting = True
        """Whether a sign-in gives a refresh token."""
        self.configured: dict[str, object] = {}
        """What it says of itself instead of the truth."""
        self.device_facts: dict[str, object] = {}
        """What it says of a device's code instead of the truth."""
        self.device_interval = 1
        self.requests: list[Request] = []
        self.families: list[Family] = []
        self._tokens: dict[str, tuple[Family, float]] = {}
        self._codes: dict[str, _Code] = {}
        self._faults: dict[str, tuple[str, int]] = {}
        self._lock = threading.RLock()
        self._server = IdentityServer(self._answer, pki.server(fault).server_context())
        self.base = f"https://localhost:{self._server.port}"
        self.issuer = f"{self.base}/realm"
        self.ca_pem = pki.ca_pem
        self.ca_path = pki.ca.certificate_path

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    # ------------------------------------------------------------------ what a test says and asks

    def issue(self, account: str, seconds: float = 3600, scope: str = "mail") -> str:
        """An access token of ``account`` that is good for ``seconds``."""
        return self._issue_access(self._new_family(account, scope), seconds)

    def refresh_token(self, account: str = "", scope: str = "mail") -> str:
        """A refresh token as a sign-in somewhere else would have given."""
        family = self._new_family(account or self.account, scope)
        family.refresh_token = _secret("rt")
        return family.refresh_token

    def account_of(self, access_token: str) -> str | None:
        """Whose mailbox the token opens now; None for one that is not, or no longer, good."""
        with self._lock:
            family, until = self._tokens.get(access_token, (Family("", "", alive=False), 0.0))
            return family.account if family.alive and time.time() < until else None

    def revoke(self) -> None:
        """Every token and every sign-in so far is no longer honoured."""
        with self._lock:
            for family in self.families:
                family.alive = False

    def expire(self) -> None:
        """Every access token so far is no longer honoured; the sign-ins are."""
        with self._lock:
            self._tokens.clear()

    def fail(self, path: str, fault: str, times: int = -1) -> None:
        """Misbehave at ``path`` (``token``, ``device``, ``authorize``, ``configuration`` …).

        ``fault``: an HTTP status as text, ``slow``, ``drip``, ``huge``, ``bomb``, ``html``,
        ``garbage``, ``deep``, ``list``, ``redirect``, ``drop``, or an OAuth error such as
        ``invalid_grant``, with its description after a colon. ``times`` requests long; -1 until
        ``recover``.
        """
        with self._lock:
            self._faults[path] = (fault, times)

    def say_content_type(self, content_type: str) -> None:
        """Claim that for every answer in JSON."""
        self._server.say_content_type(content_type)

    def recover(self) -> None:
        """Behave again; whoever waits for a slow answer is let go."""
        with self._lock:
            self._faults.clear()
        self._server.let_go()

    def asked(self, path: str, grant: str = "") -> list[Request]:
        """The requests to ``path``, those of one grant type if given."""
        with self._lock:
            return [
                one
                for one in self.requests
                if one.path == path and (not grant or one.parameters.get("grant_type") == grant)
            ]

    def client_context(self) -> ssl.SSLContext:
        """What a browser of the test trusts."""
        return ssl.create_default_context(cadata=self.ca_pem)

    def approve(self, user_code: str, *, approved: bool = True) -> None:
        """A person typed the code of a device, and agreed or did not."""
        with self._lock:
            for code in self._codes.values():
                if code.user_code == user_code:
                    code.approved = approved

    # ------------------------------------------------------------------------------- the answers

    def _answer(self, request: Request) -> Answer:
        path = request.path
        with self._lock:
            self.requests.append(request)
            fault = self._fault(path)
        if fault:
            return self._server.misbehave(fault)
        with self._lock:
            if path == "configuration":
                return self._configuration(request)
            known = {
                "authorize": self._authorize,
                "token": self._token,
                "device": self._device,
                "introspect": self._introspect,
                "userinfo": self._userinfo,
                "tokeninfo": self._introspect,
            }
            return known[path](request) if path in known else Answer(404, {"error": "not_found"})

    def _fault(self, path: str) -> str:
        fault, times = self._faults.get(path, ("", 0))
        if times > 0:
            self._faults[path] = (fault, times - 1)
        return fault if times else ""

    def _configuration(self, request: Request) -> Answer:
        """RFC 8414 and OpenID Connect Discovery, below whatever path was asked for."""
        facts: dict[str, object] = {
            "issuer": f"{self.base}{request.below}",
            "authorization_endpoint": f"{self.base}{request.below}/authorize",
            "token_endpoint": f"{self.base}{request.below}/token",
            "userinfo_endpoint": f"{self.base}{request.below}/userinfo",
            "introspection_endpoint": f"{self.base}{request.below}/introspect",
            "jwks_uri": f"{self.base}{request.below}/jwks",
            "scopes_supported": ["openid", "email", "offline_access", "mail"],
            "code_challenge_methods_supported": ["S256"],
        }
        if self.has_device_flow:
            facts["device_authorization_endpoint"] = f"{self.base}{request.below}/device"
        return Answer(200, facts | self.configured)

    def _authorize(self, request: Request) -> Answer:
        asked = request.parameters
        if asked.get("client_id") != self.client_id:
            return page("This client is not known here.", 400)
        back = asked["redirect_uri"]
        if urlsplit(back).hostname not in ("127.0.0.1", "localhost"):
            return page("This redirect is not registered.", 400)
        answer = {"state": asked.get("state", "")}
        if self.denies:
            answer |= {"error": self.denies, "error_description": "The person said no."}
        else:
            answer["code"] = _secret("code")
            self._codes[answer["code"]] = _Code(asked, self.account)
        if asked.get("response_mode") == "form_post":
            return page("", form=back, fields=answer)
        return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}")

    def _token(self, request: Request) -> Answer:
        asked = request.parameters
        if (problem := self._client_problem(request)) is not None:
            return problem
        grants = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh_token,
            "client_credentials": self._by_itself,
            DEVICE_GRANT: self._by_device,
        }
        grant = grants.get(asked.get("grant_type", ""))
        return grant(asked) if grant else refusal("unsupported_grant_type")

    def _client_problem(self, request: Request) -> Answer | None:
        asked = request.parameters
        if (asked.get("client_id") or request.user) != self.client_id:
            return refusal("unauthorized_client", "AADSTS700016: Application was not found.", 400)
        if asked.get("client_assertion_type") == _ASSERTION:
            return self._assertion_problem(request)
        given = asked.get("client_secret") or request.password
        if self.client_secret and given != self.client_secret:
            return refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401)
        if self.client_certificate is not None or (
            asked.get("grant_type") == "client_credentials" and not self.client_secret
        ):
            return refusal("invalid_client", "A public client cannot ask for this.", 401)
        return None

    def _assertion_problem(self, request: Request) -> Answer | None:
        if self.client_certificate is None:
            return refusal("invalid_client", "AADSTS700027: The certificate is not known.", 401)
        try:
            jwt.decode(
                request.parameters["client_assertion"],
                self.client_certificate.public_key(),  # type: ignore[arg-type]  # never DSA here
                algorithms=["RS256", "PS256", "ES256"],
                audience=f"{self.base}{request.below}/token",
                issuer=self.client_id,
                subject=self.client_id,
                options={"require": ["exp", "jti"]},
            )
        except (jwt.InvalidTokenError, ValueError, KeyError) as error:
            return refusal("invalid_client", f"AADSTS700027: {error}", 401)
        return None

    def _by_code(self, asked: dict[str, str]) -> Answer:
        code = self._codes.pop(asked.get("code", ""), None)
        if code is None:
            return refusal("invalid_grant", "The code is not known, or was used before.")
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        before = code.parameters
        if before.get("code_challenge_method") != "S256" or before["code_challenge"] != challenge:
            return refusal("invalid_grant", "The code verifier does not fit.")
        if before["redirect_uri"] != asked.get("redirect_uri"):
            return refusal("invalid_grant", "The redirect does not fit.")
        family = self._new_family(code.account, before.get("scope", ""))
        family.nonce = before.get("nonce", "")
        return self._granted(family)

    def _by_refresh_token(self, asked: dict[str, str]) -> Answer:
        given = asked.get("refresh_token", "")
        for family in self.families:
            if given in family.used and self.rotates:
                # RFC 9700, 4.14.2: one of the two who hold it has stolen it.
                family.alive = False
            if family.alive and given == family.refresh_token:
                return self._granted(family)
        return refusal("invalid_grant", "AADSTS700082: The refresh token has expired.")

    def _by_itself(self, asked: dict[str, str]) -> Answer:
        family = self._new_family(self.account, asked.get("scope", ""))
        return Answer(200, self._access_facts(family))

    def _by_device(self, asked: dict[str, str]) -> Answer:
        code = self._codes.get(asked.get("device_code", ""))
        if code is None:
            return refusal("expired_token")
        if code.approved is None:
            return refusal("authorization_pending")
        del self._codes[asked["device_code"]]
        if not code.approved:
            return refusal("access_denied")
        return self._granted(self._new_family(code.account, code.parameters["scope"]))

    def _device(self, request: Request) -> Answer:
        device_code, user_code = _secret("device"), secrets.token_hex(4).upper()
        self._codes[device_code] = _Code(request.parameters, self.account, user_code)
        return Answer(
            200,
            {
                "device_code": device_code,
                "user_code": user_code,
                "verification_uri": f"{self.base}/devicelogin",
                "expires_in": 900,
                "interval": self.device_interval,
            }
            | self.device_facts,
        )

    def _introspect(self, request: Request) -> Answer:
        """RFC 7662, and Google's tokeninfo."""
        token = request.parameters.get("token") or request.parameters.get("access_token", "")
        account = self.account_of(token or request.bearer)
        if account is None:
            return Answer(200, {"active": False})
        _, until = self._tokens[token or request.bearer]
        facts = {"active": True, "username": account, "email": account, "exp": int(until)}
        return Answer(200, {**facts, "scope": "mail", "client_id": self.client_id})

    def _userinfo(self, request: Request) -> Answer:
        account = self.account_of(request.bearer)
        if account is None:
            return Answer(401, {"error": "invalid_token"})
        return Answer(200, {"sub": account, "email": account, "preferred_username": account})

    def _new_family(self, account: str, scope: str) -> Family:
        with self._lock:
            family = Family(account, scope)
            self.families.append(family)
            return family

    def _issue_access(self, family: Family, seconds: float) -> str:
        with self._lock:
            token = _secret("at")
            self._tokens[token] = (family, time.time() + seconds)
            family.access_tokens.add(token)
            return token

    def _access_facts(self, family: Family) -> dict[str, object]:
        return {
            "access_token": self._issue_access(family, self.lifetime),
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "scope": family.scope if self.granted is None else self.granted,
        }

    def _granted(self, family: Family) -> Answer:
        facts = self._access_facts(family)
        if self.lasting and (self.rotates or not family.refresh_token):
            family.used.add(family.refresh_token)
            family.refresh_token = _secret("rt")
            facts["refresh_token"] = family.refresh_token
        if "openid" in family.scope.split():
            facts["id_token"] = _id_token(family, self.client_id)
        return Answer(200, facts)


def _secret(kind: str) -> str:
    """One that nobody can guess, and that is found wherever it should not be."""
    return f"{kind}-{CANARY}-{secrets.token_urlsafe(16)}"


def _fresh(kind: str) -> str:
    """A secret that nobody has seen before, with the text that no file may hold afterwards."""
    return f"{kind}-{CANARY}-{secrets.token_urlsafe(12)}"


def _id_token(family: Family, client_id: str) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://localhost",
        "sub": family.account,
        "aud": client_id,
        "nonce": family.nonce,
        "iat": now,
        "exp": now + 3600,
        "preferred_username": family.account,
        "email": family.account,
    }
    parts = ({"alg": "none"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    return b".".join((*encoded, b"c2ln")).decode()
