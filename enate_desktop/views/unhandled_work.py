"""What the Unhandled mail page does with mails: asked for in dialogs, told in words (W-01)."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QDialog

from enate_desktop.domain.errors import EnateError
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import Changes
from enate_desktop.services.unhandled import Handled
from enate_desktop.services.work_items import LedgerLine
from enate_desktop.views.message_bar import MessageAction, MessageKind
from enate_desktop.views.page import Page
from enate_desktop.views.route_draft import RouteSources
from enate_desktop.views.step_command import MailSteps
from enate_desktop.views.unhandled_dialogs import AttachDialog, WorkItemDialog
from enate_desktop.views.unhandled_route import RouteFromMailDialog
from enate_desktop.worker.tasks import run_in_background


class UnhandledWork(QObject):
    """``touched`` carries the Changes of everything done, undone and redone."""

    touched = Signal(object)

    def __init__(
        self, page: Page, services: Services, chosen: Callable[[], Sequence[LedgerLine]]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._services = services
        self._service = services.unhandled
        self._chosen = chosen
        self.stack = QUndoStack(self)
        self._mails = MailSteps(self.stack, self.touched.emit, page.toast, self._on_failed)

    def create(self) -> QDialog | None:
        """Ask which Ticket or Case the chosen mails become."""
        ids = self._ids()

        def make(process_id: int, category: str | None, test_mode: bool) -> None:
            self._tell(self._service.make_work_item(ids, process_id, category, test_mode=test_mode))

        return self._ask(
            lambda: WorkItemDialog(len(ids), self._services.directory.processes(), make, self._page)
        )

    def attach(self) -> QDialog | None:
        """Ask for the work item the chosen mails belong to."""
        ids = self._ids()
        return self._ask(
            lambda: AttachDialog(
                len(ids),
                self._service.target,
                lambda reference: self._tell(self._service.attach(ids, reference)),
                self._page,
            )
        )

    def route(self) -> QDialog | None:
        """Open the route editor filled in from the chosen mails."""
        ids = self._ids()
        return self._ask(
            lambda: RouteFromMailDialog(
                self._service.route_for(ids), self._sources(), self._service, self._tell, self._page
            )
        )

    def again(self) -> None:
        """Let the present routes decide the chosen mails."""
        decide = partial(self._service.again, self._ids())
        run_in_background(self, decide, self._tell, self._on_failed)

    def delete(self) -> None:
        """Put the chosen mails into the deletion list."""
        words = self.tr("Deleted {what}.")
        self._mails.take(self._chosen(), words, self._service.put_aside, self._service.bring_back)

    def restore(self) -> None:
        """Bring the chosen mails back."""
        words = self.tr("Restored {what}.")
        self._mails.take(self._chosen(), words, self._service.bring_back, self._service.put_aside)

    def _ids(self) -> list[int]:
        return [line.intake_id for line in self._chosen()]

    def _ask(self, make: Callable[[], QDialog]) -> QDialog | None:
        """Open a dialog; one that cannot be made is said on the page."""
        try:
            dialog = make()
        except EnateError as error:
            self._on_failed(error)
            return None
        dialog.open()
        return dialog

    def _sources(self) -> RouteSources:
        groups = self._services.routes.groups()
        return RouteSources(
            tuple(group.connector for group in groups),
            ProcessBook(self._services.directory.processes()),
            self._services.directory.companies(),
            {
                group.connector.id: tuple(
                    dict.fromkeys((group.connector.primary_address, *_addresses(group.routes)))
                )
                for group in groups
            },
        )

    def _tell(self, handled: Handled) -> None:
        """Say what came of it, and lead there; nothing of it can be undone from here."""
        self.touched.emit(handled.changes)
        text = " ".join(_sentences(handled))
        actions = []
        route = handled.route
        if route is not None:
            show = partial(self._page.page_requested.emit, "routes", route)
            actions.append(MessageAction(self.tr("Show the route"), show))
        if len(handled.references) == 1:
            (reference,) = handled.references
            show = partial(self._page.page_requested.emit, "work_items", reference)
            actions.append(MessageAction(self.tr("Open {name}").format(name=reference), show))
        kind = MessageKind.SUCCESS if handled.done or route else MessageKind.INFO
        self._page.messages.show_message(kind, text, *actions, key="handled")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, EnateError):
            raise error
        self.touched.emit(Changes(unhandled=True))
        self._page.messages.show_error(error, key="handled")


def _addresses(routes: Sequence[object]) -> list[str]:
    found = [getattr(route, "address", "") for route in routes]
    return [address for address in found if "@" in address]


def _sentences(handled: Handled) -> list[str]:
    told = []
    if handled.route is not None:
        told.append(f"Made the route “{handled.route.name}”; it is live and marked For Attention.")
    done, names = len(handled.done), handled.references
    if done:
        mails = "1 mail" if done == 1 else f"{done:,} mails"
        is_are = "is" if done == 1 else "are"
        where = f": {_listed(names)}" if names else ""
        told.append(f"{mails} {is_are} dealt with{where}.")
    if handled.staying:
        count = handled.staying
        told.append("1 mail stays unhandled." if count == 1 else f"{count:,} mails stay unhandled.")
    if handled.gone:
        count = handled.gone
        told.append(
            "1 had been dealt with before."
            if count == 1
            else f"{count:,} had been dealt with before."
        )
    return told


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3:,} more"
