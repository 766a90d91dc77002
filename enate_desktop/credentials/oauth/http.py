"""Talking to a sign-in provider: verified, and bounded in time and size, however it behaves."""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from typing_extensions import override

from enate_desktop.credentials.oauth.refusals import not_answering, not_understood, unknown_ca
from enate_desktop.credentials.oauth.registration import Patience, Registration
from enate_desktop.domain.errors import InputError, UnavailableError

_MOST_WAIT = 900.0


def guard(session: requests.Session, registration: Registration) -> requests.Session:
    """Let ``session`` talk over https only, within the registration's limits; returns it.

    Its calls raise UnavailableError and nothing else, and follow no redirect.
    """
    adapter = _GuardedAdapter(registration)
    session.mount("https://", adapter)
    session.mount("http://", _Refusing())
    # A .netrc would put a password of its own in place of ours.
    session.auth = _as_it_is
    session.headers["Accept"] = "application/json"
    session.headers["Connection"] = "close"
    return session


@contextmanager
def in_words() -> Iterator[None]:
    """What the web library raises before anything is sent, as a sentence."""
    try:
        yield
    except requests.RequestException as error:
        raise _in_words(error, "") from None


def answer_of(response: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer; UnavailableError for anything else, such as a Wi-Fi page.

    JSON is UTF-8 whatever charset the provider names (RFC 8259, 8.1).
    """
    try:
        found = json.loads(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise not_understood()
    return found


def secure_address(found: object) -> str:
    """An https address out of a provider's answer; UnavailableError for anything else."""
    if not isinstance(found, str) or not is_https(found):
        raise not_understood()
    return found


def is_https(address: str) -> bool:
    """Whether ``address`` is an absolute https address that can be connected to."""
    try:
        parts = urllib3.util.parse_url(address)
    except urllib3.exceptions.LocationParseError:
        return False
    printable = address.isascii() and address.isprintable() and " " not in address
    plain = parts.scheme == "https" and bool(parts.host) and parts.auth is None
    return plain and printable and len(address) <= 2_000


class _GuardedAdapter(HTTPAdapter):
    """Sends one request over a fresh connection, and reads no more than agreed."""

    def __init__(self, registration: Registration) -> None:
        self._side = registration.side
        self._patience = registration.patience
        self._context = _trusting(registration)
        super().__init__(max_retries=0)

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    @override
    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)

    @override
    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = (self._patience.connect, self._patience.answer)
        kwargs["stream"] = True
        try:
            response = super().send(request, *args, **kwargs)
            try:
                body = response.raw.read(self._patience.most_bytes + 1, decode_content=True)
            finally:
                response.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _in_words(error, self._side) from None
        if len(body) > self._patience.most_bytes:
            raise not_understood("Its answer was too large.")
        if response.is_redirect or response.is_permanent_redirect:
            raise not_understood("It pointed somewhere else.")
        if response.status_code == requests.codes.too_many_requests or response.status_code >= 500:
            raise not_answering(f"HTTP {response.status_code}", wait=_wait(response.headers))
        response.raw = BytesIO(body)
        # The libraries look at the text: neither an odd charset nor guessing one may stop them.
        response.encoding = "utf-8"
        return response


class _Refusing(HTTPAdapter):
    """Sends nothing: tokens travel encrypted or not at all."""

    @override
    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        raise not_understood("It pointed to an address without encryption.")


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _trusting(registration: Registration) -> ssl.SSLContext:
    """Host and chain are verified; a file in REQUESTS_CA_BUNDLE is added by requests itself."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _hurried(registration.patience)
    if registration.ca_certificate.strip():
        try:
            context.load_verify_locations(cadata=registration.ca_certificate)
        except (ssl.SSLError, ValueError):
            raise InputError(
                "The private CA is not a certificate in PEM form.",
                "Nothing was sent to the sign-in provider. Choose the CA file again.",
                field=registration.at("ca_certificate"),
            ) from None
    return context


def _hurried(patience: Patience) -> type[ssl.SSLSocket]:
    """A socket whose whole answer has to come in time, not only the next byte of it."""

    class Hurried(ssl.SSLSocket):
        _ends = 0.0

        @override
        def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
            now = time.monotonic()
            self._ends = self._ends or now + patience.answer
            if now >= self._ends:
                raise TimeoutError
            self.settimeout(self._ends - now)
            return super().recv_into(buffer, nbytes, flags)

    return Hurried


def _in_words(error: Exception, side: str) -> UnavailableError:
    if isinstance(error, requests.exceptions.SSLError):
        return unknown_ca(side, _verification(error))
    if isinstance(error, requests.exceptions.ProxyError):
        return not_answering("The proxy of this computer does not let us through.")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return not_understood()
    if "CA certificate bundle" in str(error):
        return not_answering("The file named by REQUESTS_CA_BUNDLE cannot be read.")
    return not_answering()


def _verification(error: object) -> str:
    """What TLS says of the certificate, out of the errors that the libraries put around it."""
    for _ in range(5):
        if isinstance(error, ssl.SSLCertVerificationError):
            return str(error.verify_message)
        inner = getattr(error, "reason", None) or (getattr(error, "args", ()) or ("",))[0]
        error = inner
    return ""


def _wait(headers: Mapping[str, str]) -> float:
    """Retry-After in seconds; a date is answered with a minute (RFC 9110, 10.2.3)."""
    given = headers.get("Retry-After", "")
    if given.isascii() and given.isdigit():
        return min(float(given), _MOST_WAIT)
    return 60.0 if given else 0.0
