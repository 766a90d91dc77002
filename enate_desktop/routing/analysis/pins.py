"""Pinned mails: each with what must become of it, run on every change of the routes (X-06)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enate_desktop.domain.messages import Message
from enate_desktop.routing.explanation import Decision
from enate_desktop.routing.table import RouteTable


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expected end: the route by name, None for unhandled; a ``process_id`` of None: any."""

    recipient: str | None
    route: str | None
    process_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A mail with a name and the ends it must have, in any order."""

    name: str
    message: Message
    expected: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class PinResult:
    """What a pinned mail does now; ``text`` says what differs and is empty when nothing does."""

    pin: Pin
    decisions: tuple[Decision, ...]
    text: str

    @property
    def passed(self) -> bool:
        """Whether the mail does what it must."""
        return not self.text


def pinned(name: str, message: Message, table: RouteTable) -> Pin:
    """A pin that expects what ``table`` does with ``message`` today."""
    return Pin(
        name,
        message,
        tuple(
            Expectation(made.recipient, made.route, made.process_id)
            for made in table.decide(message)
        ),
    )


def run_pins(table: RouteTable, pins: Iterable[Pin]) -> tuple[PinResult, ...]:
    """Every pin with its present decisions, explained, in the order given."""
    return tuple(_run(table, pin) for pin in pins)


def _run(table: RouteTable, pin: Pin) -> PinResult:
    decisions = table.decide(pin.message, explain=True)
    missing = [wanted for wanted in pin.expected if not any(_fits(wanted, d) for d in decisions)]
    extra = [d for d in decisions if not any(_fits(wanted, d) for wanted in pin.expected)]
    return PinResult(pin, decisions, _difference(missing, extra))


def _fits(wanted: Expectation, made: Decision) -> bool:
    return (
        wanted.recipient == made.recipient
        and wanted.route == made.route
        and wanted.process_id in (None, made.process_id)
    )


def _difference(missing: Sequence[Expectation], extra: Sequence[Decision]) -> str:
    parts = [f"expected {_place(w.route, w.recipient)}" for w in missing]
    parts += [f"came {_place(d.route, d.recipient)}" for d in extra]
    if not parts:
        return ""
    if len(missing) == len(extra) == 1 and _same(missing[0], extra[0]):
        parts.append("the process differs")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _same(wanted: Expectation, made: Decision) -> bool:
    return (wanted.recipient, wanted.route) == (made.recipient, made.route)


def _place(route: str | None, recipient: str | None) -> str:
    place = f'"{route}"' if route is not None else "unhandled"
    return f"{place} for {recipient or 'the mail as a whole'}"
