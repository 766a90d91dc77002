"""What intake asks of automated emails: one for each work item whose route wants one (O-01)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision
from enate_desktop.services.route_tables import Deciding
from enate_desktop.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new work item whose sender is to be told; ``message`` is the mail it was made of."""

    intake_id: int
    work_item_id: int
    reference: str
    message: Message
    decision: Decision


Plan: TypeAlias = Callable[[UnitOfWork, Deciding, Sequence[Wanted]], list[str]]
"""For each, "" when an email was queued, or the sentence why nothing is sent."""


def no_answer(_work: UnitOfWork, _deciding: Deciding, wanted: Sequence[Wanted]) -> list[str]:
    """Nothing is sent, because this program has nothing to send with."""
    return ["No automated email was sent: this program does not send any."] * len(wanted)
