"""The folders of an IMAP mailbox: listed, and made when somebody asks (RFC 3501, 6154)."""

import imaplib
import re
from collections.abc import Iterator
from typing import Any

import imapclient

from enate_desktop.mail.imap_client import GuardedClient, quoted_folder
from enate_desktop.mail.mailbox import ErrorKind, FolderUse, MailError, RemoteFolder, shown_words

FOLDERS_LIMIT = 2_000
_LIST_BYTES = 4 << 20
_PREFIXES = 20
_LISTED = re.compile(rb'\(([^()]{0,1000})\) (?:"(\\?.)"|NIL) (.+)\Z', re.IGNORECASE | re.DOTALL)
_LITERAL = re.compile(rb"\{\d+\}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_USES = {f"\\{use}": use for use in FolderUse if use is not FolderUse.INBOX}


def known(client: GuardedClient, name: str) -> bool:
    """Whether the server can open a folder of this name."""
    if not name or "*" in name or "%" in name:
        return False
    try:
        return client.command("STATUS", quoted_folder(name), "(MESSAGES)")[0] == "OK"
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return False


def listed(client: GuardedClient) -> tuple[RemoteFolder, ...]:
    """The first 2,000 folders, the inbox first, then by name; imaplib's errors pass.

    Names that this program could not send back as they are, are left out.
    """
    with_use = client.has_capability("SPECIAL-USE") and client.has_capability("LIST-EXTENDED")
    client.allow(_LIST_BYTES)
    extra = ("RETURN", "(SPECIAL-USE)") if with_use else ()
    status, words = client.command("LIST", '""', '"*"', *extra)
    if status != "OK":
        raise imaplib.IMAP4.error(words)
    found = {folder.name: folder for folder in _folders(client.forget_code("LIST"))}
    inbox_first = sorted(
        found.values(),
        key=lambda folder: (folder.use is not FolderUse.INBOX, folder.name.casefold()),
    )
    return tuple(inbox_first[:FOLDERS_LIMIT])


def personal_prefix(client: GuardedClient) -> str:
    """What the names of the user's own folders begin with (RFC 2342), often nothing."""
    if not client.has_capability("NAMESPACE"):
        return ""
    return next((prefix for prefix, _ in client.namespace().personal or ()), "")


def foreign_prefixes(client: GuardedClient) -> list[tuple[str, str]]:
    """What those of other users and shared ones begin with, at most twenty; each with its
    delimiter.
    """
    if not client.has_capability("NAMESPACE"):
        return []
    spaces = client.namespace()
    found = [pair for space in (spaces.other, spaces.shared) for pair in space or ()]
    return [(prefix, delimiter or "") for prefix, delimiter in found[:_PREFIXES]]


def made(client: GuardedClient, folder: str) -> str:
    """The name under which ``folder`` exists now; MailError when it cannot be made.

    Some servers want the prefix of personal folders before it (RFC 2342).
    """
    names = [folder]
    prefix = personal_prefix(client)
    if prefix and not folder.startswith(prefix):
        names.append(prefix + folder)
    words = b""
    for name in names:
        if known(client, name):
            return name
        try:
            status, words = client.command("CREATE", quoted_folder(name))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            status, words = "BAD", str(error).encode()
        if status == "OK":
            _subscribe(client, name)
            return name
    raise not_made(folder, words)


def _subscribe(client: GuardedClient, name: str) -> None:
    """Other mail programs show only what is subscribed; a refusal does no harm."""
    try:
        client.command("SUBSCRIBE", quoted_folder(name))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return


def not_made(folder: str, words: bytes) -> MailError:
    """A target folder that is not there and cannot be made or written to."""
    return MailError(
        ErrorKind.FOLDER,
        f'Mails cannot be moved to the folder "{shown_words(folder)}".',
        "They are safely taken in and stay where they are; it is tried again later. Check the"
        " folder's name and that this user may write to it.",
        field="incoming.after_intake",
        server_words=shown_words(words),
    )


def _place(folder: RemoteFolder) -> tuple[bool, str]:
    return folder.use is not FolderUse.INBOX, folder.name.casefold()


def _folders(answers: list[Any]) -> Iterator[RemoteFolder]:
    """Each LIST answer as imaplib collects them: a line, or a line that ends in a literal."""
    for item in answers:
        line, literal = item if isinstance(item, tuple) else (item, None)
        match = _LISTED.match(line) if isinstance(line, bytes) else None
        if match is None:
            continue
        raw = _name(match[3]) if literal is None else bytes(literal)
        name = _decoded(raw)
        if name is None:
            continue
        flags = match[1].decode("ascii", "replace").lower().split()
        use = (
            FolderUse.INBOX
            if name.upper() == "INBOX"
            else next((_USES[flag] for flag in flags if flag in _USES), None)
        )
        gone = any(flag in ("\\noselect", "\\nonexistent") for flag in flags)
        delimiter = (match[2] or b"")[-1:].decode("ascii", "replace")
        yield RemoteFolder(name, not gone, use, delimiter)


def _name(text: bytes) -> bytes:
    text = text.strip()
    # With LIST-EXTENDED, more in parentheses may follow the name (RFC 5258).
    if text.startswith(b'"'):
        quoted = re.match(rb'"((?:[^"\\]|\\.)*)"', text)
        return re.sub(rb"\\(.)", rb"\1", quoted[1]) if quoted else b""
    return text.split(b" ", 1)[0]


def _decoded(raw: bytes) -> str | None:
    """The name in clear, unless it would not be sent back as it came."""
    try:
        name = str(imapclient.imap_utf7.decode(raw))
        again: bytes = imapclient.imap_utf7.encode(name)
    except (ValueError, UnicodeError, LookupError):
        return None
    return None if not name or _CONTROL.search(name) or again != raw else name
