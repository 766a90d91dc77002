"""A supervisor whose pollers work with what the test gives them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from enate_desktop.services.bundle import Services
from enate_desktop.services.connectors import ConnectorService
from enate_desktop.services.context import Context
from enate_desktop.services.intake import IntakeService, Received
from enate_desktop.services.leases import DOUBT, LASTS, LeaseService
from enate_desktop.worker.poller import Services as PollerServices
from enate_desktop.worker.supervisor import Supervisor, Workshop
from enate_desktop.worker.upkeep import Pace

QUICK = Pace(heartbeat=0.05, tick=0.02)


def supervisor_of(
    services: Services,
    parts: PollerServices,
    received: Callable[[Received], None] = lambda _received: None,
    *,
    pace: Pace = QUICK,
    patience: float = 5.0,
    lasts: timedelta = LASTS,
    doubt: timedelta = DOUBT,
    known_dead: bool = True,
) -> Supervisor:
    """``known_dead``: a dead owner is known at once, as everywhere but on a broken disk."""

    def receiving(context: Context) -> PollerServices:
        return replace(
            parts,
            connectors=ConnectorService(context),
            intake=IntakeService(context),
            paused=services.pauses.paused,
        )

    leases = LeaseService(services.context, services.folder if known_dead else None, lasts, doubt)
    workshop = Workshop(
        services.connectors, leases, services.pauses, receiving, pace=pace, patience=patience
    )
    return Supervisor(workshop, received)
