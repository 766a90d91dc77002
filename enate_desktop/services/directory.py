"""The directory: customers down to processes, categories, companies and contacts (D-01, D-02)."""

from collections.abc import Collection, Iterable

from enate_desktop.domain.directory import (
    Company,
    Contact,
    Kind,
    Node,
    NodeKind,
    Process,
)
from enate_desktop.domain.errors import NotFoundError
from enate_desktop.domain.people import Permission
from enate_desktop.domain.routes import Route
from enate_desktop.services import directory_edits as edits
from enate_desktop.services.changes import Changes
from enate_desktop.services.context import Context

TOUCHED = Changes(directory=True)


class DirectoryService:
    """What routes may create, and who senders are."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def processes(self, *, retired: bool = False) -> tuple[Process, ...]:
        """Every process by path; retired ones only when asked for."""
        with self._context.database.read() as work:
            return tuple(p for p in work.directory.processes() if retired or not p.retired)

    def nodes(self) -> tuple[Node, ...]:
        """Every customer, contract and service, parents first."""
        with self._context.database.read() as work:
            return work.directory.nodes()

    def services_of_processes(self) -> dict[int, int]:
        """The service id of every process."""
        with self._context.database.read() as work:
            return {p.id: work.directory.service_of(p.id) for p in work.directory.processes()}

    def companies(self) -> tuple[Company, ...]:
        """Every company."""
        with self._context.database.read() as work:
            return work.companies.all()

    def contacts(self) -> tuple[Contact, ...]:
        """Every contact."""
        with self._context.database.read() as work:
            return work.companies.contacts()

    def add_node(self, kind: NodeKind, name: str, parent_id: int = 0) -> int:
        """Add a customer, contract or service; returns its id."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            return edits.add_node(self._context, work, kind, name, parent_id)

    def add_process(
        self, service_id: int, name: str, kind: Kind, categories: Iterable[str] = ()
    ) -> int:
        """Add a Ticket or Case process; returns its id."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            return edits.add_process(self._context, work, service_id, name, kind, categories)

    def set_categories(self, process_id: int, categories: Iterable[str]) -> Changes:
        """Replace the ticket categories of a process."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            edits.set_categories(self._context, work, process_id, categories)
        return TOUCHED

    def change_node(
        self, node_id: int, *, name: str | None = None, retired: bool | None = None
    ) -> Changes:
        """Rename, retire or restore a customer, contract or service."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            node = next((n for n in work.directory.nodes() if n.id == node_id), None)
            if node is None:
                raise _gone()
            edits.change_entry(self._context, work, node, name, retired)
        return TOUCHED

    def change_process(
        self, process_id: int, *, name: str | None = None, retired: bool | None = None
    ) -> Changes:
        """Rename, retire or restore a process; its routes go on creating work for it (R-09)."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            process = work.directory.stored_process(process_id)
            if process is None:
                raise _gone()
            edits.change_entry(self._context, work, process, name, retired)
        return TOUCHED

    def save_company(self, company: Company) -> int:
        """Add (id 0) or replace a company; returns its id."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            return edits.save_company(self._context, work, company)

    def save_contact(self, contact: Contact) -> int:
        """Add (id 0) or replace a contact; returns its id."""
        self._context.need(Permission.EDIT_DIRECTORY)
        with self._context.database.write() as work:
            return edits.save_contact(self._context, work, contact)

    def linked_routes(self, process_ids: Collection[int]) -> tuple[Route, ...]:
        """The routes, fallbacks included, that create work for one of the processes (R-09)."""
        with self._context.database.read() as work:
            fallbacks = (connector.fallback_route for connector in work.connectors.all())
            routes = (*work.routes.of(), *(route for route in fallbacks if route))
        return tuple(route for route in routes if route.process_id in process_ids)


def _gone() -> NotFoundError:
    return NotFoundError("That entry of the directory does not exist any more.", "Nothing changed.")
