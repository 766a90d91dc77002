"""Quarantine: mails that could be neither read nor decided, kept until a person looks (M-11)."""

from collections.abc import Iterable

from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import End
from enate_desktop.services.context import Context
from enate_desktop.services.intake import IntakeService, Received
from enate_desktop.services.set_aside import SetAsideService


class QuarantineService(SetAsideService):
    """View, retry, discard and export; nothing in it is lost, and it delays no other mail."""

    def __init__(self, context: Context, intake: IntakeService) -> None:
        """``intake`` decides a mail again."""
        super().__init__(context, End.QUARANTINED)
        self._intake = intake

    def retry(self, intake_ids: Iterable[int]) -> tuple[Received | None, ...]:
        """Decide mails once more, each by itself; None where it is not decided even so.

        Raises NotPermittedError without "Handle mail".
        """
        self._context.need(Permission.HANDLE_MAIL)
        outcomes = []
        for intake_id in dict.fromkeys(intake_ids):
            with self._context.database.write() as work:
                self._note(work, intake_id, "tried again")
            outcomes.append(self._intake.again(intake_id))
        return tuple(outcomes)
