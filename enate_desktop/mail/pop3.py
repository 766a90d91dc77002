"""A mailbox over POP3 (RFC 1939), in sessions that a server never ends for us too early."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.connectors import AfterIntake, IntakeAction, ServerSettings, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, Stopped, never
from enate_desktop.mail.mailbox import (
    POP3_LIFE,
    BusyError,
    ErrorKind,
    FolderState,
    MailError,
    RemoteMail,
    StoppedError,
)
from enate_desktop.mail.patience import PATIENCE, Patience
from enate_desktop.mail.pop3_connection import (
    HEADER_BYTES,
    USUAL_LARGEST,
    Pop3Connection,
    received_at,
)
from enate_desktop.mail.pop3_listing import Numbers
from enate_desktop.mail.wire import SLICE

SESSION_MAILS = 200
"""Mails of one session: what was done is confirmed by the server at its end (MAIL 3.5)."""
_MOST_BREAKS = 20
_MOST_TRIES = 3
_WAITS = (0.1, 0.2, 0.4, 0.8)
"""Parts of the patience with silence, between tries to get back into a mailbox."""


class Pop3Mailbox:
    """One mailbox; ``stopped`` is asked every fifth of a second while a call waits.

    ``largest``: of mails above that many bytes no more than the header lines is ever fetched to
    tell them apart.

    A connection that delivered what is not ``stored`` ends without QUIT: that is what makes servers
    delete or hide mail. :meth:`open` may be called again; it begins a new connection.
    """

    def __init__(
        self,
        settings: ServerSettings,
        credential: Credential,
        numbers: Numbers,
        *,
        stopped: Stopped = never,
        patience: Patience = PATIENCE,
        largest: int = USUAL_LARGEST,
    ) -> None:
        self._aborted = False
        self._external_stop = stopped
        self._line = Line(
            Side.INCOMING, settings, self._stopped, credential.identity, patience=patience
        )
        self._credential = credential
        self._numbers = numbers
        self._largest = largest
        self._connection: Pop3Connection | None = None

    def open(self, *, examine: bool = False) -> FolderState:
        """Connect, sign in and number the mails; POP3 changes nothing before its end anyway."""
        self._reconnect()
        connection = self._here
        return FolderState(
            POP3_LIFE,
            max(connection.mails, default=0) + 1,
            len(connection.mails),
            0,
            read_only=False,
            most_mails=SESSION_MAILS,
            login_delay=connection.session.login_delay,
            by_date=connection.by_date,
            warning=connection.warning,
        )

    def new_mails(self, after_uid: int) -> tuple[RemoteMail, ...]:
        """Mails numbered above ``after_uid``, ascending, as if they had been received just now."""
        now = datetime.now(UTC)
        mails = self._here.mails
        return tuple(
            RemoteMail(uid, mails[uid].size, now) for uid in sorted(mails) if uid > after_uid
        )

    def all_uids(self) -> tuple[int, ...]:
        """Every number in the mailbox, ascending."""
        return tuple(sorted(self._here.mails))

    def dated(self, mails: Sequence[RemoteMail]) -> tuple[RemoteMail, ...]:
        """The same mails with the time of their receipt, by their header lines (TOP)."""
        return tuple(_at(mail, head) for mail, head in self._patiently(mails, heads=True))

    def fetch(self, mails: Sequence[RemoteMail]) -> Iterator[tuple[RemoteMail, bytes | None]]:
        """The raw mails in the given order; None: gone, not delivered, or cut off.

        A mail at which the server twice breaks down, or talks nonsense, is left out and does not
        keep the next ones from being taken in.
        """
        for mail, raw in self._patiently(mails):
            yield _at(mail, raw), raw

    def headers(self, mail: RemoteMail) -> bytes:
        """The header lines only, at most 256 KiB, for a mail that is too large to fetch."""
        ((_, head),) = self._patiently([mail], heads=True)
        return (head or b"")[:HEADER_BYTES]

    def wait(self, seconds: float) -> bool:
        """False at once: POP3 servers do not tell of new mail."""
        return False

    def wake(self) -> None:
        """Nothing to do: there is no wait to end."""

    def stored(self, uids: Sequence[int]) -> None:
        """These fetched mails are durable now: the session may end as usual."""
        self._here.note_safe(uids)

    def acknowledge(
        self, uids: Sequence[int], after: AfterIntake, copied: set[int] | None = None
    ) -> None:
        """Delete the mails and end the session; only its confirmed end deletes (RFC 1939, 6).

        May be repeated at will. A mail that this connection did not deliver is compared with the
        bytes that are kept, before it is deleted.
        """
        if after.action is IntakeAction.KEEP or not uids:
            return
        if after.action is not IntakeAction.DELETE:
            raise MailError(
                ErrorKind.FOLDER,
                "POP3 can neither mark mail as read nor move it.",
                "Mails are taken in and stay as they are. Choose to leave or to delete them.",
                field="incoming.after_intake",
            )
        connection = self._connection
        # First what this connection delivered: it need not be fetched again for that.
        ordered = sorted(uids, key=lambda uid: connection is None or not connection.is_safe(uid))
        for start in range(0, len(ordered), SESSION_MAILS):
            self._delete(ordered[start : start + SESSION_MAILS])

    def close(self) -> None:
        """End the session; never raises and never removes a mail."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """End a blocked call at once, from another thread; the mailbox is of no use after that."""
        self._aborted = True
        connection = self._connection
        if connection is not None and connection.session.wire is not None:
            connection.session.wire.abort()

    @property
    def _here(self) -> Pop3Connection:
        if self._connection is None:
            raise MailError(
                ErrorKind.TEMPORARY, "The mailbox is not open.", "It is opened at the next check."
            )
        return self._connection

    def _stopped(self) -> bool:
        return self._aborted or self._external_stop()

    def _reconnect(self) -> None:
        self.close()
        self._connection = Pop3Connection(
            self._line, self._credential, self._numbers, self._largest
        )
        try:
            self._connection.open()
        except BaseException:
            self.close()
            raise

    def _return(self) -> None:
        """Connect again; a server may hold a mailbox for a while that was left without QUIT."""
        for part in _WAITS:
            try:
                self._reconnect()
            except BusyError:
                end = time.monotonic() + part * self._line.patience.idle
                while (left := end - time.monotonic()) > 0:
                    if self._stopped():
                        raise StoppedError from None
                    time.sleep(min(left, SLICE))
            else:
                return
        self._reconnect()

    def _patiently(
        self, mails: Sequence[RemoteMail], *, heads: bool = False
    ) -> Iterator[tuple[RemoteMail, bytes | None]]:
        """Mails or their header lines, on new connections where the server breaks down.

        After the first break each mail is asked for alone, to find out which one it is.
        """
        waiting = deque(mails)
        breaks: list[int] = []
        while waiting:
            try:
                for raw in self._delivered(list(waiting), heads, alone=bool(breaks)):
                    yield waiting.popleft(), raw
            except StoppedError:
                raise
            except MailError as error:
                first = waiting[0].uid if breaks else 0
                breaks.append(first)
                if len(breaks) > _MOST_BREAKS:
                    raise
                self._return()
                blamed = error.kind is ErrorKind.PROTOCOL or breaks.count(first) > 1
                if first and blamed:
                    yield waiting.popleft(), None

    def _delivered(
        self, mails: Sequence[RemoteMail], heads: bool, *, alone: bool
    ) -> Iterator[bytes | None]:
        """What one connection gives for the first mails of these; it may end before the last."""
        connection = self._here
        gone = (n for n, mail in enumerate(mails) if mail.uid not in connection.mails)
        uids = [mail.uid for mail in mails[: next(gone, len(mails))]]
        if not uids:
            yield None
            return
        ask = connection.heads if heads else connection.bodies
        yield from ask(uids, alone=alone)

    def _delete(self, uids: Sequence[int]) -> None:
        """Delete what is still there of ``uids``, in a session that delivered nothing else."""
        for _ in range(_MOST_TRIES):
            if self._connection is None or not self._connection.harmless:
                self._return()
            connection = self._here
            if not connection.harmless:
                raise _cannot_delete(connection.warning)
            here = [uid for uid in uids if uid in connection.mails]
            strangers = connection.strangers([uid for uid in here if not connection.is_safe(uid)])
            if not strangers:
                self._delete_here(connection, uids, here)
                return
            # They are other mails than those that are kept: the next look takes them in.
            self._numbers.forget(strangers)
        raise _cannot_delete("Their contents change from one connection to the next.")

    def _delete_here(
        self, connection: Pop3Connection, uids: Sequence[int], here: Sequence[int]
    ) -> None:
        refused: dict[int, str] = {}
        if here:
            refused = connection.delete(here)
            connection.quit()
            self._connection = None
        self._numbers.forget(uid for uid in uids if uid not in refused)
        for words in refused.values():
            raise _cannot_delete(words)


def _at(mail: RemoteMail, raw: bytes | None) -> RemoteMail:
    moment = received_at(raw) if raw else None
    return mail if moment is None else replace(mail, received=min(moment, mail.received))


def _cannot_delete(words: str) -> MailError:
    return MailError(
        ErrorKind.FOLDER,
        "The server does not let mails be deleted safely.",
        "They are taken in and stay on the server; none is taken in twice. Choose to leave them"
        " there, or use IMAP.",
        field="incoming.after_intake",
        server_words=words,
    )
