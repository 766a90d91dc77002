"""Repository of single facts: the file's identity, the configuration revision, settings."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import fields

from sqlalchemy import Connection, delete, insert, select, update

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.settings import Settings
from enate_desktop.routing.table import BlockedAddress
from enate_desktop.storage.tables import BlockedRow, Meta, SettingRow


class FactRepository:
    """Meta, settings and blocked addresses."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def identity(self) -> str:
        """The random name of this file, made on first use (needs a write transaction then)."""
        value = self._meta("identity")
        if value is None:
            value = uuid.uuid4().hex
            self._connection.execute(insert(Meta).values(key="identity", value=value))
        return value

    def sealed_key(self) -> str | None:
        """The key of a shared server's secrets, sealed with a passphrase, or None (S-02)."""
        return self._meta("sealed_key")

    def keep_sealed_key(self, text: str) -> str:
        """Keep the sealed key, unless somebody was faster; returns the one that counts."""
        present = self.sealed_key()
        if present is None:
            self._connection.execute(insert(Meta).values(key="sealed_key", value=text))
        return present or text

    def revision(self) -> int:
        """How many configuration changes there were; kept with every decision (M-12)."""
        return int(self._meta("revision") or 0)

    def next_revision(self, above: int = 0) -> int:
        """Count one configuration change; the number is higher than ``above``."""
        present = self.revision()
        revision = max(present, above) + 1
        if present == 0:
            self._connection.execute(insert(Meta).values(key="revision", value=str(revision)))
        else:
            self._connection.execute(
                update(Meta).where(Meta.key == "revision").values(value=str(revision))
            )
        return revision

    def settings(self) -> Settings:
        """The settings; what was never changed has its default."""
        known = {field.name for field in fields(Settings)}
        rows = self._connection.execute(select(SettingRow.key, SettingRow.value))
        return Settings(**{key: json.loads(value) for key, value in rows if key in known})

    def set_setting(self, key: str, value: object) -> None:
        """Keep one setting."""
        self._connection.execute(delete(SettingRow).where(SettingRow.key == key))
        self._connection.execute(insert(SettingRow).values(key=key, value=json.dumps(value)))

    def blocked(self) -> tuple[BlockedAddress, ...]:
        """The blocked addresses and domains (M-10)."""
        rows = self._connection.execute(
            select(BlockedRow.pattern, BlockedRow.reject_as_spam).order_by(BlockedRow.pattern)
        )
        return tuple(BlockedAddress(parse_pattern(r.pattern), r.reject_as_spam) for r in rows)

    def set_blocked(self, blocked: Iterable[BlockedAddress]) -> None:
        """Replace the blocked addresses."""
        self._connection.execute(delete(BlockedRow))
        for item in blocked:
            values = {"pattern": str(item.pattern), "reject_as_spam": item.reject_as_spam}
            self._connection.execute(insert(BlockedRow).values(**values))

    def _meta(self, key: str) -> str | None:
        return self._connection.execute(select(Meta.value).where(Meta.key == key)).scalar()
