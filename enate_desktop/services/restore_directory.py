"""Bringing back entries of the directory, companies, contacts and settings (X-08)."""

from collections.abc import Mapping
from dataclasses import replace

from typing_extensions import override

from enate_desktop.domain.directory import Company, Contact, Node
from enate_desktop.domain.errors import NotFoundError, RefusedError
from enate_desktop.domain.history import StoredProcess
from enate_desktop.domain.people import Permission
from enate_desktop.domain.settings import Settings
from enate_desktop.services import directory_edits as edits
from enate_desktop.services.changes import Changes
from enate_desktop.services.directory import TOUCHED
from enate_desktop.services.restorable import Restorable
from enate_desktop.services.restore_routes import is_there_already
from enate_desktop.services.settings import SettingsService
from enate_desktop.storage.unit_of_work import UnitOfWork

Entry = Node | StoredProcess


class Entries(Restorable[Entry]):
    """Customers, contracts, services and processes."""

    permission = Permission.EDIT_DIRECTORY

    @override
    def present(self, work: UnitOfWork, state: Entry) -> Entry | None:
        if isinstance(state, StoredProcess):
            return work.directory.stored_process(state.id)
        found = (n for n in work.directory.nodes() if (n.id, n.kind) == (state.id, state.kind))
        return next(found, None)

    @override
    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        nodes = {node.id: node.name for node in work.directory.nodes()}
        return {"parent_id": {0: "–", **nodes}, "service_id": nodes}

    @override
    def change(self, now: Entry, wanted: Entry) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            edits.change_entry(self.restoring, work, now, wanted.name, wanted.retired)
            if isinstance(now, StoredProcess) and isinstance(wanted, StoredProcess):
                edits.set_categories(self.restoring, work, now.id, wanted.categories)
        return TOUCHED

    @override
    def remove(self, now: Entry) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self.foresee_removal(work, now)
            work.directory.remove(now)
            self.restoring.note(work, _kind(now), now.id, now.name, "deleted", before=now)
            work.facts.next_revision()
        return TOUCHED

    @override
    def bring_back(self, state: Entry) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self.foresee_return(work, state)
            entry = replace(state, id=work.directory.put_back(state))
            self.restoring.note(work, _kind(entry), entry.id, entry.name, "restored", after=entry)
            work.facts.next_revision()
        return TOUCHED

    @override
    def foresee_removal(self, work: UnitOfWork, now: Entry) -> tuple[str, ...]:
        if work.directory.is_used(now):
            raise RefusedError(
                f'The {_kind(now)} "{now.name}" is in use.',
                "It cannot be removed any more; retire it instead.",
            )
        return (f'The {_kind(now)} "{now.name}" is removed; nothing uses it.',)

    @override
    def foresee_return(self, work: UnitOfWork, state: Entry) -> tuple[str, ...]:
        if self.present(work, state) is not None:
            raise is_there_already(state.name)
        above = state.parent_id if isinstance(state, Node) else state.service_id
        if above and all(node.id != above for node in work.directory.nodes()):
            raise NotFoundError(
                f'"{state.name}" cannot come back: what it stood below is gone.',
                "Restore that first.",
            )
        edits.check_place(work, state)
        return (f'The {_kind(state)} "{state.name}" comes back.',)


class Companies(Restorable[Company]):
    """Companies with their domains."""

    permission = Permission.EDIT_DIRECTORY

    @override
    def present(self, work: UnitOfWork, state: Company) -> Company | None:
        return next((c for c in work.companies.all() if c.id == state.id), None)

    @override
    def change(self, now: Company, wanted: Company) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            edits.save_company(self.restoring, work, wanted)
        return TOUCHED

    @override
    def remove(self, now: Company) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self.foresee_removal(work, now)
            work.companies.remove(now.id)
            self.restoring.note(work, "company", now.id, now.name, "deleted", before=now)
            work.facts.next_revision()
        return TOUCHED

    @override
    def bring_back(self, state: Company) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self.foresee_return(work, state)
            company = replace(state, id=work.companies.put_back(state))
            self.restoring.note(
                work, "company", company.id, company.name, "restored", after=company
            )
            work.facts.next_revision()
        return TOUCHED

    @override
    def foresee_removal(self, work: UnitOfWork, now: Company) -> tuple[str, ...]:
        contacts = sum(contact.company_id == now.id for contact in work.companies.contacts())
        routes = sum(now.id in route.rules.companies for route in work.routes.of())
        if contacts or routes:
            raise RefusedError(
                f'The company "{now.name}" is in use: {contacts} contacts and {routes} routes '
                "name it.",
                "Nothing was changed.",
            )
        return (f'The company "{now.name}" is removed; nothing uses it.',)

    @override
    def foresee_return(self, work: UnitOfWork, state: Company) -> tuple[str, ...]:
        if self.present(work, state) is not None:
            raise is_there_already(state.name)
        edits.check_company_name(work, state)
        return (f'The company "{state.name}" comes back.',)


class Contacts(Restorable[Contact]):
    """Contacts."""

    permission = Permission.EDIT_DIRECTORY

    @override
    def present(self, work: UnitOfWork, state: Contact) -> Contact | None:
        return next((c for c in work.companies.contacts() if c.id == state.id), None)

    @override
    def names(self, work: UnitOfWork) -> Mapping[str, Mapping[int, str]]:
        return {"company_id": {company.id: company.name for company in work.companies.all()}}

    @override
    def change(self, now: Contact, wanted: Contact) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self._check_company(work, wanted)
            edits.save_contact(self.restoring, work, wanted)
        return TOUCHED

    @override
    def remove(self, now: Contact) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            work.companies.remove_contact(now)
            self.restoring.note(work, "contact", now.id, now.address, "deleted", before=now)
            work.facts.next_revision()
        return TOUCHED

    @override
    def bring_back(self, state: Contact) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            self.foresee_return(work, state)
            contact = replace(state, id=work.companies.put_contact_back(state))
            self.restoring.note(
                work, "contact", contact.id, contact.address, "restored", after=contact
            )
            work.facts.next_revision()
        return TOUCHED

    @override
    def foresee_removal(self, work: UnitOfWork, now: Contact) -> tuple[str, ...]:
        return (f"The contact {now.address} is removed.",)

    @override
    def foresee_return(self, work: UnitOfWork, state: Contact) -> tuple[str, ...]:
        if any(contact.address == state.address for contact in work.companies.contacts()):
            raise is_there_already(state.address)
        self._check_company(work, state)
        return (f"The contact {state.address} comes back.",)

    def _check_company(self, work: UnitOfWork, contact: Contact) -> None:
        known = {company.id for company in work.companies.all()}
        if contact.company_id is not None and contact.company_id not in known:
            raise NotFoundError("The company of that contact is gone.", "Restore it first.")


class AllSettings(Restorable[Settings]):
    """The settings of the data file."""

    permission = Permission.CHANGE_SETTINGS

    @override
    def present(self, work: UnitOfWork, state: Settings) -> Settings | None:
        return work.facts.settings()

    @override
    def change(self, now: Settings, wanted: Settings) -> Changes:
        SettingsService(self.restoring).save(wanted)
        return Changes()


def _kind(entry: Entry) -> str:
    return entry.kind if isinstance(entry, Node) else "process"
