"""Importing the routes of a connector from a configuration document."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from enate_desktop.domain.directory import SEPARATOR, Process
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.routes import Block, OutgoingRoute, Route, route_address
from enate_desktop.domain.rules import Rules, folded, patterns
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.reader import Section, unusable
from enate_desktop.services.route_edits import (
    delete_route,
    note_order,
    save_outgoing,
    save_route,
)
from enate_desktop.storage.unit_of_work import UnitOfWork


def import_routes(context: Context, work: UnitOfWork, section: Section, connector_id: int) -> None:
    """Bring the routes to the list given: matched by name inside their block, in its order."""
    companies = {folded(c.name): c.id for c in work.companies.all()}
    present = _by_name(work.routes.of(connector_id))
    seen: Counter[tuple[str, Block]] = Counter()
    order: list[int] = []
    for facts in section.sections("routes"):
        route = _route(work, facts, connector_id, companies)
        name = (folded(route.name), route.block)
        old = present.pop((*name, seen[name]), None)
        seen[name] += 1
        if old is not None:
            kept = replace(route, id=old.id, version=old.version, position=old.position)
            order.append(save_route(context, work, kept))
        else:
            order.append(save_route(context, work, route))
    for left in present.values():
        stored = work.routes.get(left.id)
        if stored is not None:
            delete_route(context, work, stored)
    before = work.routes.of(connector_id)
    places = {route_id: number for number, route_id in enumerate(order)}
    blocks = list(Block)
    after = tuple(sorted(before, key=lambda r: (blocks.index(r.block), places[r.id])))
    if before != after:
        work.routes.set_order(before, after)
        note_order(context, work, order, before, after)


def _by_name(routes: Iterable[Route]) -> dict[tuple[str, Block, int], Route]:
    seen: Counter[tuple[str, Block]] = Counter()
    found: dict[tuple[str, Block, int], Route] = {}
    for route in routes:
        name = (folded(route.name), route.block)
        found[(*name, seen[name])] = route
        seen[name] += 1
    return found


def _route(work: UnitOfWork, facts: Section, connector_id: int, companies: dict[str, int]) -> Route:
    try:
        route = Route(
            id=0,
            connector_id=connector_id,
            name=facts.text("name"),
            address=route_address(facts.text("address")),
            process_id=named_process(work, facts).id,
            category=facts.optional_text("category"),
            send_automated_emails=facts.flag("send_automated_emails", False),
            test_mode=facts.flag("test_mode", False),
            enabled=facts.flag("enabled", True),
            for_attention=facts.flag("for_attention", False),
            rules=_rules(facts.section("rules"), companies) if facts.has("rules") else Rules(),
        )
    except InputError as error:
        if "Nothing was imported" in error.message:
            raise
        raise unusable(facts.where, f"cannot be used. {error.sentence()}") from None
    facts.done()
    return route


def _rules(facts: Section, companies: dict[str, int]) -> Rules:
    wanted = []
    for name in facts.texts("companies"):
        if folded(name) not in companies:
            raise unusable(facts.where, f'names the company "{name}", which does not exist.')
        wanted.append(companies[folded(name)])
    rules = Rules(
        important=facts.flag("important", False),
        attachment_types=facts.texts("attachment_types"),
        subject_keywords=facts.texts("subject_keywords"),
        recipients=patterns(facts.texts("recipients")),
        senders=patterns(facts.texts("senders")),
        companies=tuple(wanted),
    )
    facts.done()
    return rules


def import_outgoing_routes(
    context: Context, work: UnitOfWork, section: Section, connector_id: int
) -> list[str]:
    """Bring the outgoing routes to the list given, matched by name; returns notes."""
    notes = []
    present = {folded(r.name): r for r in work.routes.outgoing() if r.connector_id == connector_id}
    for facts in section.sections("outgoing_routes"):
        name = facts.text("name")
        old = present.pop(folded(name), None) or OutgoingRoute(0, connector_id, name, "")
        wanted_on = facts.flag("enabled", False)
        route = replace(
            old,
            name=name,
            description=facts.text("description", ""),
            address=facts.text("address"),
            enabled=wanted_on,
        )
        route_id = save_outgoing(context, work, route, strict=False)
        stored = next(r for r in work.routes.outgoing() if r.id == route_id)
        if wanted_on and not stored.enabled:
            notes.append(f'The outgoing route "{name}" was left off: it was not tested yet.')
        facts.done()
    for left in present.values():
        work.routes.delete_outgoing(left.id)
        context.note(work, "outgoing route", left.id, left.name, "deleted", before=left)
    return notes


def named_process(work: UnitOfWork, facts: Section) -> Process:
    """The process a section names by its path, whatever its case and spacing."""
    path = facts.text("process")
    wanted = [folded(part) for part in path.split(">")]
    for process in work.directory.processes():
        if [folded(part) for part in process.path.split(SEPARATOR)] == wanted:
            return process
    raise unusable(facts.where, f'names the process "{path}", which does not exist.')
