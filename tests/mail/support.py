"""Short ways to the settings that the tests of this folder need."""

import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from enate_desktop.credentials.certificates import ClientCertificate
from enate_desktop.domain.connectors import Security, ServerSettings, Side, UseFor
from enate_desktop.mail.credential import AccessToken, Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.patience import PATIENCE, Patience
from enate_desktop.mail.probe import STAGE_SECONDS, Stage, StageResult, TestReport, probe
from tests.canary import secret
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import Answer, Conversation, Script, ScriptedServer

PASSWORD = secret("alice")
HASTY = Patience(
    look_up=5, connect=2, handshake=2, hint=0.3, greeting=0.8, idle=0.4, command=0.8, rate=64 << 20
)
"""Time limits for servers that are meant to exceed them."""
CALM = replace(PATIENCE, hint=0.5)
"""Time limits that no busy machine exceeds; a server that waits for TLS is found out soon."""


@contextmanager
def bounded(seconds: float = 30, megabytes: float = 48) -> Iterator[None]:
    """Fails when what is inside takes longer, or allocates more at once (MAIL 4 E)."""
    tracemalloc.start()
    began = time.monotonic()
    try:
        yield
        took, peak = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took < seconds
    assert peak < megabytes * (1 << 20)


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that answers no connection: its queue is full (Linux drops what comes on top)."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = listener.getsockname()[1]
    waiting = []
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
        waiting.append(one)
    yield port
    for one in (*waiting, listener):
        one.close()


def imap_settings(
    server: Dovecot, user: str, pki: Pki, security: Security = Security.TLS
) -> ServerSettings:
    """Settings for a Dovecot mailbox."""
    port = server.imaps_port if security is Security.TLS else server.imap_port
    return ServerSettings(
        "other_imap", server.host, port, security, username=user, ca_certificate=pki.ca_pem
    )


def imap_mailbox(
    server: Dovecot, user: str, pki: Pki, security: Security = Security.TLS, **changes: str
) -> ImapMailbox:
    """A mailbox of ``user``, not opened yet; ``changes`` replace fields of its settings."""
    settings = replace(imap_settings(server, user, pki, security), **changes)  # type: ignore[arg-type]
    return ImapMailbox(settings, Credential(server.password(user)))


def scripted_settings(server: ScriptedServer, service: str = "other_imap") -> ServerSettings:
    """Settings for a scripted server in clear."""
    return ServerSettings(service, server.host, server.port, Security.NONE, username="alice")


def scripted_mailbox(server: ScriptedServer, patience: Patience = CALM) -> ImapMailbox:
    """A mailbox on a scripted server, impatient."""
    return ImapMailbox(scripted_settings(server), Credential(PASSWORD), patience=patience)


def encrypted_settings(
    server: ScriptedServer, pki: Pki, service: str = "other_imap", **changes: Any
) -> ServerSettings:
    """Settings for a scripted server that speaks TLS from the first byte."""
    settings = replace(scripted_settings(server, service), security=Security.TLS)
    return replace(settings, ca_certificate=pki.ca_pem, **changes)


class Tokens:
    """An access token callable that hands out ``tokens`` one after the other, the last for ever.

    ``asked`` collects whether a new one was wanted. An exception is raised instead.
    """

    def __init__(self, *tokens: str | Exception) -> None:
        self._tokens = list(tokens)
        self.asked: list[bool] = []

    def __call__(self, renew: bool) -> str:
        self.asked.append(renew)
        token = self._tokens.pop(0) if len(self._tokens) > 1 else self._tokens[0]
        if isinstance(token, Exception):
            raise token
        return token


_SMTP: dict[str, Answer] = {
    "": b"220 ready\r\n",
    "EHLO": b"250-x\r\n250 SIZE 1000000\r\n",
    "DATA": b"354 go\r\n",
    "QUIT": b"221 bye\r\n",
}


def smtp_script(
    answers: Mapping[str, Answer] | None = None, heard: list[bytes] | None = None
) -> Script:
    """A small SMTP server; ``answers`` replaces what it says to a command, "" being the greeting.

    An answer is everything it says, or a function that says it. ``"."`` is what follows a mail,
    ``"..."`` a line that answers a challenge. ``heard`` collects what the client said, verbs in
    capitals.
    """
    table = _SMTP | dict(answers or {})

    def say(talk: Conversation, name: str) -> bytes:
        answer = table.get(name, b"250 ok\r\n")
        if not isinstance(answer, bytes):
            answer(talk, name.encode())
            return b""
        talk.send(answer)
        return answer

    def script(talk: Conversation) -> None:
        last = say(talk, "")
        while True:
            line = talk.line()
            free = last.startswith((b"334", b"354"))
            verb, blank, rest = line.partition(b" ")
            if heard is not None:
                heard.append(line if free else verb.upper() + blank + rest)
            if last.startswith(b"354"):
                if line == b".":
                    last = say(talk, ".")
                continue
            name = "..." if free else verb.decode("latin-1").upper()
            last = say(talk, name)
            if name == "QUIT":
                return

    return script


def run(
    incoming: ServerSettings | None = None,
    outgoing: ServerSettings | None = None,
    *,
    send_to: str | None = None,
    cancel: threading.Event | None = None,
    patience: Patience = PATIENCE,
    secrets: Mapping[str, bytes] | None = None,
    token: AccessToken | None = None,
    send_from: str = "",
    stage_seconds: Mapping[Stage, float] = STAGE_SECONDS,
) -> TestReport:
    """A test of the sides that are given, with every reported stage checked against the report."""
    use_for = UseFor.BOTH if incoming and outgoing else UseFor.INCOMING
    if incoming is None:
        use_for = UseFor.OUTGOING
    seen: list[StageResult] = []
    report = probe(
        use_for,
        incoming,
        outgoing,
        {side: _credential(side, secrets or {}, token) for side in Side},
        seen.append,
        cancel or threading.Event(),
        send_to,
        send_from=send_from,
        patience=patience,
        stage_seconds=stage_seconds,
    )
    assert tuple(seen) == report.stages
    json.dumps(report.to_json())
    return report


def _credential(side: Side, secrets: Mapping[str, bytes], token: AccessToken | None) -> Credential:
    pfx = secrets.get(f"{side}.certificate")
    identity = pfx and ClientCertificate(pfx, secrets.get(f"{side}.certificate_password", b""))
    password = secrets.get(f"{side}.password", b"").decode()
    return Credential(password, token, identity or None)
