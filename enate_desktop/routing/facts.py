"""A mail and a rule as sets of keys: a rule is true when the two have a key in common.

Every rule of SPEC section 5 becomes such a set: addresses as they are, domains as ``@acme.com``,
sub-domains as ``.acme.com``, key words as in :mod:`enate_desktop.routing.keywords`.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from enate_desktop.domain.addresses import AddressPattern, PatternKind
from enate_desktop.domain.directory import CompanyBook
from enate_desktop.domain.messages import Message
from enate_desktop.domain.rules import Rules
from enate_desktop.routing.explanation import RuleName
from enate_desktop.routing.extensions import extensions_of
from enate_desktop.routing.keywords import KeywordFinder, fold, keyword_key

Key = str | int
Keys = AbstractSet[Key]

IMPORTANT, ATTACHMENTS, SUBJECT, RECIPIENTS, SENDERS, COMPANIES = range(6)
"""The rules by number, in the order of RuleName."""
RULE_NAMES: Final = tuple(RuleName)

_YES: Final[Keys] = frozenset(("yes",))
_NONE: Final[Keys] = frozenset()


def pattern_key(pattern: AddressPattern) -> str:
    """The key of one listed address or domain."""
    if pattern.kind is PatternKind.ADDRESS:
        return pattern.value
    return ("@" if pattern.kind is PatternKind.DOMAIN else ".") + pattern.value


def address_keys(addresses: Sequence[str]) -> Keys:
    """Every key some of ``addresses`` answers to: itself, its domain, the domains above."""
    keys: set[Key] = set(addresses)
    for domain in {address.rpartition("@")[2] for address in addresses}:
        keys.add("@" + domain)
        above = domain.partition(".")[2]
        while above:
            keys.add("." + above)
            above = above.partition(".")[2]
    return keys


def rule_values(rules: Rules) -> list[tuple[int, tuple[tuple[Key, str], ...]]]:
    """Each filled rule by number with its values: the key, and the text as it was written."""
    filled: list[tuple[int, tuple[tuple[Key, str], ...]]] = []
    if rules.important:
        filled.append((IMPORTANT, (("yes", "yes"),)))
    if rules.attachment_types:
        filled.append((ATTACHMENTS, tuple((v.casefold(), v) for v in rules.attachment_types)))
    if rules.subject_keywords:
        filled.append((SUBJECT, tuple((keyword_key(v), v) for v in rules.subject_keywords)))
    if rules.recipients:
        filled.append((RECIPIENTS, tuple((pattern_key(p), str(p)) for p in rules.recipients)))
    if rules.senders:
        filled.append((SENDERS, tuple((pattern_key(p), str(p)) for p in rules.senders)))
    if rules.companies:
        filled.append((COMPANIES, tuple((company, "") for company in rules.companies)))
    return filled


class Facts:
    """The keys of one mail by rule, each worked out when first asked for."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Sequence[Keys | None] = (None,) * 6) -> None:
        self._keys = list(keys)

    def keys(self, rule: int) -> Keys:
        """The keys of the mail that rule number ``rule`` looks at."""
        found = self._keys[rule]
        if found is None:
            found = self._keys[rule] = self._read(rule)
        return found

    def _read(self, rule: int) -> Keys:
        return _NONE


class MailFacts(Facts):
    """The facts of a real mail, in the light of a company book and a table's key words."""

    __slots__ = ("_companies", "_finder", "_subject", "message", "recipients")

    def __init__(
        self,
        message: Message,
        recipients: Sequence[str],
        finder: KeywordFinder,
        companies: CompanyBook,
    ) -> None:
        self._keys = [None] * 6
        self.message = message
        self.recipients = recipients
        self._finder = finder
        self._companies = companies
        self._subject: str | None = None

    def at(self, finder: KeywordFinder, companies: CompanyBook) -> "MailFacts":
        """The same mail in the light of another table; only what depends on it is read again."""
        facts = MailFacts(self.message, self.recipients, finder, companies)
        facts._keys = [*self._keys]
        facts._keys[SUBJECT] = facts._keys[COMPANIES] = None
        facts._subject = self._subject
        return facts

    @property
    def subject(self) -> str:
        """The subject as key words compare."""
        if self._subject is None:
            self._subject = fold(self.message.subject)
        return self._subject

    def companies_of(self, address: str) -> frozenset[int]:
        """The companies of one sender."""
        return self._companies.companies_of(address)

    def company_names(self, ids: Iterable[Key]) -> list[str]:
        """Companies by name; one that is no longer in the directory by its number."""
        names = self._companies.names
        return sorted(names.get(int(key), f"company {key}") for key in ids)

    def _read(self, rule: int) -> Keys:
        message = self.message
        if rule == SENDERS:
            return address_keys(message.senders)
        if rule == SUBJECT:
            return self._finder.keys_in(self.subject)
        if rule == RECIPIENTS:
            return address_keys(self.recipients)
        if rule == COMPANIES:
            return frozenset().union(*map(self.companies_of, message.senders))
        if rule == ATTACHMENTS:
            return frozenset(e for item in message.attachments for e in extensions_of(item))
        return _YES if message.important else _NONE
