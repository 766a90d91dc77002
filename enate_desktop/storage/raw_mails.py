"""Repository of the bytes of mails: compressed, in chunks, once per content (S-03)."""

import hashlib
import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from enate_desktop.domain.work_items import End
from enate_desktop.storage.mail_tables import IntakeRow, RawChunkRow, RawMailRow
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

    def page(self, after: int, limit: int) -> list[int]:
        """The ids of the next ``limit`` originals after the id ``after``, in order."""
        rows = self._connection.execute(
            select(RawMailRow.id).where(RawMailRow.id > after).order_by(RawMailRow.id).limit(limit)
        )
        return list(rows.scalars())

    def removable(self, ids: Sequence[int], before: datetime) -> list[int]:
        """Those of the originals ``ids`` whose mails were all decided before ``before``, in order.

        What waits, is unhandled, in quarantine or put aside, or is still to be dealt with on the
        server keeps its original, and so does all that shares its bytes.
        """
        mail = IntakeRow
        rows = self._connection.execute(
            select(mail.raw_mail_id)
            .where(mail.raw_mail_id.in_(ids))
            .group_by(mail.raw_mail_id)
            .having(func.min(case((_done_before(before), 1), else_=0)) == 1)
            .order_by(mail.raw_mail_id)
        )
        return [found for found in rows.scalars() if found is not None]

    def remove(self, ids: Sequence[int], before: datetime) -> int:
        """Remove those of the originals ``ids`` that are still removable; returns how many."""
        mail = IntakeRow
        gone = self.removable(ids, before)
        if gone:
            self._connection.execute(
                update(mail).where(mail.raw_mail_id.in_(gone)).values(raw_mail_id=None)
            )
            self._connection.execute(delete(RawChunkRow).where(RawChunkRow.raw_mail_id.in_(gone)))
            self._connection.execute(delete(RawMailRow).where(RawMailRow.id.in_(gone)))
        return len(gone)


def _done_before(before: datetime) -> ColumnElement[bool]:
    return and_(
        IntakeRow.end.not_in((End.PENDING, End.UNHANDLED, End.QUARANTINED)),
        IntakeRow.deleted_at.is_(None),
        IntakeRow.disposition.not_in(("pending", "copied")),
        func.coalesce(IntakeRow.decided, IntakeRow.taken) < before,
    )
