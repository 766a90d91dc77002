"""Clearing the mark For Attention, undoably (R-10, X-08)."""

from typing_extensions import override

from enate_desktop.domain.routes import Route
from enate_desktop.services.changes import Changes
from enate_desktop.views.route_commands import RouteCommand, RouteDesk


class ClearMarks(RouteCommand):
    """Marked routes become ordinary ones; taken back, they are marked again."""

    def __init__(self, desk: RouteDesk, routes: tuple[Route, ...]) -> None:
        what = f'"{routes[0].name}"' if len(routes) == 1 else f"{len(routes)} routes"
        super().__init__(desk, f"Marked {what} as looked at.")
        self._routes = routes

    @override
    def do(self) -> Changes:
        return self._set(for_attention=False)

    @override
    def take_back(self) -> Changes:
        return self._set(for_attention=True)

    def _set(self, *, for_attention: bool) -> Changes:
        return self._desk.service.set_attention([r.id for r in self._routes], for_attention)
