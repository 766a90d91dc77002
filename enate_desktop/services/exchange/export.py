"""The configuration as a document: everything but secrets (SPEC 11)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from enate_desktop.domain.connectors import (
    Connector,
    FirstIntake,
    IntakeAction,
    ServerSettings,
    Side,
)
from enate_desktop.domain.directory import Contact, Node, NodeKind, Process
from enate_desktop.domain.routes import OutgoingRoute, Route
from enate_desktop.domain.rules import Rules
from enate_desktop.routing.analysis.pins import Pin
from enate_desktop.services.exchange.acknowledgements import KEY, exported
from enate_desktop.services.exchange.servers import SECRET_KEYS, secret_name
from enate_desktop.services.routes import RouteGroup, route_groups
from enate_desktop.storage.encoding import message_text
from enate_desktop.storage.unit_of_work import UnitOfWork

FORMAT = "enate-desktop/1"
Json = dict[str, Any]


def export_document(work: UnitOfWork) -> Json:
    """What the exchange service imports again; in stable order, without a secret."""
    paths = {key: process.path for key, process in work.directory.process_map().items()}
    names = {company.id: company.name for company in work.companies.all()}
    document: Json = {
        "format": FORMAT,
        "settings": asdict(work.facts.settings()),
        "customers": _customers(work),
        "companies": _companies(work),
    }
    loose = [_contact(c) for c in work.companies.contacts() if c.company_id is None]
    if loose:
        document["contacts"] = loose
    blocked = work.facts.blocked()
    if blocked:
        document["blocked_addresses"] = [
            {"address": str(item.pattern), "reject_as_spam": item.reject_as_spam}
            for item in blocked
        ]
    acknowledgements = exported(work)
    if acknowledgements:
        document[KEY] = acknowledgements
    document["connectors"] = [
        _connector(
            group,
            set(work.connectors.credential_marks(group.connector.id)),
            work.pins.of(group.connector.id),
            paths,
            names,
        )
        for group in route_groups(work)
    ]
    return document


def _customers(work: UnitOfWork) -> list[Json]:
    nodes = work.directory.nodes()
    services = {p.id: work.directory.service_of(p.id) for p in work.directory.processes()}
    below: dict[NodeKind, tuple[str, NodeKind]] = {
        NodeKind.CUSTOMER: ("contracts", NodeKind.CONTRACT),
        NodeKind.CONTRACT: ("services", NodeKind.SERVICE),
    }

    def of(node: Node) -> Json:
        facts: Json = {"name": node.name}
        if node.retired:
            facts["retired"] = True
        if node.kind in below:
            key, kind = below[node.kind]
            facts[key] = [of(n) for n in nodes if n.kind is kind and n.parent_id == node.id]
        else:
            facts["processes"] = [
                _process(work, p) for p in work.directory.processes() if services[p.id] == node.id
            ]
        return facts

    return [of(node) for node in nodes if node.kind is NodeKind.CUSTOMER]


def _process(work: UnitOfWork, process: Process) -> Json:
    facts: Json = {"name": process.name, "kind": process.kind}
    if process.categories:
        facts["categories"] = list(process.categories)
    if work.directory.itself_retired(process.id):
        facts["retired"] = True
    return facts


def _companies(work: UnitOfWork) -> list[Json]:
    contacts = work.companies.contacts()
    return [
        {
            "name": company.name,
            "domains": list(company.domains),
            "contacts": [_contact(c) for c in contacts if c.company_id == company.id],
        }
        for company in work.companies.all()
    ]


def _contact(contact: Contact) -> str | Json:
    if contact.name:
        return {"address": contact.address, "name": contact.name}
    return contact.address


def _connector(
    group: RouteGroup,
    secrets: set[str],
    pins: Sequence[Pin],
    paths: dict[int, str],
    names: dict[int, str],
) -> Json:
    connector = group.connector
    facts: Json = {
        "name": connector.name,
        "use_for": connector.use_for,
        "primary_address": connector.primary_address,
        "enabled": connector.enabled,
    }
    if connector.default_sender:
        facts["default_sender"] = True
    facts["incoming"] = _server(connector, connector.incoming, Side.INCOMING, secrets)
    facts["outgoing"] = _server(connector, connector.outgoing, Side.OUTGOING, secrets)
    facts["fallback"] = _fallback(connector, paths)
    if connector.use_for.receives:
        facts["routes"] = [_route(r, paths, names) for r in group.routes if not r.fallback]
    if connector.use_for.sends:
        facts["outgoing_routes"] = [_outgoing_route(route) for route in group.outgoing]
    if pins:
        facts["pins"] = [_pin(pin, paths) for pin in pins]
    return facts


def _server(
    connector: Connector, settings: ServerSettings | None, side: Side, secrets: set[str]
) -> Json | None:
    if settings is None:
        return None
    facts: Json = {
        "service": settings.service,
        "host": settings.host,
        "port": settings.port,
        "security": settings.security,
        "username": settings.username,
        "authentication": settings.authentication,
    }
    if settings.oauth is not None:
        facts["oauth"] = {**asdict(settings.oauth), "scopes": list(settings.oauth.scopes)}
    for key in SECRET_KEYS:
        if secret_name(side, key) in secrets:
            facts[key] = {"set": True}
    if settings.ca_certificate:
        facts["ca_certificate"] = {"text": settings.ca_certificate}
    if side is Side.INCOMING:
        facts["additional_mailbox"] = settings.additional_mailbox
        after = connector.after_intake
        moves = after.action is IntakeAction.MOVE
        facts["after_intake"] = {"move": after.folder} if moves else after.action
        facts["first_intake"] = _first_intake(connector)
    return facts


def _first_intake(connector: Connector) -> str | Json:
    start = connector.start_from
    if start.choice is FirstIntake.SINCE and start.since is not None:
        return {"since": start.since.isoformat()}
    return str(start.choice)


def _fallback(connector: Connector, paths: dict[int, str]) -> Json | None:
    fallback = connector.fallback
    if fallback is None:
        return None
    return {
        "process": paths[fallback.process_id],
        "category": fallback.category,
        "send_automated_emails": fallback.send_automated_emails,
        "only_test_mode": fallback.only_test_mode,
        "covers": fallback.covers,
    }


def _route(route: Route, paths: dict[int, str], names: dict[int, str]) -> Json:
    facts: Json = {
        "name": route.name,
        "address": route.address,
        "enabled": route.enabled,
        "process": paths[route.process_id],
        "category": route.category,
        "send_automated_emails": route.send_automated_emails,
        "test_mode": route.test_mode,
        "rules": _rules(route.rules, names),
    }
    if route.for_attention:
        facts["for_attention"] = True
    return facts


def _rules(rules: Rules, names: dict[int, str]) -> Json:
    return {
        "important": rules.important,
        "attachment_types": list(rules.attachment_types),
        "subject_keywords": list(rules.subject_keywords),
        "recipients": [str(pattern) for pattern in rules.recipients],
        "senders": [str(pattern) for pattern in rules.senders],
        "companies": [names[key] for key in rules.companies if key in names],
    }


def _pin(pin: Pin, paths: dict[int, str]) -> Json:
    return {
        "name": pin.name,
        "message": json.loads(message_text(pin.message)),
        "expected": [
            {
                "recipient": end.recipient,
                "route": end.route,
                "process": paths.get(end.process_id) if end.process_id is not None else None,
            }
            for end in pin.expected
        ],
    }


def _outgoing_route(route: OutgoingRoute) -> Json:
    return {
        "name": route.name,
        "description": route.description,
        "address": route.address,
        "enabled": route.enabled,
    }
