"""Customers down to processes, ticket categories, companies and contacts (D-01, D-02)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from enate_desktop.domain.addresses import split_address
from enate_desktop.domain.errors import InputError

SEPARATOR = " > "
"""Between the names of a path in files and on the command line; the window shows ``›``."""


class Kind(StrEnum):
    """What a process makes of a mail."""

    TICKET = "ticket"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Process:
    """A Ticket or Case type with its whole path; ``categories`` are paths of up to three levels."""

    id: int
    name: str
    kind: Kind
    customer: str
    contract: str
    service: str
    categories: tuple[str, ...] = ()
    retired: bool = False

    @property
    def path(self) -> str:
        """``Acme > HR services > Onboarding > HR query``."""
        return SEPARATOR.join((self.customer, self.contract, self.service, self.name))

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Process, service, contract, customer: the most telling first."""
        return (self.name, self.service, self.contract, self.customer)

    @property
    def label(self) -> str:
        """``HR query (Ticket)``."""
        return f"{self.name} ({self.kind.capitalize()})"


class NodeKind(StrEnum):
    """The three levels above a process."""

    CUSTOMER = "customer"
    CONTRACT = "contract"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Node:
    """A customer, contract or service; ``parent_id`` is the id of the level above, 0 at the top."""

    id: int
    kind: NodeKind
    name: str
    parent_id: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """A company whose mail can be recognised by domain or by contact."""

    id: int
    name: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A person by address; belongs to at most one company."""

    id: int
    address: str
    name: str = ""
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class CompanyBook:
    """Which companies a sender belongs to (Q-6): a contact's company, else its domain's companies.

    A contact without a company says nothing, so the domain decides; otherwise the contact that
    M-07 creates after the first mail would change where the second one goes.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    by_contact: Mapping[str, int] = field(default_factory=dict)
    by_domain: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, companies: Iterable[Company], contacts: Iterable[Contact]) -> "CompanyBook":
        """Index companies and contacts; addresses and domains are already in comparable form."""
        companies = tuple(companies)
        by_domain: dict[str, frozenset[int]] = {}
        for company in companies:
            for domain in company.domains:
                by_domain[domain] = by_domain.get(domain, frozenset()) | {company.id}
        return cls(
            names={company.id: company.name for company in companies},
            by_contact={c.address: c.company_id for c in contacts if c.company_id is not None},
            by_domain=by_domain,
        )

    def companies_of(self, address: str) -> frozenset[int]:
        """The ids of the companies ``address`` (comparable form) belongs to."""
        company = self.by_contact.get(address)
        if company is not None:
            return frozenset((company,))
        parts = split_address(address)
        return self.by_domain.get(parts[1], frozenset()) if parts else frozenset()


def category_path(text: str) -> str:
    """``Payroll>Error`` as ``Payroll > Error``; raises InputError beyond three levels (D-01)."""
    levels = [" ".join(level.split()) for level in text.split(">")]
    if not all(levels) or len(levels) > 3:
        raise InputError(
            f'The category "{text}" cannot be used.',
            "A category has one to three levels with a name each, such as Payroll > Error.",
            field="category",
        )
    return SEPARATOR.join(levels)
