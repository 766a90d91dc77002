"""Asking the routes before it hurts: replay, wishes and pinned mails (X-01, X-04, X-06)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import InputError, NotFoundError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import folded
from enate_desktop.mail.parsing import read_message
from enate_desktop.routing.analysis.pins import PinResult, pinned, run_pins
from enate_desktop.routing.analysis.replay import Difference, Move, grouped, replay
from enate_desktop.routing.analysis.wish import Wish, wish
from enate_desktop.routing.explanation import from_stored
from enate_desktop.routing.table import RouteTable
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.service import ExchangeService
from enate_desktop.services.route_tables import RouteTables, compiled_table, numbered, process_paths
from enate_desktop.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: how many mails were looked at, which differ, from where to where."""

    mails: int
    differences: tuple[Difference, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class WishAnswer:
    """What a wish takes, and which recent mails its change would send elsewhere."""

    wish: Wish
    replayed: Replayed


class AnalysisService:
    """Questions about routes; nothing is changed but pins."""

    def __init__(self, context: Context, exchange: ExchangeService) -> None:
        """Work with ``context``; ``exchange`` previews proposed configurations."""
        self._context = context
        self._exchange = exchange
        self._tables = RouteTables()

    def replay_against(
        self,
        document: Mapping[str, Any],
        folder: Path,
        last: int,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Replayed:
        """The last mails of each connector through the stored and the proposed routes (X-01)."""
        with self._context.database.read() as work:
            recent = {c.id: work.decisions.recent(c.id, last) for c in receiving(work)}
            stored = {key: self._tables.of(work, key).table for key in recent}
            paths = process_paths(work)
        proposed = self._exchange.preview(
            document, folder, lambda work, _report: (_tables(work, recent), process_paths(work))
        )
        found = [
            difference
            for key, mails in recent.items()
            for difference in replay(mails, stored[key], proposed[0][key], cancelled)
        ]
        return replayed(sum(map(len, recent.values())), found, {**paths, **proposed[1]})

    def replay_history(self, last: int) -> Replayed:
        """The last mails as they were decided then, and what the present routes would do (X-03)."""
        found = []
        mails = 0
        with self._context.database.read() as work:
            for connector in receiving(work):
                table = self._tables.of(work, connector.id).table
                for intake_id, message in work.decisions.recent(connector.id, last):
                    mails += 1
                    then = tuple(
                        from_stored(text) for _, text in work.decisions.explanations(intake_id)
                    )
                    difference = Difference(intake_id, message, then, table.decide(message))
                    if difference.moves():
                        found.append(difference)
            return replayed(mails, found, process_paths(work))

    def wish(
        self, raw: bytes, connector: Connector, route_name: str, last: int = 500
    ) -> WishAnswer:
        """What it would take that a route takes a mail, and the replay of that change (X-04)."""
        message = read_message(raw)
        with self._context.database.read() as work:
            deciding = self._tables.of(work, connector.id)
            answer = wish(deciding.table, message, _named(deciding.table, route_name).id)
            recent, paths = work.decisions.recent(connector.id, last), process_paths(work)
            found: Iterable[Difference] = ()
            if answer.order:
                changed = compiled_table(work, connector, numbered(answer.order))
                found = replay(recent, deciding.table, changed)
        return WishAnswer(answer, replayed(len(recent), found, paths))

    def pin(self, raw: bytes, connector: Connector, name: str) -> None:
        """Keep a mail with what the routes do with it today as what they must do (X-06)."""
        self._context.need(Permission.EDIT_ROUTES)
        name = " ".join(name.split())
        if not name:
            raise InputError("A pinned mail needs a name.", "Nothing was pinned.", field="name")
        message = read_message(raw)
        with self._context.database.write() as work:
            table = self._tables.of(work, connector.id).table
            work.pins.save(connector.id, pinned(name, message, table))
            self._context.note(work, "connector", connector.id, connector.name, f"pinned {name}")

    def unpin(self, connector: Connector, name: str) -> None:
        """Forget a pinned mail; NotFoundError when there is none of that name."""
        self._context.need(Permission.EDIT_ROUTES)
        with self._context.database.write() as work:
            if not work.pins.remove(connector.id, name):
                raise NotFoundError(
                    f'"{connector.name}" has no pinned mail named "{name}".', "Nothing was changed."
                )
            self._context.note(work, "connector", connector.id, connector.name, f"unpinned {name}")

    def may(self, permission: Permission) -> bool:
        """Whether the person at the keyboard has a permission (P-01)."""
        return self._context.me.may(permission)

    def run_pins(self) -> tuple[tuple[Connector, PinResult], ...]:
        """Every pinned mail through the stored routes, by connector."""
        with self._context.database.read() as work:
            return tuple(
                (connector, result)
                for connector in receiving(work)
                for result in run_pins(
                    self._tables.of(work, connector.id).table, work.pins.of(connector.id)
                )
            )


def receiving(work: UnitOfWork) -> tuple[Connector, ...]:
    """The connectors that receive mail."""
    return tuple(c for c in work.connectors.all() if c.use_for.receives)


def _tables(work: UnitOfWork, connector_ids: Iterable[int]) -> dict[int, RouteTable]:
    """Tables as ``work`` sees the configuration; not kept, since it may be rolled back."""
    fresh = RouteTables()
    return {key: fresh.of(work, key).table for key in connector_ids}


def replayed(mails: int, found: Iterable[Difference], paths: Mapping[int, str]) -> Replayed:
    """The differences of ``mails`` mails, grouped; ``paths`` are those of the processes by id."""
    differences = tuple(found)

    def name(process_id: int) -> str:
        return paths.get(process_id, "a process that is gone")

    return Replayed(mails, differences, grouped(differences, name))


def _named(table: RouteTable, name: str) -> Route:
    all_routes = [compiled.route for compiled in table.compiled]
    routes = [route for route in all_routes if folded(route.name) == folded(name)]
    if len(routes) == 1:
        return routes[0]
    if routes:
        raise InputError(
            f'The connector has {len(routes)} routes named "{name}".',
            "Rename one of them, so that it can be told from the others.",
        )
    names = ", ".join(f'"{route.name}"' for route in all_routes)
    raise NotFoundError(f'The connector has no route named "{name}".', f"Its routes are: {names}.")
