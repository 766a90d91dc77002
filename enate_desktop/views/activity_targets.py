"""Where in the window the thing of a change is to be seen."""

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.history import DefaultSender, RouteOrder, StoredProcess, WholeConnector
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.services.restoring import Comparison


def target_of(comparison: Comparison) -> tuple[str, object]:
    """The key of the page, and what its ``navigate`` takes."""
    head, present = comparison.change.head, comparison.present
    match present:
        case Route() | OutgoingRoute():
            return "routes", present
        case RouteOrder():
            return "routes", present.connector_id
        case Connector() | WholeConnector() | DefaultSender():
            return "connectors", head.subject_id
        case StoredProcess():
            return "directory", present.id
    return "directory", (head.kind, head.subject_id)
