"""Changes to routes inside a transaction that somebody else opened."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Kind, Process, category_path
from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.history import PRIORITY_ORDER, HistoryLine, RouteOrder
from enate_desktop.domain.routes import OutgoingRoute, Route, check_route, route_address
from enate_desktop.domain.rules import Rules, extension, keyword, merged
from enate_desktop.services.context import Context
from enate_desktop.services.differences import Change, differences
from enate_desktop.services.fingerprints import route_fingerprint
from enate_desktop.storage.unit_of_work import UnitOfWork

_MOST_TOLD = 4
"""Routes a line about an order names; of the others it says how many."""


def usable_target(
    process: Process | None, category: str | None, what: str
) -> tuple[Process, str | None]:
    """A process and the category it will create with; InputError when they do not fit (M-06)."""
    if process is None:
        raise InputError(
            f"{what} has no process.", "Choose the Ticket or Case it creates.", field="process"
        )
    if process.kind is Kind.CASE:
        if category:
            raise InputError(
                f"{what} has a category, but {process.label} is a Case.",
                "Only Tickets have categories. Leave it empty.",
                field="category",
            )
        return process, None
    path = category_path(category) if category else None
    if path is None and process.categories:
        raise InputError(
            f"{what} has no ticket category.",
            "Choose one of: " + "; ".join(process.categories) + ".",
            field="category",
        )
    if path is not None and path not in process.categories:
        known = "; ".join(process.categories) or "none"
        raise InputError(
            f'{what}: the category "{category}" does not exist in {process.path}.',
            f"Its categories are: {known}.",
            field="category",
        )
    return process, path


def usable_rules(rules: Rules) -> Rules:
    """Every value in its stored form; InputError at the first unusable one (R-11)."""
    return replace(
        rules,
        attachment_types=merged(extension(value) for value in rules.attachment_types),
        subject_keywords=merged(keyword(value) for value in rules.subject_keywords),
        recipients=tuple(dict.fromkeys(rules.recipients)),
        senders=tuple(dict.fromkeys(rules.senders)),
        companies=tuple(dict.fromkeys(rules.companies)),
    )


def save_route(context: Context, work: UnitOfWork, route: Route) -> int:
    """Add (id 0, at the end of its block, R-06) or replace a route; returns its id."""
    route = usable_route(work, route)
    stored = work.routes.get(route.id) if route.id else None
    if route.id and stored is None:
        raise NotFoundError(
            f'The route "{route.name}" was deleted in the meantime.', "Add it anew."
        )
    check_route(route, stored)
    if stored is None:
        position = work.routes.next_position(route.connector_id, route.block)
        route_id = work.routes.add(replace(route, position=position))
        work.route_hits.begin(route_id, datetime.now(UTC))
        created = replace(route, id=route_id, position=position)
        note_route(context, work, created, "created", after=created)
        return route_id
    changes = differences(
        stored,
        route,
        process_id={key: p.path for key, p in work.directory.process_map().items()},
        connector_id={c.id: c.name for c in work.connectors.all()},
        companies={company.id: company.name for company in work.companies.all()},
    )
    if not changes:
        return route.id
    if stored.connector_id != route.connector_id:
        _change_connector(work, stored, route)
    else:
        work.routes.update(route)
    note_route(context, work, route, "changed", *changes, before=stored, after=route)
    return route.id


def usable_route(work: UnitOfWork, route: Route) -> Route:
    """``route`` in its stored form; InputError names the field to mend (R-01, R-11)."""
    connector = work.connectors.get(route.connector_id)
    if connector is None or not connector.use_for.receives:
        raise InputError(
            f'The route "{route.name}" needs a connector that receives.',
            "Choose one.",
            field="connector",
        )
    process = work.directory.process_map().get(route.process_id)
    _, category = usable_target(process, route.category, f'The route "{route.name.strip()}"')
    return replace(
        route,
        name=" ".join(route.name.split()),
        address=route_address(route.address),
        category=category,
        rules=usable_rules(route.rules),
    )


def _change_connector(work: UnitOfWork, stored: Route, route: Route) -> None:
    """To the end of the block of another connector; the version is still checked."""
    work.routes.update(replace(route, connector_id=stored.connector_id))
    work.routes.delete(stored)
    position = work.routes.next_position(route.connector_id, route.block)
    work.routes.add(replace(route, position=position, version=route.version + 1))


def save_outgoing(
    context: Context,
    work: UnitOfWork,
    route: OutgoingRoute,
    passed_fingerprint: str = "",
    *,
    strict: bool = True,
) -> int:
    """Add (id 0) or replace an outgoing route; returns its id (R-02).

    ``passed_fingerprint`` is that of a test just passed. A route that was on goes off when it was
    not tested as saved; with ``strict``, switching one on then is refused.
    """
    stored = next((r for r in work.routes.outgoing() if r.id == route.id), None)
    if route.id and stored is None:
        raise NotFoundError(
            f'The route "{route.name}" was deleted in the meantime.', "Add it anew."
        )
    connector, address = usable_sender(work, route)
    place = (route.connector_id, address)
    tested = stored is not None and stored.tested and place == (stored.connector_id, stored.address)
    if passed_fingerprint:
        tested = passed_fingerprint == route_fingerprint(context, work, connector, address)
    was_on = stored is not None and stored.enabled
    if strict and route.enabled and not (tested or was_on):
        raise not_tested(route)
    route = replace(
        route,
        name=" ".join(route.name.split()),
        address=address,
        description=route.description.strip(),
        enabled=route.enabled and tested,
        tested=tested,
    )
    changes = differences(stored, route) if stored else ()
    if stored is not None and not changes:
        return route.id
    route_id = work.routes.save_outgoing(route)
    action = "changed" if stored else "created"
    saved = replace(route, id=route_id)
    context.note(
        work, "outgoing route", route_id, route.name, action, *changes, before=stored, after=saved
    )
    work.facts.next_revision()
    return route_id


def not_tested(route: OutgoingRoute) -> RefusedError:
    """The refusal to switch on an outgoing route."""
    return RefusedError(
        f'The outgoing route "{route.name}" stays off: it was not tested as it is now.',
        "Test the connection, then enable it.",
        field="enabled",
    )


def outdate_outgoing(context: Context, work: UnitOfWork, connector: Connector) -> None:
    """The connection of ``connector`` changed: what was tested of its outgoing routes is over."""
    for route in work.routes.outgoing():
        if route.connector_id != connector.id or not (route.tested or route.enabled):
            continue
        work.routes.save_outgoing(replace(route, tested=False, enabled=False))
        if route.enabled:
            reason = ("reason", "", f'The connection of "{connector.name}" changed.')
            context.note(work, "outgoing route", route.id, route.name, "switched off", reason)


def usable_sender(work: UnitOfWork, route: OutgoingRoute) -> tuple[Connector, str]:
    """The connector of an outgoing route, and its address in stored form; or InputError."""
    connector = work.connectors.get(route.connector_id)
    if connector is None or not connector.use_for.sends:
        raise InputError(
            f'The outgoing route "{route.name}" needs a connector that sends.',
            "Choose one.",
            field="connector",
        )
    address = normal_address(route.address)
    if address is None or not route.name.strip():
        raise InputError(
            "An outgoing route needs a name and one whole email address.",
            "Nothing was changed.",
            field="address" if route.name.strip() else "name",
        )
    return connector, address


def delete_route(context: Context, work: UnitOfWork, route: Route) -> None:
    """Remove a route; what it created stays."""
    work.routes.delete(route)
    note_route(context, work, route, "deleted", before=route)


def note_route(
    context: Context,
    work: UnitOfWork,
    route: Route,
    action: str,
    *changes: Change,
    before: Route | None = None,
    after: Route | None = None,
) -> None:
    """History of a route, and one more configuration revision."""
    context.note(work, "route", route.id, route.name, action, *changes, before=before, after=after)
    work.facts.next_revision()


def note_order(
    context: Context,
    work: UnitOfWork,
    moving: Collection[int],
    before: Sequence[Route],
    after: Sequence[Route],
) -> None:
    """History of a move: of the connector, and of the routes that were moved; 1-based (R-08)."""
    old = {route.id: number for number, route in enumerate(before, 1)}
    places = [(r, old[r.id], n) for n, r in enumerate(after, 1) if old[r.id] != n]
    if not places:
        return
    places.sort(key=lambda place: place[0].id not in moving)
    shown = [f"{route.name} {was} → {now}" for route, was, now in places[:_MOST_TOLD]]
    more = f" and {len(places) - len(shown)} more" if len(places) > len(shown) else ""
    connector = work.connectors.get(after[0].connector_id)
    context.note(
        work,
        "connector",
        after[0].connector_id,
        connector.name if connector else "",
        "order changed",
        (PRIORITY_ORDER, "", ", ".join(shown) + more),
        before=_order(before),
        after=_order(after),
        also=[
            HistoryLine("route", r.id, r.name, "moved", PRIORITY_ORDER, str(was), str(now))
            for r, was, now in places
            if r.id in moving
        ],
    )
    work.facts.next_revision()


def _order(routes: Sequence[Route]) -> RouteOrder:
    ids = tuple(route.id for route in routes if not route.fallback)
    return RouteOrder(routes[0].connector_id, ids)
