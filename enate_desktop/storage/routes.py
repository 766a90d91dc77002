"""Repository of incoming and outgoing routes and of their dense order."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from enate_desktop.domain.errors import StaleError
from enate_desktop.domain.routes import Block, OutgoingRoute, Route
from enate_desktop.storage.encoding import rules_text, rules_value
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import OutgoingRouteRow, RouteRow

_MOST_RUNS = 64
"""Runs of equal shifts that one UPDATE carries; a drag has one or two per moved route."""


class _Run(NamedTuple):
    """Neighbours (old positions ``start`` to ``end``) that all move by as many places."""

    block: Block
    start: int
    end: int
    by: int

    def continues(self, route: Route, by: int) -> bool:
        return route.block is self.block and route.position == self.end + 1 and by == self.by


class RouteRepository:
    """Routes; positions are 0-based and without gaps inside connector and block (R-06)."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def of(self, connector_id: int | None = None) -> tuple[Route, ...]:
        """The routes of one connector or of all, in the order in which they are tried."""
        table = RouteRow.__table__
        query = select(table).order_by(
            table.c.connector_id,
            case((table.c.block == Block.NORMAL, 0), else_=1),
            table.c.position,
        )
        if connector_id is not None:
            query = query.where(table.c.connector_id == connector_id)
        return tuple(_route(row) for row in self._connection.execute(query).mappings())

    def get(self, route_id: int) -> Route | None:
        """One route, or None."""
        query = select(RouteRow.__table__).where(RouteRow.id == route_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return _route(row) if row else None

    def add(self, route: Route) -> int:
        """Add ``route`` at its position, shifting the ones behind it; keeps an id that is not 0."""
        self._shift(route.connector_id, route.block, route.position, 1)
        values = _values(route)
        if route.id:
            values["id"] = route.id
        return insert_row(self._connection, RouteRow, {**values, "version": route.version})

    def update(self, route: Route) -> None:
        """Replace everything but the place; StaleError when the version is not the stored one."""
        values = _values(route)
        del values["position"]
        result = self._connection.execute(
            update(RouteRow)
            .where(RouteRow.id == route.id, RouteRow.version == route.version)
            .values(**values, version=route.version + 1)
        )
        if result.rowcount != 1:
            raise _stale(route.name)

    def delete(self, route: Route) -> None:
        """Remove a route and close the gap."""
        self._connection.execute(delete(RouteRow).where(RouteRow.id == route.id))
        self._shift(route.connector_id, route.block, route.position, -1)

    def set_enabled(self, route_ids: Collection[int], enabled: bool) -> None:
        """Switch routes on or off (R-07)."""
        self._connection.execute(
            update(RouteRow)
            .where(RouteRow.id.in_(route_ids))
            .values(enabled=enabled, version=RouteRow.version + 1)
        )

    def set_order(self, before: Sequence[Route], after: Sequence[Route]) -> None:
        """Write the positions that differ; both are one connector's whole order."""
        counts: dict[Block, int] = {}
        places: dict[int, int] = {}
        for route in after:
            places[route.id] = counts.get(route.block, 0)
            counts[route.block] = places[route.id] + 1
        runs: list[_Run] = []
        for route in before:
            by = places.get(route.id, route.position) - route.position
            if by and runs and runs[-1].continues(route, by):
                runs[-1] = runs[-1]._replace(end=route.position)
            elif by:
                runs.append(_Run(route.block, route.position, route.position, by))
        if not runs:
            return
        if len(runs) <= _MOST_RUNS:
            self._shift_runs(before[0].connector_id, runs)
        else:
            self._connection.execute(
                update(RouteRow).where(RouteRow.id == bindparam("route_id")),
                [{"route_id": key, "position": n} for key, n in places.items() if key > 0],
            )

    def next_position(self, connector_id: int, block: Block) -> int:
        """The place behind the last route of a block."""
        return self._connection.execute(
            select(func.count())
            .select_from(RouteRow)
            .where(RouteRow.connector_id == connector_id, RouteRow.block == block)
        ).scalar_one()

    def outgoing(self) -> tuple[OutgoingRoute, ...]:
        """Every outgoing route, by connector and name."""
        table = OutgoingRouteRow.__table__
        rows = self._connection.execute(
            select(table).order_by(table.c.connector_id, table.c.name, table.c.id)
        )
        return tuple(OutgoingRoute(**row) for row in rows.mappings())

    def save_outgoing(self, route: OutgoingRoute) -> int:
        """Add (id 0) or replace an outgoing route; returns its id."""
        if not route.id:
            return self.add_outgoing(route)
        result = self._connection.execute(
            update(OutgoingRouteRow)
            .where(OutgoingRouteRow.id == route.id, OutgoingRouteRow.version == route.version)
            .values(**_outgoing_values(route), version=route.version + 1)
        )
        if result.rowcount != 1:
            raise _stale(route.name)
        return route.id

    def add_outgoing(self, route: OutgoingRoute) -> int:
        """Add an outgoing route; keeps an id that is not 0, and returns it."""
        values = _outgoing_values(route)
        if route.id:
            values["id"] = route.id
        return insert_row(self._connection, OutgoingRouteRow, values)

    def delete_outgoing(self, route_id: int) -> None:
        """Remove an outgoing route."""
        self._connection.execute(delete(OutgoingRouteRow).where(OutgoingRouteRow.id == route_id))

    def delete_of(self, connector_id: int) -> None:
        """Remove every route of a connector."""
        for table in (RouteRow, OutgoingRouteRow):
            self._connection.execute(delete(table).where(table.connector_id == connector_id))

    def _shift(self, connector_id: int, block: Block, start: int, by: int) -> None:
        self._connection.execute(
            update(RouteRow)
            .where(
                RouteRow.connector_id == connector_id,
                RouteRow.block == block,
                RouteRow.position >= start,
            )
            .values(position=RouteRow.position + by)
        )

    def _shift_runs(self, connector_id: int, runs: Sequence["_Run"]) -> None:
        moves = [
            (
                and_(RouteRow.block == run.block, RouteRow.position.between(run.start, run.end)),
                RouteRow.position + run.by,
            )
            for run in runs
        ]
        self._connection.execute(
            update(RouteRow)
            .where(RouteRow.connector_id == connector_id, or_(*(where for where, _ in moves)))
            .values(position=case(*moves, else_=RouteRow.position))
        )


def _route(row: RowMapping) -> Route:
    return Route(
        id=row["id"],
        connector_id=row["connector_id"],
        name=row["name"],
        address=row["address"],
        process_id=row["process_id"],
        category=row["category"],
        send_automated_emails=row["send_automated_emails"],
        test_mode=row["test_mode"],
        enabled=row["enabled"],
        rules=rules_value(row["rules"]),
        position=row["position"],
        for_attention=row["for_attention"],
        version=row["version"],
    )


def _values(route: Route) -> dict[str, object]:
    return {
        "connector_id": route.connector_id,
        "name": route.name,
        "address": route.address,
        "block": route.block,
        "process_id": route.process_id,
        "category": route.category,
        "send_automated_emails": route.send_automated_emails,
        "test_mode": route.test_mode,
        "enabled": route.enabled,
        "rules": rules_text(route.rules),
        "position": route.position,
        "for_attention": route.for_attention,
    }


def _outgoing_values(route: OutgoingRoute) -> dict[str, object]:
    return {
        "connector_id": route.connector_id,
        "name": route.name,
        "description": route.description,
        "address": route.address,
        "enabled": route.enabled,
        "tested": route.tested,
    }


def _stale(name: str) -> StaleError:
    return StaleError(
        f'Somebody else changed the route "{name}" in the meantime.',
        "Nothing of theirs was overwritten. Look at the present values and save again.",
    )
