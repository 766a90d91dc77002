"""Mail addresses and domains in the one form in which they compare (Q-7, Q-8; RFC 5321, 5891)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import idna

from enate_desktop.domain.errors import InputError

_UNUSABLE = re.compile(r"[\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


@lru_cache(maxsize=8192)
def normal_domain(text: str) -> str | None:
    """``text`` as a lower-case A-label domain (IDNA 2008, UTS 46 mapping), or None if unusable."""
    domain = text.strip().rstrip(".").lower()
    if not domain or len(domain) > 255:
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError):
            return None
    labels = domain.split(".")
    if not all(_LABEL.match(label) for label in labels):
        return None
    return domain


def shown_domain(domain: str) -> str:
    """``domain`` (A-labels) as people read it (U-labels); unchanged when it cannot be decoded."""
    if "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


@lru_cache(maxsize=8192)
def normal_address(text: str) -> str | None:
    """``text`` as ``local@domain`` in comparable form, or None if it is not one usable address.

    Case-insensitive in both parts (Q-8), NFC in the local part (RFC 6532), IDNA 2008 in the domain.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or len(local) > 64 * 4 or "@" in local or _UNUSABLE.search(local):
        return None
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    host = normal_domain(domain)
    return f"{unicodedata.normalize('NFC', local).casefold()}@{host}" if host else None


def split_address(address: str) -> tuple[str, str] | None:
    """Local part and domain of an address in comparable form; None without an ``@``."""
    local, at, domain = address.rpartition("@")
    return (local, domain) if at else None


def without_tag(address: str) -> str:
    """``hr+101203-T@acme.example`` as ``hr@acme.example``; without a tag it is unchanged."""
    local, _, domain = address.rpartition("@")
    base = local.partition("+")[0]
    return f"{base}@{domain}" if base else address


def tag_of(address: str) -> str:
    """What stands behind the first ``+`` of the local part, or an empty text."""
    return address.rpartition("@")[0].partition("+")[2]


class PatternKind(StrEnum):
    """How a listed value of Q-4 and Q-5 compares."""

    ADDRESS = "address"
    DOMAIN = "domain"
    SUBDOMAINS = "subdomains"


@dataclass(frozen=True, slots=True)
class AddressPattern:
    """One listed value: an address, ``*@acme.com`` (a domain) or ``*.acme.com`` (sub-domains)."""

    kind: PatternKind
    value: str

    def matches(self, address: str) -> bool:
        """Whether ``address`` (comparable form) is meant."""
        if self.kind is PatternKind.ADDRESS:
            return address == self.value
        domain = address.rpartition("@")[2]
        if self.kind is PatternKind.DOMAIN:
            return domain == self.value
        return domain.endswith("." + self.value)

    def __str__(self) -> str:
        """The stored form."""
        if self.kind is PatternKind.ADDRESS:
            return self.value
        return f"*@{self.value}" if self.kind is PatternKind.DOMAIN else f"*.{self.value}"


def parse_pattern(text: str) -> AddressPattern:
    """Read one listed value (Q-7); raises InputError with the reason when it cannot be used."""
    value = text.strip()
    if "*" not in value:
        address = normal_address(value)
        if address is None:
            raise _unusable(value, "Write a whole address such as anna@acme.com, or *@acme.com.")
        return AddressPattern(PatternKind.ADDRESS, address)
    if value == "*":
        raise _unusable(value, "A star alone would mean everybody. Write *@acme.com for a domain.")
    if value.count("*") > 1 or not value.startswith("*"):
        raise _unusable(value, "One star is allowed, at the start: *@acme.com or *.acme.com.")
    rest = value[1:]
    kind = PatternKind.SUBDOMAINS if rest.startswith(".") else PatternKind.DOMAIN
    domain = normal_domain(rest.removeprefix("." if kind is PatternKind.SUBDOMAINS else "@"))
    if domain is None:
        raise _unusable(value, "After the star comes a domain: *@acme.com or *.acme.com.")
    return AddressPattern(kind, domain)


def _unusable(value: str, remedy: str) -> InputError:
    return InputError(f'"{value}" cannot be used as an address or domain.', remedy, field="rules")
