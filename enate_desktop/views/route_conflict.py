"""Somebody else saved the route first: both versions side by side, a choice per field (S-01)."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from enate_desktop.domain.routes import OutgoingRoute
from enate_desktop.item_models.edit_conflict import conflict, merged
from enate_desktop.item_models.route_columns import AnyRoute
from enate_desktop.views.edit_conflict import ConflictDialog
from enate_desktop.views.route_draft import RouteSources

Save = Callable[[AnyRoute, AnyRoute], object]
"""Stores the second route over the first, which is the one just read."""


def compare_routes(
    before: AnyRoute,
    theirs: AnyRoute,
    mine: AnyRoute,
    sources: RouteSources,
    save: Save,
    parent: QWidget,
) -> ConflictDialog | None:
    """Ask which values are stored; None, after saving, where nothing differs after all."""
    shown = {
        "process_id": {process.id: process.path for process in sources.book.processes},
        "connector_id": {connector.id: connector.name for connector in sources.connectors},
        "companies": {company.id: company.name for company in sources.companies},
    }
    found = conflict(before, theirs, mine, **shown)

    def take(mine_kept: Sequence[str]) -> None:
        save(theirs, merged(theirs, mine, mine_kept))

    if not found:
        take(())
        return None
    kind = "outgoing route" if isinstance(before, OutgoingRoute) else "route"
    who = f"Somebody else saved this {kind} first."
    dialog = ConflictDialog(mine.name, who, found, take, parent)
    dialog.open()
    return dialog
