"""Routes and their order: three blocks, and where a route may go inside its own (R-01…R-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.addresses import normal_address
from enate_desktop.domain.errors import InputError, RefusedError
from enate_desktop.domain.rules import NO_RULES, Rules

WILDCARD = "*"
"""The address of a wildcard route (R-05)."""


class Block(StrEnum):
    """The three blocks of a connector's order, from first tried to last."""

    NORMAL = "normal"
    WILDCARD = "wildcard"
    FALLBACK = "fallback"


class Covers(StrEnum):
    """What the fallback takes (R-04)."""

    ALL = "all"
    PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class Route:
    """An incoming route. ``position`` is 0-based inside its block; ``id`` is 0 before it is stored.

    The fallback is shown as a route too: ``block`` FALLBACK and ``id`` = minus its connector's id.
    """

    id: int
    connector_id: int
    name: str
    address: str
    process_id: int
    category: str | None = None
    send_automated_emails: bool = False
    test_mode: bool = False
    enabled: bool = True
    rules: Rules = NO_RULES
    position: int = 0
    for_attention: bool = False
    version: int = 1
    fallback: bool = False

    @property
    def block(self) -> Block:
        """Where the route stands in the order."""
        if self.fallback:
            return Block.FALLBACK
        return Block.WILDCARD if self.address == WILDCARD else Block.NORMAL


@dataclass(frozen=True, slots=True)
class OutgoingRoute:
    """An extra From address of an outgoing connector (R-02); enabled only after a passed test."""

    id: int
    connector_id: int
    name: str
    address: str
    description: str = ""
    enabled: bool = False
    tested: bool = False
    version: int = 1


def route_address(text: str) -> str:
    """A route's address in comparable form, or ``*``; raises InputError with the reason."""
    value = text.strip()
    if value == WILDCARD:
        return WILDCARD
    address = normal_address(value)
    if address is None:
        raise InputError(
            f'"{value}" cannot be used as the email address of a route.',
            "Write one whole address such as hr@acme.com, or * for a wildcard route.",
            field="address",
        )
    return address


def check_route(route: Route, stored: Route | None = None) -> None:
    """Raise when ``route`` breaks R-01 or R-05; ``stored`` is what it replaces, if anything."""
    if not route.name.strip():
        raise InputError(
            "The route has no name.", "Give it one, so that people know it.", field="name"
        )
    if stored is not None and stored.block is not route.block:
        raise RefusedError(
            "A route cannot be changed from wildcard to normal or back.",
            "Make a new route with the other address and delete this one.",
            field="address",
        )
    if route.block is Block.WILDCARD and not route.rules.senders:
        raise InputError(
            "A wildcard route needs a sender list.",
            "Without one it would take every mail. Add the senders or domains it is for.",
            field="rules.senders",
        )


def allowed_positions(routes: Sequence[Route], moving: Sequence[int]) -> range:
    """Places in the order (0-based, counted after removal) where the routes ``moving`` may go.

    ``routes`` is one connector's whole order, block by block, fallback last. Raises RefusedError
    when the routes do not share one block of this connector or include the fallback (R-06).
    """
    wanted = set(moving)
    chosen = [route for route in routes if route.id in wanted]
    if len(chosen) != len(wanted) or not chosen:
        raise RefusedError(
            "A route stays with its connector.",
            "To move it, open the route and change Connector.",
        )
    blocks = {route.block for route in chosen}
    if Block.FALLBACK in blocks:
        raise RefusedError("The fallback always runs last.", "It cannot be moved.")
    if len(blocks) > 1:
        raise RefusedError(
            "Normal and wildcard routes cannot be moved together.",
            "Wildcard routes always run after the normal ones; move each block by itself.",
        )
    block = blocks.pop()
    start = sum(1 for route in routes if _before(route.block, block))
    size = sum(1 for route in routes if route.block is block)
    return range(start, start + size - len(chosen) + 1)


def moved(routes: Sequence[Route], moving: Sequence[int], place: int) -> tuple[Route, ...]:
    """``routes`` with the routes ``moving`` (in their present order) at ``place`` after removal.

    Raises RefusedError outside :func:`allowed_positions`, in words for the person.
    """
    allowed = allowed_positions(routes, moving)
    wanted = set(moving)
    if place not in allowed:
        if place >= allowed.stop and any(route.block is Block.WILDCARD for route in routes):
            raise RefusedError(
                "Wildcard routes always run after the normal ones.",
                "The route can be moved inside its own block.",
            )
        raise RefusedError(
            "The route cannot be moved there.", "It can be moved inside its own block only."
        )
    rest = [route for route in routes if route.id not in wanted]
    chosen = [route for route in routes if route.id in wanted]
    return (*rest[:place], *chosen, *rest[place:])


def _before(one: Block, other: Block) -> bool:
    order = tuple(Block)
    return order.index(one) < order.index(other)
