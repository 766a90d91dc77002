"""Repository of connectors, their condition and their encrypted secrets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from enate_desktop.domain.connectors import (
    AfterIntake,
    Condition,
    Connector,
    Fallback,
    FirstIntake,
    Health,
    IntakeAction,
    StartFrom,
    UseFor,
)
from enate_desktop.domain.errors import StaleError
from enate_desktop.domain.routes import Covers
from enate_desktop.storage.directory import key_of
from enate_desktop.storage.encoding import server_text, server_value
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import ConditionRow, ConnectorRow, CredentialRow


class ConnectorRepository:
    """Connectors that were not deleted, by id or name."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection
        self._connectors: tuple[Connector, ...] | None = None

    def all(self) -> tuple[Connector, ...]:
        """Every connector, by name."""
        if self._connectors is None:
            self._connectors = self._read()
        return self._connectors

    def _read(self) -> tuple[Connector, ...]:
        rows = self._connection.execute(
            select(
                ConnectorRow.__table__,
                ConditionRow.health,
                ConditionRow.reason,
                ConditionRow.failures,
                ConditionRow.last_check,
                ConditionRow.last_error,
            )
            .outerjoin(ConditionRow, ConditionRow.connector_id == ConnectorRow.id)
            .where(ConnectorRow.deleted.is_(False))
            .order_by(ConnectorRow.name_key)
        )
        return tuple(_connector(row) for row in rows.mappings())

    def get(self, connector_id: int) -> Connector | None:
        """One connector, or None."""
        return next((c for c in self.all() if c.id == connector_id), None)

    def find(self, name: str) -> Connector | None:
        """The connector of that name (case-insensitive, C-11), or None."""
        return next((c for c in self.all() if key_of(c.name) == key_of(name)), None)

    def add(self, connector: Connector) -> int:
        """Add a connector; returns its id."""
        self._connectors = None
        return insert_row(self._connection, ConnectorRow, _values(connector))

    def update(self, connector: Connector) -> None:
        """Replace a connector; StaleError when its version is not the stored one (S-01)."""
        self._connectors = None
        result = self._connection.execute(
            update(ConnectorRow)
            .where(ConnectorRow.id == connector.id, ConnectorRow.version == connector.version)
            .values(**_values(connector), version=connector.version + 1)
        )
        if result.rowcount != 1:
            raise StaleError(
                f'Somebody else changed the connector "{connector.name}" in the meantime.',
                "Nothing of theirs was overwritten. Look at the present values and save again.",
            )

    def change(self, connector_id: int, **values: object) -> None:
        """Set single columns by the program itself (test result, default sender)."""
        self._connectors = None
        self._connection.execute(
            update(ConnectorRow).where(ConnectorRow.id == connector_id).values(**values)
        )

    def delete(self, connector: Connector) -> None:
        """Take a connector out of sight with its secrets; ledger and work items stay (C-10)."""
        self._connection.execute(
            delete(CredentialRow).where(CredentialRow.connector_id == connector.id)
        )
        self.change(
            connector.id,
            deleted=True,
            enabled=False,
            name_key=f"{key_of(connector.name)}\n{connector.id}",
        )

    def set_condition(self, connector_id: int, condition: Condition) -> None:
        """Replace what the worker last saw; a pause and what is known of sending stay."""
        self._connectors = None
        values = {
            "health": condition.health,
            "reason": condition.reason,
            "failures": condition.failures,
            "last_check": condition.last_check,
            "last_error": condition.last_error,
        }
        changed = self._connection.execute(
            update(ConditionRow).where(ConditionRow.connector_id == connector_id).values(**values)
        )
        if not changed.rowcount:
            self._connection.execute(
                insert(ConditionRow).values(connector_id=connector_id, **values)
            )

    def credentials(self, connector_id: int) -> Mapping[str, bytes]:
        """The encrypted secrets of a connector by name."""
        rows = self._connection.execute(
            select(CredentialRow.name, CredentialRow.ciphertext).where(
                CredentialRow.connector_id == connector_id
            )
        )
        return {row.name: row.ciphertext for row in rows}

    def credential_marks(self, connector_id: int) -> Mapping[str, str]:
        """The keyed digests of the secrets of a connector by name."""
        rows = self._connection.execute(
            select(CredentialRow.name, CredentialRow.mark).where(
                CredentialRow.connector_id == connector_id
            )
        )
        return {row.name: row.mark for row in rows}

    def set_credential(self, connector_id: int, name: str, ciphertext: bytes, mark: str) -> None:
        """Keep an encrypted secret in place of the former one."""
        self.remove_credential(connector_id, name)
        self._connection.execute(
            insert(CredentialRow).values(
                connector_id=connector_id, name=name, ciphertext=ciphertext, mark=mark
            )
        )

    def remove_credential(self, connector_id: int, name: str) -> None:
        """Forget a secret."""
        self._connection.execute(
            delete(CredentialRow).where(
                CredentialRow.connector_id == connector_id, CredentialRow.name == name
            )
        )


def _values(connector: Connector) -> dict[str, Any]:
    fallback = connector.fallback
    return {
        "name": connector.name,
        "name_key": key_of(connector.name),
        "use_for": connector.use_for,
        "primary_address": connector.primary_address,
        "incoming": server_text(connector.incoming),
        "outgoing": server_text(connector.outgoing),
        "after_intake": connector.after_intake.action,
        "after_intake_folder": connector.after_intake.folder,
        "start_choice": connector.start_from.choice,
        "start_since": connector.start_from.since,
        "fallback_process_id": fallback.process_id if fallback else None,
        "fallback_category": fallback.category if fallback else None,
        "fallback_automated": bool(fallback and fallback.send_automated_emails),
        "fallback_test_mode": bool(fallback and fallback.only_test_mode),
        "fallback_covers": fallback.covers if fallback else Covers.ALL,
        "enabled": connector.enabled,
        "default_sender": connector.default_sender,
        "tested_fingerprint": connector.tested_fingerprint,
        "tested_at": connector.tested_at,
        "tested_by": connector.tested_by,
    }


def _connector(row: RowMapping) -> Connector:
    return Connector(
        id=row["id"],
        name=row["name"],
        use_for=UseFor(row["use_for"]),
        primary_address=row["primary_address"],
        incoming=server_value(row["incoming"]),
        outgoing=server_value(row["outgoing"]),
        after_intake=AfterIntake(IntakeAction(row["after_intake"]), row["after_intake_folder"]),
        start_from=StartFrom(FirstIntake(row["start_choice"]), row["start_since"]),
        fallback=_fallback(row),
        enabled=row["enabled"],
        default_sender=row["default_sender"],
        tested_fingerprint=row["tested_fingerprint"],
        tested_at=row["tested_at"],
        tested_by=row["tested_by"],
        version=row["version"],
        condition=_condition(row),
    )


def _fallback(row: RowMapping) -> Fallback | None:
    if row["fallback_process_id"] is None:
        return None
    return Fallback(
        process_id=row["fallback_process_id"],
        category=row["fallback_category"],
        send_automated_emails=row["fallback_automated"],
        only_test_mode=row["fallback_test_mode"],
        covers=Covers(row["fallback_covers"]),
    )


def _condition(row: RowMapping) -> Condition:
    if row["health"] is None:
        return Condition()
    last_check: datetime | None = row["last_check"]
    return Condition(
        health=Health(row["health"]),
        reason=row["reason"],
        failures=row["failures"],
        last_check=last_check,
        last_error=row["last_error"],
    )
