"""What a warning about a route says (R-12); warnings never block anything."""

from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.messages import Message


class WarningKind(StrEnum):
    """The kinds of R-12."""

    NEVER_REACHED = "never reached"
    DUPLICATE = "duplicate"
    PARTLY_SHADOWED = "partly shadowed"
    CONTRADICTORY = "contradictory rules"
    TARGET_RETIRED = "target retired"
    FOREIGN_ADDRESS = "address not of this mailbox"
    TWO_CONNECTORS = "address in two connectors"
    CONNECTOR_OFF = "connector off"


@dataclass(frozen=True, slots=True)
class RouteWarning:
    """One warning about one route.

    ``covering`` are the ids of the routes that take its mail, in their order. ``proved`` holds for
    every mail, whatever contacts are added; otherwise the warning is suspected. ``witness`` is a
    made-up mail the route's rules fit and that goes elsewhere; ``safe_place`` is where the route
    could be moved (0-based in the whole order after removal, as ``domain.routes.moved`` counts)
    so that it gets its mail and no other route loses all of its own.
    """

    kind: WarningKind
    route_id: int
    text: str
    covering: tuple[int, ...] = ()
    proved: bool = True
    witness: Message | None = None
    safe_place: int | None = None
