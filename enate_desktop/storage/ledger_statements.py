"""What the ledger is asked for every batch, or whenever a server tells of a mail: made once."""

from sqlalchemy import bindparam, select, update

from enate_desktop.domain.work_items import End
from enate_desktop.storage.mail_tables import EpochRow, IntakeRow

_MAIL = IntakeRow.__table__
KNOWN = select(_MAIL.c.uid).where(
    _MAIL.c.epoch_id == bindparam("epoch"),
    _MAIL.c.uid.in_(bindparam("some", expanding=True)),
    (_MAIL.c.end != End.PENDING) | _MAIL.c.raw_mail_id.is_not(None),
)
PENDING = (
    select(
        *(_MAIL.c[name] for name in ("id", "connector_id", "raw_mail_id", "received")),
        *(_MAIL.c[name] for name in ("attempts", "complete", "error", "size")),
    )
    .where(
        _MAIL.c.connector_id == bindparam("connector"),
        _MAIL.c.end == End.PENDING,
        _MAIL.c.raw_mail_id.is_not(None),
        _MAIL.c.epoch_id.is_(None)
        | _MAIL.c.epoch_id.not_in(
            select(EpochRow.id).where(
                EpochRow.connector_id == bindparam("connector"), EpochRow.held.is_(True)
            )
        ),
    )
    .order_by(_MAIL.c.attempts, _MAIL.c.id)
    .limit(bindparam("most"))
)
COUNT_ATTEMPT = (
    update(_MAIL)  # type: ignore[arg-type]  # a Table at run time
    .where(_MAIL.c.id == bindparam("intake_id"))
    .values(attempts=_MAIL.c.attempts + 1)
)
DECIDED_AND_OWED = (
    select(_MAIL.c.uid)
    .where(
        _MAIL.c.epoch_id == bindparam("epoch"),
        _MAIL.c.disposition.in_(bindparam("states", expanding=True)),
        _MAIL.c.end != End.PENDING,
    )
    .order_by(_MAIL.c.uid)
)
