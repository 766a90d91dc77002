"""Short ways to POP3 mailboxes: on a Dovecot, and on a small server that misbehaves when told."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from enate_desktop.domain.connectors import AfterIntake, IntakeAction, Security, ServerSettings
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.patience import Patience
from enate_desktop.mail.pop3 import Pop3Mailbox
from tests.mail.support import HASTY, PASSWORD, imap_settings, scripted_settings
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Conversation, ScriptedServer

KEEP = AfterIntake()
DELETE = AfterIntake(IntakeAction.DELETE)


class MemoryNumbers:
    """Lasting numbers without a data file; ``store`` stands for the ledger."""

    def __init__(self) -> None:
        self.names: dict[int, tuple[str, str]] = {}
        self.digests: dict[int, str] = {}
        self._last = 0

    def store(self, uid: int, raw: bytes) -> None:
        """The mail is durable."""
        self.digests[uid] = hashlib.sha256(raw).hexdigest()

    def known(self, uidls: Iterable[str]) -> Mapping[str, int]:
        """As Numbers."""
        by_uidl = {uidl: uid for uid, (uidl, _) in self.names.items() if uidl}
        return {uidl: by_uidl[uidl] for uidl in uidls if uidl in by_uidl}

    def uidls(self) -> frozenset[str]:
        """As Numbers."""
        return frozenset(uidl for uidl, _ in self.names.values() if uidl)

    def by_content(self) -> frozenset[int]:
        """As Numbers."""
        return frozenset(uid for uid, (_, content) in self.names.items() if content)

    def give(self, names: Sequence[tuple[str, str]]) -> tuple[int, ...]:
        """As Numbers."""
        return tuple(self._give(uidl, content) for uidl, content in names)

    def forget(self, numbers: Iterable[int]) -> None:
        """As Numbers."""
        for uid in numbers:
            self.names[uid] = ("", "")

    def kept(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """As Numbers."""
        return {uid: self.digests[uid] for uid in numbers if uid in self.digests}

    def _give(self, uidl: str, content: str) -> int:
        for uid, (known_uidl, known_content) in self.names.items():
            if (uidl and uidl == known_uidl) or (content and content == known_content):
                self.names[uid] = (uidl or known_uidl, content or known_content)
                return uid
        self._last += 1
        self.names[self._last] = (uidl, content)
        return self._last


def pop3_settings(
    server: Dovecot, user: str, pki: Pki, security: Security = Security.TLS
) -> ServerSettings:
    """Settings for a Dovecot mailbox over POP3."""
    port = server.pop3s_port if security is Security.TLS else server.pop3_port
    settings = imap_settings(server, user, pki, security)
    return replace(settings, service="other_pop3", port=port)


def pop3_mailbox(
    server: Dovecot,
    user: str,
    pki: Pki,
    numbers: MemoryNumbers | None = None,
    security: Security = Security.TLS,
    **changes: Any,
) -> Pop3Mailbox:
    """A mailbox of ``user``, not opened yet; ``changes`` replace fields of its settings."""
    settings = replace(pop3_settings(server, user, pki, security), **changes)
    return Pop3Mailbox(settings, Credential(server.password(user)), numbers or MemoryNumbers())


def scripted_pop3(
    server: ScriptedServer, numbers: MemoryNumbers | None = None, patience: Patience = HASTY
) -> Pop3Mailbox:
    """A mailbox on a scripted server, impatient."""
    settings = scripted_settings(server, "other_pop3")
    return Pop3Mailbox(
        settings, Credential(PASSWORD), numbers or MemoryNumbers(), patience=patience
    )


def mail(number: int, body: bytes = b"Hi\r\n") -> bytes:
    """A small mail."""
    return (
        b"Received: from x by y; Mon, 23 Nov 2026 09:%02d:00 +0000\r\n"
        b"From: bob@x.example\r\nTo: hr@acme.example\r\nSubject: Mail %d\r\n"
        b"Message-ID: <%d@x.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n"
    ) % (number % 60, number, number) + body


Answer = bytes | Callable[[Conversation, list[str]], bytes | None]


@dataclass
class Maildrop:
    """A POP3 server over mails in memory; ``answers`` replaces what it says to a command.

    An answer is bytes, or a function of the conversation and the command's words that returns them,
    or None for the usual answer. ``sizes`` and ``names`` replace what it tells of single mails.
    DELE counts at QUIT only. ``heard`` has every command of every session, ``sessions`` how many
    there were; ``answered`` is called after each answer.
    """

    mails: dict[str, bytes]
    answers: dict[str, Answer] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ("TOP", "UIDL", "USER")
    sizes: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    sessions: int = 0
    greets: bool = True
    answered: Callable[[str], None] = lambda _verb: None

    def __call__(self, talk: Conversation) -> None:
        """Serve one connection."""
        self.sessions += 1
        listed = list(self.mails.items())
        deleted: set[str] = set()
        if self.greets:
            talk.send(b"+OK ready\r\n")
        while True:
            command = talk.line().decode()
            self.heard.append(command)
            words = command.split() or [""]
            answer = self.answers.get(words[0].upper())
            said = answer(talk, words) if callable(answer) else answer
            talk.send(self._usual(words, listed, deleted) if said is None else said)
            self.answered(words[0].upper())
            if words[0].upper() == "QUIT":
                return

    def verbs(self) -> list[str]:
        """The first word of every command heard."""
        return [command.split()[0] for command in self.heard if command]

    def _usual(self, words: list[str], listed: list[tuple[str, bytes]], deleted: set[str]) -> bytes:
        verb = words[0].upper()
        here = [(n, uidl, raw) for n, (uidl, raw) in enumerate(listed, 1)]
        if verb == "CAPA":
            return b"+OK\r\n" + b"".join(f"{c}\r\n".encode() for c in self.capabilities) + b".\r\n"
        if verb == "STAT":
            return b"+OK %d 0\r\n" % len(here)
        if verb in ("LIST", "UIDL"):
            lines = {n: b"%d %s\r\n" % (n, self._told(verb, uidl)) for n, uidl, _ in here}
            if len(words) > 1:
                return b"+OK " + lines[int(words[1])]
            return b"+OK\r\n" + b"".join(lines.values()) + b".\r\n"
        if verb in ("RETR", "TOP", "DELE"):
            uidl, raw = listed[int(words[1]) - 1]
            if verb == "DELE":
                deleted.add(uidl)
                return b"+OK\r\n"
            if verb == "TOP":
                raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            return b"+OK\r\n" + stuffed(raw) + b".\r\n"
        if verb == "QUIT":
            for uidl in deleted:
                self.mails.pop(uidl, None)
        return b"+OK\r\n"

    def _told(self, verb: str, uidl: str) -> bytes:
        if verb == "UIDL":
            return self.names.get(uidl, uidl).encode()
        return b"%d" % self.sizes.get(uidl, len(self.mails.get(uidl, b"")))


def stuffed(raw: bytes) -> bytes:
    """As it goes over the wire (RFC 1939, 3)."""
    return (b"." if raw.startswith(b".") else b"") + raw.replace(b"\r\n.", b"\r\n..")
