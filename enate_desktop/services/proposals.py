"""What proposed routes would do to real mail, before they are saved (G-09, X-01, X-06)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.messages import Message
from enate_desktop.domain.routes import Block, Route
from enate_desktop.routing.analysis.pins import PinResult, run_pins
from enate_desktop.routing.analysis.replay import Difference, replay
from enate_desktop.routing.analysis.warnings import RouteWarning, find_warnings
from enate_desktop.routing.explanation import Decision
from enate_desktop.routing.index import CompiledRoute
from enate_desktop.routing.table import RouteTable
from enate_desktop.services.analysis import Replayed, replayed
from enate_desktop.services.context import Context
from enate_desktop.services.route_edits import usable_route
from enate_desktop.services.route_tables import compiled_table, numbered, process_paths
from enate_desktop.services.routes import route_groups, whole_order
from enate_desktop.storage.unit_of_work import UnitOfWork

Cancelled = Callable[[], bool]


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Proposal:
    """One connector's whole order before and after a change, saved or not."""

    connector_id: int
    before: tuple[Route, ...]
    after: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Consequences:
    """Which recent mails would go elsewhere, and which pinned mails would no longer pass."""

    replayed: Replayed
    broken_pins: tuple[tuple[Connector, PinResult], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One mail through the order before and after, both explained."""

    message: Message
    before: tuple[Decision, ...]
    after: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Takes:
    """What a route that is being edited would do with recent mail.

    Of the last ``looked_at`` mails of its connector, ``addressed`` were for its address, and
    ``fitting`` of these fulfil its rules; ``taken`` (mail ids) it would really take in its place.
    """

    looked_at: int
    addressed: int
    fitting: int
    taken: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DraftWarnings:
    """The warnings of a route as if it were saved, and those it would newly cause elsewhere."""

    own: tuple[RouteWarning, ...]
    caused: tuple[RouteWarning, ...]


class ProposalService:
    """Questions about routes that are not saved, or were saved just now; nothing is changed."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def consequences(
        self, proposals: Sequence[Proposal], cancelled: Cancelled = _never
    ) -> Consequences:
        """The last mails and the pinned mails through both orders of every proposal."""
        found: list[Difference] = []
        broken: list[tuple[Connector, PinResult]] = []
        looked_at = 0
        with self._context.database.read() as work:
            last = work.facts.settings().replayed_mails
            for proposal in proposals:
                connector = _connector(work, proposal.connector_id)
                recent = work.decisions.recent(connector.id, last)
                looked_at += len(recent)
                before, after = (
                    compiled_table(work, connector, numbered(order))
                    for order in (proposal.before, proposal.after)
                )
                found += replay(recent, before, after, cancelled)
                pins = work.pins.of(connector.id)
                passed = {result.pin.name for result in run_pins(before, pins) if result.passed}
                broken += (
                    (connector, result)
                    for result in run_pins(after, pins)
                    if not result.passed and result.pin.name in passed
                )
            return Consequences(replayed(looked_at, found, process_paths(work)), tuple(broken))

    def compare(self, mail_id: int, proposal: Proposal) -> Compared:
        """One stored mail through both orders; NotFoundError when it is gone."""
        with self._context.database.read() as work:
            connector = _connector(work, proposal.connector_id)
            message = work.decisions.message(mail_id)
            if message is None:
                raise NotFoundError("That mail does not exist.", "Read the list again.")
            before, after = (
                compiled_table(work, connector, numbered(order)).decide(message, explain=True)
                for order in (proposal.before, proposal.after)
            )
            return Compared(message, before, after)

    def takes(self, draft: Route, cancelled: Cancelled = _never) -> Takes:
        """What ``draft`` would do with recent mail in its place; InputError if it is unusable."""
        with self._context.database.read() as work:
            draft = usable_route(work, draft)
            connector = _connector(work, draft.connector_id)
            recent = work.decisions.recent(connector.id, work.facts.settings().replayed_mails)
            order = with_draft(whole_order(work, draft.connector_id), draft)
            table = compiled_table(work, connector, numbered(order))
        alone = next(c for c in table.compiled if c.route.id == draft.id)
        return _takes(table, alone, recent, cancelled)

    def warnings(self, draft: Route) -> DraftWarnings:
        """The warnings of R-12 as if ``draft`` were saved; InputError if it is unusable."""
        with self._context.database.read() as work:
            draft = usable_route(work, draft)
            groups = [(group.connector, group.routes) for group in route_groups(work)]
            processes, book = work.directory.process_map(), work.companies.book()
        known = find_warnings(groups, processes, book)
        home = draft.connector_id
        proposed = [
            (
                connector,
                numbered(with_draft(order, draft))
                if connector.id == home
                else tuple(route for route in order if route.id != draft.id),
            )
            for connector, order in groups
        ]
        found = find_warnings(proposed, processes, book)
        before = {(warning.route_id, warning.kind) for warning in known}
        return DraftWarnings(
            tuple(warning for warning in found if warning.route_id == draft.id),
            tuple(
                warning
                for warning in found
                if warning.route_id != draft.id and (warning.route_id, warning.kind) not in before
            ),
        )


def with_draft(order: Sequence[Route], draft: Route) -> tuple[Route, ...]:
    """``order`` with ``draft`` in the place of the stored route, or at the end of its block."""
    if any(route.id == draft.id for route in order):
        return tuple(draft if route.id == draft.id else route for route in order)
    blocks = list(Block)
    place = sum(blocks.index(route.block) <= blocks.index(draft.block) for route in order)
    return (*order[:place], draft, *order[place:])


def _takes(
    table: RouteTable,
    draft: CompiledRoute,
    recent: Sequence[tuple[int, Message]],
    cancelled: Cancelled,
) -> Takes:
    addressed = fitting = 0
    taken = []
    for mail_id, message in recent:
        if cancelled():
            break
        found = table.match(message)
        address = draft.route.address
        is_wildcard = draft.route.block is Block.WILDCARD
        if not (not found.known if is_wildcard else address in found.known):
            continue
        addressed += 1
        fitting += draft.takes(found.facts)
        if any(winner is draft for winner, _ in found.taken):
            taken.append(mail_id)
    return Takes(len(recent), addressed, fitting, tuple(taken))


def _connector(work: UnitOfWork, connector_id: int) -> Connector:
    connector = work.connectors.get(connector_id)
    if connector is None:
        raise NotFoundError("That connector does not exist any more.", "Nothing was changed.")
    return connector
