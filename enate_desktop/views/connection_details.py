"""A connection test as text to hand on: every stage, no address, no user name, no secret (C-06)."""

import re

from enate_desktop.domain.connectors import Connector, ServerSettings, Side
from enate_desktop.domain.services_catalogue import SERVICES
from enate_desktop.mail.report import StageResult, TestReport
from enate_desktop.views.connection_stages import WORDS, time_taken

_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[\w.-]+\w")
_SHORTEST_NAME = 3
"""A shorter user name would be found inside other words."""


def details_text(connector: Connector, report: TestReport) -> str:
    """The test in lines; server names stay, they are what support needs."""
    lines = [f"Connection test, took {time_taken(report.took_ms)}"]
    for side, settings in connector.sides.items():
        results = [result for result in report.stages if result.side is side]
        if results:
            lines += ["", _server(side, settings)]
            for result in results:
                lines += _stage(result)
    names = {settings.username for settings in connector.sides.values()}
    mailboxes = {settings.additional_mailbox or "" for settings in connector.sides.values()}
    return redacted("\n".join(lines), names | mailboxes)


def redacted(text: str, names: set[str]) -> str:
    """``text`` without mail addresses and without these names."""
    text = _ADDRESS.sub("<address>", text)
    for name in sorted(names, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "<name>", text)
    return text


def _server(side: Side, settings: ServerSettings) -> str:
    service = SERVICES.get(settings.service)
    label = service.label if service is not None else settings.service
    place = f"{settings.host} port {settings.port}, security {settings.security}"
    return f"{side.capitalize()} mail: {label}, {place}, signing in by {settings.authentication}"


def _stage(result: StageResult) -> list[str]:
    lines = [f"{WORDS[result.stage]}: {result.state.replace('_', ' ')}"]
    if result.took_ms:
        lines[0] += f" ({time_taken(result.took_ms)})"
    if result.detail:
        lines[0] += f" – {result.detail}"
    if result.server_words:
        lines.append(f"  The server said: {result.server_words}")
    if result.cause:
        lines.append(f"  Likely: {result.cause}")
    return lines
