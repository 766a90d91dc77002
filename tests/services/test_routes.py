"""Routes through the service: order, switching, deleting, permissions, history."""

from dataclasses import replace
from pathlib import Path

import pytest

from enate_desktop.domain.addresses import parse_pattern
from enate_desktop.domain.errors import (
    InputError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
    StaleError,
)
from enate_desktop.domain.routes import Route
from enate_desktop.domain.rules import Rules
from enate_desktop.wiring import Services
from tests.company import open_services


def order(services: Services) -> str:
    (group,) = services.routes.groups()
    return ", ".join(route.name for route in group.routes)


def named(services: Services, name: str) -> Route:
    (group,) = services.routes.groups()
    return next(route for route in group.routes if route.name == name)


def wildcard(services: Services, name: str) -> Route:
    base = named(services, "France")
    rules = Rules(senders=(parse_pattern("*@partner.example"),))
    return services.routes.save(replace(base, id=0, name=name, address="*", rules=rules, version=1))


def positions(services: Services) -> list[tuple[str, int]]:
    (group,) = services.routes.groups()
    return [(route.name, route.position) for route in group.routes if not route.fallback]


def test_a_new_route_goes_to_the_end_of_its_block(services: Services) -> None:
    """R-06, R-03: above the wildcards and the fallback, which is always last."""
    wildcard(services, "Partners")
    services.routes.save(replace(named(services, "France"), id=0, name="New"))
    assert order(services) == "France, Payslips, Everything else, New, Partners, Fallback"


@pytest.mark.parametrize(
    ("names", "place", "expected"),
    [
        (["Everything else"], 0, "Everything else, France, Payslips, Partners, Fallback"),
        (["France"], 2, "Payslips, Everything else, France, Partners, Fallback"),
        (["France", "Payslips"], 1, "Everything else, France, Payslips, Partners, Fallback"),
        (["France", "Everything else"], 0, "France, Everything else, Payslips, Partners, Fallback"),
        (["Partners"], 3, "France, Payslips, Everything else, Partners, Fallback"),
    ],
)
def test_a_move_keeps_relative_order_and_leaves_no_gaps(
    services: Services, names: list[str], place: int, expected: str
) -> None:
    """R-06, G-06: 1..n without gaps in each block."""
    wildcard(services, "Partners")
    (group,) = services.routes.groups()
    services.routes.move(group.connector.id, [named(services, n).id for n in names], place)
    assert order(services) == expected
    normal = [position for name, position in positions(services) if name != "Partners"]
    assert normal == [0, 1, 2]


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["France"], 3),
        (["France"], 4),
        (["Partners"], 0),
        (["Fallback"], 0),
        (["France", "Partners"], 0),
        (["France"], -1),
        ([], 0),
    ],
)
def test_a_move_out_of_its_block_is_refused_and_changes_nothing(
    services: Services, names: list[str], place: int
) -> None:
    """R-06: anything else is refused with a sentence."""
    wildcard(services, "Partners")
    before = order(services)
    (group,) = services.routes.groups()
    with pytest.raises(RefusedError):
        services.routes.move(group.connector.id, [named(services, n).id for n in names], place)
    assert order(services) == before


def test_a_route_of_another_connector_is_not_moved(services: Services) -> None:
    """R-06: a route stays with its connector."""
    (group,) = services.routes.groups()
    with pytest.raises(RefusedError, match="stays with its connector"):
        services.routes.move(group.connector.id, [named(services, "France").id, 999], 0)


def test_an_order_can_be_restored(services: Services) -> None:
    """X-08: undo of a move."""
    (group,) = services.routes.groups()
    ids = [route.id for route in group.routes]
    services.routes.move(group.connector.id, [ids[2]], 0)
    services.routes.reorder(group.connector.id, ids)
    assert order(services) == "France, Payslips, Everything else, Fallback"


def test_an_order_of_other_routes_is_refused(services: Services) -> None:
    """X-08: routes came or went in the meantime."""
    (group,) = services.routes.groups()
    ids = [route.id for route in group.routes]
    services.routes.delete([ids[0]])
    with pytest.raises(RefusedError, match="meantime"):
        services.routes.reorder(group.connector.id, ids)


def test_a_large_reversal_arrives_in_the_database(services: Services) -> None:
    """R-06: more runs of shifts than one statement carries."""
    base = named(services, "France")
    for number in range(150):
        services.routes.save(replace(base, id=0, name=f"R{number}"))
    (group,) = services.routes.groups()
    ids = [route.id for route in group.routes if not route.fallback]
    services.routes.reorder(group.connector.id, ids[::-1])
    (group,) = services.routes.groups()
    assert [r.id for r in group.routes if not r.fallback] == ids[::-1]
    assert [r.position for r in group.routes if not r.fallback] == list(range(153))


