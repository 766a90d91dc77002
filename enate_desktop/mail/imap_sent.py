"""Which emails of ours lie in the mailbox's folder for sent mail (MAIL 3.6)."""

import re
from collections.abc import Collection, Iterable

from enate_desktop.domain.connectors import ServerSettings, Side
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.dialling import Line, Stopped, never, resolve
from enate_desktop.mail.imap_client import GuardedClient, quoted
from enate_desktop.mail.imap_errors import in_words
from enate_desktop.mail.imap_fetch import HEADER_BYTES, fetch_answers
from enate_desktop.mail.imap_session import ImapSession
from enate_desktop.mail.mailbox import FolderUse, MailError, StoppedError
from enate_desktop.mail.mime.header_text import read_headers
from enate_desktop.mail.patience import PATIENCE, Patience

_LOOKED_AT, _SLACK = 5, 1 << 20
_OURS = re.compile(r"<[A-Za-z0-9!#$&'+/=?^_`{|}~.-]{1,200}@[A-Za-z0-9.-]{1,255}>\Z")


def find_sent(
    settings: ServerSettings,
    credential: Credential,
    message_ids: Iterable[str],
    *,
    stopped: Stopped = never,
    patience: Patience = PATIENCE,
) -> frozenset[str] | None:
    """Those Message-IDs (with brackets) whose mails are in the folder for sent mail.

    All are asked for over one connection. None when it cannot be told: the mailbox cannot be
    reached, has no such folder (RFC 6154), or no id is one of ours. Changes nothing on the server.
    Only StoppedError is raised.
    """
    ours = [one for one in message_ids if _OURS.match(one)]
    if not ours:
        return None
    session = ImapSession(Line(Side.INCOMING, settings, stopped, patience=patience), credential)
    try:
        session.dial(resolve(session.line))
        session.encrypt()
        session.sign_in()
        return _found(session, ours)
    except StoppedError:
        raise
    except MailError:
        return None
    finally:
        session.close()


def _found(session: ImapSession, message_ids: Collection[str]) -> frozenset[str] | None:
    sent = [folder for folder in session.folders() if folder.use is FolderUse.SENT]
    seen: frozenset[str] | None = None
    with in_words(session.line.host):
        for folder in sent[:2]:
            if folder.selectable:
                session.client.select_folder(folder.name, readonly=True)
                here = {one for one in message_ids if _contains(session.client, one)}
                seen = (seen or frozenset()) | here
    return seen


def _contains(client: GuardedClient, message_id: str) -> bool:
    """Whether the opened folder holds it; the mails found are looked at, because servers lie."""
    asked = quoted(message_id).decode("ascii")
    for uid in client.search_uids("HEADER", "Message-ID", asked, among=0)[-_LOOKED_AT:]:
        client.allow(HEADER_BYTES + _SLACK)
        _, _, answers = client.uid_command(
            "FETCH", str(uid), f"(UID BODY.PEEK[HEADER]<0.{HEADER_BYTES}>)"
        )
        for answer in fetch_answers(answers):
            headers, _ = read_headers(answer.body or b"", 0, len(answer.body or b""))
            if headers.first("message-id") == message_id:
                return True
    return False
