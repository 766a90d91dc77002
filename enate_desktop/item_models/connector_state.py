"""How a connector fares, in words and as the names of a shape and a colour (UI 3.3)."""

from dataclasses import dataclass

from enate_desktop.domain.connectors import Connector, Health
from enate_desktop.domain.services_catalogue import SERVICES


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """How a connector fares: words, the name of a shape and the name of a colour token."""

    text: str
    shape: str
    token: str
    reason: str = ""

    @property
    def words(self) -> str:
        """State and reason in one line."""
        return f"{self.text}: {self.reason.rstrip('.')}" if self.reason else self.text


def connector_state(connector: Connector) -> ConnectorState:
    """The state of UI 3.3 that ``connector`` is in."""
    condition = connector.condition
    if connector.enabled:
        if condition.health is Health.FAILING:
            return ConnectorState("Failing", "triangle-alert", "warning", condition.reason)
        return ConnectorState("Running", "circle-check", "ok")
    if condition.health is Health.STOPPED:
        return ConnectorState("Stopped", "circle-x", "error", condition.reason)
    if not connector.tested_fingerprint:
        return ConnectorState("Not tested", "circle-slash", "warning")
    return ConnectorState("Tested – off", "circle", "secondary")


def service_text(connector: Connector) -> str:
    """``Office 365 (IMAP)``, or both services of a connector that receives and sends."""
    sides = (
        connector.incoming if connector.use_for.receives else None,
        connector.outgoing if connector.use_for.sends else None,
    )
    found = (SERVICES.get(side.service) for side in sides if side is not None)
    return " + ".join(service.label for service in found if service is not None)


def needs_a_person(connector: Connector) -> bool:
    """Whether somebody has to look: it fails, or the worker stopped it."""
    return connector_state(connector).text in ("Failing", "Stopped")
