"""What the worker does, mailbox by mailbox: states, counts, the mails and errors of late (C-08)."""

from datetime import UTC, datetime

from enate_desktop.domain.errors import EnateError
from enate_desktop.mail.mailbox import MailError
from enate_desktop.services.context import Context
from enate_desktop.storage.monitor import WorkerError


class MonitorService:
    """Cheap reading for the monitor; the worker tells it of the errors it meets."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def note(self, connector_id: int, side: str, error: EnateError) -> None:
        """Keep what went wrong with a server; ``side`` is ``incoming`` or ``outgoing``."""
        words = error.server_words if isinstance(error, MailError) else ""
        noted = WorkerError(
            0, datetime.now(UTC), connector_id, side, error.title, error.message, error.field, words
        )
        with self._context.database.write() as work:
            work.monitor.note_error(noted)
