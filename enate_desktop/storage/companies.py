"""Repository of companies and contacts: who senders are (D-02)."""

from collections.abc import Iterable, Mapping
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from enate_desktop.domain.directory import Company, CompanyBook, Contact
from enate_desktop.storage.directory import free_id, key_of
from enate_desktop.storage.sql import insert_row
from enate_desktop.storage.tables import CompanyDomainRow, CompanyRow, ContactRow

_ADD_CONTACT = insert(cast(Table, ContactRow.__table__))
_CONTACTS_OF = select(
    ContactRow.id, ContactRow.address, ContactRow.name, ContactRow.company_id
).where(ContactRow.address.in_(bindparam("addresses", expanding=True)))


class CompanyRepository:
    """Companies with their domains, and contacts."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the transaction of ``connection``."""
        self._connection = connection
        self._companies: tuple[Company, ...] | None = None

    def all(self) -> tuple[Company, ...]:
        """Every company with its domains, by name."""
        if self._companies is None:
            self._companies = self._read()
        return self._companies

    def _read(self) -> tuple[Company, ...]:
        domains: dict[int, list[str]] = {}
        for company_id, domain in self._connection.execute(
            select(CompanyDomainRow.company_id, CompanyDomainRow.domain).order_by(
                CompanyDomainRow.domain
            )
        ):
            domains.setdefault(company_id, []).append(domain)
        rows = self._connection.execute(
            select(CompanyRow.id, CompanyRow.name).order_by(CompanyRow.name_key)
        )
        return tuple(Company(row.id, row.name, tuple(domains.get(row.id, ()))) for row in rows)

    def save(self, company: Company) -> int:
        """Add (id 0) or replace a company and its domains; returns its id."""
        if not company.id:
            return self.put_back(company)
        self._companies = None
        self._connection.execute(
            update(CompanyRow)
            .where(CompanyRow.id == company.id)
            .values(name=company.name, name_key=key_of(company.name))
        )
        self._connection.execute(
            delete(CompanyDomainRow).where(CompanyDomainRow.company_id == company.id)
        )
        self._add_domains(company.id, company)
        return company.id

    def put_back(self, company: Company) -> int:
        """Add a company, with its id if that is free; returns its id."""
        self._companies = None
        values: dict[str, object] = {"name": company.name, "name_key": key_of(company.name)}
        values |= free_id(self._connection, CompanyRow, company.id)
        company_id = insert_row(self._connection, CompanyRow, values)
        self._add_domains(company_id, company)
        return company_id

    def remove(self, company_id: int) -> None:
        """Take a company away with its domains; its contacts belong to none from then on."""
        self._companies = None
        self._connection.execute(delete(CompanyRow).where(CompanyRow.id == company_id))

    def _add_domains(self, company_id: int, company: Company) -> None:
        for domain in company.domains:
            self._connection.execute(
                insert(CompanyDomainRow).values(company_id=company_id, domain=domain)
            )

    def contacts(self) -> tuple[Contact, ...]:
        """Every contact, by address."""
        rows = self._connection.execute(
            select(
                ContactRow.id, ContactRow.address, ContactRow.name, ContactRow.company_id
            ).order_by(ContactRow.address)
        )
        return tuple(Contact(r.id, r.address, r.name, r.company_id) for r in rows)

    def contacts_of(self, addresses: Iterable[str]) -> tuple[Contact, ...]:
        """Those of the addresses that are contacts."""
        rows = self._connection.execute(_CONTACTS_OF, {"addresses": list(addresses)})
        return tuple(Contact(r.id, r.address, r.name, r.company_id) for r in rows)

    def save_contact(self, contact: Contact) -> int:
        """Add (id 0) or replace a contact; returns its id."""
        if not contact.id:
            return self.put_contact_back(contact)
        self._connection.execute(
            update(ContactRow)
            .where(ContactRow.id == contact.id)
            .values(address=contact.address, name=contact.name, company_id=contact.company_id)
        )
        return contact.id

    def put_contact_back(self, contact: Contact) -> int:
        """Add a contact, with its id if that is free; returns its id."""
        values: dict[str, object] = {
            "address": contact.address,
            "name": contact.name,
            "company_id": contact.company_id,
        }
        values |= free_id(self._connection, ContactRow, contact.id)
        return insert_row(self._connection, ContactRow, values)

    def add_contacts(self, names: Mapping[str, str]) -> None:
        """Add contacts without a company: names by address, none of them known so far."""
        if names:
            rows = [
                {"address": key, "name": name, "company_id": None} for key, name in names.items()
            ]
            self._connection.execute(_ADD_CONTACT, rows)

    def remove_contact(self, contact: Contact) -> None:
        """Take a contact away."""
        self._connection.execute(delete(ContactRow).where(ContactRow.id == contact.id))

    def book(self) -> CompanyBook:
        """What routing asks of companies and contacts; only contacts with a company are read."""
        rows = self._connection.execute(
            select(ContactRow.address, ContactRow.company_id).where(
                ContactRow.company_id.is_not(None)
            )
        )
        contacts = (Contact(0, row.address, "", row.company_id) for row in rows)
        return CompanyBook.of(self.all(), contacts)
