"""Importing settings, the directory and companies from a configuration document."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from enate_desktop.domain.addresses import normal_address, parse_pattern
from enate_desktop.domain.directory import Company, Contact, Kind, Node, NodeKind, Process
from enate_desktop.domain.errors import InputError
from enate_desktop.domain.history import StoredProcess
from enate_desktop.domain.people import Permission
from enate_desktop.domain.rules import folded
from enate_desktop.domain.settings import Settings, check_settings
from enate_desktop.routing.table import BlockedAddress
from enate_desktop.services import directory_edits as edits
from enate_desktop.services.context import Context
from enate_desktop.services.exchange.reader import Section, unusable
from enate_desktop.services.settings import replace_blocked
from enate_desktop.storage.unit_of_work import UnitOfWork

T = TypeVar("T", Node, Process, Company)
_LEVELS = (
    ("customers", NodeKind.CUSTOMER),
    ("contracts", NodeKind.CONTRACT),
    ("services", NodeKind.SERVICE),
)


def import_directory(context: Context, work: UnitOfWork, top: Section) -> None:
    """Settings, customers down to processes, companies and contacts."""
    if top.has("settings"):
        _settings(context, work, top.section("settings"))
    if top.has("blocked_addresses"):
        _blocked(context, work, top)
    for section in top.sections("customers"):
        _node(context, work, section, 0, 0)
    for section in top.sections("companies"):
        _company(context, work, section)
    for contact in top.items("contacts"):
        _contact(context, work, top, contact, None)


def _blocked(context: Context, work: UnitOfWork, top: Section) -> None:
    """M-10: addresses that get no automated email, or whose mail is spam; the list is replaced."""
    wanted = {}
    for section in top.sections("blocked_addresses", "address"):
        try:
            pattern = parse_pattern(section.text("address"))
        except InputError as error:
            raise unusable(section.where, f"cannot be used. {error.title}") from None
        wanted[str(pattern)] = BlockedAddress(pattern, section.flag("reject_as_spam", False))
        section.done()
    replace_blocked(context, work, wanted.values())


_READERS: Mapping[type, Callable[[Section, str], Any]] = {
    bool: Section.flag,
    int: Section.number,
    str: Section.text,
}


def _settings(context: Context, work: UnitOfWork, section: Section) -> None:
    present = work.facts.settings()
    wanted = present
    for field in fields(Settings):
        old = getattr(present, field.name)
        if not section.has(field.name):
            continue
        value = _READERS[type(old)](section, field.name)
        before = wanted
        wanted = replace(wanted, **{field.name: value})
        if value != old:
            context.need(Permission.CHANGE_SETTINGS, work)
            work.facts.set_setting(field.name, value)
            change = (field.name, str(old), str(value))
            context.note(
                work, "settings", 0, "Settings", "changed", change, before=before, after=wanted
            )
    section.done()
    try:
        check_settings(wanted)
    except InputError as error:
        raise unusable(section.where, f"cannot be used. {error.title}") from None


def _node(context: Context, work: UnitOfWork, section: Section, level: int, parent_id: int) -> None:
    kind = _LEVELS[level][1]
    name = section.text("name")
    siblings = (n for n in work.directory.nodes() if n.kind is kind and n.parent_id == parent_id)
    present = _named(siblings, name)
    node_id = present.id if present else edits.add_node(context, work, kind, name, parent_id)
    _retire(context, work, section, kind, node_id, bool(present and present.retired))
    if level + 1 < len(_LEVELS):
        for below in section.sections(_LEVELS[level + 1][0]):
            _node(context, work, below, level + 1, node_id)
    else:
        for below in section.sections("processes"):
            _process(context, work, below, node_id)
    section.done()


def _process(context: Context, work: UnitOfWork, section: Section, service_id: int) -> None:
    name, kind = section.text("name"), section.choice("kind", Kind)
    siblings = (
        p for p in work.directory.processes() if work.directory.service_of(p.id) == service_id
    )
    present = _named(siblings, name)
    categories = section.texts("categories")
    if present is None:
        process_id = edits.add_process(context, work, service_id, name, kind, categories)
        was_retired = False
    else:
        if present.kind is not kind:
            raise unusable(
                section.where, f"is a {present.kind} already and cannot become a {kind}."
            )
        process_id = present.id
        was_retired = work.directory.itself_retired(process_id)
        if section.has("categories"):
            edits.set_categories(context, work, process_id, categories)
    _retire(context, work, section, "process", process_id, was_retired)
    section.done()


def _retire(
    context: Context,
    work: UnitOfWork,
    section: Section,
    kind: str,
    entry_id: int,
    was_retired: bool,
) -> None:
    retired = section.flag("retired", was_retired)
    if retired == was_retired:
        return
    entry: Node | StoredProcess | None = work.directory.stored_process(entry_id)
    if kind != "process":
        entry = next((node for node in work.directory.nodes() if node.id == entry_id), None)
    if entry is not None:
        edits.change_entry(context, work, entry, retired=retired)


def _company(context: Context, work: UnitOfWork, section: Section) -> None:
    name = section.text("name")
    present = _named(work.companies.all(), name)
    domains = section.texts("domains") if section.has("domains") or not present else present.domains
    company = Company(present.id if present else 0, name, domains)
    company_id = edits.save_company(context, work, company)
    for contact in section.items("contacts"):
        _contact(context, work, section, contact, company_id)
    section.done()


def _contact(
    context: Context, work: UnitOfWork, section: Section, value: object, company_id: int | None
) -> None:
    if isinstance(value, str):
        text, name = value, None
    else:
        facts = Section(value, f"{section.where} › contacts")
        text, name = facts.text("address"), facts.text("name", "")
        facts.done()
    address = normal_address(text)
    if address is None:
        raise unusable(section.where, f'"{text}" is not a mail address.')
    known = next((c for c in work.companies.contacts() if c.address == address), None)
    edits.save_contact(
        context,
        work,
        Contact(
            id=known.id if known else 0,
            address=address,
            name=name if name is not None else (known.name if known else ""),
            company_id=company_id if company_id is not None or not known else known.company_id,
        ),
    )


def _named(entries: Iterable[T], name: str) -> T | None:
    return next((entry for entry in entries if folded(entry.name) == folded(name)), None)
