"""Quarantine: mails that could be neither read nor decided, kept until a person looks (M-11)."""

from collections.abc import Iterable

from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.work_items import End
from enate_desktop.services.context import Context
from enate_desktop.services.intake import IntakeService, Received
from enate_desktop.services.set_aside import SetAsideService

_NOT_EVEN_SO = "It was tried again and could not be processed."


class QuarantineService(SetAsideService):
    """View, retry, discard and export; nothing in it is lost, and it delays no other mail."""

    def __init__(self, context: Context, intake: IntakeService) -> None:
        """``intake`` decides a mail again."""
        super().__init__(context, End.QUARANTINED)
        self._intake = intake

    def retry(self, intake_ids: Iterable[int]) -> tuple[Received | None, ...]:
        """Decide mails once more, each by itself; None where it stays in quarantine even so.

        Raises NotPermittedError without "Handle mail", and NotFoundError when the connectors of
        all of them were deleted.
        """
        self._context.need(Permission.HANDLE_MAIL)
        outcomes: list[Received | None] = []
        refusals = []
        for intake_id in dict.fromkeys(intake_ids):
            try:
                outcomes.append(self._again(intake_id))
            except NotFoundError as error:
                outcomes.append(None)
                refusals.append(error)
        if refusals and len(refusals) == len(outcomes):
            raise refusals[0]
        return tuple(outcomes)

    def _again(self, intake_id: int) -> Received | None:
        """None for a mail that is discarded, not in quarantine, or whose bytes are not here too."""
        with self._context.database.write() as work:
            pending = work.deciding.open_again(intake_id)
            if pending is None:
                return None
            if work.connectors.get(pending.connector_id) is None:
                raise NotFoundError(
                    "The connector that mail came to was deleted.",
                    "Restore the connector to try the mail again, or discard the mail.",
                )
            self._note(work, intake_id, "tried again")
        received: list[Received] = []
        try:
            received = self._intake.retry(pending)
        finally:
            # No worker may look at its connector, so it must not wait for one.
            if not received:
                with self._context.database.write() as work:
                    work.deciding.put_back(intake_id, _NOT_EVEN_SO)
        return next(iter(received), None)
