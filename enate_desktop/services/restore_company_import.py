"""Taking an import of companies and contacts back, as one change (X-08)."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from typing_extensions import override

from enate_desktop.domain.directory import Company, Contact
from enate_desktop.domain.errors import RefusedError
from enate_desktop.domain.history import CompanyList
from enate_desktop.domain.people import Permission
from enate_desktop.services.changes import Changes
from enate_desktop.services.company_import import IMPORT
from enate_desktop.services.differences import merged
from enate_desktop.services.restorable import ComparedField, Restorable, listed
from enate_desktop.storage.unit_of_work import UnitOfWork

E = TypeVar("E", Company, Contact)


class CompanyImports(Restorable[CompanyList]):
    """Many companies and contacts at once; what is present is the whole list."""

    permission = Permission.EDIT_DIRECTORY

    @override
    def present(self, work: UnitOfWork, state: CompanyList) -> CompanyList | None:
        return CompanyList(work.companies.all(), work.companies.contacts())

    @override
    def merge(self, now: CompanyList, other: CompanyList, wanted: CompanyList) -> CompanyList:
        return CompanyList(
            _merged(now.companies, other.companies, wanted.companies),
            _merged(now.contacts, other.contacts, wanted.contacts),
        )

    @override
    def change(self, now: CompanyList, wanted: CompanyList) -> Changes:
        self.context.need(self.permission)
        with self.context.database.write() as work:
            before = CompanyList(
                _differing(now.companies, wanted.companies),
                _differing(now.contacts, wanted.contacts),
            )
            after = CompanyList(
                _differing(wanted.companies, now.companies),
                _differing(wanted.contacts, now.contacts),
            )
            _check(work, before, after, wanted)
            _write(work, before, after)
            self.restoring.note(work, IMPORT, 0, "import", "changed", before=before, after=after)
            work.facts.next_revision()
        return Changes(directory=True)

    @override
    def rows(
        self,
        work: UnitOfWork,
        before: CompanyList | None,
        after: CompanyList | None,
        now: CompanyList | None,
    ) -> tuple[ComparedField, ...]:
        was, became = before or CompanyList(), after or CompanyList()
        told = (
            ("Companies", [c.name for c in was.companies], [c.name for c in became.companies]),
            ("Contacts", [c.address for c in was.contacts], [c.address for c in became.contacts]),
        )
        return tuple(ComparedField(n, listed(b), listed(a)) for n, b, a in told if b or a)

    @override
    def foresee(self, work: UnitOfWork, now: CompanyList, wanted: CompanyList) -> tuple[str, ...]:
        companies = len(_differing((*now.companies,), wanted.companies))
        contacts = len(_differing((*now.contacts,), wanted.contacts))
        back = len(_gone(wanted.companies, now.companies)) + len(
            _gone(wanted.contacts, now.contacts)
        )
        return (
            f"Companies removed or changed: {companies}. Contacts removed or changed: {contacts}."
            f" Coming back: {back}.",
        )


def _merged(now: Sequence[E], other: Sequence[E], wanted: Sequence[E]) -> tuple[E, ...]:
    """``now`` with only what differs between ``other`` and ``wanted`` as in ``wanted``."""
    made, others = {each.id: each for each in now}, {each.id: each for each in other}
    targets = {each.id: each for each in wanted}
    for key in others.keys() - targets.keys():
        made.pop(key, None)
    for key, target in targets.items():
        if key not in others:
            made.setdefault(key, target)
        elif key in made:
            made[key] = merged(made[key], others[key], target)
    return tuple(made.values())


def _differing(these: Sequence[E], those: Sequence[E]) -> tuple[E, ...]:
    known = {each.id: each for each in those}
    return tuple(each for each in these if known.get(each.id) != each)


def _gone(these: Iterable[E], those: Iterable[E]) -> tuple[E, ...]:
    """Which of ``these`` are not among ``those``."""
    known = {each.id for each in those}
    return tuple(each for each in these if each.id not in known)


def _check(work: UnitOfWork, before: CompanyList, after: CompanyList, wanted: CompanyList) -> None:
    leaving = {company.id: company.name for company in _gone(before.companies, after.companies)}
    used = {c.company_id for c in wanted.contacts} | {
        company for route in work.routes.of() for company in route.rules.companies
    }
    in_use = [name for key, name in leaving.items() if key in used]
    if in_use:
        raise RefusedError(
            f"Routes or other contacts name {listed(in_use)}.",
            "Nothing was changed. Take the company out of them first.",
        )
    names = [company.name.casefold() for company in wanted.companies]
    addresses = [contact.address for contact in wanted.contacts]
    if len(set(names)) < len(names) or len(set(addresses)) < len(addresses):
        raise RefusedError(
            "A company or contact of that import was added again meanwhile.", "Nothing was changed."
        )


def _write(work: UnitOfWork, before: CompanyList, after: CompanyList) -> None:
    for contact in _gone(before.contacts, after.contacts):
        work.companies.remove_contact(contact)
    for company in _gone(before.companies, after.companies):
        work.companies.remove(company.id)
    new = {each.id for each in _gone(after.companies, before.companies)}
    for company in after.companies:
        put = work.companies.put_back if company.id in new else work.companies.save
        put(company)
    people = {each.id for each in _gone(after.contacts, before.contacts)}
    for contact in after.contacts:
        keep = work.companies.put_contact_back if contact.id in people else None
        (keep or work.companies.save_contact)(contact)
