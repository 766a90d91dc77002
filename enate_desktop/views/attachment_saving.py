"""Reading an attachment for saving, and telling how that went on a page."""

from collections.abc import Callable

from enate_desktop.domain.errors import EnateError, InputError
from enate_desktop.mail.parsing import attachment_bytes
from enate_desktop.services.work_items import WorkItemService
from enate_desktop.views.page import Page


def reader(work_items: WorkItemService) -> Callable[[int, int], bytes]:
    """Id of a mail and place of an attachment to its bytes; raises NotFoundError."""

    def read(intake_id: int, place: int) -> bytes:
        return attachment_bytes(work_items.raw(intake_id), place)

    return read


def tell_saved(page: Page, name: str) -> None:
    """Say that a file was written."""
    page.toast(f"Saved “{name}”.")


def tell_problem(page: Page, error: Exception) -> None:
    """Say why a file was not written; what is no known problem is raised."""
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        error = InputError(f"The attachment was not saved: {reason}.", "Choose another folder.")
    if not isinstance(error, EnateError):
        raise error
    page.messages.show_error(error, key="attachment")
