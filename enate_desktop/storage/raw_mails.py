"""Repository of the bytes of mails: compressed, in chunks, once per content (S-03)."""

import hashlib
import zlib

from sqlalchemy import Connection, insert, select

from enate_desktop.storage.mail_tables import RawChunkRow, RawMailRow
from enate_desktop.storage.sql import insert_row

CHUNK = 1 << 20
"""Uncompressed bytes of one chunk."""


class RawMailRepository:
    """Keeping and reading back raw mails."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add(self, raw: bytes) -> int:
        """Keep ``raw``; returns the id, the one it already had when the same bytes are there."""
        digest = hashlib.sha256(raw).hexdigest()
        known = self._connection.execute(
            select(RawMailRow.id).where(RawMailRow.sha256 == digest)
        ).scalar()
        if known is not None:
            return known
        raw_mail_id = insert_row(self._connection, RawMailRow, {"sha256": digest, "size": len(raw)})
        self._connection.execute(
            insert(RawChunkRow),
            [
                {
                    "raw_mail_id": raw_mail_id,
                    "n": n,
                    "data": zlib.compress(raw[start : start + CHUNK], 1),
                }
                for n, start in enumerate(range(0, len(raw) or 1, CHUNK))
            ],
        )
        return raw_mail_id

    def get(self, raw_mail_id: int) -> bytes:
        """The bytes exactly as the server gave them."""
        rows = self._connection.execute(
            select(RawChunkRow.data)
            .where(RawChunkRow.raw_mail_id == raw_mail_id)
            .order_by(RawChunkRow.n)
        )
        return b"".join(zlib.decompress(row.data) for row in rows)
