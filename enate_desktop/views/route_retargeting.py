"""Sending the routes of a retired process elsewhere, fallbacks included (R-09)."""

from collections.abc import Iterable
from dataclasses import replace

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.directory import Process
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.routes import Route
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.views.category_choice import check_category


def disable(services: Services, routes: Iterable[Route]) -> Changes:
    """Switch these routes off; a fallback cannot be."""
    return services.routes.set_enabled([r.id for r in routes if not r.fallback], False)


def retarget(
    services: Services, routes: Iterable[Route], process: Process | None, category: str | None
) -> Changes:
    """Let these routes create work for ``process``; InputError when a choice is missing."""
    if process is None:
        raise InputError("Choose the process the routes are to create work for.", field="process")
    check_category(process, category)
    connectors: dict[int, Connector] = {c.id: c for c in services.connectors.all()}
    touched: set[int] = set()
    for route in routes:
        if route.fallback:
            connector = connectors[route.connector_id]
            if connector.fallback is not None:
                fallback = replace(connector.fallback, process_id=process.id, category=category)
                services.connectors.save(replace(connector, fallback=fallback))
        else:
            services.routes.save(replace(route, process_id=process.id, category=category))
        touched.add(route.connector_id)
    return Changes(routes=frozenset(touched), connectors=frozenset(touched))
