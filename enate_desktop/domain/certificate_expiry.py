"""The warnings before an authentication certificate of a connector expires (C-04)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from enate_desktop.domain.certificates import CertificateFacts, day_in_words
from enate_desktop.domain.connectors import Connector, Side

_STOPS = {Side.INCOMING: "Receiving", Side.OUTGOING: "Sending"}


class Urgency(StrEnum):
    """How a warning is shown."""

    NOTE = "note"
    """More than a week is left."""
    WARNING = "warning"
    """A week or less is left."""
    ERROR = "error"
    """A day is left, or none."""


@dataclass(frozen=True, slots=True)
class ExpiryWarning:
    """One certificate that ends soon. ``step`` is that of CertificateFacts.warning_step.

    ``words`` are for a list ("Certificate expires in 12 days"), ``sentence`` says it all, and
    ``told`` is for history: it is the same for as long as the step is.
    """

    side: Side
    step: int
    urgency: Urgency
    words: str
    sentence: str
    told: str


def expiry_warnings(connector: Connector, now: datetime) -> tuple[ExpiryWarning, ...]:
    """A warning for every certificate of ``connector`` that ends within 30 days, or has."""
    found = []
    for side, settings in connector.sides.items():
        facts = settings.certificate
        step = None if facts is None else facts.warning_step(now)
        if facts is not None and step is not None:
            found.append(_warning(connector.name, side, facts, step, now))
    return tuple(found)


def _warning(
    name: str, side: Side, facts: CertificateFacts, step: int, now: datetime
) -> ExpiryWarning:
    day, stops = day_in_words(facts.not_after), _STOPS[side]
    if step == 0:
        words = told = f"Certificate expired on {day}"
        sentence = f"The certificate of {name} expired on {day}. {stops} does not work without it."
    else:
        left = _left(facts.days_left(now))
        words = f"Certificate expires {left}"
        sentence = f"The certificate of {name} expires {left}, on {day}. {stops} stops then."
        told = f"Certificate expires on {day}, {'1 day' if step == 1 else f'{step} days'} ahead"
    urgency = Urgency.ERROR if step <= 1 else Urgency.WARNING if step <= 7 else Urgency.NOTE
    return ExpiryWarning(side, step, urgency, words, f"{sentence} Upload the renewed .pfx.", told)


def _left(days: int) -> str:
    if days == 0:
        return "within a day"
    return "in 1 day" if days == 1 else f"in {days} days"
