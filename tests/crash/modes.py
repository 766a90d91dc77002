"""What is done with mail that was taken in, as a table: every mode the crash tests go through."""

from dataclasses import dataclass
from typing import Any

NO_MOVE = "imap_capability = IMAP4rev1 UIDPLUS UNSELECT LITERAL+ SPECIAL-USE\n"
NO_UIDPLUS = """\
imap_capability = IMAP4rev1 UNSELECT LITERAL+ SPECIAL-USE
mail_plugins = acl
protocol imap {
  mail_plugins = acl
}
plugin {
  acl = vfile
}
"""
"""Its mailboxes can be made read-only: a file in them names their owner's rights."""


@dataclass(frozen=True)
class Mode:
    """``server``: which Dovecot. ``disposition`` and the counts are what is there in the end.

    ``copies_may_be_two``: killed after a copy was made and before that is known, the copy is made
    again (MAIL 3.4, 8).
    """

    name: str
    after: Any
    disposition: str
    inbox: int = 0
    processed: int = 0
    flags: str = ""
    protocol: str = "imap"
    server: str = ""
    read_only: bool = False
    copies_may_be_two: bool = False
    outbox: bool = False


_PROCESSED = {"move": "Processed"}
MAILS = 4
MODES = {
    mode.name: mode
    for mode in (
        Mode("keep", "keep", "none", inbox=MAILS),
        Mode("mark read", "mark_read", "done", inbox=MAILS, flags="S"),
        Mode("move", _PROCESSED, "done", processed=MAILS),
        Mode(
            "copy and expunge",
            _PROCESSED,
            "done",
            processed=MAILS,
            server=NO_MOVE,
            copies_may_be_two=True,
        ),
        Mode(
            "copy without UIDPLUS",
            _PROCESSED,
            "done",
            inbox=MAILS,
            flags="T",
            processed=MAILS,
            server=NO_UIDPLUS,
            copies_may_be_two=True,
        ),
        Mode("delete", "delete", "done"),
        Mode(
            "read-only mailbox",
            _PROCESSED,
            "pending",
            inbox=MAILS,
            server=NO_UIDPLUS,
            read_only=True,
        ),
        Mode("POP3 keep", "keep", "none", inbox=MAILS, flags="S", protocol="pop3"),
        Mode("POP3 delete", "delete", "done", protocol="pop3"),
        Mode("outbox", _PROCESSED, "done", processed=MAILS, outbox=True),
    )
}

UNSURE = (
    "smtp the last dot is answered",
    "smtp.send returned",
    "SendingService._settle: before begin",
    "SendingService._settle: before commit",
)
"""The server has the mail and the program has not noted it: only here a twin is allowed."""
