"""Changes to the directory inside a transaction that somebody else opened."""

from collections.abc import Iterable
from dataclasses import replace

from enate_desktop.domain.addresses import normal_address, normal_domain
from enate_desktop.domain.directory import (
    Company,
    Contact,
    Kind,
    Node,
    NodeKind,
    Process,
    category_path,
)
from enate_desktop.domain.errors import InputError, NotFoundError
from enate_desktop.domain.history import StoredProcess
from enate_desktop.domain.rules import folded, merged
from enate_desktop.services.context import Context
from enate_desktop.services.differences import differences
from enate_desktop.storage.unit_of_work import UnitOfWork

_LEVEL_ABOVE = {
    NodeKind.CUSTOMER: None,
    NodeKind.CONTRACT: NodeKind.CUSTOMER,
    NodeKind.SERVICE: NodeKind.CONTRACT,
}


def usable_name(text: str, what: str) -> str:
    """``text`` with single spaces; InputError when it is empty, too long or holds a ``>``."""
    name = " ".join(text.split())
    if not name or len(name) > 200 or ">" in name:
        raise InputError(
            f"The {what} needs a name of 1 to 200 characters without >.",
            "Nothing was changed.",
            field="name",
        )
    return name


def add_node(
    context: Context, work: UnitOfWork, kind: NodeKind, name: str, parent_id: int = 0
) -> int:
    """Add a customer, contract or service below ``parent_id``; returns its id."""
    name = usable_name(name, kind)
    nodes = {node.id: node for node in work.directory.nodes()}
    above = _LEVEL_ABOVE[kind]
    if above is not None and (parent_id not in nodes or nodes[parent_id].kind is not above):
        raise InputError(f"A {kind} stands below a {above}.", "Nothing was changed.")
    _check_free(
        name, kind, (n for n in nodes.values() if n.parent_id == parent_id and n.kind is kind)
    )
    node_id = work.directory.add_node(kind, name, parent_id)
    created = Node(node_id, kind, name, parent_id)
    context.note(work, kind, node_id, name, "created", after=created)
    work.facts.next_revision()
    return node_id


def add_process(
    context: Context,
    work: UnitOfWork,
    service_id: int,
    name: str,
    kind: Kind,
    categories: Iterable[str] = (),
) -> int:
    """Add a Ticket or Case process to a service; returns its id."""
    name = usable_name(name, "process")
    if not any(n.id == service_id and n.kind is NodeKind.SERVICE for n in work.directory.nodes()):
        raise InputError("A process stands below a service.", "Nothing was changed.")
    siblings = (
        p for p in work.directory.processes() if work.directory.service_of(p.id) == service_id
    )
    _check_free(name, "process", siblings)
    process_id = work.directory.add_process(service_id, name, kind)
    work.directory.set_categories(process_id, usable_categories(kind, categories))
    created = work.directory.stored_process(process_id)
    context.note(work, "process", process_id, name, "created", after=created)
    work.facts.next_revision()
    return process_id


def change_entry(
    context: Context,
    work: UnitOfWork,
    entry: Node | StoredProcess,
    name: str | None = None,
    retired: bool | None = None,
) -> None:
    """Rename, retire or restore an entry as it is stored."""
    kind = entry.kind if isinstance(entry, Node) else "process"
    write = work.directory.change_node if isinstance(entry, Node) else work.directory.change_process
    if name is not None and usable_name(name, kind) != entry.name:
        named = replace(entry, name=usable_name(name, kind))
        check_place(work, named)
        write(entry.id, name=named.name)
        change = ("name", entry.name, named.name)
        context.note(work, kind, entry.id, entry.name, "renamed", change, before=entry, after=named)
        work.facts.next_revision()
        entry = named
    if retired is not None and retired != entry.retired:
        write(entry.id, retired=retired)
        context.note(
            work,
            kind,
            entry.id,
            entry.name,
            "retired" if retired else "restored",
            before=entry,
            after=replace(entry, retired=retired),
        )
        work.facts.next_revision()


def check_place(work: UnitOfWork, entry: Node | StoredProcess) -> None:
    """Raise InputError when another entry beside it has the name."""
    kind = entry.kind if isinstance(entry, Node) else "process"
    _check_free(entry.name, kind, (s for s in _siblings(work, entry) if s.id != entry.id))


