"""The explanation of a match: every route in order, and one plain sentence (M-12)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from enate_desktop.domain.routes import Block
from enate_desktop.routing.explanation import Decision, Result, RouteTrace, RuleTrace
from enate_desktop.routing.index import CompiledRoute
from enate_desktop.routing.matching import Match, RouteMatcher
from enate_desktop.routing.wording import listed, rule_traces, why_it_took

_FOUND = 3


def explained(
    table: RouteMatcher, found: Match, details: int | None = None
) -> tuple[Decision, ...]:
    """The decisions of ``found`` with reason and trace.

    Of the routes whose rules failed, only the last ``details`` before the winner show them.
    """
    return tuple(
        replace(
            table.decision_of(taken, recipient, found.facts.message),
            reason=_reason(table, found, taken, recipient),
            trace=_trace(table, found, taken, recipient, details),
        )
        for taken, recipient in found.taken
    )


def _trace(
    table: RouteMatcher,
    found: Match,
    taken: CompiledRoute | None,
    recipient: str | None,
    details: int | None,
) -> tuple[RouteTrace, ...]:
    stop = taken.place if taken is not None else len(table.compiled)
    steps = list(table.differs[:stop])
    asked = _asked(table, found, taken, recipient)
    failed = [c for c in asked if c.place < stop and c.route.enabled]
    shown_from = 0 if details is None else max(len(failed) - details, 0)
    for compiled in failed[:shown_from]:
        steps[compiled.place] = table.failed[compiled.place]
    for compiled in failed[shown_from:]:
        rules = rule_traces(compiled, found.facts)
        steps[compiled.place] = _step(compiled, Result.RULE_FAILED, rules)
    if taken is not None:
        steps.append(_step(taken, Result.TOOK, rule_traces(taken, found.facts)))
    return (*steps, *table.untried[stop + 1 :])


def _asked(
    table: RouteMatcher, found: Match, taken: CompiledRoute | None, recipient: str | None
) -> Sequence[CompiledRoute]:
    """The routes whose rules were looked at, in their order."""
    if taken is not None and taken.route.block is Block.NORMAL:
        return table.buckets[recipient or ""].routes
    if not found.known:
        return table.wildcards.routes
    several = chain.from_iterable(table.buckets[key].routes for key in found.known)
    return sorted(several, key=lambda compiled: compiled.place)


def _step(compiled: CompiledRoute, result: Result, rules: tuple[RuleTrace, ...]) -> RouteTrace:
    return RouteTrace(compiled.route.name, compiled.route.id, result, rules)


def _reason(
    table: RouteMatcher, found: Match, taken: CompiledRoute | None, recipient: str | None
) -> str:
    if taken is None:
        nothing = _nothing_took(table, found)
        return f"{nothing}, and {_not_covered(table)}."
    route = taken.route
    if route.fallback:
        sentence = f"The fallback took it: {_lowered(_nothing_took(table, found))}."
    else:
        kind = "Wildcard route" if route.block is Block.WILDCARD else "Route"
        why = why_it_took(taken, found.facts) or f"it takes every mail to {recipient}"
        sentence = f'{kind} "{route.name}" ({table.priority(taken)}) took it: {why}.'
    return sentence + _silence(table, taken, found)


def _silence(table: RouteMatcher, taken: CompiledRoute, found: Match) -> str:
    message = found.facts.message
    if table.is_spam(message):
        return " The sender is blocked, so the Ticket is closed as spam."
    if not taken.route.send_automated_emails:
        return ""
    why = table.silent_reason(taken.route, message)
    return f" No automated email is sent: {why}." if why else ""


def _nothing_took(table: RouteMatcher, found: Match) -> str:
    """Why no route took the mail, as a sentence without its full stop."""
    message = found.facts.message
    recipients = found.facts.recipients
    if not recipients:
        if message.unusable_addresses:
            return f"No address of it can be used ({listed(message.unusable_addresses, _FOUND)})"
        return "Only Bcc: the mail names no To or CC address"
    if not found.known:
        return f"No route for {_addresses(recipients)}"
    asked = [c.route for key in found.known for c in table.buckets[key].routes]
    if not any(route.enabled for route in asked):
        return f"Every route for {_addresses(found.known)} is switched off"
    return f"No route for {_addresses(found.known)} has rules that fit"


def _not_covered(table: RouteMatcher) -> str:
    if table.connector.fallback is None:
        return f'connector "{table.connector.name}" has no fallback'
    return f"the fallback covers {table.connector.primary_address} only"


def _addresses(addresses: Sequence[str]) -> str:
    return listed(addresses, _FOUND).replace("; ", ", ")


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
