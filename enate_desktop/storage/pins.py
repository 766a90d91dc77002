"""Repository of pinned mails and what must become of them (X-06)."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from enate_desktop.routing.analysis.pins import Expectation, Pin
from enate_desktop.storage.directory import key_of
from enate_desktop.storage.encoding import message_text, message_value
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import PinRow


class PinRepository:
    """Pins by connector; names are unique there, whatever their case."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def of(self, connector_id: int) -> tuple[Pin, ...]:
        """The pins of a connector, by name."""
        rows = self._connection.execute(
            select(PinRow.name, PinRow.facts, PinRow.expected)
            .where(PinRow.connector_id == connector_id)
            .order_by(PinRow.name_key)
        )
        return tuple(
            Pin(row.name, message_value(row.facts), expectations(row.expected)) for row in rows
        )

    def save(self, connector_id: int, pin: Pin) -> None:
        """Keep a pin in place of the one of that name."""
        self.remove(connector_id, pin.name)
        values: dict[str, object] = {
            "connector_id": connector_id,
            "name": pin.name,
            "name_key": key_of(pin.name),
            "facts": message_text(pin.message),
            "expected": expected_text(pin.expected),
        }
        insert_row(self._connection, PinRow, values)

    def remove(self, connector_id: int, name: str) -> bool:
        """Forget a pin; whether there was one."""
        result = self._connection.execute(
            delete(PinRow).where(
                PinRow.connector_id == connector_id, PinRow.name_key == key_of(name)
            )
        )
        return result.rowcount == 1

    def remove_all(self, connector_id: int) -> None:
        """Forget every pin of a connector."""
        self._connection.execute(delete(PinRow).where(PinRow.connector_id == connector_id))


def expected_text(expected: Sequence[Expectation]) -> str:
    """Expected ends as JSON."""
    return json.dumps([[e.recipient, e.route, e.process_id] for e in expected])


def expectations(text: str) -> tuple[Expectation, ...]:
    """The ends behind the JSON of :func:`expected_text`."""
    return tuple(Expectation(*values) for values in json.loads(text))