def check_company_name(work: UnitOfWork, company: Company) -> None:
    """Raise InputError when another company has the name."""
    _check_free(company.name, "company", (c for c in work.companies.all() if c.id != company.id))


def _siblings(work: UnitOfWork, entry: Node | StoredProcess) -> Iterable[Node | Process]:
    """Everything that stands beside an entry or would, itself included."""
    if isinstance(entry, Node):
        nodes = work.directory.nodes()
        return (n for n in nodes if (n.kind, n.parent_id) == (entry.kind, entry.parent_id))
    processes = work.directory.processes()
    return (p for p in processes if work.directory.service_of(p.id) == entry.service_id)


def set_categories(
    context: Context, work: UnitOfWork, process_id: int, categories: Iterable[str]
) -> None:
    """Replace the ticket categories of a process."""
    process = work.directory.stored_process(process_id)
    if process is None:
        raise NotFoundError("That process does not exist any more.", "Nothing was changed.")
    paths = usable_categories(process.kind, categories)
    if paths != process.categories:
        work.directory.set_categories(process_id, paths)
        change = ("categories", "; ".join(process.categories), "; ".join(paths))
        after = replace(process, categories=paths)
        context.note(
            work,
            "process",
            process_id,
            process.name,
            "changed",
            change,
            before=process,
            after=after,
        )
        work.facts.next_revision()


def save_company(context: Context, work: UnitOfWork, company: Company) -> int:
    """Add (id 0) or replace a company; returns its id."""
    name = usable_name(company.name, "company")
    domains = []
    for text in merged(company.domains):
        domain = normal_domain(text.removeprefix("*@").removeprefix("@"))
        if domain is None:
            raise InputError(
                f'"{text}" is not a domain.', "Write domains such as acme.com.", field="domains"
            )
        domains.append(domain)
    usable = replace(company, name=name, domains=tuple(sorted(set(domains))))
    companies = {c.id: c for c in work.companies.all()}
    check_company_name(work, usable)
    old = companies.get(company.id)
    if company.id and old is None:
        raise NotFoundError(f'The company "{name}" does not exist any more.', "Add it anew.")
    changes = differences(old or Company(0, ""), usable)
    if not changes:
        return company.id
    company_id = work.companies.save(usable)
    action, saved = "changed" if old else "created", replace(usable, id=company_id)
    context.note(work, "company", company_id, name, action, *changes, before=old, after=saved)
    work.facts.next_revision()
    return company_id


def save_contact(context: Context, work: UnitOfWork, contact: Contact) -> int:
    """Add (id 0) or replace a contact; returns its id."""
    address = normal_address(contact.address)
    if address is None:
        raise InputError(
            f'"{contact.address}" is not a mail address.',
            "Write one whole address such as anna@acme.com.",
            field="address",
        )
    contacts = {c.id: c for c in work.companies.contacts()}
    if any(c.address == address and c.id != contact.id for c in contacts.values()):
        raise InputError(
            f"There is already a contact with the address {address}.",
            "Nothing was changed.",
            field="address",
        )
    usable = replace(contact, address=address, name=" ".join(contact.name.split()))
    old = contacts.get(contact.id)
    if contact.id and old is None:
        raise NotFoundError(f"The contact {address} does not exist any more.", "Add it anew.")
    names = {company.id: company.name for company in work.companies.all()}
    changes = differences(old or Contact(0, ""), usable, company_id=names)
    if not changes:
        return contact.id
    contact_id = work.companies.save_contact(usable)
    action, saved = "changed" if old else "created", replace(usable, id=contact_id)
    context.note(work, "contact", contact_id, address, action, *changes, before=old, after=saved)
    work.facts.next_revision()
    return contact_id


def usable_categories(kind: Kind, categories: Iterable[str]) -> tuple[str, ...]:
    """Category paths in their one form; InputError for a Case, which has none."""
    paths = merged(category_path(path) for path in categories)
    if paths and kind is Kind.CASE:
        raise InputError(
            "A Case has no ticket categories.", "Remove them, or make it a Ticket process."
        )
    return paths


def _check_free(name: str, what: str, siblings: Iterable[Node | Company | object]) -> None:
    for sibling in siblings:
        taken = str(getattr(sibling, "name", ""))
        if folded(taken) == folded(name):
            raise InputError(
                f'There is already a {what} named "{taken}" here.',
                "Nothing was changed. Choose another name.",
                field="name",
            )
