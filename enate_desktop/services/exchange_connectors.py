"""Importing connectors with their routes from a configuration document."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from enate_desktop.domain.connectors import (
    AfterIntake,
    Authentication,
    Connector,
    Fallback,
    FirstIntake,
    IntakeAction,
    Security,
    ServerSettings,
    Side,
    StartFrom,
    UseFor,
)
from enate_desktop.domain.directory import SEPARATOR, Process
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.routes import Block, Covers, OutgoingRoute, Route, route_address
from enate_desktop.domain.rules import Rules, folded, patterns
from enate_desktop.domain.services_catalogue import SERVICES, usual_port
from enate_desktop.services.connector_edits import save_connector
from enate_desktop.services.context import Context
from enate_desktop.services.exchange_reader import Section, pem_text, secret, unusable
from enate_desktop.services.route_edits import (
    delete_route,
    note_order,
    save_outgoing,
    save_route,
)
from enate_desktop.services.vault import SecretName
from enate_desktop.storage.unit_of_work import UnitOfWork


def import_connectors(
    context: Context, work: UnitOfWork, top: Section, folder: Path, *, dry_run: bool
) -> list[str]:
    """Every connector of the document; returns notes for the person."""
    notes: list[str] = []
    for section in top.sections("connectors"):
        try:
            notes += _connector(context, work, section, folder, dry_run=dry_run)
        except InputError as error:
            if "Nothing was imported" in error.message:
                raise
            raise InputError(
                f"{section.where}: {error.title}",
                f"Nothing was imported. {error.message}",
                field=error.field,
            ) from None
    return notes


def _connector(
    context: Context, work: UnitOfWork, section: Section, folder: Path, *, dry_run: bool
) -> list[str]:
    name = section.text("name")
    present = work.connectors.find(name)
    base = present or Connector(0, name, UseFor.INCOMING, "")
    use_for = section.choice("use_for", UseFor, None if present is None else present.use_for)
    secrets: dict[SecretName, bytes | None] = {}
    wanted_on = section.flag("enabled", base.enabled)
    connector = replace(
        base,
        name=name,
        use_for=use_for,
        primary_address=section.text("primary_address", base.primary_address),
        enabled=wanted_on,
        default_sender=section.flag("default_sender", base.default_sender),
        fallback=_fallback(work, section, base),
    )
    for side in Side:
        connector = _with_side(connector, section, side, secrets, folder)
    given = ", ".join(secrets)
    connector_id = save_connector(context, work, connector, {} if dry_run else secrets)
    if dry_run and secrets:
        change = (given, "", "given in the file")
        context.note(work, "connector", connector_id, name, "changed", change)
    notes = []
    saved = work.connectors.get(connector_id)
    if wanted_on and saved is not None and not saved.enabled:
        notes.append(
            f'"{name}" was left off: its connection was not tested as it is now. '
            f'Enable it with: enate-desktop connector enable "{name}"'
        )
    if section.has("routes"):
        _routes(context, work, section, connector_id)
    if section.has("outgoing_routes"):
        notes += _outgoing_routes(context, work, section, connector_id)
    section.done()
    return notes


def _with_side(
    connector: Connector,
    section: Section,
    side: Side,
    secrets: dict[SecretName, bytes | None],
    folder: Path,
) -> Connector:
    if not section.has(side):
        return connector
    if section.value(side) is None:
        incoming = side is Side.INCOMING
        return replace(connector, incoming=None) if incoming else replace(connector, outgoing=None)
    facts = section.section(side)
    service = SERVICES.get(facts.text("service"))
    if service is None or service.side is not side:
        known = ", ".join(key for key, s in SERVICES.items() if s.side is side)
        raise unusable(facts.where, f'"service" must be one of: {known}.')
    security = facts.choice("security", Security, service.security)
    settings = ServerSettings(
        service=service.key,
        host=facts.text("host", service.host or None),
        port=facts.number("port", usual_port(service.key, security)),
        security=security,
        authentication=facts.choice("authentication", Authentication, service.authentications[0]),
        username=facts.text("username", ""),
        additional_mailbox=facts.optional_text("additional_mailbox"),
        ca_certificate=pem_text(facts, "ca_certificate", folder),
    )
    for key in ("password", "certificate", "certificate_password"):
        value = secret(facts, key, folder)
        if value is not None:
            try:
                secrets[SecretName(f"{side}.{key}")] = value
            except ValueError:
                raise unusable(facts.where, f'"{key}" cannot be used for {side} mail.') from None
    if side is Side.INCOMING:
        connector = replace(
            connector,
            incoming=settings,
            after_intake=_after_intake(facts, connector),
            start_from=_first_intake(facts, connector),
        )
    else:
        connector = replace(connector, outgoing=settings)
    facts.done()
    return connector


def _after_intake(facts: Section, connector: Connector) -> AfterIntake:
    if not facts.has("after_intake"):
        return connector.after_intake
    if isinstance(facts.value("after_intake"), str):
        action = facts.choice("after_intake", IntakeAction)
        if action is not IntakeAction.MOVE:
            return AfterIntake(action)
        raise unusable(facts.where, '"after_intake" must name the folder: {"move": "FOLDER"}.')
    target = facts.section("after_intake")
    after = AfterIntake(IntakeAction.MOVE, target.text("move"))
    target.done()
    return after


def _first_intake(facts: Section, connector: Connector) -> StartFrom:
    if not facts.has("first_intake"):
        return connector.start_from
    if isinstance(facts.value("first_intake"), str):
        choice = facts.choice("first_intake", FirstIntake)
        if choice is not FirstIntake.SINCE:
            return StartFrom(choice)
        raise unusable(facts.where, '"first_intake" must name the day: {"since": "2026-01-31"}.')
    target = facts.section("first_intake")
    try:
        since = datetime.fromisoformat(target.text("since"))
    except ValueError:
        raise unusable(target.where, '"since" is not a day such as 2026-01-31.') from None
    target.done()
    return StartFrom(FirstIntake.SINCE, since if since.tzinfo else since.replace(tzinfo=UTC))


def _fallback(work: UnitOfWork, section: Section, base: Connector) -> Fallback | None:
    if not section.has("fallback"):
        return base.fallback
    if section.value("fallback") is None:
        return None
    facts = section.section("fallback")
    fallback = Fallback(
        process_id=_process(work, facts).id,
        category=facts.optional_text("category"),
        send_automated_emails=facts.flag("send_automated_emails", False),
        only_test_mode=facts.flag("only_test_mode", False),
        covers=facts.choice("covers", Covers, Covers.ALL),
    )
    facts.done()
    return fallback


def _routes(context: Context, work: UnitOfWork, section: Section, connector_id: int) -> None:
    """Bring the routes to the list given: matched by name inside their block, in its order."""
    companies = {folded(c.name): c.id for c in work.directory.companies()}
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
            process_id=_process(work, facts).id,
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


def _outgoing_routes(
    context: Context, work: UnitOfWork, section: Section, connector_id: int
) -> list[str]:
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
            enabled=wanted_on and old.tested,
        )
        save_outgoing(context, work, route)
        if wanted_on and not route.enabled:
            notes.append(f'The outgoing route "{name}" was left off: it was not tested yet.')
        facts.done()
    for left in present.values():
        work.routes.delete_outgoing(left.id)
        context.note(work, "outgoing route", left.id, left.name, "deleted")
    return notes


def _process(work: UnitOfWork, facts: Section) -> Process:
    path = facts.text("process")
    wanted = [folded(part) for part in path.split(">")]
    for process in work.directory.processes():
        if [folded(part) for part in process.path.split(SEPARATOR)] == wanted:
            return process
    raise unusable(facts.where, f'names the process "{path}", which does not exist.')
