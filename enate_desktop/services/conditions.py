"""Sentences about connectors that fare as before: no network, no room on the disk (MAIL 4 G)."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from enate_desktop.domain.errors import StorageError
from enate_desktop.services.context import Context

LEAST_FREE_BYTES = 200_000_000


class DiskFullError(StorageError):
    """The disk has too little room left to take mail in."""


class ConditionService:
    """What keeps the worker from its work without anybody's server being to blame."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def tell(self, connector_id: int, sentence: str) -> None:
        """Show a sentence with a connector; its health and its failures stay as they are."""
        with self._context.database.read() as work:
            connector = work.connectors.get(connector_id)
        if connector is None or not connector.enabled or connector.condition.reason == sentence:
            return
        with self._context.database.write() as work:
            present = work.connectors.get(connector_id)
            if present is not None and present.enabled:
                condition = replace(present.condition, reason=sentence)
                work.connectors.set_condition(connector_id, condition)


def free_bytes(folder: Path) -> int:
    """What is free on the disk of ``folder``; plenty where the system does not tell."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return LEAST_FREE_BYTES


def room_in(folder: Path, free: Callable[[Path], int] = free_bytes) -> Callable[[], None]:
    """A check that raises DiskFullError while the disk of ``folder`` is nearly full."""

    def check() -> None:
        left = free(folder)
        if left < LEAST_FREE_BYTES:
            raise DiskFullError(
                f"The disk is almost full ({left // 1_000_000} MB free).",
                "Fetching is paused; mail stays on the server. Free some space.",
            )

    return check
