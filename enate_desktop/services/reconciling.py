"""A mailbox that was rebuilt on its server: which of its mails are known, and what to do (row 91).

MAIL 3.4 step 9: known by content they become duplicates; when much of a large mailbox would be new,
a person decides, because the mailbox was perhaps restored from a backup or merged with another.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from enate_desktop.domain.messages import Message
from enate_desktop.services.context import Context
from enate_desktop.services.live_mailboxes import UNSEEN
from enate_desktop.storage.records import Epoch
from enate_desktop.storage.unit_of_work import UnitOfWork

LARGE = 500
"""Mails of a folder above which much that is new makes a person decide."""
MOST_NEW = 0.2
"""The part of a large folder that may be new without a question."""
_AT_ONCE = 100
_log = logging.getLogger(__name__)

Read = Callable[[bytes, datetime | None], Message]


def is_rebuilt(lives: Sequence[Epoch]) -> bool:
    """Whether the next life of a mailbox comes after one that was looked into."""
    return any(life.uidvalidity != UNSEEN for life in lives)


def reconcile(context: Context, life: Epoch, read: Read) -> bool:
    """Compare the stored mails of a held ``life`` with earlier ones; True: a person must decide.

    Says in the history what was found, once for the same finding.
    """
    looked = _read_all(context, life, read)
    with context.database.write() as work:
        if life.id not in {held.id for held in work.rebuilt.held(life.connector_id)}:
            return False
        total = work.rebuilt.total(life)
        new, known = work.rebuilt.new_mails(life), work.rebuilt.recognised(life)
        held = total > LARGE and new > MOST_NEW * total
        work.rebuilt.hold(life, held=held)
        if looked or not held:
            _note(context, work, life, new, known, held=held)
    return held


def _read_all(context: Context, life: Epoch, read: Read) -> int:
    """Learn the fingerprints of the stored mails; returns how many were read for the first time."""
    looked = 0
    while True:
        with context.database.read() as work:
            mails = work.rebuilt.unread(life, _AT_ONCE)
            raws = {key: work.raw_mails.get(raw_mail_id) for key, raw_mail_id in mails}
        if not mails:
            return looked
        looked += len(mails)
        prints = {key: _fingerprint(key, raw, read) for key, raw in raws.items()}
        with context.database.write() as work:
            work.rebuilt.set_fingerprints(prints)


def _fingerprint(intake_id: int, raw: bytes, read: Read) -> str:
    try:
        return read(raw, None).fingerprint
    except Exception:
        # It is decided like any mail that cannot be read; here it counts as new.
        _log.exception("mail %d could not be compared", intake_id)
        return f"unread:{intake_id}"


def _note(
    context: Context, work: UnitOfWork, life: Epoch, new: int, known: int, *, held: bool
) -> None:
    connector = work.connectors.get(life.connector_id)
    if connector is None:
        return
    why = "UIDVALIDITY changed" if life.uidvalidity > 0 else "its mails are numbered anew"
    words = (
        f"This mailbox was rebuilt on the server ({why}). {known:,} of {known + new:,} mails were"
        " recognised; no work was created twice."
    )
    if held:
        words += f" {new:,} would be new: take them in or skip them. Nothing was decided so far."
    context.note(
        work, "connector", connector.id, connector.name, "mailbox rebuilt", ("mails", "", words)
    )
