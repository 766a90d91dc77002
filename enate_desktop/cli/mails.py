"""Reading the mail a command is about, and finding the connectors it concerns."""

import sys
from pathlib import Path

from enate_desktop.domain.connectors import Connector
from enate_desktop.domain.errors import InputError
from enate_desktop.services.addressed import addressed_connectors
from enate_desktop.services.bundle import Services

_MOST_MAIL_BYTES = 1 << 30


def mail_bytes(file: str) -> bytes:
    """The mail in a file, or from standard input for ``-``."""
    return standard_input() if file == "-" else _mail_bytes(Path(file))


def asked_connectors(services: Services, name: str | None, raw: bytes) -> tuple[Connector, ...]:
    """The connectors to explain a mail for: the one named, else those it is addressed to."""
    if name is not None:
        connector = services.connectors.find(name)
        if not connector.use_for.receives:
            raise InputError(f'"{connector.name}" does not receive mail.', "Name one that does.")
        return (connector,)
    groups = [group for group in services.routes.groups() if group.connector.use_for.receives]
    if not groups:
        raise InputError("There is no connector that receives mail.", "Import or add one first.")
    addressed = addressed_connectors(tuple(groups), raw)
    return tuple(g.connector for g in groups if g.connector.id in addressed) or tuple(
        group.connector for group in groups
    )


def standard_input() -> bytes:
    """Everything on standard input."""
    return sys.stdin.buffer.read(_MOST_MAIL_BYTES)


def _mail_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_MAIL_BYTES)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}).",
            "Nothing was explained. Name a saved mail (.eml).",
        ) from None
