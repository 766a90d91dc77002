"""What happens to a mail on an IMAP server after it is durably taken in (C-12; MAIL 3.4)."""

from collections.abc import Sequence

from enate_desktop.domain.connectors import AfterIntake, IntakeAction
from enate_desktop.mail.imap_client import GuardedClient, quoted_folder
from enate_desktop.mail.imap_folders import made, not_made
from enate_desktop.mail.mailbox import ErrorKind, MailError, shown_words

_AT_ONCE = 200
_FIELD = "incoming.after_intake"


class Disposition:
    """Carries out one AfterIntake on an opened, writable folder; repeating it does no harm.

    A UID that does not exist any more counts as done: servers ignore it (RFC 3501, 6.4.8), and
    where one refuses the command for it, the others are done without it. ``opened`` is the folder's
    name, to which nothing is moved.
    """

    def __init__(self, client: GuardedClient, opened: str) -> None:
        self._client = client
        self._opened = opened
        self._targets: dict[str, str] = {}

    def apply(self, uids: Sequence[int], after: AfterIntake, copied: set[int]) -> None:
        """Mark, move or delete the mails; raises MailError and imaplib's errors.

        Mails in ``copied`` are not copied again; those whose copy is confirmed are added.
        """
        ordered = sorted(set(uids))
        for start in range(0, len(ordered), _AT_ONCE):
            chosen = ordered[start : start + _AT_ONCE]
            if after.action is IntakeAction.MARK_READ:
                self._need("STORE", chosen, "+FLAGS.SILENT", r"(\Seen)")
            elif after.action is IntakeAction.MOVE:
                self._move(chosen, after.folder, copied)
            elif after.action is IntakeAction.DELETE:
                self._delete(chosen)

    def _move(self, chosen: list[int], folder: str, copied: set[int]) -> None:
        fresh = [uid for uid in chosen if uid not in copied]
        if self._client.has_capability("MOVE") and len(fresh) == len(chosen):
            self._to_folder("MOVE", chosen, folder)
            return
        if fresh:
            self._to_folder("COPY", fresh, folder)
            copied.update(fresh)
        self._need("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
        if self._client.has_capability("UIDPLUS"):
            self._need("EXPUNGE", chosen)

    def _delete(self, chosen: list[int]) -> None:
        if not self._client.has_capability("UIDPLUS"):
            raise MailError(
                ErrorKind.FOLDER,
                "This server cannot delete single mails (it lacks UIDPLUS).",
                "No mail was deleted. Choose another action after intake.",
                field=_FIELD,
            )
        self._need("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
        self._need("EXPUNGE", chosen)

    def _to_folder(self, command: str, chosen: list[int], folder: str) -> None:
        name = self._targets.get(folder, folder)
        if _same(name, self._opened):
            raise MailError(
                ErrorKind.FOLDER,
                "Mails cannot be moved to the folder that they are taken in from.",
                "They are safely taken in and stay where they are. Choose another folder.",
                field=_FIELD,
            )
        status, words, _ = self._client.uid_command(command, uid_set(chosen), quoted_folder(name))
        if status == "OK":
            return
        if folder not in self._targets:
            self._targets[folder] = made(self._client, folder)
            self._to_folder(command, chosen, folder)
        elif rest := self._left_of(chosen, not_made(folder, words)):
            self._to_folder(command, rest, folder)

    def _need(self, name: str, chosen: list[int], *arguments: str) -> None:
        status, words, _ = self._client.uid_command(name, uid_set(chosen), *arguments)
        if status == "OK":
            return
        refused = MailError(
            ErrorKind.FOLDER,
            "The server did not let us mark or remove mails that were taken in.",
            "They are safely taken in; it is tried again later. Check what this user may do in the"
            " mailbox.",
            field=_FIELD,
            server_words=shown_words(words),
        )
        if rest := self._left_of(chosen, refused):
            self._need(name, rest, *arguments)

    def _left_of(self, chosen: list[int], refused: MailError) -> list[int]:
        """The mails that are still there after a refusal; ``refused`` when all of them are."""
        found = set(self._client.search_uids("UID", uid_set(chosen), among=_AT_ONCE))
        left = [uid for uid in chosen if uid in found]
        if left == chosen:
            raise refused
        return left


def _same(one: str, other: str) -> bool:
    """Whether both name one folder; the inbox has its name in any case (RFC 3501, 5.1)."""
    return one == other or (one.upper() == "INBOX" == other.upper())


def uid_set(uids: Sequence[int]) -> str:
    """Ascending UIDs as a sequence set, neighbours joined: ``1:3,7``."""
    parts: list[str] = []
    first = last = uids[0]
    for uid in (*uids[1:], 0):
        if uid != last + 1:
            parts.append(str(first) if first == last else f"{first}:{last}")
            first = uid
        last = uid
    return ",".join(parts)
