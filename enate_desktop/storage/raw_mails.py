"""Repository of the bytes of mails: compressed, in chunks, once per content (S-03)."""

import hashlib
import zlib
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select

from enate_desktop.storage.mail_tables import RawChunkRow, RawMailRow
from enate_desktop.storage.sql import insert_rows

CHUNK = 1 << 20
"""Uncompressed bytes of one chunk."""

_KNOWN = select(RawMailRow.id, RawMailRow.sha256).where(
    RawMailRow.sha256.in_(bindparam("digests", expanding=True))
)


class RawMailRepository:
    """Keeping and reading back raw mails."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection

    def add(self, raws: Sequence[bytes]) -> list[int]:
        """Keep ``raws``; returns their ids, the one it already had for bytes that are there."""
        digests = [hashlib.sha256(raw).hexdigest() for raw in raws]
        rows = self._connection.execute(_KNOWN, {"digests": list(dict.fromkeys(digests))})
        ids = {row.sha256: row.id for row in rows}
        fresh = {d: raw for d, raw in zip(digests, raws, strict=True) if d not in ids}
        made = insert_rows(
            self._connection,
            RawMailRow,
            [{"sha256": digest, "size": len(raw)} for digest, raw in fresh.items()],
        )
        ids |= dict(zip(fresh, made, strict=True))
        chunks = [
            {
                "raw_mail_id": ids[digest],
                "n": n,
                "data": zlib.compress(raw[start : start + CHUNK], 1),
            }
            for digest, raw in fresh.items()
            for n, start in enumerate(range(0, len(raw) or 1, CHUNK))
        ]
        if chunks:
            self._connection.execute(insert(RawChunkRow), chunks)
        return [ids[digest] for digest in digests]

    def get(self, raw_mail_id: int) -> bytes:
        """The bytes exactly as the server gave them."""
        rows = self._connection.execute(
            select(RawChunkRow.data)
            .where(RawChunkRow.raw_mail_id == raw_mail_id)
            .order_by(RawChunkRow.n)
        )
        return b"".join(zlib.decompress(row.data) for row in rows)
