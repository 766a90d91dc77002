"""Short ways to the settings that the tests of this folder need."""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace

from enate_desktop.credentials.certificates import ClientCertificate
from enate_desktop.domain.connectors import Security, ServerSettings, Side, UseFor
from enate_desktop.mail.credential import Credential
from enate_desktop.mail.imap import ImapMailbox
from enate_desktop.mail.probe import StageResult, TestReport, probe
from enate_desktop.mail.wire import PATIENCE, Patience
from tests.servers.dovecot import Dovecot
from tests.servers.pki import Pki
from tests.servers.scripted import ScriptedServer

HASTY = Patience(
    look_up=5, connect=2, handshake=2, hint=0.3, greeting=0.8, idle=0.4, command=0.8, rate=64 << 20
)
"""Time limits for servers that are meant to exceed them."""


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


def scripted_mailbox(server: ScriptedServer, patience: Patience = HASTY) -> ImapMailbox:
    """A mailbox on a scripted server, impatient."""
    return ImapMailbox(scripted_settings(server), Credential("alice-pw"), patience=patience)


def run(
    incoming: ServerSettings | None = None,
    outgoing: ServerSettings | None = None,
    *,
    send_to: str | None = None,
    cancel: threading.Event | None = None,
    patience: Patience = PATIENCE,
    secrets: Mapping[str, bytes] | None = None,
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
        {side: _credential(side, secrets or {}) for side in Side},
        seen.append,
        cancel or threading.Event(),
        send_to,
        patience=patience,
    )
    assert tuple(seen) == report.stages
    json.dumps(report.to_json())
    return report


def _credential(side: Side, secrets: Mapping[str, bytes]) -> Credential:
    pfx = secrets.get(f"{side}.certificate")
    identity = pfx and ClientCertificate(pfx, secrets.get(f"{side}.certificate_password", b""))
    return Credential(secrets.get(f"{side}.password", b"").decode(), identity=identity or None)
