"""A believable company for the tests of the routes pages: 5 connectors and their 28 routes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.connectors import (
    Condition,
    Connector,
    Fallback,
    Health,
    ServerSettings,
    UseFor,
)
from enate_desktop.domain.directory import Company, Kind, Process
from enate_desktop.domain.routes import Block, OutgoingRoute, Route
from enate_desktop.domain.rules import Rules
from enate_desktop.item_models.route_forest import RouteForest
from enate_desktop.item_models.route_processes import ProcessBook
from enate_desktop.item_models.route_tree import RouteTreeModel
from enate_desktop.services.routes import RouteGroup

NOW = datetime(2026, 11, 23, 12, 41, 19, tzinfo=UTC)
CHECKED = datetime(2026, 11, 23, 12, 41, 7, tzinfo=UTC)

HR, FINANCE, PAYROLL_DE, IT, NOREPLY = 1, 2, 3, 4, 5

PROCESSES = (
    Process(
        1,
        "Urgent query",
        Kind.TICKET,
        "Acme",
        "Payroll 2026",
        "Payroll",
        ("Error", "Payslip > Copy", "Payslip > Correction"),
    ),
    Process(2, "Payslip", Kind.CASE, "Acme", "Payroll 2026", "Payroll"),
    Process(3, "New starter", Kind.CASE, "Acme", "HR services 2026", "Onboarding"),
    Process(
        4, "General query", Kind.TICKET, "Acme", "HR services 2026", "Query", ("General", "Leave")
    ),
    Process(5, "Triage", Kind.TICKET, "Acme", "HR services 2026", "Query", ("Triage",)),
    Process(6, "Supplier invoice", Kind.CASE, "Globex", "Accounts payable", "Invoices"),
    Process(
        7,
        "Payment question",
        Kind.TICKET,
        "Globex",
        "Accounts payable",
        "Suppliers",
        ("Overdue", "Bank details", "Other"),
    ),
    Process(8, "Expense claim", Kind.CASE, "Globex", "Accounts payable", "Expenses", retired=True),
    Process(9, "Incident", Kind.TICKET, "Acme", "IT 2026", "Service desk", ("Hardware", "Access")),
)

COMPANIES = (
    Company(1, "Acme France", ("acme.fr",)),
    Company(2, "Globex", ("globex.example", "globex.de")),
    Company(3, "Initech", ("initech.example",)),
)


def _server(service: str, host: str, port: int) -> ServerSettings:
    return ServerSettings(service, host, port, username="mail")


CONNECTORS = {
    HR: Connector(
        HR,
        "HR EMEA",
        UseFor.BOTH,
        "hr@acme.example",
        incoming=_server("office365_imap", "outlook.office365.com", 993),
        outgoing=_server("office365_smtp_relay", "acme.mail.example", 25),
        fallback=Fallback(5, "Triage"),
        enabled=True,
        tested_fingerprint="x",
        condition=Condition(Health.RUNNING, last_check=CHECKED),
    ),
    FINANCE: Connector(
        FINANCE,
        "Finance UK",
        UseFor.INCOMING,
        "ap@globex.example",
        incoming=_server("gmail_imap", "imap.gmail.com", 993),
        fallback=Fallback(7, "Other"),
    ),
    PAYROLL_DE: Connector(
        PAYROLL_DE,
        "Payroll DE",
        UseFor.INCOMING,
        "lohn@acme.example",
        incoming=_server("office365_pop3", "outlook.office365.com", 995),
        fallback=Fallback(4, "General"),
        tested_fingerprint="x",
        condition=Condition(Health.STOPPED, reason="sign-in refused since 11:58"),
    ),
    IT: Connector(
        IT,
        "Service desk",
        UseFor.INCOMING,
        "it@acme.example",
        incoming=_server("other_imap", "mail.acme.example", 993),
        fallback=Fallback(9, "Access"),
        enabled=True,
        tested_fingerprint="x",
        condition=Condition(Health.FAILING, reason="the server does not answer"),
    ),
    NOREPLY: Connector(
        NOREPLY,
        "Noreply",
        UseFor.OUTGOING,
        "noreply@acme.example",
        outgoing=_server("office365_smtp_relay", "acme.mail.example", 25),
        enabled=True,
        tested_fingerprint="x",
    ),
}


def route(number: int, connector_id: int, name: str, address: str, process_id: int) -> Route:
    """A route without anything special; vary it with ``dataclasses.replace``."""
    return Route(number, connector_id, name, address, process_id)


FRANCE_RULES = Rules(
    subject_keywords=("arrivée", "onboarding"),
    senders=(parse_pattern("*@acme.fr"), parse_pattern("marie@acme.com")),
)

HR_ROUTES = (
    replace(
        route(1, HR, "Urgent payroll", "payroll@acme.example", 1),
        category="Error",
        send_automated_emails=True,
        rules=Rules(important=True, subject_keywords=("urgent",)),
    ),
    replace(
        route(2, HR, "Payslip attachments", "payroll@acme.example", 2),
        rules=Rules(attachment_types=(".pdf",)),
    ),
    replace(route(3, HR, "France", "hr@acme.example", 3), test_mode=True, rules=FRANCE_RULES),
    replace(
        route(4, HR, "Everything else HR", "hr@acme.example", 4),
        category="General",
        enabled=False,
    ),
)

FINANCE_ROUTES = (
    replace(
        route(11, FINANCE, "Invoices of Initech", "ap@globex.example", 6),
        rules=Rules(companies=(3,)),
    ),
    replace(
        route(12, FINANCE, "Invoices as PDF", "ap@globex.example", 6),
        send_automated_emails=True,
        rules=Rules(attachment_types=(".pdf", ".xml")),
    ),
    replace(route(13, FINANCE, "Reminders", "ap@globex.example", 7), category="Overdue"),
    replace(route(14, FINANCE, "Expenses", "expenses@globex.example", 8), for_attention=True),
    replace(
        route(15, FINANCE, "New bank details", "ap@globex.example", 7), category="Bank details"
    ),
    replace(route(16, FINANCE, "Suppliers", "suppliers@globex.example", 7), category="Other"),
    route(17, FINANCE, "Scanner", "scan@globex.example", 6),
    route(18, FINANCE, "Subsidiary Leeds", "leeds@globex.example", 6),
    route(19, FINANCE, "Subsidiary Bristol", "bristol@globex.example", 6),
    replace(
        route(20, FINANCE, "Partners", "*", 7),
        category="Other",
        rules=Rules(senders=(parse_pattern("*@initech.example"),)),
    ),
)

PAYROLL_ROUTES = (
    replace(route(31, PAYROLL_DE, "Route 10", "lohn@acme.example", 1), category="Payslip > Copy"),
    replace(route(32, PAYROLL_DE, "Route 2", "lohn@acme.example", 1), category="Error"),
    route(33, PAYROLL_DE, "Krankmeldung", "krank@acme.example", 2),
)

IT_ROUTES = (
    replace(route(41, IT, "Laptops", "it@acme.example", 9), category="Hardware"),
    replace(
        route(42, IT, "Access requests", "access@acme.example", 9),
        category="Access",
        send_automated_emails=True,
        for_attention=True,
    ),
    replace(route(43, IT, "Printers", "it@acme.example", 9), category="Hardware"),
    replace(route(44, IT, "Remote access", "vpn@acme.example", 9), category="Access"),
)

OUTGOING = {
    HR: (OutgoingRoute(1, HR, "Payroll replies", "payroll@acme.example", "Answers on payslips"),),
    NOREPLY: (
        OutgoingRoute(2, NOREPLY, "Careers", "careers@acme.example", "Applications", True, True),
        OutgoingRoute(3, NOREPLY, "Facilities", "facilities@acme.example"),
    ),
}


def numbered(routes: Iterable[Route]) -> tuple[Route, ...]:
    """The routes with the positions that their order gives them."""
    counts: dict[Block, int] = {}
    result = []
    for each in routes:
        position = counts.get(each.block, 0)
        counts[each.block] = position + 1
        result.append(replace(each, position=position))
    return tuple(result)


def group(
    connector_id: int, routes: Iterable[Route], outgoing: tuple[OutgoingRoute, ...] = ()
) -> RouteGroup:
    """A connector of the company with these routes, and its fallback below them."""
    connector = CONNECTORS[connector_id]
    fallback = connector.fallback_route
    last = (fallback,) if fallback is not None else ()
    return RouteGroup(connector, (*numbered(routes), *last), outgoing)


def hr_group(routes: Iterable[Route] = HR_ROUTES) -> RouteGroup:
    """The group most tests look at."""
    return group(HR, routes)


def company_groups() -> tuple[RouteGroup, ...]:
    """Everything."""
    return (
        group(HR, HR_ROUTES, OUTGOING[HR]),
        group(FINANCE, FINANCE_ROUTES),
        group(PAYROLL_DE, PAYROLL_ROUTES),
        group(IT, IT_ROUTES),
        group(NOREPLY, (), OUTGOING[NOREPLY]),
    )


def tree_model(*groups: RouteGroup) -> RouteTreeModel:
    """A model of the groups, or of the whole company."""
    model = RouteTreeModel(RouteForest(ProcessBook(PROCESSES)))
    model.set_groups(groups or company_groups())
    return model
