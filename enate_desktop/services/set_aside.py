"""Mails of one end that wait for a person: listed, set aside with who and when, brought back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import End
from enate_desktop.mail.parsing import body_text, read_message
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.context import Context
from enate_desktop.services.work_items import MailView
from enate_desktop.storage.records import LedgerLine
from enate_desktop.storage.unit_of_work import UnitOfWork

_SHOWN_BYTES = 64 * 1024
Act = Callable[[UnitOfWork, int, datetime], int]
"""Changes one mail at this moment; says how many were changed."""


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some mails and how many there are altogether."""

    lines: tuple[LedgerLine, ...]
    total: int


class SetAsideService:
    """One list of W-01 or M-11 with its deletion list; the originals stay until retention.

    ``words`` is what the history calls putting a mail aside and bringing it back.
    """

    words: ClassVar[tuple[str, str]] = ("discarded", "brought back")

    def __init__(self, context: Context, end: End) -> None:
        """Work with ``context`` on the mails that met ``end``."""
        self._context = context
        self._end = end

    def lines(self, limit: int = 1000) -> tuple[LedgerLine, ...]:
        """The newest mails that wait for a person, with the reason in words."""
        with self._context.database.read() as work:
            return work.decisions.lines(self._end, limit)

    def set_aside_lines(self, limit: int = 1000) -> tuple[LedgerLine, ...]:
        """The deletion list: what was set aside by whom and when, the latest first."""
        with self._context.database.read() as work:
            return work.decisions.lines(self._end, limit, deleted=True)

    def page(self, offset: int, limit: int, *, aside: bool = False) -> LinePage:
        """Some of the mails that wait, or of the deletion list, and how many there are."""
        with self._context.database.read() as work:
            lines = work.decisions.lines(self._end, limit, deleted=aside, offset=offset)
            return LinePage(lines, work.waiting_mails.count(self._end, deleted=aside))

    def count(self, *, aside: bool = False) -> int:
        """How many mails wait, or are in the deletion list."""
        with self._context.database.read() as work:
            return work.waiting_mails.count(self._end, deleted=aside)

    def put_aside(self, intake_ids: Iterable[int]) -> Changes:
        """Set mails aside; those that are no longer there are left out.

        Raises NotPermittedError without "Handle mail".
        """

        def act(work: UnitOfWork, intake_id: int, now: datetime) -> int:
            return work.ledger.put_aside([intake_id], self._context.me.login, now)

        return self._each(intake_ids, self.words[0], act)

    def bring_back(self, intake_ids: Iterable[int]) -> Changes:
        """Put mails back among those that wait; raises NotPermittedError."""

        def act(work: UnitOfWork, intake_id: int, _now: datetime) -> int:
            return work.ledger.bring_back([intake_id])

        return self._each(intake_ids, self.words[1], act)

    def export(self, intake_id: int) -> bytes:
        """The mail exactly as the server gave it; NotFoundError when its original is not kept."""
        with self._context.database.read() as work:
            raw_mail_id = work.decisions.raw_mail_id(intake_id)
            if raw_mail_id is None:
                raise NotFoundError(
                    "The original of that mail is not kept.",
                    "The server did not hand it over, or its time was up.",
                )
            return work.raw_mails.get(raw_mail_id)

    def preview(self, intake_id: int) -> MailView:
        """A mail as far as it can be read: at worst its first 64 KB as they are."""
        with self._context.database.read() as work:
            received = work.decisions.received(intake_id)
            if received is None:
                raise NotFoundError("That mail does not exist.", "Read the list again.")
            message = work.decisions.message(intake_id)
            raw_mail_id = work.decisions.raw_mail_id(intake_id)
            raw = work.raw_mails.get(raw_mail_id) if raw_mail_id is not None else b""
        text = body_text(raw) or raw[:_SHOWN_BYTES].decode("utf-8", "replace")
        return MailView(intake_id, received, message or read_message(raw, received), (), text)

    def _each(self, intake_ids: Iterable[int], action: str, act: Act) -> Changes:
        self._context.need(Permission.HANDLE_MAIL)
        touched = False
        with self._context.database.write() as work:
            now = work.now()
            for intake_id in dict.fromkeys(intake_ids):
                if act(work, intake_id, now):
                    touched = True
                    self._note(work, intake_id, action)
        return Changes(unhandled=True) if touched else NOTHING

    def _note(
        self, work: UnitOfWork, intake_id: int, action: str, *changes: tuple[str, str, str]
    ) -> None:
        message = work.decisions.message(intake_id)
        name = message.subject if message and message.subject else "(no subject)"
        self._context.note(work, "mail", intake_id, name, action, *changes)