def test_deleting_closes_the_gap_and_can_be_undone(services: Services) -> None:
    """R-06, X-08: same ids at the same places."""
    (group,) = services.routes.groups()
    gone = [named(services, "France"), named(services, "Everything else")]
    services.routes.delete([route.id for route in gone])
    assert positions(services) == [("Payslips", 0)]
    services.routes.put_back(gone)
    (again,) = services.routes.groups()
    assert [r.id for r in again.routes] == [r.id for r in group.routes]
    assert order(services) == "France, Payslips, Everything else, Fallback"


def test_the_fallback_cannot_be_switched_off_deleted_or_saved(services: Services) -> None:
    """R-03: Enable is on and read-only; it is edited in its connector."""
    fallback = named(services, "Fallback")
    with pytest.raises(RefusedError):
        services.routes.set_enabled([fallback.id], False)
    with pytest.raises(RefusedError):
        services.routes.delete([fallback.id])
    with pytest.raises(NotFoundError):
        services.routes.save(fallback)


def test_a_normal_route_cannot_become_a_wildcard(services: Services) -> None:
    """R-05: nor back."""
    rules = Rules(senders=(parse_pattern("*@x.example"),))
    with pytest.raises(RefusedError, match="wildcard"):
        services.routes.save(replace(named(services, "France"), address="*", rules=rules))
    with pytest.raises(RefusedError, match="wildcard"):
        services.routes.save(replace(wildcard(services, "W"), address="hr@acme.example"))


def test_a_wildcard_needs_a_sender_list(services: Services) -> None:
    """R-05: else it would take everything."""
    with pytest.raises(InputError, match="sender list"):
        services.routes.save(replace(named(services, "Everything else"), id=0, address="*"))


def test_a_stale_save_is_refused(services: Services) -> None:
    """S-01: never silently lost."""
    mine = named(services, "France")
    services.routes.save(replace(mine, name="France and Monaco"))
    with pytest.raises(StaleError, match="Somebody else"):
        services.routes.save(replace(mine, name="France only"))
    assert named(services, "France and Monaco").version == mine.version + 1


def test_a_route_may_change_its_connector(services: Services) -> None:
    """R-01: to the end of the block there; the old one closes its gap."""
    services.connectors.save(
        replace(
            services.connectors.all()[0],
            id=0,
            name="Other",
            primary_address="other@acme.example",
            version=1,
        )
    )
    other = services.connectors.find("Other")
    services.routes.save(replace(named_in(services, "HR EMEA", "France"), connector_id=other.id))
    assert [r.name for r in services.routes.group(other.id).routes] == ["France", "Fallback"]
    hr = services.routes.group(services.connectors.find("HR EMEA").id)
    assert [(r.name, r.position) for r in hr.routes][:2] == [
        ("Payslips", 0),
        ("Everything else", 1),
    ]


def named_in(services: Services, connector: str, name: str) -> Route:
    group = services.routes.group(services.connectors.find(connector).id)
    return next(route for route in group.routes if route.name == name)


def test_history_tells_field_old_and_new_value(services: Services) -> None:
    """R-08: Show Activity."""
    france = named(services, "France")
    services.routes.save(replace(france, name="France and Monaco", test_mode=True))
    services.routes.move(france.connector_id, [france.id], 2)
    services.routes.set_enabled([france.id], False)
    told = [
        (e.who, e.action, e.field, e.old, e.new)
        for e in services.history.entries("route", france.id)
    ]
    assert told == [
        ("anna", "switched off", "", "", ""),
        ("anna", "moved", "Priority Order", "1", "3"),
        ("anna", "changed", "test_mode", "off", "on"),
        ("anna", "changed", "name", "France", "France and Monaco"),
        ("anna", "created", "", "", ""),
    ]


def test_every_change_counts_one_revision(services: Services) -> None:
    """M-12: a decision names the configuration it was made with."""

    def revision() -> int:
        with services.context.database.read() as work:
            return work.facts.revision()

    before = revision()
    services.routes.set_enabled([named(services, "France").id], False)
    middle = revision()
    services.routes.move(named(services, "France").connector_id, [named(services, "France").id], 1)
    assert before < middle < revision()


def test_permissions_are_checked_in_the_service(services: Services, tmp_path: Path) -> None:
    """P-01, G-04: a viewer may look; a route editor may edit and reorder."""
    viewer = open_services(tmp_path / "data", login="victor")
    france = named(viewer, "France")
    with pytest.raises(NotPermittedError, match="Reorder routes"):
        viewer.routes.move(france.connector_id, [france.id], 1)
    with pytest.raises(NotPermittedError, match="Edit routes"):
        viewer.routes.save(replace(france, name="x"))
    with pytest.raises(NotPermittedError, match="Edit routes"):
        viewer.routes.set_enabled([france.id], False)
    viewer.close()
    assert order(services) == "France, Payslips, Everything else, Fallback"
