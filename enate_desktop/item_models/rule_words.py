"""The rules of a route as one plain sentence, before any mail is seen."""

from collections.abc import Mapping, Sequence

from enate_desktop.domain.addresses import AddressPattern, PatternKind, shown_domain
from enate_desktop.domain.rules import Rules


def in_words(rules: Rules, companies: Mapping[int, str]) -> str:
    """``sent by anyone at acme.fr, and subject contains "arrivée" or "onboarding"``.

    ``companies`` names companies by id.
    """
    parts = []
    if rules.senders:
        parts.append(f"sent by {_any_of([_who(pattern) for pattern in rules.senders])}")
    if rules.companies:
        names = [companies.get(key, "a company that is gone") for key in rules.companies]
        parts.append(f"sent from {_any_of(names)}")
    if rules.recipients:
        parts.append(f"also addressed to {_any_of([_who(p) for p in rules.recipients])}")
    if rules.subject_keywords:
        parts.append(f"subject contains {_any_of([_quoted(w) for w in rules.subject_keywords])}")
    if rules.attachment_types:
        parts.append(f"with an attachment of type {_any_of(rules.attachment_types)}")
    if rules.important:
        parts.append("marked as important")
    return ", and ".join(parts) if parts else "every mail to this address"


def _any_of(values: Sequence[str]) -> str:
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} or {values[-1]}"


def _who(pattern: AddressPattern) -> str:
    if pattern.kind is PatternKind.ADDRESS:
        return pattern.value
    domain = shown_domain(pattern.value)
    if pattern.kind is PatternKind.DOMAIN:
        return f"anyone at {domain}"
    return f"anyone at a sub-domain of {domain}"


def _quoted(word: str) -> str:
    whole = len(word) > 1 and word.startswith('"') and word.endswith('"')
    return f"the whole words {word}" if whole else f'"{word}"'
