"""Two programs on one file: each hears what the other changed, and of what kind (S-01)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from enate_desktop.domain.connectors import Condition, Health
from enate_desktop.domain.directory import NodeKind
from enate_desktop.domain.errors import EnateError
from enate_desktop.services.bundle import Services
from enate_desktop.services.changes import NOTHING
from enate_desktop.services.pauses import PauseService
from enate_desktop.services.watching import ChangeWatch
from tests.company import open_services
from tests.views.page_samples import add_connector, add_route, company, letter, take_in


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Services]:
    with company(tmp_path) as made:
        add_connector(made)
        yield made


@pytest.fixture
def theirs(ours: Services, tmp_path: Path) -> Iterator[Services]:
    opened = open_services(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def watch(ours: Services, theirs: Services) -> ChangeWatch:
    return ChangeWatch(ours.context)


def test_nothing_changed_is_nothing(watch: ChangeWatch) -> None:
    assert watch.changes() == NOTHING
    assert watch.changes() == NOTHING


def test_another_connector(theirs: Services, watch: ChangeWatch) -> None:
    made = add_connector(theirs, "Payroll", "pay@acme.example")
    assert made.id in watch.changes().connectors
    assert watch.changes() == NOTHING


def test_a_connector_that_was_changed(theirs: Services, watch: ChangeWatch) -> None:
    theirs.connectors.save(replace(theirs.connectors.get(1), name="HR"), {})
    changes = watch.changes()
    assert changes.connectors == {1}
    assert not changes.work_items


def test_a_new_route(theirs: Services, watch: ChangeWatch) -> None:
    add_route(theirs, 1, "France", sender="*@acme.fr")
    assert watch.changes().routes == {1}


def test_a_route_that_is_gone(theirs: Services, ours: Services) -> None:
    """Nobody can say any more whose it was."""
    route = add_route(theirs, 1, "France", sender="*@acme.fr")
    watch = ChangeWatch(ours.context)
    theirs.routes.delete([route.id])
    assert watch.changes().routes == {1}


def test_a_mail_that_became_work(theirs: Services, watch: ChangeWatch) -> None:
    take_in(theirs, 1, [letter("a@foo.org", "One")])
    changes = watch.changes()
    assert changes.work_items
    assert not changes.unhandled
    assert not changes.connectors


def test_a_mail_that_is_unhandled(theirs: Services, watch: ChangeWatch) -> None:
    take_in(theirs, 1, [letter("a@foo.org", "One", "other@acme.example")])
    assert watch.changes().unhandled


def test_a_condition(theirs: Services, watch: ChangeWatch) -> None:
    condition = Condition(Health.FAILING, "It does not answer.", 1, datetime.now(UTC))
    with theirs.context.database.write() as work:
        work.connectors.set_condition(1, condition)
    assert watch.changes().conditions == {1}


def test_a_pause(theirs: Services, watch: ChangeWatch) -> None:
    PauseService(theirs.context).pause([1], None)
    changes = watch.changes()
    assert changes.worker
    assert changes.conditions == {1}


def test_an_error_of_the_worker(theirs: Services, watch: ChangeWatch) -> None:
    theirs.monitor.note(1, "incoming", EnateError("Trouble."))
    assert watch.changes().worker


def test_the_directory(theirs: Services, watch: ChangeWatch) -> None:
    theirs.directory.add_node(NodeKind.CUSTOMER, "Another")
    assert watch.changes().directory


def test_two_changes_are_told_together(theirs: Services, watch: ChangeWatch) -> None:
    take_in(theirs, 1, [letter("a@foo.org", "One")])
    add_route(theirs, 1, "France", sender="*@acme.fr")
    changes = watch.changes()
    assert changes.work_items
    assert changes.routes == {1}
