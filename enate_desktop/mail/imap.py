"""A mailbox over IMAP (RFC 3501, with MOVE and UIDPLUS where the server has them)."""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from enate_desktop.domain.connectors import AfterIntake, IntakeAction, ServerSettings, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, Stopped, never, resolve
from enate_desktop.mail.imap_client import GuardedClient
from enate_desktop.mail.imap_disposition import Disposition, uid_set
from enate_desktop.mail.imap_errors import in_words
from enate_desktop.mail.imap_fetch import HEADER_BYTES, FetchAnswer, fetch_answers
from enate_desktop.mail.imap_idle import PushRefusedError
from enate_desktop.mail.imap_session import ImapSession
from enate_desktop.mail.mailbox import ErrorKind, FolderState, MailError, RemoteMail, UndoneError
from enate_desktop.mail.patience import PATIENCE, Patience

BATCH_MAILS = 200
BATCH_BYTES = 8 << 20
CHUNK_BYTES = 1 << 20
_LISTED_AT_ONCE = 500
_SLACK = 4 << 20
_UNKNOWN_SIZE = 150 << 20
_DATE = re.compile(
    r" ?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\Z", re.ASCII
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ImapMailbox:
    """One mailbox; ``stopped`` is asked every fifth of a second while a call waits.

    :meth:`open` may be called again after an error; it begins a new connection.
    """

    def __init__(
        self,
        settings: ServerSettings,
        credential: Credential,
        *,
        stopped: Stopped = never,
        patience: Patience = PATIENCE,
    ) -> None:
        self._aborted = False
        self._external_stop = stopped
        self._line = Line(Side.INCOMING, settings, self._stopped, patience=patience)
        self._credential = credential
        self._session: ImapSession | None = None
        self._disposition: Disposition | None = None
        self._state: FolderState | None = None
        self._woken = threading.Event()
        self._push = True

    def open(self, *, examine: bool = False) -> FolderState:
        """Connect, sign in and open the folder; ``examine`` promises to change nothing."""
        self.close()
        session = self._session = ImapSession(self._line, self._credential)
        try:
            session.dial(resolve(self._line))
            session.encrypt()
            session.sign_in()
            state = session.open_folder(examine=examine)
            self._state = replace(state, push=state.push and self._push)
        except BaseException:
            self.close()
            raise
        self._disposition = Disposition(session.client, session.folder)
        return self._state

    def new_mails(self, after_uid: int) -> tuple[RemoteMail, ...]:
        """Mails with a UID above ``after_uid``, ascending; 0 as size where none was told."""
        with self._talking() as client:
            # Courier, and Dovecot with Maildir, show mail that came meanwhile only after this.
            client.command("NOOP")
            client.forget_news()
            # "n:*" names the newest mail even when its UID is below n (RFC 3501, 6.4.8).
            found = client.search_uids("UID", f"{after_uid + 1}:*", among=self._count)
            uids = [uid for uid in found if uid > after_uid]
            mails: list[RemoteMail] = []
            for start in range(0, len(uids), _LISTED_AT_ONCE):
                mails += self._facts(client, uids[start : start + _LISTED_AT_ONCE])
            return tuple(mails)

    def all_uids(self) -> tuple[int, ...]:
        """Every UID in the folder, ascending."""
        with self._talking() as client:
            client.forget_news()
            return tuple(client.search_uids("ALL", among=self._count))

    def dated(self, mails: Sequence[RemoteMail]) -> tuple[RemoteMail, ...]:
        """The same mails: the list tells when each was received (INTERNALDATE)."""
        return tuple(mails)

    def fetch(self, mails: Sequence[RemoteMail]) -> Iterator[tuple[RemoteMail, bytes | None]]:
        """The raw mails in the given order, unread state untouched; None: gone or not delivered.

        Asks for up to 200 mails or 8 MiB at once, for a larger mail, or one whose size the server
        did not tell, in pieces of 1 MiB.
        """
        for batch in _batches(mails):
            if not 0 < batch[0].size <= BATCH_BYTES:
                yield batch[0], self._in_pieces(batch[0])
                continue
            bodies = self._bodies([mail.uid for mail in batch], sum(mail.size for mail in batch))
            for mail in batch:
                yield mail, bodies.pop(mail.uid, None)

    def headers(self, mail: RemoteMail) -> bytes:
        """The header lines only, at most 256 KiB, for a mail that is too large to fetch."""
        item = f"(UID BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"
        return self._ask([mail.uid], item, HEADER_BYTES).get(mail.uid) or b""

    def wait(self, seconds: float) -> bool:
        """Whether there is something to look at within ``seconds``; with IDLE (RFC 2177)."""
        with self._talking() as client:
            found = client.news or self._woken.is_set()
            if not found and self._state is not None and self._state.push:
                try:
                    found = client.idle_until(self._woken.is_set, seconds, self._line.host)
                except PushRefusedError:
                    self._push = False
                    raise
            if self._woken.is_set():
                self._woken.clear()
                found = True
            return found

    def wake(self) -> None:
        """End a wait, or the next one, as if something had changed; from another thread."""
        self._woken.set()

    def stored(self, uids: Sequence[int]) -> None:
        """Nothing to do: the end of an IMAP session changes no mail."""

    def acknowledge(
        self, uids: Sequence[int], after: AfterIntake, copied: set[int] | None = None
    ) -> None:
        """Tell the server that the mails are durably taken in (C-12); may be repeated at will."""
        if after.action is IntakeAction.KEEP or not uids:
            return
        if self._state is None or self._disposition is None or self._state.read_only:
            raise UndoneError(
                ErrorKind.FOLDER,
                "The mailbox can only be read, not changed.",
                "Mails are taken in and stay as they are. Choose to leave them on the server.",
                field="incoming.after_intake",
            )
        with self._talking():
            self._disposition.apply(uids, after, set() if copied is None else copied)

    def close(self) -> None:
        """Sign out; never raises and never removes a mail (LOGOUT does not expunge)."""
        session, self._session = self._session, None
        self._disposition = self._state = None
        if session is not None:
            session.close()

    def abort(self) -> None:
        """End a blocked call at once, from another thread; the mailbox is of no use after that."""
        self._aborted = True
        session = self._session
        if session is not None and session.wire is not None:
            session.wire.abort()

    @property
    def _count(self) -> int:
        return self._state.count if self._state else 0

    def _stopped(self) -> bool:
        return self._aborted or self._external_stop()

    def _talking(self) -> "_Talking":
        if self._session is None:
            raise MailError(
                ErrorKind.TEMPORARY, "The mailbox is not open.", "It is opened at the next check."
            )
        return _Talking(self._session)

    def _facts(self, client: GuardedClient, uids: list[int]) -> list[RemoteMail]:
        status, _, answers = client.uid_command(
            "FETCH", uid_set(uids), "(UID RFC822.SIZE INTERNALDATE)"
        )
        told: dict[int, FetchAnswer] = {}
        if status == "OK":
            for answer in fetch_answers(answers):
                if answer.uid is not None and answer.size is not None:
                    told[answer.uid] = answer
        now = datetime.now(UTC)
        return [
            RemoteMail(uid, told[uid].size or 0, received_at(told[uid].date, now))
            if uid in told
            else RemoteMail(uid, 0, now)
            for uid in uids
        ]

    def _bodies(self, uids: list[int], size: int) -> dict[int, bytes]:
        bodies = self._ask(uids, "(UID BODY.PEEK[])", size)
        if len(uids) > 1 and not bodies:
            # One mail that the server cannot read must not hide its neighbours.
            for uid in uids:
                bodies |= self._ask([uid], "(UID BODY.PEEK[])", size)
        return bodies

    def _in_pieces(self, mail: RemoteMail) -> bytes | None:
        pieces: list[bytes] = []
        have = 0
        while have <= (2 * mail.size or _UNKNOWN_SIZE) + CHUNK_BYTES:
            item = f"(UID BODY.PEEK[]<{have}.{CHUNK_BYTES}>)"
            piece = self._ask([mail.uid], item, CHUNK_BYTES).get(mail.uid)
            if piece is None or len(piece) > CHUNK_BYTES:
                return None
            pieces.append(piece)
            have += len(piece)
            if len(piece) < CHUNK_BYTES:
                return b"".join(pieces)
        return None

    def _ask(self, uids: list[int], item: str, size: int) -> dict[int, bytes]:
        """The bodies that the server delivers, under the UIDs that we asked for and no others."""
        with self._talking() as client:
            client.allow(2 * size + _SLACK)
            _, _, answers = client.uid_command("FETCH", uid_set(sorted(uids)), item)
            wanted = set(uids)
            bodies: dict[int, bytes] = {}
            for answer in fetch_answers(answers):
                if answer.body is None or answer.uid not in wanted:
                    continue
                if bodies.setdefault(answer.uid, answer.body) != answer.body:
                    raise MailError(
                        ErrorKind.PROTOCOL,
                        "The server sent two different mails under one number.",
                        "Neither was taken in; we try again later.",
                    )
            return bodies


class _Talking:
    """Around every command: failures in words, and an end when the folder was rebuilt."""

    def __init__(self, session: ImapSession) -> None:
        self._session = session
        self._words = in_words(session.line.host)

    def __enter__(self) -> GuardedClient:
        self._words.__enter__()
        return self._session.client

    def __exit__(self, *error: object) -> bool | None:
        if error[0] is None and self._session.client.forget_code("UIDVALIDITY"):
            raise MailError(
                ErrorKind.TEMPORARY,
                "The mailbox was rebuilt on the server meanwhile.",
                "No mail was changed; it is opened anew at the next check.",
            )
        return self._words.__exit__(*error)  # type: ignore[arg-type]


def _batches(mails: Sequence[RemoteMail]) -> Iterator[list[RemoteMail]]:
    batch: list[RemoteMail] = []
    size = 0
    for mail in mails:
        full = len(batch) == BATCH_MAILS or size + mail.size > BATCH_BYTES
        if batch and (full or not batch[-1].size or not mail.size):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
    if batch:
        yield batch


def received_at(text: str | None, otherwise: datetime) -> datetime:
    """An INTERNALDATE in UTC, or ``otherwise`` when it is missing or not a date."""
    match = _DATE.match(text or "")
    if match is None or match[2].title() not in _MONTHS:
        return otherwise
    day, _, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        month = _MONTHS.index(match[2].title()) + 1
        moment = (int(year), month, int(day), int(hour), int(minute), int(second))
        return datetime(*moment, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise
