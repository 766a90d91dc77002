"""The demo company's configuration, taken apart as SPEC 11 describes it."""

from collections.abc import Iterator
from typing import Any

import pytest

from enate_desktop.demo import company
from enate_desktop.domain.addresses import normal_address, normal_domain
from enate_desktop.domain.directory import category_path
from enate_desktop.domain.routes import route_address
from enate_desktop.domain.rules import extension, keyword, patterns

DOCUMENT = company.document()
CONNECTORS: list[dict[str, Any]] = DOCUMENT["connectors"]
ROUTES = [(c, route) for c in CONNECTORS for route in c["routes"]]
RULES = (
    "important",
    "attachment_types",
    "subject_keywords",
    "recipients",
    "senders",
    "companies",
)


def processes() -> Iterator[tuple[str, dict[str, Any]]]:
    for customer in DOCUMENT["customers"]:
        for contract in customer["contracts"]:
            for service in contract["services"]:
                for process in service["processes"]:
                    path = (customer["name"], contract["name"], service["name"], process["name"])
                    yield " > ".join(path), process


def targets() -> Iterator[dict[str, Any]]:
    for connector in CONNECTORS:
        yield from connector["routes"]
        if connector["fallback"]:
            yield connector["fallback"]


def test_there_are_four_connectors_and_twenty_eight_routes() -> None:
    """UI 3.15: what the first-run page promises."""
    outgoing = [route for c in CONNECTORS for route in c["outgoing_routes"]]
    assert len(CONNECTORS) == 4
    assert len(ROUTES) + len(outgoing) == 28
    assert len(outgoing) == 2


def test_every_target_is_a_process_of_the_directory_with_a_category_of_its_own() -> None:
    """R-01: a category is for Tickets only and belongs to the process."""
    known = dict(processes())
    for target in targets():
        process = known[target["process"]]
        if process["kind"] == "ticket":
            assert target["category"] in process["categories"]
        else:
            assert target["category"] is None


def test_categories_have_at_most_three_levels() -> None:
    """D-01"""
    for _, process in processes():
        for category in process.get("categories", ()):
            assert category_path(category) == category


@pytest.mark.parametrize(("connector", "route"), ROUTES)
def test_every_value_of_a_route_is_usable(connector: dict[str, Any], route: dict[str, Any]) -> None:
    """R-11: nothing in the demo would be refused at import."""
    rules = route["rules"]
    assert set(rules) == set(RULES)
    assert route_address(route["address"]) == route["address"]
    assert [extension(value) for value in rules["attachment_types"]] == rules["attachment_types"]
    assert [keyword(value) for value in rules["subject_keywords"]] == rules["subject_keywords"]
    assert len(patterns(rules["senders"])) == len(rules["senders"])
    assert len(patterns(rules["recipients"])) == len(rules["recipients"])
    assert set(rules["companies"]) <= {c["name"] for c in DOCUMENT["companies"]}
    if route["address"] == "*":
        assert rules["senders"], "R-05: a wildcard route needs a sender list"
    else:
        user = connector["incoming"]["username"]
        assert route["address"] in company.MAILBOXES[user]


def test_every_rule_is_used_and_the_uncommon_states_occur() -> None:
    routes = [route for _, route in ROUTES]
    assert all(any(route["rules"][rule] for route in routes) for rule in RULES)
    assert sum(route["address"] == "*" for route in routes) == 2
    assert sum(not route["enabled"] for route in routes) == 1
    assert sum(route["test_mode"] for route in routes) == 1
    assert any(route["send_automated_emails"] for route in routes)


def test_no_address_is_routed_in_two_connectors() -> None:
    """R-12"""
    owners: dict[str, set[str]] = {}
    for connector, route in ROUTES:
        if route["address"] != "*":
            owners.setdefault(route["address"], set()).add(connector["name"])
    assert all(len(names) == 1 for names in owners.values())


def test_exactly_one_duplicate_and_one_covered_route_are_planted() -> None:
    """R-12: by name, so that nobody plants a fourth fault unseen."""
    duplicates, covered = [], []
    for connector in CONNECTORS:
        before: list[dict[str, Any]] = []
        for route in (r for r in connector["routes"] if r["enabled"]):
            same = [r for r in before if r["address"] == route["address"] != "*"]
            if any(r["rules"] == route["rules"] for r in same):
                duplicates.append(route["name"])
            elif any(not any(r["rules"].values()) for r in same):
                covered.append(route["name"])
            before.append(route)
    assert duplicates == ["Payroll – new bank account"]
    assert covered == ["Deutschland – Elternzeit"]


def test_exactly_one_route_contradicts_itself() -> None:
    """R-12: its only sender is a contact of another company than the one it asks for (Q-6)."""
    owner = {contact: c["name"] for c in DOCUMENT["companies"] for contact in c["contacts"]}
    contradictory = [
        route["name"]
        for _, route in ROUTES
        if route["rules"]["companies"]
        and route["rules"]["senders"]
        and all(owner.get(s) not in route["rules"]["companies"] for s in route["rules"]["senders"])
    ]
    assert contradictory == ["Invoices – Kestrel special terms"]


def test_company_domains_and_contacts_are_usable() -> None:
    """D-02"""
    for entry in DOCUMENT["companies"]:
        assert all(normal_domain(domain) for domain in entry["domains"])
        assert all(normal_address(contact) for contact in entry["contacts"])


def test_every_primary_address_belongs_to_the_user_who_signs_in() -> None:
    """C-11"""
    for connector in CONNECTORS:
        side = connector["incoming"] or connector["outgoing"]
        assert connector["primary_address"] == company.MAILBOXES[side["username"]][0]


def test_exactly_one_sending_connector_is_the_default_sender() -> None:
    """C-09"""
    chosen = [c["name"] for c in CONNECTORS if c.get("default_sender")]
    assert chosen == ["Noreply"]


def test_the_configuration_points_at_the_running_server_and_holds_no_secret() -> None:
    """S-02: passwords are named, never written."""
    with company.demo_server() as server:
        filled = company.configuration(server)
        ports = {server.imap_port, server.smtp_port, server.smtps_port}
        assert 0 not in ports
        for connector in filled["connectors"]:
            for side in ("incoming", "outgoing"):
                if connector[side]:
                    assert connector[side]["host"] == server.host
                    assert connector[side]["port"] in ports
                    assert connector[side]["ca_certificate"] == {"text": server.ca_certificate}
                    assert connector[side]["password"]["env"] in company.secrets()
        assert not any(password in str(filled) for password in company.secrets().values())
    assert company.document() == DOCUMENT


def test_every_password_is_short_enough_for_a_connector() -> None:
    """C-01"""
    assert set(company.users()) == set(company.MAILBOXES)
    assert all(0 < len(password) <= 50 for password in company.users().values())
    assert len(set(company.secrets().values())) == len(company.MAILBOXES)
