"""What would it take that a route takes a mail: the obstacles and the least change (X-04)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from enate_desktop.domain.addresses import AddressPattern, PatternKind
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block, Route, moved
from enate_desktop.domain.rules import Rules
from enate_desktop.routing.analysis.cells import Cells
from enate_desktop.routing.explanation import RuleName, RuleTrace
from enate_desktop.routing.extensions import extensions_of
from enate_desktop.routing.facts import MailFacts
from enate_desktop.routing.index import CompiledRoute
from enate_desktop.routing.keywords import fold
from enate_desktop.routing.matching import Match
from enate_desktop.routing.table import RouteTable
from enate_desktop.routing.wording import rule_traces


@dataclass(frozen=True, slots=True)
class Wish:
    """The answer for one mail and one wished route.

    ``blocking`` are the rules that are not true, ``earlier`` the routes before it that take the
    mail, ``obstacles`` everything in the way as sentences. ``changes`` say the least edit and move
    as sentences; ``order`` is the whole order with them, ready to compile and replay, and empty
    when no edit of this route helps or none is needed. ``edited`` is the route in that order and
    ``place`` where it moves (as ``domain.routes.moved`` counts), None when it stays.
    """

    route: Route
    takes: bool
    blocking: tuple[RuleTrace, ...] = ()
    earlier: tuple[Route, ...] = ()
    obstacles: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    edited: Route | None = None
    place: int | None = None
    order: tuple[Route, ...] = ()


def wish(table: RouteTable, message: Message, route_id: int) -> Wish:
    """What it would take that the route ``route_id`` takes ``message``.

    Every change that is offered was tried: with it the route does take the mail. Raises
    NotFoundError when the table has no such route.
    """
    wished = next((c for c in table.compiled if c.route.id == route_id), None)
    if wished is None:
        raise NotFoundError(
            "The connector has no such route.", "Choose one of its routes from the list."
        )
    found = table.match(message)
    if any(taken is wished for taken, _ in found.taken):
        return Wish(wished.route, takes=True)
    traces = rule_traces(wished, found.facts)
    blocking = tuple(trace for trace in traces if not trace.true)
    reachable = _reachable(table, wished, found)
    earlier = _earlier(table, wished, found)
    answer = Wish(
        wished.route,
        takes=False,
        blocking=blocking,
        earlier=tuple(other.route for other in earlier),
        obstacles=_obstacles(table, wished, found, blocking, earlier),
    )
    if not reachable or wished.route.fallback:
        return answer
    return _with_changes(table, wished, found, answer, earlier)


def _reachable(table: RouteTable, wished: CompiledRoute, found: Match) -> bool:
    if wished.route.block is Block.NORMAL:
        return wished.route.address in found.known
    return wished.route.fallback or not found.known


def _earlier(table: RouteTable, wished: CompiledRoute, found: Match) -> list[CompiledRoute]:
    """The routes before it that take the mail instead, in their order."""
    if wished.route.fallback:
        return [taken for taken, _ in found.taken if taken is not None]
    if not _reachable(table, wished, found):
        return []
    wild = wished.route.block is Block.WILDCARD
    bucket = table.wildcards if wild else table.buckets[wished.route.address]
    return [
        other
        for other in bucket.routes
        if other.place < wished.place and other.route.enabled and other.takes(found.facts)
    ]


def _obstacles(
    table: RouteTable,
    wished: CompiledRoute,
    found: Match,
    blocking: Sequence[RuleTrace],
    earlier: Sequence[CompiledRoute],
) -> tuple[str, ...]:
    said = []
    if not wished.route.enabled:
        said.append("The route is off.")
    if not _reachable(table, wished, found):
        if wished.route.block is Block.WILDCARD:
            known = ", ".join(found.known[:3])
            said.append(f"The mail is to {known}, which has routes, so no wildcard route is tried.")
        else:
            said.append(f"The mail is not to {wished.route.address}.")
    if wished.route.fallback and not earlier:
        said.append(f"The fallback covers {table.connector.primary_address} only.")
    said += [f"{trace.rule}: asked {trace.asked}; found {trace.found}." for trace in blocking]
    said += [
        f'"{other.route.name}" ({table.priority(other)}) takes the mail first.' for other in earlier
    ]
    return tuple(said)


def _with_changes(
    table: RouteTable,
    wished: CompiledRoute,
    found: Match,
    answer: Wish,
    earlier: Sequence[CompiledRoute],
) -> Wish:
    rules, changes = wished.route.rules, []
    if not wished.route.enabled:
        changes.append("Switch the route on.")
    for trace in answer.blocking:
        rules, change = _EDITS[trace.rule](rules, found.facts)
        changes.append(change)
    edited = replace(wished.route, rules=rules, enabled=True)
    if edited.block is Block.WILDCARD and not rules.senders:
        return answer
    order = tuple(edited if c is wished else c.route for c in table.compiled)
    place = None
    if earlier:
        place = earlier[0].place
        order = moved(order, [edited.id], place)
        changes.append(f'Move it above "{earlier[0].route.name}" ({table.priority(earlier[0])}).')
        changes.extend(_lost(table, edited, wished.place, earlier))
    order = tuple(replace(route, position=number) for number, route in enumerate(order))
    trial = RouteTable.compile(
        table.connector, order, table.companies, revision=table.revision, blocked=table.blocked
    )
    if not any(made.route_id == edited.id for made in trial.decide(found.facts.message)):
        return answer
    return replace(answer, changes=tuple(changes), edited=edited, place=place, order=order)


def _lost(
    table: RouteTable, edited: Route, place: int, earlier: Sequence[CompiledRoute]
) -> list[str]:
    """A sentence for each route that would get no mail any more."""
    cells = Cells(table)
    moved_up = CompiledRoute(edited, place)
    return [
        f'"{other.route.name}" ({table.priority(other)}) would then get no mail at all.'
        for other in earlier
        if cells.covers(moved_up, other)
    ]


_Edit = Callable[[Rules, MailFacts], tuple[Rules, str]]


def _edit_important(rules: Rules, facts: MailFacts) -> tuple[Rules, str]:
    return replace(rules, important=False), "Do not ask for the important flag."


def _edit_attachments(rules: Rules, facts: MailFacts) -> tuple[Rules, str]:
    found = [end for item in facts.message.attachments for end in extensions_of(item)]
    if not found:
        return replace(rules, attachment_types=()), "Do not ask for attachments."
    types = (*rules.attachment_types, found[0])
    return replace(rules, attachment_types=types), f"Add {found[0]} to the attachment types."


def _edit_subject(rules: Rules, facts: MailFacts) -> tuple[Rules, str]:
    words = [word.strip(".,;:!?()[]\"'") for word in fold(facts.message.subject).split()]
    longest = max(words, key=len, default="")[:60]
    if not longest:
        return replace(rules, subject_keywords=()), "Do not ask for key words."
    words = [*rules.subject_keywords, longest]
    return replace(rules, subject_keywords=tuple(words)), f'Add "{longest}" to the key words.'


def _edit_recipients(rules: Rules, facts: MailFacts) -> tuple[Rules, str]:
    if not facts.recipients:
        return replace(rules, recipients=()), "Do not ask for recipients."
    added = AddressPattern(PatternKind.ADDRESS, facts.recipients[0])
    return replace(rules, recipients=(*rules.recipients, added)), f"Add {added} to the recipients."


def _edit_senders(rules: Rules, facts: MailFacts) -> tuple[Rules, str]:
    if not facts.message.sender:
        return replace(rules, senders=()), "Do not ask for senders."
    added = AddressPattern(PatternKind.ADDRESS, facts.message.sender)
    return replace(rules, senders=(*rules.senders, added)), f"Add {added} to the sender list."


def _edit_companies(rules: Rules, facts: MailFacts) -> tuple[Rules, str]:
    for sender in facts.message.senders:
        known = sorted(facts.companies_of(sender))
        if known:
            (name,) = facts.company_names(known[:1])
            companies = (*rules.companies, known[0])
            return replace(rules, companies=companies), f"Add {name} to the companies."
    return replace(rules, companies=()), "Do not ask for the sender's company."


_EDITS: dict[RuleName, _Edit] = {
    RuleName.IMPORTANT: _edit_important,
    RuleName.ATTACHMENTS: _edit_attachments,
    RuleName.SUBJECT: _edit_subject,
    RuleName.RECIPIENTS: _edit_recipients,
    RuleName.SENDERS: _edit_senders,
    RuleName.COMPANIES: _edit_companies,
}
