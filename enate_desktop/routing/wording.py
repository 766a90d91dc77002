"""A decision in words: what each rule asked and found, and one sentence for the whole."""

from collections.abc import Callable, Iterable, Sequence

from enate_desktop.routing.explanation import RuleTrace
from enate_desktop.routing.extensions import extensions_of
from enate_desktop.routing.facts import (
    ATTACHMENTS,
    COMPANIES,
    IMPORTANT,
    RECIPIENTS,
    RULE_NAMES,
    SENDERS,
    SUBJECT,
    MailFacts,
    address_keys,
)
from enate_desktop.routing.index import CompiledRoute
from enate_desktop.routing.keywords import WHOLE

_SHOWN = 20
_FOUND = 3
_LOOKED_AT = 200
"""Addresses of one mail that are looked at for words; a mail may have fifty thousand."""


def listed(values: Sequence[str], most: int = _SHOWN, more: int = 0) -> str:
    """``a; b; c``, or the first few and how many more there are; ``more`` besides ``values``."""
    more = max(more, 0) + max(len(values) - most, 0)
    return "; ".join(values[:most]) + (f" and {more} more" if more else "")


def clipped(text: str, most: int = 120) -> str:
    """``text`` cut to ``most`` characters, visibly."""
    return text if len(text) <= most else text[: most - 1] + "…"


def rule_traces(route: CompiledRoute, facts: MailFacts) -> tuple[RuleTrace, ...]:
    """Every filled rule of ``route``: what it asks, what the mail has, whether it is true."""
    traces = []
    for (rule, values), (_, wanted) in zip(route.values, route.tests, strict=True):
        keys = facts.keys(rule)
        true = not wanted.isdisjoint(keys)
        asked = (
            listed(facts.company_names(key for key, _ in values))
            if rule == COMPANIES
            else listed([text for _, text in values[:_SHOWN]], more=len(values) - _SHOWN)
        )
        if true:
            hits = [value for value in values if value[0] in keys]
            found = _FOUND_WORDS[rule](facts, [key for key, _ in hits], [text for _, text in hits])
        else:
            found = _missed(rule, facts, [key for key, _ in values[:_SHOWN]])
        traces.append(RuleTrace(RULE_NAMES[rule], asked, found, true))
    return tuple(traces)


def why_it_took(route: CompiledRoute, facts: MailFacts) -> str:
    """``the sender list includes *@acme.fr and the subject contains "x"``; empty without rules."""
    parts = []
    for rule, values in route.values:
        keys = facts.keys(rule)
        hits = [value for value in values if value[0] in keys][:_FOUND]
        if rule == IMPORTANT:
            parts.append("the mail is marked important")
        elif rule == COMPANIES:
            parts.append(
                f"the sender belongs to {' and '.join(facts.company_names(k for k, _ in hits))}"
            )
        elif rule == SUBJECT:
            words = " and ".join(f'"{text.strip(chr(34))}"' for _, text in hits)
            parts.append(f"the subject contains {words}")
        elif rule == ATTACHMENTS:
            parts.append(f"an attachment is {' or '.join(text for _, text in hits)}")
        else:
            who = "sender" if rule == SENDERS else "recipient"
            parts.append(f"the {who} list includes {' and '.join(text for _, text in hits)}")
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _missed(rule: int, facts: MailFacts, wanted: Sequence[object]) -> str:
    message = facts.message
    if rule == IMPORTANT:
        return message.importance_header or "not marked as important"
    if rule == ATTACHMENTS:
        names = [item.name or item.media_type for item in message.attachments]
        return listed([clipped(name, 60) for name in names], _FOUND) or "no attachments"
    if rule == SUBJECT:
        return _missed_subject(facts, [str(key) for key in wanted])
    if rule == RECIPIENTS:
        return listed(_nearest(facts.recipients, wanted), _FOUND) or "no usable To or CC address"
    senders = listed(_nearest(message.senders, wanted), _FOUND) or "no usable From address"
    if rule == SENDERS:
        return senders
    names = facts.company_names(facts.keys(COMPANIES))
    return f"{senders}: {listed(names, _FOUND)}" if names else f"{senders}: no known company"


def _missed_subject(facts: MailFacts, wanted: Sequence[str]) -> str:
    if not facts.subject:
        return "no subject"
    shown = f'"{clipped(facts.message.subject)}"'
    for key in wanted[:_SHOWN]:
        if key[0] == WHOLE and key[1:] in facts.subject:
            return f'{shown}, where "{key[1:]}" is only part of a longer word'
    return shown


def _nearest(addresses: Sequence[str], wanted: Sequence[object]) -> list[str]:
    """The addresses, those in a domain that is asked for first."""
    domains = {str(key).rpartition("@")[2].lstrip(".") for key in wanted}
    first = addresses[:_LOOKED_AT]
    ranked = sorted(first, key=lambda address: address.rpartition("@")[2] not in domains)
    return [*ranked, *addresses[_LOOKED_AT:]]


def _answering(addresses: Sequence[str], keys: Iterable[object], texts: Sequence[str]) -> str:
    wanted = set(keys)
    found = [a for a in addresses[:_LOOKED_AT] if not wanted.isdisjoint(address_keys((a,)))]
    return listed(found or texts, _FOUND)


def _found_subject(facts: MailFacts, keys: Sequence[object], texts: Sequence[str]) -> str:
    return f'"{clipped(facts.message.subject)}" contains {listed(texts, _FOUND)}'


def _found_attachments(facts: MailFacts, keys: Sequence[object], texts: Sequence[str]) -> str:
    wanted = set(keys)
    return listed(
        [
            clipped(item.name or item.media_type, 60)
            for item in facts.message.attachments
            if not wanted.isdisjoint(extensions_of(item))
        ],
        _FOUND,
    )


def _found_companies(facts: MailFacts, keys: Sequence[object], texts: Sequence[str]) -> str:
    wanted = set(keys)
    who = [a for a in facts.message.senders if not wanted.isdisjoint(facts.companies_of(a))]
    names = facts.company_names(int(str(key)) for key in keys)
    return f"{listed(who, _FOUND)} belongs to {listed(names, _FOUND)}"


_FOUND_WORDS: dict[int, Callable[[MailFacts, Sequence[object], Sequence[str]], str]] = {
    IMPORTANT: lambda facts, keys, texts: facts.message.importance_header or "marked as important",
    ATTACHMENTS: _found_attachments,
    SUBJECT: _found_subject,
    RECIPIENTS: lambda facts, keys, texts: _answering(facts.recipients, keys, texts),
    SENDERS: lambda facts, keys, texts: _answering(facts.message.senders, keys, texts),
    COMPANIES: _found_companies,
}
