"""How a connector fares, in words and as the names of a shape and a colour (UI 3.3)."""

from dataclasses import dataclass
from datetime import datetime

from enate_desktop.domain.certificate_expiry import Urgency, expiry_warnings
from enate_desktop.domain.connectors import Connector, Health, sign_in_needed
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.item_models.time_text import relative_text, short_text

_EXPIRY_SHAPES = {
    Urgency.NOTE: ("clock", "info"),
    Urgency.WARNING: ("triangle-alert", "warning"),
    Urgency.ERROR: ("circle-x", "error"),
}
"""Shape and colour of a certificate that ends soon."""


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """How a connector fares: words, the name of a shape and the name of a colour token.

    ``since`` is when it came to be so, where that matters.
    """

    text: str
    shape: str
    token: str
    reason: str = ""
    since: datetime | None = None
    needs_a_person: bool = False

    @property
    def words(self) -> str:
        """State and reason in one line, without times: what the list is sorted by."""
        return f"{self.text}: {self.reason.rstrip('.')}" if self.reason else self.text

    def line(self, now: datetime) -> str:
        """State, when, and reason, as the list shows it."""
        if self.since is None:
            return self.words
        reason = f": {self.reason.rstrip('.')}" if self.reason else ""
        return f"{self.text} {relative_text(self.since, now)}{reason}"

    def whole(self, now: datetime) -> str:
        """The same with the moment and the whole reason, for a tooltip."""
        since = f" since {short_text(self.since, now)}" if self.since is not None else ""
        return f"{self.text}{since}.\n{self.reason}".rstrip() if self.reason else self.text + since


def connector_state(connector: Connector, now: datetime) -> ConnectorState:
    """The state of UI 3.3 that ``connector`` is in; ``now`` is UTC."""
    condition = connector.condition
    if not connector.enabled:
        return _state_of_off(connector)
    if condition.health is Health.FAILING:
        return ConnectorState(
            "Failing", "triangle-alert", "warning", condition.reason, needs_a_person=True
        )
    for expiry in expiry_warnings(connector, now)[:1]:
        shape, token = _EXPIRY_SHAPES[expiry.urgency]
        urgent = expiry.urgency is not Urgency.NOTE
        words = f"Running, {expiry.words[:1].lower()}{expiry.words[1:]}"
        return ConnectorState(words, shape, token, needs_a_person=urgent)
    return ConnectorState("Running", "circle-check", "ok", condition.reason)


def _state_of_off(connector: Connector) -> ConnectorState:
    condition = connector.condition
    if sign_in_needed(connector):
        text, shape = "Sign-in needed", "log-in"
    elif condition.health is Health.STOPPED:
        text, shape = "Auto-stopped", "circle-x"
    elif connector.tested_fingerprint:
        return ConnectorState("Tested – off", "circle", "secondary")
    else:
        return ConnectorState("Not tested", "circle-slash", "warning")
    return ConnectorState(text, shape, "error", condition.reason, condition.last_error, True)


def service_text(connector: Connector) -> str:
    """``Office 365 (IMAP)``; of both directions ``Gmail (IMAP + SMTP)``, or both labels."""
    sides = (
        connector.incoming if connector.use_for.receives else None,
        connector.outgoing if connector.use_for.sends else None,
    )
    services = (SERVICES.get(side.service) for side in sides if side is not None)
    labels = [service.label for service in services if service is not None]
    parts = [label.removesuffix(")").partition(" (") for label in labels]
    if len(parts) == 2 and parts[0][0] == parts[1][0]:
        return f"{parts[0][0]} ({' + '.join(protocol for _, _, protocol in parts)})"
    return " + ".join(labels)
