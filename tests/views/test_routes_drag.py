"""Dragging routes with the mouse, in a real window (G-04, G-05, G-06)."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from enate_desktop.item_models.route_columns import Column
from enate_desktop.item_models.route_group import group_key
from enate_desktop.item_models.route_refusals import Reason, Refusal
from enate_desktop.item_models.route_search import RouteSearch
from enate_desktop.views.appearance import Appearance
from enate_desktop.views.route_tree_view import RouteTreeView
from tests.item_models import samples
from tests.item_models.samples import FINANCE, HR, hr_group, tree_model
from tests.qt_drag import drag, press_and_pull, pull, release

HR_KEY = group_key(HR, outgoing=False)
OUTGOING_KEY = group_key(HR, outgoing=True)
FINANCE_KEY = group_key(FINANCE, outgoing=False)


class Asked:
    """What a view asked for."""

    def __init__(self, view: RouteTreeView) -> None:
        self.moves: list[tuple[object, ...]] = []
        self.refusals: list[Refusal] = []
        view.move_requested.connect(self._on_move_requested)
        view.refused.connect(self.refusals.append)

    def _on_move_requested(self, key: int, ids: tuple[int, ...], place: int) -> None:
        self.moves.append((key, ids, place))

    @property
    def reasons(self) -> list[Reason]:
        return [refusal.reason for refusal in self.refusals]


@pytest.fixture
def view(qtbot: QtBot, appearance: Appearance) -> RouteTreeView:
    made = RouteTreeView(
        tree_model(
            samples.group(HR, samples.HR_ROUTES, samples.OUTGOING[HR]),
            samples.group(FINANCE, samples.FINANCE_ROUTES),
        ),
        lambda: samples.NOW,
    )
    qtbot.addWidget(made)
    made.resize(1100, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.expandAll()
    return made


@pytest.fixture
def asked(view: RouteTreeView) -> Asked:
    return Asked(view)


def at(view: RouteTreeView, key: int, child: int, height: float = 0.5) -> QPoint:
    """A point on a row, ``height`` from its top (0) to its foot (1)."""
    rect = view.visualRect(view.routes.child_index(key, child, Column.NAME))
    return QPoint(rect.left() + 40, int(rect.top() + rect.height() * height))


def on_group(view: RouteTreeView, key: int) -> QPoint:
    rect = view.visualRect(view.routes.group_index(key))
    return QPoint(rect.left() + 60, rect.center().y())


def test_a_route_is_dragged_above_another(qtbot: QtBot, view: RouteTreeView, asked: Asked) -> None:
    """G-04: and the order in the view changes only when somebody answers the request."""
    drag(qtbot, view, at(view, HR_KEY, 3), at(view, HR_KEY, 1, 0.1))
    assert asked.moves == [(HR_KEY, (3,), 0)]
    assert asked.reasons == []
    assert view.routes.forest.groups[HR_KEY].children == [1, 2, 3, 4, -1]


@pytest.mark.parametrize(
    ("child", "height", "place"), [(1, 0.8, 1), (2, 0.2, 1), (2, 0.8, 2), (4, 0.9, 3), (-1, 0.1, 3)]
)
def test_half_of_a_row_decides_above_or_below(
    qtbot: QtBot, view: RouteTreeView, asked: Asked, child: int, height: float, place: int
) -> None:
    """G-04."""
    drag(qtbot, view, at(view, HR_KEY, 3), at(view, HR_KEY, child, height))
    assert asked.moves == [(HR_KEY, (3,), place)]


def test_a_drop_below_the_fallback_means_above_it(
    qtbot: QtBot, view: RouteTreeView, asked: Asked
) -> None:
    """R-03: the fallback stays last."""
    drag(qtbot, view, at(view, HR_KEY, 1), at(view, HR_KEY, -1, 0.9))
    assert asked.moves == [(HR_KEY, (1,), 3)]


def test_a_drop_on_the_own_connector_means_the_top(
    qtbot: QtBot, view: RouteTreeView, asked: Asked
) -> None:
    drag(qtbot, view, at(view, HR_KEY, 3), on_group(view, HR_KEY))
    assert asked.moves == [(HR_KEY, (3,), 0)]


def test_several_routes_keep_their_relative_order(
    qtbot: QtBot, view: RouteTreeView, asked: Asked
) -> None:
    """G-06."""
    view.select_routes(HR_KEY, (3, 1))
    drag(qtbot, view, at(view, HR_KEY, 3), at(view, HR_KEY, 4, 0.9))
    assert asked.moves == [(HR_KEY, (1, 3), 2)]


@pytest.mark.parametrize("target", ["route of another group", "another group", "outgoing group"])
def test_a_route_cannot_be_dragged_to_another_connector(
    qtbot: QtBot, view: RouteTreeView, asked: Asked, target: str
) -> None:
    """G-04, R-06: the message comes when the button is let go."""
    stop = {
        "route of another group": at(view, FINANCE_KEY, 12),
        "another group": on_group(view, FINANCE_KEY),
        "outgoing group": at(view, OUTGOING_KEY, 1),
    }[target]
    drag(qtbot, view, at(view, HR_KEY, 3), stop)
    assert asked.moves == []
    assert asked.reasons == [Reason.OTHER_GROUP]
    assert asked.refusals[0].title == "A route stays with its connector."


def test_a_normal_route_cannot_be_dragged_among_the_wildcard_ones(
    qtbot: QtBot, view: RouteTreeView, asked: Asked
) -> None:
    """R-06."""
    drag(qtbot, view, at(view, FINANCE_KEY, 11), at(view, FINANCE_KEY, 20, 0.9))
    assert asked.moves == []
    assert asked.refusals[0].title == "Wildcard routes always run after the normal ones."


@pytest.mark.parametrize("stop", ["own group", "other group"])
def test_escape_ends_a_drag_without_a_word(
    qtbot: QtBot, view: RouteTreeView, asked: Asked, stop: str
) -> None:
    """UI 3.5."""
    end = at(view, HR_KEY, 1, 0.1) if stop == "own group" else at(view, FINANCE_KEY, 12)
    drag(qtbot, view, at(view, HR_KEY, 3), end, "escape")
    assert asked.moves == []
    assert asked.reasons == []


def _sort(view: RouteTreeView) -> None:
    view.routes.sort(Column.ADDRESS, Qt.SortOrder.AscendingOrder)


def _sort_down(view: RouteTreeView) -> None:
    view.routes.sort(Column.PRIORITY, Qt.SortOrder.DescendingOrder)


def _search(view: RouteTreeView) -> None:
    view.routes.set_search(HR_KEY, RouteSearch(address="hr"))


def _forbid(view: RouteTreeView) -> None:
    view.routes.forest.may_reorder = False


@pytest.mark.parametrize(
    ("situation", "key", "child", "reason"),
    [
        (_sort, HR_KEY, 3, Reason.SORTED),
        (_sort_down, HR_KEY, 3, Reason.SORTED),
        (_search, HR_KEY, 3, Reason.SEARCHED),
        (_forbid, HR_KEY, 3, Reason.PERMISSION),
        (None, HR_KEY, -1, Reason.FALLBACK),
        (None, OUTGOING_KEY, 1, Reason.OUTGOING),
    ],
)
def test_a_drag_that_cannot_be_does_not_begin(
    view: RouteTreeView,
    asked: Asked,
    situation: Callable[[RouteTreeView], None] | None,
    key: int,
    child: int,
    reason: Reason,
) -> None:
    """G-04, G-05: the reason is said as soon as one tries."""
    if situation is not None:
        situation(view)
    start = at(view, key, child)
    press_and_pull(view, start)
    for distance in (-70, -40, 40, 70):
        pull(view, start + QPoint(0, distance))
    release(view, start + QPoint(0, 70))
    assert asked.reasons == [reason]
    assert asked.moves == []
    assert len(view.selectionModel().selectedRows()) == 1


def test_a_drag_leaves_no_row_behind_and_takes_none_away(
    qtbot: QtBot, view: RouteTreeView, asked: Asked
) -> None:
    """Qt's own drag would remove the rows after a move; a second drag has to work as well."""
    view.move_requested.connect(
        lambda *_: view.routes.set_group(hr_group(samples.HR_ROUTES[2:] + samples.HR_ROUTES[:2])),
        Qt.ConnectionType.QueuedConnection,
    )
    drag(qtbot, view, at(view, HR_KEY, 3), at(view, HR_KEY, 1, 0.1))
    qtbot.waitUntil(lambda: view.routes.forest.groups[HR_KEY].children == [3, 4, 1, 2, -1])
    drag(qtbot, view, at(view, HR_KEY, 2), at(view, HR_KEY, 3, 0.1))
    assert asked.moves == [(HR_KEY, (3,), 0), (HR_KEY, (2,), 0)]
