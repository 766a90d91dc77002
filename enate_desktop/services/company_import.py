"""Companies and contacts taken over from a file: what it would change first, then all at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from enate_desktop.domain.addresses import normal_address, normal_domain
from enate_desktop.domain.directory import Company, Contact
from enate_desktop.domain.errors import InputError, StaleError
from enate_desktop.domain.history import CompanyList, HistoryLine
from enate_desktop.domain.people import Permission
from enate_desktop.domain.rules import folded
from enate_desktop.services.changes import NOTHING, Changes
from enate_desktop.services.company_files import Column, Line, read_lines
from enate_desktop.services.context import Context
from enate_desktop.services.differences import differences
from enate_desktop.services.directory_edits import usable_name
from enate_desktop.storage.unit_of_work import UnitOfWork

IMPORT = "company import"
"""The kind of thing the history tells of."""
_BETWEEN = re.compile(r"[\s;,]+")


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line of the file that is left out, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """What a file would change. What is new has a negative id, and a contact may name that."""

    file: str
    companies: tuple[Company, ...]
    contacts: tuple[Contact, ...]
    before: CompanyList
    """What is stored now of what is changed."""
    unchanged: int
    """Lines that say what is stored already."""
    unusable: tuple[Unusable, ...]

    @property
    def added(self) -> int:
        """How many companies and contacts are new."""
        return sum(c.id < 0 for c in self.companies) + sum(c.id < 0 for c in self.contacts)

    @property
    def changed(self) -> int:
        """How many companies and contacts are there already and become different."""
        return len(self.companies) + len(self.contacts) - self.added


class CompanyImportService:
    """Adds and changes what a file says; nothing is ever taken away."""

    def __init__(self, context: Context) -> None:
        """Work with ``context``."""
        self._context = context

    def preview(self, path: Path) -> CompanyPlan:
        """What a file would change; raises InputError for one that cannot be used at all."""
        lines = read_lines(path)
        with self._context.database.read() as work:
            return _planned(work, path.name, lines)

    def run(self, path: Path, plan: CompanyPlan) -> Changes:
        """Do exactly what was previewed, all or nothing; StaleError when it would be otherwise."""
        self._context.need(Permission.EDIT_DIRECTORY)
        lines = read_lines(path)
        with self._context.database.write() as work:
            if _planned(work, path.name, lines) != plan:
                raise StaleError(
                    "The directory or the file was changed meanwhile.",
                    "Nothing was imported. Choose the file again.",
                )
            if not plan.companies and not plan.contacts:
                return NOTHING
            after = _saved(work, plan)
            names = {company.id: company.name for company in work.companies.all()}
            also = tuple(_told(plan.before, after, names))
            self._context.note(
                work, IMPORT, 0, plan.file, "imported", before=plan.before, after=after, also=also
            )
            work.facts.next_revision()
        return Changes(directory=True)


class _Planning:
    """The directory as it would be after the lines read so far."""

    def __init__(self, companies: Iterable[Company], contacts: Iterable[Contact]) -> None:
        self.companies = {folded(company.name): company for company in companies}
        self.contacts = {contact.address: contact for contact in contacts}
        self._said: dict[str, int] = {}

    def add(self, line: Line) -> bool:
        """Whether the line says anything new; InputError when it cannot be used."""
        values = {column: line.values.get(column, "") for column in Column}
        name = (
            _printable(usable_name(values[Column.COMPANY], "company"))
            if values[Column.COMPANY]
            else ""
        )
        domains = _domains(values[Column.DOMAINS])
        address = self._address(values[Column.EMAIL], line.number)
        if domains and not name:
            raise InputError("It has a domain but no company.", "")
        if not name and not address:
            raise InputError("It names neither a company nor a mail address.", "")
        company = self._company(name, domains) if name else None
        contact = self._contact(address, values[Column.NAME], company) if address else None
        known = company is None or self.companies.get(folded(name)) == company
        same = contact is None or self.contacts.get(address) == contact
        if company is not None:
            self.companies[folded(name)] = company
        if contact is not None:
            self.contacts[address] = contact
            self._said[address] = line.number
        return not (known and same)

    def _address(self, text: str, number: int) -> str:
        if not text:
            return ""
        address = normal_address(text)
        if address is None:
            raise InputError(f'"{text[:200]}" is not a mail address.', "")
        if address in self._said:
            raise InputError(f"{address} stands in line {self._said[address]} already.", "")
        return address

    def _company(self, name: str, domains: tuple[str, ...]) -> Company:
        known = self.companies.get(folded(name)) or Company(-len(self.companies) - 1, name)
        return replace(known, domains=tuple(sorted({*known.domains, *domains})))

    def _contact(self, address: str, name: str, company: Company | None) -> Contact:
        known = self.contacts.get(address) or Contact(-len(self.contacts) - 1, address)
        named = _printable(" ".join(name.split())) or known.name
        return replace(known, name=named, company_id=company.id if company else known.company_id)


def _planned(work: UnitOfWork, file: str, lines: Iterable[Line]) -> CompanyPlan:
    companies, contacts = work.companies.all(), work.companies.contacts()
    planning = _Planning(companies, contacts)
    unchanged, unusable = 0, []
    for line in lines:
        try:
            unchanged += not planning.add(line)
        except InputError as error:
            unusable.append(Unusable(line.number, error.title))
    old_companies, old_contacts = {c.id: c for c in companies}, {c.id: c for c in contacts}
    made = tuple(c for c in planning.companies.values() if old_companies.get(c.id) != c)
    people = tuple(c for c in planning.contacts.values() if old_contacts.get(c.id) != c)
    before = CompanyList(
        tuple(old_companies[c.id] for c in made if c.id in old_companies),
        tuple(old_contacts[c.id] for c in people if c.id in old_contacts),
    )
    return CompanyPlan(file, made, people, before, unchanged, tuple(unusable))


def _saved(work: UnitOfWork, plan: CompanyPlan) -> CompanyList:
    ids: dict[int | None, int] = {}
    companies, contacts = [], []
    for company in plan.companies:
        ids[company.id] = work.companies.save(replace(company, id=max(company.id, 0)))
        companies.append(replace(company, id=ids[company.id]))
    for contact in plan.contacts:
        home = ids.get(contact.company_id, contact.company_id)
        placed = replace(contact, id=max(contact.id, 0), company_id=home)
        contacts.append(replace(placed, id=work.companies.save_contact(placed)))
    return CompanyList(tuple(companies), tuple(contacts))


def _told(before: CompanyList, after: CompanyList, names: dict[int, str]) -> Iterable[HistoryLine]:
    """A line for each field of each thing, so that its own activity tells it."""
    companies, contacts = {c.id: c for c in before.companies}, {c.id: c for c in before.contacts}
    for company in after.companies:
        old = companies.get(company.id, Company(0, ""))
        for change in differences(old, company):
            yield HistoryLine("company", company.id, company.name, "imported", *change)
    for contact in after.contacts:
        was = contacts.get(contact.id, Contact(0, ""))
        for change in differences(was, contact, company_id=names):
            yield HistoryLine("contact", contact.id, contact.address, "imported", *change)


def _domains(text: str) -> tuple[str, ...]:
    found = []
    for written in filter(None, _BETWEEN.split(text)):
        domain = normal_domain(written.removeprefix("*@").removeprefix("@"))
        if domain is None:
            raise InputError(f'"{written[:200]}" is not a domain.', "")
        found.append(domain)
    return tuple(found)


def _printable(name: str) -> str:
    if not name.isprintable() or len(name) > 200:
        raise InputError("Its name is longer than 200 characters or cannot be printed.", "")
    return name
