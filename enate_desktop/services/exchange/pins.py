"""Importing the pinned mails of a connector from a configuration document (X-06)."""

import json

from enate_desktop.domain.messages import Message
from enate_desktop.routing.analysis.pins import Expectation, Pin
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.reader import Section, unusable
from enate_desktop.services.exchange.routes import named_process
from enate_desktop.storage.encoding import message_value
from enate_desktop.storage.unit_of_work import UnitOfWork


def import_pins(context: Context, work: UnitOfWork, section: Section, connector_id: int) -> None:
    """Bring the pins of a connector to the list given."""
    wanted = {}
    for facts in section.sections("pins"):
        pin = Pin(facts.text("name"), _message(facts), _expected(work, facts))
        facts.done()
        wanted[pin.name] = pin
    present = {pin.name: pin for pin in work.pins.of(connector_id)}
    if wanted == present:
        return
    work.pins.remove_all(connector_id)
    for pin in wanted.values():
        work.pins.save(connector_id, pin)
    change = ("pins", "; ".join(present) or "–", "; ".join(wanted) or "–")
    context.note(work, "connector", connector_id, section.text("name"), "changed", change)


def _message(facts: Section) -> Message:
    value = facts.value("message")
    try:
        return message_value(json.dumps(value))
    except (TypeError, ValueError, AttributeError):
        raise unusable(facts.where, '"message" does not hold the facts of a mail.') from None


def _expected(work: UnitOfWork, facts: Section) -> tuple[Expectation, ...]:
    ends = []
    for end in facts.sections("expected", "route"):
        process = named_process(work, end).id if end.optional_text("process") else None
        ends.append(
            Expectation(end.optional_text("recipient"), end.optional_text("route"), process)
        )
        end.done()
    return tuple(ends)
