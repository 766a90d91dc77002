"""Changes to routes inside a transaction that somebody else opened."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.directory import Kind, Process, category_path
from enate_desktop.domain.errors import InputError, NotFoundError, RefusedError
from enate_desktop.domain.routes import OutgoingRoute, Route, check_route, route_address
from enate_desktop.domain.rules import Rules, extension, keyword, merged
from enate_desktop.services.context import Context
from enate_desktop.services.differences import Change, differences
from enate_desktop.storage.unit_of_work import UnitOfWork


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
    route = _usable_route(work, route)
    stored = work.routes.get(route.id) if route.id else None
    if route.id and stored is None:
        raise NotFoundError(
            f'The route "{route.name}" was deleted in the meantime.', "Add it anew."
        )
    check_route(route, stored)
    if stored is None:
        position = work.routes.next_position(route.connector_id, route.block)
        route_id = work.routes.add(replace(route, position=position))
        note_route(context, work, replace(route, id=route_id), "created")
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
    note_route(context, work, route, "changed", *changes)
    return route.id


def _usable_route(work: UnitOfWork, route: Route) -> Route:
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


def save_outgoing(context: Context, work: UnitOfWork, route: OutgoingRoute) -> int:
    """Add (id 0) or replace an outgoing route; returns its id (R-02)."""
    address = _usable_sender_address(work, route)
    stored = next((r for r in work.routes.outgoing() if r.id == route.id), None)
    if route.id and stored is None:
        raise NotFoundError(
            f'The route "{route.name}" was deleted in the meantime.', "Add it anew."
        )
    same = stored is not None and stored.address == address
    route = replace(
        route,
        name=" ".join(route.name.split()),
        address=address,
        description=route.description.strip(),
        tested=bool(same and stored and stored.tested),
    )
    if route.enabled and not route.tested:
        raise RefusedError(
            f'The outgoing route "{route.name}" was not tested.',
            "Test the connection first, then enable it.",
            field="enabled",
        )
    changes = differences(stored, route) if stored else ()
    if stored is not None and not changes:
        return route.id
    route_id = work.routes.save_outgoing(route)
    action = "changed" if stored else "created"
    context.note(work, "outgoing route", route_id, route.name, action, *changes)
    work.facts.next_revision()
    return route_id


def _usable_sender_address(work: UnitOfWork, route: OutgoingRoute) -> str:
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
    return address


def delete_route(context: Context, work: UnitOfWork, route: Route) -> None:
    """Remove a route; what it created stays."""
    work.routes.delete(route)
    note_route(context, work, route, "deleted")


def note_route(
    context: Context, work: UnitOfWork, route: Route, action: str, *changes: Change
) -> None:
    """History of a route, and one more configuration revision."""
    context.note(work, "route", route.id, route.name, action, *changes)
    work.facts.next_revision()


def note_order(
    context: Context,
    work: UnitOfWork,
    moving: Collection[int],
    before: Sequence[Route],
    after: Sequence[Route],
) -> None:
    """History of a move, for the routes that were moved themselves; 1-based (R-08)."""
    old = {route.id: number for number, route in enumerate(before, 1)}
    for number, route in enumerate(after, 1):
        if route.id in moving and old[route.id] != number:
            change = ("Priority Order", str(old[route.id]), str(number))
            context.note(work, "route", route.id, route.name, "moved", change)
    work.facts.next_revision()
